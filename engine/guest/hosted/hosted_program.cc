// SPDX-License-Identifier: BSD-3-Clause
#include "engine/guest/hosted/hosted_program.h"

#include "engine/guest/guest_program.h"
#include "engine/guest/hosted/hosted_platform.h"

namespace ringside::guest {
namespace {

void boot(vmm::SoftVcpu& vcpu) {
  HostedPlatform<true> platform(vcpu);
  guest_boot(platform);
}

void interrupt(vmm::SoftVcpu& vcpu) {
  HostedPlatform<true> platform(vcpu);
  guest_interrupt(platform);
}

bool poll(vmm::SoftVcpu& vcpu) {
  if (vcpu.observed()) [[unlikely]] {
    HostedPlatform<true> platform(vcpu);
    return guest_poll(platform);
  }
  HostedPlatform<false> platform(vcpu);
  return guest_poll(platform);
}

}  // namespace

vmm::GuestProgram hosted_program() { return {&boot, &interrupt, &poll}; }

// Notes become events of the stepper.
void tell(vmm::SoftVcpu& vcpu, const NoteArgs& args) {
  StepEvent event{.kind = EventKind::kBuildFrame,
                  .ends = args.ends,
                  .queue = args.queue,
                  .index = args.row,
                  .a = args.a,
                  .b = args.b,
                  .length = args.length,
                  .object = &vcpu};
  switch (args.note) {
    case Note::kBuildFrame: break;
    case Note::kWriteRow: event.kind = EventKind::kDriverWriteRow, event.ring = uint8_t(RingKind::kTransmit); break;
    case Note::kTakeRow:
      event.kind = EventKind::kDriverTakeRow, event.ring = args.ring ? args.ring : uint8_t(RingKind::kReceive);
      break;
    case Note::kCleanRow: event.kind = EventKind::kDriverCleanRow, event.ring = uint8_t(RingKind::kTransmit); break;
    case Note::kConsume: event.kind = EventKind::kConsume; break;
    case Note::kGiveRows: return vcpu.note_given();
    case Note::kForward: return vcpu.note_forward(args.nic, args.row, uint32_t(args.a));
  }
  vcpu.note(event);
}

}  // namespace ringside::guest
