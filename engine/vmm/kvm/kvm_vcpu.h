// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/context.h"
#include "engine/base/result.h"
#include "engine/vmm/guest_clock.h"
#include "engine/vmm/guest_fault.h"
#include "engine/vmm/kvm/kvm_irqfds.h"
#include "engine/vmm/kvm/kvm_vm.h"
#include "engine/vmm/vcpu.h"

struct kvm_run;

namespace ringside::vmm {

// A vCPU of /dev/kvm. Its exits are real: each return of KVM_RUN is counted, with the guest's instruction pointer and
// the time until the guest goes on. Free running: a plain thread that touches guest memory and registers and never an
// mbuf. Stepped: the stepper's lane runs it from exit to exit (kvm_stepped.cc).
//
// Threads: enter() and what it calls by whoever runs the guest, one at a time; interrupt() by any; the rest as Vcpu
// says.
class KvmVcpu final : public Vcpu, private InterruptSink {
 public:
  static Result<std::unique_ptr<KvmVcpu>> create(std::string name, uint16_t index, KvmVm& vm);
  ~KvmVcpu() override;

  const char* kind() const override { return "kvm"; }
  std::string state() const override;
  void set_paused(bool paused) override;
  bool paused() const override { return paused_.load(std::memory_order_relaxed); }
  Context* stepped() override;
  void power_on(bool settle) override;
  void reset() override;
  void start() override;
  void ask_rest() override;
  void wait_rest() override;
  void set_exit_cost(uint32_t cycles) override { exit_cost_.store(cycles, std::memory_order_relaxed); }
  void set_exit_costs(const ExitCosts& costs) override { set_exit_cost(costs.write); }
  uint32_t exit_cost() const override { return exit_cost_.load(std::memory_order_relaxed); }
  bool exits_modelled() const override { return false; }
  void set_poll_interval(double seconds, double hz) override;
  // In KVM_RUN: the guest, the kernel's part of exits and, with the kernel's interrupt controllers, halted time too.
  uint64_t guest_cycles() const override { return guest_cycles_.value() - boot_cycles_.value(); }
  const GuestFault* fault() const override { return phase() == Phase::kFailed ? &fault_ : nullptr; }
  std::vector<KernelCounter> kernel_counters() const override;
  KvmVm& vm() { return vm_; }
  // Its guest has halted, and no interrupt is on its way to it. At rest; engine's thread.
  bool sleeps() const;

  // CPUs that vCPU threads keep away from, while others are left: the workers'. Before start().
  void keep_off(const std::vector<int>& cpus);

 private:
  friend class KvmVm;
  friend class MicroGuest;
  class Stepped;
  enum class Phase : uint8_t { kOff, kRunning, kHalted, kFailed };
  enum class Outcome : uint8_t {
    kWent,  // an exit was handled, and the guest can go on
    kBooted,
    kIdle,
    kHalt,
    kKicked,  // nothing of the guest's: a signal
    kFailed,
  };

  KvmVcpu(std::string name, uint16_t index, KvmVm& vm);
  Status open();
  void close();
  Status set_power_on_state();
  Status set_cpuid();
  Status enable_apic();
  Status failed_call(const char* call) const;
  void complete_access();
  // Its VM is made anew, in these steps: save() reads what goes over and changes nothing, step_aside() puts what the
  // kernel has of it away, open() makes that anew. Then either step_back(), and nothing has happened, or settle();
  // neither can fail.
  Status save();
  void step_aside();
  Status restore();
  void step_back();
  void settle(IrqChip before);

