// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/platform.h"
#include "engine/vmm/soft_vcpu.h"

namespace ringside::guest {

// Turns a note into an event of the stepper.
void tell(vmm::SoftVcpu& vcpu, const NoteArgs& args);

// The platform over a soft vCPU: guest memory is the host's mapping of it, register accesses are exits. Lives for one
// call of the guest. Without Observed it has no note(), and the guest's hot loop has no trace of one: the choice is
// made once a poll.
template <bool Observed>
class HostedPlatform final {
 public:
  explicit HostedPlatform(vmm::SoftVcpu& vcpu) : vcpu_(vcpu), base_(vcpu.memory_base()), limit_(vcpu.memory_limit()) {}

  // As SoftVcpu::mem(): never outside the guest's RAM.
  uint8_t* mem(uint64_t gpa) const {
    if (gpa > limit_) [[unlikely]]
      gpa = 0;
    return base_ + gpa;
  }
  uint64_t mmio_read(uint64_t gpa, uint8_t width) { return vcpu_.mmio_read(gpa, width); }
  void mmio_write(uint64_t gpa, uint8_t width, uint64_t value) { vcpu_.mmio_write(gpa, width, value); }
  void idle(Idle how) {
    if (how == Idle::kHalt) vcpu_.halt();
  }
  uint64_t clock() { return vcpu_.clock_ns(); }
  uint32_t vcpu() const { return vcpu_.index(); }
  void note(const NoteArgs& args) requires Observed { tell(vcpu_, args); }

 private:
  vmm::SoftVcpu& vcpu_;
  uint8_t* const base_;
  const uint64_t limit_;
};

static_assert(Platform<HostedPlatform<false>> && Platform<HostedPlatform<true>>);

}  // namespace ringside::guest
