// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstring>

#include "engine/spec/boot_info.h"
#include "engine/vmm/kvm/kvm_api.h"
#include "engine/vmm/kvm/kvm_vcpu.h"
#include "engine/vmm/kvm/kvm_vm.h"

// How a guest stands at its first instruction: in long mode, memory one to one, descriptor tables and a stack in place.
// What firmware and a boot loader do on a PC. Intel SDM vol. 3: 3.4.5 (segments), 4.5.4 (page tables), 6.14.1
// (interrupt gates).
namespace ringside::vmm {
namespace {

constexpr uint64_t kCode64 = 0x00af'9b00'0000'ffff, kData = 0x00cf'9300'0000'ffff, kTss = 0x0000'8b00'0000'0067;
constexpr uint16_t kCodeSelector = 0x08, kDataSelector = 0x10, kTssSelector = 0x18;
constexpr uint64_t kPresentWritable = 0x3, kLargePage = 0x80, kAccessedDirty = 0x60;

template <class T>
T* at(GuestMemory& memory, uint64_t gpa) {
  return reinterpret_cast<T*>(memory.base() + gpa);
}

kvm_segment segment(uint16_t selector, uint8_t type, bool code) {
  kvm_segment s{};
  s.limit = 0xffff'ffff, s.selector = selector, s.type = type, s.present = 1, s.s = 1, s.g = 1, s.l = code,
  s.db = !code;
  return s;
}

}  // namespace

void KvmVm::load_guest() {
  if (image_.gpa < memory_.size() && image_.bytes.size() <= memory_.size() - image_.gpa)
    memcpy(memory_.base() + image_.gpa, image_.bytes.data(), image_.bytes.size());
  // 4 GiB: one table of level 4, one of level 3, four of level 2 with pages of 2 MiB.
  auto* tables = at<uint64_t>(memory_, spec::kPageTablesGpa);
  tables[0] = (spec::kPageTablesGpa + 0x1000) | kPresentWritable;
  for (uint64_t i = 0; i < 4; i++) tables[512 + i] = (spec::kPageTablesGpa + 0x2000 + i * 0x1000) | kPresentWritable;
  for (uint64_t i = 0; i < 4 * 512; i++) tables[1024 + i] = i << 21 | kPresentWritable | kLargePage | kAccessedDirty;
  auto* gdt = at<uint64_t>(memory_, spec::kGdtGpa);
  gdt[0] = 0, gdt[1] = kCode64, gdt[2] = kData, gdt[3] = kTss, gdt[4] = 0;
  auto* idt = at<uint64_t>(memory_, spec::kIdtGpa);
  for (uint64_t v = 0; image_.vectors && v < spec::kVectors; v++) {
    const uint64_t to = image_.vectors + v * spec::kVectorStubBytes;
    idt[2 * v] = (to & 0xffff) | uint64_t{kCodeSelector} << 16 | uint64_t{0x8e00} << 32 | (to >> 16 & 0xffff) << 48;
    idt[2 * v + 1] = to >> 32;
  }
}

void KvmVm::set_clock(uint64_t base_ns, uint64_t base_tsc, uint64_t ns_fraction) {
  auto* words = at<spec::MachineWords>(memory_, spec::kMachineGpa);
  words->clock_base_ns = base_ns, words->clock_base_tsc = base_tsc, words->clock_ns_fraction = ns_fraction;
  words->writes_eoi = chip_ == IrqChip::kKernel;
}

Status KvmVcpu::set_power_on_state() {
  kvm_sregs s{};
  if (kvm_ioctl(fd_, KVM_GET_SREGS, &s) < 0) return failed_call("KVM_GET_SREGS");
  s.cs = segment(kCodeSelector, 0xb, true);
  s.ds = s.es = s.fs = s.gs = s.ss = segment(kDataSelector, 0x3, false);
  s.tr = {};
  s.tr.limit = 0x67, s.tr.selector = kTssSelector, s.tr.type = 0xb, s.tr.present = 1;
  s.ldt = {};
  s.ldt.unusable = 1;
  s.gdt.base = spec::kGdtGpa, s.gdt.limit = 5 * 8 - 1;
  s.idt.base = spec::kIdtGpa, s.idt.limit = spec::kVectors * 16 - 1;
  s.cr0 = 0x8005'0033, s.cr2 = 0, s.cr3 = spec::kPageTablesGpa, s.cr4 = 0x20;  // PG AM WP NE ET MP PE; PAE
  s.efer = 0x500;                                                              // LMA LME
  if (vm_.irqchip() == IrqChip::kKernel) s.apic_base |= 0xc00;                 // enabled, x2APIC
  memset(s.interrupt_bitmap, 0, sizeof s.interrupt_bitmap);
  kvm_regs r{};
  r.rip = vm_.image().entry, r.rflags = 2, r.rdi = index();
  r.rsp = spec::kStacksGpa + (index() + 1ull) * spec::kStackBytes - 8;  // as if it had been called
  if (kvm_ioctl(fd_, KVM_SET_SREGS, &s) < 0 || kvm_ioctl(fd_, KVM_SET_REGS, &r) < 0)
    return failed_call("KVM_SET_SREGS");
  return enable_apic();
}

// The local APIC listens (spurious vector register, SDM vol. 3, 11.9), and the vCPU is no sleeper that waits for a
// SIPI.
Status KvmVcpu::enable_apic() {
  if (vm_.irqchip() != IrqChip::kKernel) return {};
  kvm_lapic_state apic{};
  if (kvm_ioctl(fd_, KVM_GET_LAPIC, &apic) < 0) return failed_call("KVM_GET_LAPIC");
  const uint32_t spurious = 0x1ff;
  memcpy(apic.regs + 0xf0, &spurious, sizeof spurious);
  for (uint32_t at : {0x100u, 0x200u}) memset(apic.regs + at, 0, 0x80);  // nothing in service, nothing requested
  if (kvm_ioctl(fd_, KVM_SET_LAPIC, &apic) < 0) return failed_call("KVM_SET_LAPIC");
  kvm_mp_state runnable{KVM_MP_STATE_RUNNABLE};
  if (kvm_ioctl(fd_, KVM_SET_MP_STATE, &runnable) < 0) return failed_call("KVM_SET_MP_STATE");
  return {};
}

// What the host's CPU has, with this vCPU's APIC id (leaves 1 and 0xb).
Status KvmVcpu::set_cpuid() {
  constexpr uint32_t kEntries = 256;
  alignas(kvm_cpuid2) uint8_t room[sizeof(kvm_cpuid2) + kEntries * sizeof(kvm_cpuid_entry2)] = {};
  auto* cpuid = reinterpret_cast<kvm_cpuid2*>(room);
  auto* entries = reinterpret_cast<kvm_cpuid_entry2*>(room + sizeof(kvm_cpuid2));
  cpuid->nent = kEntries;
  if (kvm_ioctl(vm_.system_fd(), KVM_GET_SUPPORTED_CPUID, cpuid) < 0) return failed_call("KVM_GET_SUPPORTED_CPUID");
  for (uint32_t i = 0; i < cpuid->nent; i++) {
    kvm_cpuid_entry2& e = entries[i];
    if (e.function == 1) e.ebx = (e.ebx & 0x00ff'ffff) | uint32_t{index()} << 24, e.ecx |= 1u << 21;  // x2APIC
    if (e.function == 0xb || e.function == 0x1f) e.edx = index();
  }
  if (kvm_ioctl(fd_, KVM_SET_CPUID2, cpuid) < 0) return failed_call("KVM_SET_CPUID2");
  return {};
}

}  // namespace ringside::vmm
