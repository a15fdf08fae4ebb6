// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/base/context.h"
#include "engine/base/counter.h"
#include "engine/base/shared.h"
#include "engine/vmm/interrupt.h"

namespace ringside::devices {

// Causes, mask, moderation and delay timers of an 8254x, down to one INTx line: asserted while ICR & IMS, not more
// often than ITR allows. ICR and IMS are written by both sides, each of which then reads the other word (base/shared.h
// rule 3), so that no interrupt is lost between "cause set" and "mask opened". Threads: raise, arm_*, turn, due: the
// worker. read_causes, set_*, clear_mask: the vCPU. Everything that waits for time is the worker's; the vCPU asks it to
// look (look_).
class E1000Interrupt {
 public:
  E1000Interrupt(vmm::InterruptLines* lines, uint16_t line, uint64_t floor_cycles, const void* device)
      : lines_(lines), line_(line), floor_cycles_(floor_cycles), device_(device) {}

  // --- worker
  // Sets causes, and raises or postpones the interrupt if it is wanted. Once a burst. Hot.
  void raise(Turn& turn, uint32_t causes);
  // A receive (transmit) cause that the guest wants late: RDTR/RADV, TIDV/TADV. Units of 1.024 us; 0 = off.
  void arm_receive(const Turn& turn, uint32_t delay, uint32_t absolute) { arm(rx_, turn, delay, absolute); }
  void arm_transmit(const Turn& turn, uint32_t delay, uint32_t absolute) { arm(tx_, turn, delay, absolute); }
  // Timers that have ended, postponed interrupts whose time has come. Once a turn: three compares when there is
  // nothing.
  void turn(Turn& turn) {
    if (rx_.due <= turn.now || tx_.due <= turn.now || postponed_ <= turn.now || look_.peek()) [[unlikely]]
      ripe(turn);
  }
  // When turn() will have something to do. Also anyone at a cut.
  uint64_t due() const;

  // --- vCPU
  uint32_t read_causes();              // ICR: reading clears, and lets the line go
  void set_causes(uint32_t causes);    // ICS, and what the register side itself raises
  void clear_causes(uint32_t causes);  // writing ICR
  void set_mask(uint32_t bits);        // IMS
  void clear_mask(uint32_t bits);      // IMC
  void set_throttle(uint32_t itr) { throttle_.store(itr & 0xffff); }
  void flush_receive_timer();  // RDTR.FPD
  void bind_waker(Waker* waker) { waker_ = waker; }
  void reset();  // by CTRL.RST too: timers that ran raise nothing

  // --- any thread
  uint32_t causes() const { return causes_.peek(); }
  uint32_t mask() const { return mask_.peek(); }
  uint64_t raised() const { return raised_by_worker_.value() + raised_by_vcpu_.value(); }
  uint64_t moderated() const { return moderated_.value(); }

 private:
  struct DelayTimer {
    uint64_t due = kNever;  // the earlier of the two
    uint64_t absolute = kNever;
  };
  void arm(DelayTimer& timer, const Turn& turn, uint32_t delay, uint32_t absolute);
  void ripe(Turn& turn);
  void forget();
  void forget_if_told();
  InterruptOutcome evaluate(const Turn& turn);
  void reconsider();  // vCPU: the words have changed; assert, or ask the worker
  bool wanted() const { return causes_.load() & mask_.load(); }
  bool throttled() const { return throttle_.load() || floor_cycles_; }

  enum : uint32_t { kLook = 1, kFlush = 2, kForget = 4 };

  vmm::InterruptLines* const lines_;
  const uint16_t line_;
  const uint64_t floor_cycles_;
  const void* const device_;
  Waker* waker_ = nullptr;
  alignas(64) shared::PairWord causes_;
  shared::PairWord mask_;
  shared::PairWord look_;  // what the vCPU wants the worker to look at
  shared::Published<uint32_t> throttle_{0};
  Counter raised_by_vcpu_;
  // The worker's.
  alignas(64) DelayTimer rx_;
  DelayTimer tx_;
  uint64_t postponed_ = kNever;
  uint64_t last_ = 0;  // when it last raised the line
  bool raised_once_ = false;
  Counter raised_by_worker_, moderated_;
};

}  // namespace ringside::devices
