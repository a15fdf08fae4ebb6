// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/context.h"
#include "engine/vmm/exit.h"
#include "engine/vmm/guest_fault.h"
#include "engine/vmm/interrupt.h"

namespace ringside::vmm {

// Prices of a soft vCPU's exits by kind, cycles.
struct ExitCosts {
  uint32_t write = 0, read = 0, halt = 0;
  bool operator==(const ExitCosts&) const = default;
};

// A virtual CPU: runs a guest, turns exits into bus accesses, records each exit. SoftVcpu runs as a context of a
// worker, KvmVcpu on a thread of its own. A VM has a list of them; number 0 boots the guest, the others wait until it
// is up.
//
// Threads: power_on, reset, start, ask_rest and wait_rest by the engine's thread; settings and state() by any.
class Vcpu {
 public:
  Vcpu(std::string name, uint16_t index) : name_(std::move(name)), index_(index) {}
  virtual ~Vcpu() = default;
  Vcpu(const Vcpu&) = delete;
  Vcpu& operator=(const Vcpu&) = delete;

  const std::string& name() const { return name_; }  // "web/0"
  uint16_t index() const { return index_; }
  virtual const char* kind() const = 0;   // "soft", "kvm"
  virtual std::string state() const = 0;  // "running", "halted", "paused". Any thread
  virtual void set_paused(
      bool paused) = 0;  // the guest executes nothing while paused. Any thread; takes hold within one poll
  virtual bool paused() const = 0;

  // What a worker runs while time runs free; null: the vCPU has a thread of its own.
  virtual Context* context() { return nullptr; }
  // What the stepper runs.
  virtual Context* stepped() = 0;
  // Whether this context is one of the two.
  bool is(const Context* other) { return other && (other == context() || other == stepped()); }

  // Boots the guest, before time runs; vCPU 0's share. `settle`: its driver's first interrupt (link up) belongs to the
  // start too.
  virtual void power_on(bool settle) = 0;
  // Power-off: the next turn or start boots. The caller wipes guest memory and resets the devices. At a cut.
  virtual void reset() = 0;

  // Free running, for vCPUs with a thread of their own: go; stand at the next exit.
  virtual void start() {}
  virtual void ask_rest() {}
  virtual void wait_rest() {}

  // The price of an exit, cycles: modelled. A soft vCPU spends it; a KVM vCPU has real exits and uses it for virtual
  // time alone.
  virtual void set_exit_cost(uint32_t cycles) = 0;
  virtual void set_exit_costs(const ExitCosts& costs) = 0;
  virtual uint32_t exit_cost() const = 0;
  virtual bool exits_modelled() const = 0;
  // From one poll to the next, 0 = as fast as it goes; hz: of the clock in use.
  virtual void set_poll_interval(double seconds, double hz) = 0;
  // Cycles in the guest, as far as they can be told from waiting.
  virtual uint64_t guest_cycles() const = 0;

  // Why the guest was stopped, or null. Any thread, once state() says so.
  virtual const GuestFault* fault() const { return nullptr; }
  // What the kernel counts about this vCPU (KVM_GET_STATS_FD): never to be mixed with `exits`, which are those that
  // came to us.
  struct KernelCounter {
    std::string name;
    uint64_t value = 0;
  };
  virtual std::vector<KernelCounter> kernel_counters() const { return {}; }

  InterruptLines interrupts;
  ExitLog exits;

 private:
  const std::string name_;
  const uint16_t index_;
};

}  // namespace ringside::vmm
