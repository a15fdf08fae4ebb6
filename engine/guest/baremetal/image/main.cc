// SPDX-License-Identifier: BSD-3-Clause
#include "engine/guest/baremetal/image/platform.h"
#include "engine/guest/guest_program.h"

// The guest as a flat image: its first instruction is guest_main, in long mode, with interrupts off, a stack and
// one-to-one page tables.
namespace ringside::guest {
namespace {

// As `vm crash` wants it.
[[noreturn]] void crash(spec::Crash how) {
  struct __attribute__((packed)) {
    uint16_t limit;
    uint64_t base;
  } const nothing{0, 0};
  switch (how) {
    case spec::Crash::kTripleFault: asm volatile("lidt %0; ud2" : : "m"(nothing)); break;
    case spec::Crash::kJump: asm volatile("jmp *%0" : : "r"(uint64_t{0xd0000000})); break;  // neither RAM nor a device
    case spec::Crash::kException: asm volatile("ud2"); break;
    default: break;
  }
  for (;;) asm volatile("" ::: "memory");
}

}  // namespace

// region: guest-main
extern "C" [[noreturn]] void guest_main(uint64_t vcpu) {
  MachinePlatform platform{uint32_t(vcpu)};
  auto* words = MachinePlatform::machine();
  if (vcpu == 0) guest_boot(platform);
  out8(spec::kBootedPort, uint8_t(vcpu));
  for (;;) {
    asm volatile("sti; nop; cli" ::: "memory");
    if (const auto how = load_relaxed(&words->crash); how != spec::Crash::kNone && vcpu == 0) [[unlikely]]
      crash(how);
    guest_poll(platform);
    add_relaxed(&words->polls[vcpu], 1);
  }
}
// endregion: guest-main

// From vectors.cc.
extern "C" void guest_irq(uint64_t /*line*/, uint64_t vcpu) {
  MachinePlatform platform{uint32_t(vcpu)};
  guest_interrupt(platform);
  constexpr uint32_t kX2apicEoi = 0x80b;  // SDM vol. 3, table 11-6
  if (load_relaxed(&MachinePlatform::machine()->writes_eoi))
    asm volatile("wrmsr" : : "c"(kX2apicEoi), "a"(0), "d"(0) : "memory");
}

extern "C" [[noreturn]] void guest_fault(const spec::FaultFrame* frame) {
  for (;;) asm volatile("outb %%al, %%dx" : : "a"(frame->vector), "d"(spec::kFaultPort), "S"(frame) : "memory");
}

}  // namespace ringside::guest