  // One KVM_RUN, and what became of it. kvm_vcpu.cc
  Outcome enter();
  void arm_interrupt();
  bool must_not_enter() const;
  Outcome mmio(uint64_t left);
  Outcome pio(uint64_t left);
  // One access to a device, or to where none is (`range` null).
  Outcome reach(const MmioBus::Range* range, uint64_t address, ExitReason reason, bool write, uint8_t width,
                uint8_t* data, uint64_t left);
  Outcome halt(uint64_t left);
  Outcome window(uint64_t left);
  bool behind_halt() const;
  Outcome hypercall(uint64_t left);
  Outcome kicked();
  double ran();  // CPU seconds of this thread since the last call
  Outcome guest_fault();
  Outcome fail(std::string what);
  Outcome stop_vm();
  void read_registers(uint64_t frame);
  uint64_t rip() const;
  struct Span {
    uint64_t begin, end;
  };
  Span span(uint64_t left) const;
  void add_exit(Span span, ExitReason reason, uint64_t address, uint64_t value, uint8_t width, const char* reg,
                uint16_t nic);

  // Free running. kvm_thread.cc
  // What is wanted, in the low two bits, under a number that the thread acknowledges when it stands: an old answer is
  // never taken for a new one.
  enum Wanted : uint32_t { kRest, kGo, kQuit, kWantedMask };
  void interrupt(uint16_t line) override;
  void kick();
  void wake_thread();
  void want(Wanted wanted);
  uint32_t wanted() const { return wanted_.load(std::memory_order_seq_cst) & kWantedMask; }
  bool stands() const {
    return acknowledged_.load(std::memory_order_acquire) == wanted_.load(std::memory_order_relaxed);
  }
  void thread_main();
  void run_free();
  void sleep_until_interrupt();
  bool watch(bool on);
  void end_timer();
  bool boot_until(Outcome wanted);
  void add_kernel_counters(std::vector<KernelCounter>& to) const;
  std::vector<KernelCounter> all_kernel_counters() const;
  void leave_out_boot(const std::vector<KernelCounter>& before);
  void boot(bool settle);

  void set_phase(Phase phase) { phase_.store(phase, std::memory_order_release); }
  Phase phase() const { return phase_.load(std::memory_order_acquire); }

  KvmVm& vm_;
  int fd_ = -1, stats_fd_ = -1;
  KvmIrqfds irqfds_;  // kernel's interrupt controllers
  kvm_run* run_ = nullptr;
  bool own_tsc_ = false;  // the guest's TSC is the host's
  std::unique_ptr<Stepped> stepped_;
  Turn* turn_ = nullptr;   // stepped: the turn under way
  bool queued_ = false;    // KVM_INTERRUPT was called, and the guest not entered since
  uint32_t armed_ = 0;     // the lines that were looked at before the guest was entered
  uint64_t accesses_ = 0;  // register accesses, for a turn to see that there were some
  struct Saved;            // and what the kernel had of it before
  void swap_kernel(Saved& aside);
  std::unique_ptr<Saved> saved_;
  GuestFault fault_;
  std::vector<KernelCounter> kernel_before_;  // of earlier VMs of this vCPU
  std::vector<KernelCounter> kernel_boot_;    // of booting; the order of names is the kernel's and does not change

  std::atomic<Phase> phase_{Phase::kOff};
  std::atomic<bool> paused_{false};
  std::atomic<uint32_t> exit_cost_{0};
  std::atomic<uint64_t> poll_ns_{0}, poll_cycles_{0};
  Counter guest_cycles_, boot_cycles_;

  // Kick and sleep: pairs of base/shared.h rule 3 with the interrupt lines and with wanted_.
  alignas(64) std::atomic<uint32_t> in_guest_{0}, asleep_{0};
  std::atomic<uint32_t> wanted_{kRest}, acknowledged_{kRest};
  std::atomic<int> tid_{0};
  bool free_ = false;  // the thread runs the guest
  std::thread thread_;
  std::vector<int> keep_off_;

  // A guest that neither exits nor polls for this much CPU time of its thread is stopped.
  void* timer_ = nullptr;
  uint64_t timer_owner_ = 0;
  double ran_from_ = 0;  // CPU time of the thread that runs it, when it was looked at last
  double spun_ = 0;      // how much of it has gone by without a sign of life
  uint64_t last_polls_ = 0, seen_exits_ = 0;
};

}  // namespace ringside::vmm
