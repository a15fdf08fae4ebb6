// SPDX-License-Identifier: BSD-3-Clause
// Compiled by guest_baremetal_compile.sh and linked into nothing: the whole guest over a platform as it is under KVM,
// where memory is where its address says and a register access is a plain load or store.
#include "engine/guest/guest_program.h"

namespace ringside::guest {

struct BareMetal {
  uint8_t* mem(uint64_t gpa) const { return reinterpret_cast<uint8_t*>(gpa); }
  uint64_t mmio_read(uint64_t gpa, uint8_t) { return *reinterpret_cast<volatile uint32_t*>(gpa); }
  void mmio_write(uint64_t gpa, uint8_t, uint64_t value) {
    *reinterpret_cast<volatile uint32_t*>(gpa) = uint32_t(value);
  }
  void idle(Idle how) {
    if (how == Idle::kHalt) asm volatile("sti; hlt; cli" ::: "memory");
  }
  uint64_t clock() { return *reinterpret_cast<volatile uint64_t*>(spec::kReportGpa + 0x800); }
};
static_assert(Platform<BareMetal>);

extern "C" [[noreturn]] void guest_main() {
  BareMetal platform;
  guest_boot(platform);
  for (;;) guest_poll(platform);
}

extern "C" void guest_irq() {
  BareMetal platform;
  guest_interrupt(platform);
}

}  // namespace ringside::guest
