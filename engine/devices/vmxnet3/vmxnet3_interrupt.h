// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>

#include "engine/base/context.h"
#include "engine/base/counter.h"
#include "engine/base/shared.h"
#include "engine/spec/vmxnet3.h"
#include "engine/vmm/dma.h"
#include "engine/vmm/msix.h"

namespace ringside::devices {

// VMXNET3's vectors: one event bit each, the IMR masks, the automatic mask, moderation by level, rate, depth or by what
// comes, down to MSI-X or one INTx line. Vectors beyond DriverShared.numIntrs are not there: nothing is raised for
// them. Event and mask are written by both sides, each of which then reads the other word (base/shared.h rule 3).
// Threads: raise, turn, due: the worker. The rest: a vCPU's, one at a time. Whoever takes the event bit delivers.
class Vmxnet3Interrupt {
 public:
  Vmxnet3Interrupt(vmm::Msix& msix, vmm::InterruptLines* intx, uint16_t line, const vmm::DmaSpace& dma,
                   const void* device)
      : msix_(msix), intx_(intx), line_(line), dma_(dma), device_(device) {}

  // --- worker
  // `done`: completion rows that were written for it. 0 for an event, which waits for no company.
  void raise(Turn& turn, uint32_t vector, uint8_t ring, uint16_t queue, uint32_t done);
  void turn(Turn& turn) {
    if (next_due_ <= turn.now || look_.peek()) [[unlikely]]
      ripe(turn);
  }
  uint64_t due() const;

  // --- vCPU
  void configure(uint64_t shared_area, uint32_t vectors, bool auto_mask, const uint8_t* levels);
  void set_levels(const uint8_t* levels);
  void set_coalesce(const spec::vmxnet3::Coalesce& wanted);  // checked
  const spec::vmxnet3::Coalesce& coalesce() const { return coalesce_; }
  void write_mask(uint32_t vector, bool masked);
  uint32_t read_icr();
  void event(uint32_t vector);  // raised by the register side: link, errors
  void bind_waker(Waker* waker) { waker_ = waker; }
  void reset();

  // --- any thread
  bool masked(uint32_t vector) const { return mask_.peek() >> vector & 1; }
  uint32_t icr() const { return icr_.peek(); }
  uint64_t raised() const { return raised_by_worker_.value() + raised_by_vcpu_.value(); }
  uint64_t moderated() const { return moderated_.value(); }
  uint64_t shared_area() const { return shared_area_.load(); }  // since ACTIVATE

 private:
  struct Moderation {
    uint64_t postponed = kNever, last = 0, since = 0;
    uint32_t waiting[2] = {};  // completions since the last interrupt: of transmit and of receive rings
    uint8_t level = 0;         // adaptive: in use
    bool raised_once = false;
  };
  bool adaptive(uint32_t vector) const;
  bool moderates(uint32_t vector) const;
  uint64_t ready_at(const Moderation& m, uint32_t vector, const Turn& turn) const;
  InterruptOutcome evaluate(const Turn& turn, uint32_t vector);
  bool disabled() const;
  bool send(uint32_t vector, Counter& counter);
  void ripe(Turn& turn);

  vmm::Msix& msix_;
  vmm::InterruptLines* const intx_;
  const uint16_t line_;
  const vmm::DmaSpace dma_;
  const void* const device_;
  Waker* waker_ = nullptr;
  shared::Published<uint64_t> shared_area_{0};
  shared::Published<bool> auto_mask_{false};
  shared::Published<uint32_t> vectors_{0};
  spec::vmxnet3::Coalesce coalesce_{};  // as the driver said it; the same for the worker:
  shared::Published<uint32_t> mode_{spec::vmxnet3::coalesce::kDisabled}, rate_{0};
  std::array<shared::Published<uint32_t>, 2> depth_{};
  std::array<shared::Published<uint8_t>, spec::vmxnet3::kMaxVectors> level_{};
  alignas(64) shared::PairWord event_;  // a bit a vector: something happened, and no interrupt has told it
  shared::PairWord mask_;
  shared::PairWord icr_;  // INTx only
  enum : uint32_t { kLook = 1, kForget = 2 };
  shared::PairWord look_;  // the vCPU wants the worker to look; after a reset, to forget what it moderated
  Counter raised_by_vcpu_;
  // The worker's.
  alignas(64) std::array<Moderation, spec::vmxnet3::kMaxVectors> moderation_;
  uint64_t next_due_ = kNever;
  Counter raised_by_worker_, moderated_;
};

// Modelled: what a moderation level means in time. Level 1 is 8 us, each further one twice as long.
constexpr uint32_t vmxnet3_level_us(uint8_t level) {
  return level == 0 || level > spec::vmxnet3::kModerationHighest ? 0 : 4u << level;
}

// Modelled: adaptive, as a level of 8 or by SET_COALESCE. A vector's level begins at none; an interrupt that tells of
// 16 completions or more raises it by one, up to 4 (64 us), and one that tells of 4 or fewer lowers it by one.
inline constexpr uint32_t kVmxnet3AdaptiveUp = 16, kVmxnet3AdaptiveDown = 4;
inline constexpr uint8_t kVmxnet3AdaptiveMost = 4;
// Modelled: with static depths nothing waits longer for company than this.
inline constexpr uint32_t kVmxnet3DepthWaitUs = 100;

}  // namespace ringside::devices
