// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "engine/vmm/exit.h"
#include "engine/vmm/interrupt.h"

namespace ringside::vmm {

// A virtual CPU: runs a guest, turns exits into bus accesses, records each exit. SoftVcpu runs as a context of a worker,
// KvmVcpu on a thread of its own.
class Vcpu {
 public:
  virtual ~Vcpu() = default;
  virtual const char* kind() const = 0;                // "soft", "kvm"
  virtual std::string state() const = 0;               // "running", "halted", "paused". Any thread
  virtual void set_paused(bool paused) = 0;            // the guest executes nothing while paused. Any thread; takes hold within one poll
  virtual bool paused() const = 0;

  InterruptLines interrupts;
  ExitLog exits;
};

}  // namespace ringside::vmm
