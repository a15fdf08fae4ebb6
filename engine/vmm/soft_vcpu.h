// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <string>

#include "engine/base/context.h"
#include "engine/vmm/guest_memory.h"
#include "engine/vmm/mmio_bus.h"
#include "engine/vmm/vcpu.h"

namespace ringside::vmm {

class SoftVcpu;

// The program that a soft vCPU runs: the same guest source that KVM boots as an image, here as functions of the host.
// They keep all state in guest memory, so that there is nothing to construct and nothing to destroy
// (engine/guest/hosted provides one).
struct GuestProgram {
  void (*boot)(SoftVcpu&);       // once, in the first turn
  void (*interrupt)(SoftVcpu&);  // the handler; called between two polls
  bool (*poll)(SoftVcpu&);       // the main loop's body; true when something moved
};

// Told which frame goes from which receive row to which transmit row, while somebody follows a packet through the
// guest.
class ForwardFollower {
 public:
  virtual ~ForwardFollower() = default;
  virtual void forwarded(uint16_t nic, uint32_t rx_row, uint32_t tx_row) = 0;
};

// A vCPU whose guest runs at native speed as a context of a worker. Its exits are modelled: each register access is
// trapped here, counted, and paid for with real cycles when free, with virtual ones when stepped (DESIGN section 5).
//
// Threads: turn(), and with it everything the guest calls, by the context's owner. Settings and state() by any thread.
class SoftVcpu final : public Vcpu, public Context {
 public:
  // The price of an EPT violation on the talk's slide, Xeon E5-4610 v2 (`reference`; exits.md section 1).
  static constexpr uint32_t kReferenceExitCost = 1000;

  // `memory` and `bus` outlive the vCPU. `bus` is complete before the first turn.
  SoftVcpu(std::string name, GuestMemory& memory, const MmioBus& bus, const GuestProgram& program, uint16_t index = 0);

  // Vcpu. While paused the guest executes nothing.
  using Vcpu::name;
  Context* context() override { return this; }
  Context* stepped() override { return this; }
  void power_on(bool settle) override;
  bool exits_modelled() const override { return true; }
  void set_poll_interval(double seconds, double hz) override { set_poll_every(uint64_t(std::llround(seconds * hz))); }
  uint64_t guest_cycles() const override;
  const char* kind() const override { return "soft"; }
  std::string state() const override;
  void set_paused(bool paused) override { paused_.store(paused, std::memory_order_relaxed); }
  bool paused() const override { return paused_.load(std::memory_order_relaxed); }

  // Live settings. exit_cost: cycles that each exit takes. poll_every: cycles from one poll to the next, 0 = as fast as
  // it goes.
  void set_exit_cost(uint32_t cycles) override { set_exit_costs({cycles, cycles, cycles}); }
  void set_exit_costs(const ExitCosts& costs) override {
    exit_cost_.store(costs.write, std::memory_order_relaxed), read_cost_.store(costs.read, std::memory_order_relaxed),
        halt_cost_.store(costs.halt, std::memory_order_relaxed);
  }
  uint32_t exit_cost() const override { return exit_cost_.load(std::memory_order_relaxed); }
  void set_poll_every(uint64_t cycles) { poll_every_.store(cycles, std::memory_order_relaxed); }
  uint64_t poll_every() const { return poll_every_.load(std::memory_order_relaxed); }
  // Null: nobody follows. Owner's thread, or at a cut.
  void set_follower(ForwardFollower* follower) { follower_ = follower; }

  void reset() override;

  // Context.
  bool turn(Turn& turn) override;
  uint64_t in_hand() const override { return in_hand_ < 0 ? 0 : uint64_t(in_hand_); }
  Timer timer() const override;
  bool has_work() const override;
  // A halted guest is woken by its interrupt lines; one that polls is told nothing.
  bool wakes_itself() const override { return phase() != Phase::kRunning; }
  bool frozen() const override { return paused(); }

  Counter polls, empty_polls;

  // --- What the guest can do: the five functions of guest/platform.h, in a turn only.

  // Never outside the guest's RAM, whatever the guest asks for: an address behind which RAM has less than
  // spec::kMemoryTail bytes becomes address 0. So a pointer from here is good for kMemoryTail bytes, and guest code
  // goes no farther with one: it asks anew for each row and each buffer, and no length that it takes from memory is
  // used unchecked.
  uint8_t* memory_base() const { return base_; }
  uint64_t memory_limit() const { return limit_; }  // last address that mem() lets through
  uint8_t* mem(uint64_t gpa) const { return base_ + (gpa <= limit_ ? gpa : 0); }
  uint64_t mmio_read(uint64_t gpa, uint8_t width);
  void mmio_write(uint64_t gpa, uint8_t width, uint64_t value);
  void halt();
  uint64_t clock_ns();

  // The guest tells of plain memory accesses, so that they are step points too.
  bool observed() const { return turn_->stepping() || follower_; }
  void note(const StepEvent& event);
  void note_given();
  void note_forward(uint16_t nic, uint32_t rx_row, uint32_t tx_row) {
    if (follower_) follower_->forwarded(nic, rx_row, tx_row);
  }

 private:
  enum class Phase : uint8_t { kOff, kRunning, kHalted, kFailed };
  struct NamedRegister {
    uint64_t address = ~uint64_t{0};
    const char* name = "";
  };

  bool run();
  bool boot();
  void fit_clock();
  uint64_t frames_handled() const;
  uint64_t now();
  uint64_t pay(uint64_t begin, uint32_t cost);
  uint64_t begin_exit(uint32_t cost);
  const char* name_at(const MmioBus::Range* range, uint64_t gpa);
  void track(const StepEvent& event);
  void set_phase(Phase phase) { phase_.store(phase, std::memory_order_relaxed); }
  Phase phase() const { return phase_.load(std::memory_order_relaxed); }

  uint8_t* base_;
  uint64_t limit_;
  const MmioBus& bus_;
  GuestProgram program_;
  Turn outside_;  // stands in between turns, so that turn_ is never null
  Turn* turn_ = &outside_;
  ForwardFollower* follower_ = nullptr;
  uint64_t turn_tsc_ = 0;  // free: the TSC at the turn's first look at it, 0 = nobody looked
  uint64_t next_poll_ = 0, handled_ = 0;
  int64_t in_hand_ = 0;  // observed turns: frames that the guest took or built, and that no ring shows to a device yet
  uint32_t unrung_ = 0;  // of these: frames in transmit rows for which no doorbell was rung
  // clock(): base_ns_ at base_cycles_, ns a cycle as a fraction of 2^32. Set anew when free running becomes stepped and
  // back.
  uint64_t base_ns_ = 0, base_cycles_ = 0, last_ns_ = 0, ns_fraction_ = 0;
  double clock_hz_ = 0;
  std::array<NamedRegister, 64> names_;
  std::atomic<uint32_t> exit_cost_{kReferenceExitCost}, read_cost_{kReferenceExitCost}, halt_cost_{kReferenceExitCost};
  std::atomic<uint64_t> poll_every_{0};
  std::atomic<bool> paused_{false};
  std::atomic<Phase> phase_{Phase::kOff};
};

}  // namespace ringside::vmm
