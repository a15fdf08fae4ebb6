// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/guest/memory.h"
#include "engine/guest/platform.h"
#include "engine/spec/boot_info.h"

namespace ringside::guest {

inline void out8(uint16_t port, uint8_t value) { asm volatile("outb %0, %1" : : "a"(value), "d"(port) : "memory"); }

inline uint64_t read_tsc() {
  uint32_t low, high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return uint64_t{high} << 32 | low;
}

// The platform of a guest that owns its CPU: memory is where its address says, a register access is a load or a store,
// and the CPU leaves the guest by itself when the hypervisor wants to see it.
class MachinePlatform {
 public:
  explicit MachinePlatform(uint32_t vcpu) : vcpu_(vcpu) {}

  uint8_t* mem(uint64_t gpa) const { return reinterpret_cast<uint8_t*>(gpa); }

  // region: baremetal-mmio
  uint64_t mmio_read(uint64_t gpa, uint8_t width) {
    switch (width) {
      case 1: return *reinterpret_cast<volatile uint8_t*>(gpa);
      case 2: return *reinterpret_cast<volatile uint16_t*>(gpa);
      case 8: return *reinterpret_cast<volatile uint64_t*>(gpa);
      default: return *reinterpret_cast<volatile uint32_t*>(gpa);
    }
  }
  void mmio_write(uint64_t gpa, uint8_t width, uint64_t value) {
    asm volatile("" ::: "memory");  // descriptors first, then the doorbell; the CPU keeps stores in order
    switch (width) {
      case 1: *reinterpret_cast<volatile uint8_t*>(gpa) = uint8_t(value); break;
      case 2: *reinterpret_cast<volatile uint16_t*>(gpa) = uint16_t(value); break;
      case 8: *reinterpret_cast<volatile uint64_t*>(gpa) = value; break;
      default: *reinterpret_cast<volatile uint32_t*>(gpa) = uint32_t(value);
    }
  }
  // endregion: baremetal-mmio

  // Interrupts are let in here and between two polls, nowhere else. STI holds them back for one instruction more, so
  // that none can come between it and HLT.
  void idle(Idle how) {
    if (how == Idle::kHalt) {
      asm volatile("sti; hlt; cli" ::: "memory");
      return;
    }
    auto* words = machine();
    if (load_relaxed(&words->idle_leaves)) return out8(spec::kIdlePort, uint8_t(vcpu_));
    const uint64_t gap = load_relaxed(&words->poll_every_ns);
    const uint64_t until = gap ? clock() + gap : 0;
    do asm volatile("pause" ::: "memory");
    while (gap && clock() < until);
  }

  uint64_t clock() const {
    auto* words = machine();
    const uint64_t base = load_relaxed(&words->clock_base_ns), fraction = load_relaxed(&words->clock_ns_fraction);
    if (!fraction) return base;
    const uint64_t passed = read_tsc() - load_relaxed(&words->clock_base_tsc);
    return base + (passed >> 32) * fraction + (((passed & 0xffffffff) * fraction) >> 32);
  }

  uint32_t vcpu() const { return vcpu_; }
  static spec::MachineWords* machine() { return reinterpret_cast<spec::MachineWords*>(spec::kMachineGpa); }

 private:
  const uint32_t vcpu_;
};
static_assert(Platform<MachinePlatform>);

}  // namespace ringside::guest
