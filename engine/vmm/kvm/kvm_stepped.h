// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "engine/base/context.h"
#include "engine/vmm/kvm/kvm_vcpu.h"

namespace ringside::vmm {

// A KVM vCPU as the stepper's lane runs it: a turn goes from exit to exit, until the guest says that it found nothing
// more (its idle() leaves the guest) or halts. What it wrote into its rings is seen at its next exit, and its clock
// stands between two exits, so that what it does depends on nothing but what it finds: two stepped runs are the same,
// event for event. Threads: the engine's.
class KvmVcpu::Stepped final : public Context {
 public:
  Stepped(KvmVcpu& vcpu, std::string name) : Context(std::move(name), ContextKind::kVcpu), vcpu_(vcpu) {}
  bool turn(Turn& turn) override;
  Timer timer() const override;
  bool frozen() const override { return vcpu_.paused(); }
  void reset() { next_poll_ = handled_ = 0; }

 private:
  Outcome run(Turn& turn);
  uint64_t frames_handled() const;

  KvmVcpu& vcpu_;
  uint64_t next_poll_ = 0, handled_ = 0;
};

}  // namespace ringside::vmm
