// SPDX-License-Identifier: BSD-3-Clause
#include <time.h>

#include <cstdio>
#include <utility>

#include "engine/spec/boot_info.h"
#include "engine/vmm/kvm/kvm_api.h"
#include "engine/vmm/kvm/kvm_vcpu.h"

// A guest that cannot go on: how it stood, and that only this VM stops.
namespace ringside::vmm {
namespace {

constexpr double kSpinSeconds = 2;

// Intel SDM vol. 3, table 6-1.
const char* exception_name(uint64_t vector) {
  constexpr const char* names[] = {"divide error",
                                   "debug",
                                   "NMI",
                                   "breakpoint",
                                   "overflow",
                                   "bound range",
                                   "invalid opcode",
                                   "no FPU",
                                   "double fault",
                                   "FPU segment",
                                   "invalid TSS",
                                   "segment not present",
                                   "stack fault",
                                   "general protection",
                                   "page fault"};
  return vector < sizeof names / sizeof names[0] ? names[vector] : "reserved or vendor's own";
}

std::string hex(uint64_t value) {
  char text[20];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

}  // namespace

KvmVcpu::Outcome KvmVcpu::fail(std::string what) {
  fault_ = {};
  fault_.what = std::move(what);
  read_registers(0);
  return stop_vm();
}

// The other vCPUs stand at their next exit, which is now.
KvmVcpu::Outcome KvmVcpu::stop_vm() {
  set_phase(Phase::kFailed);
  vm_.set_broken(true);
  for (KvmVcpu* other : vm_.vcpus_)
    if (other != this) other->kick();
  return Outcome::kFailed;
}

// The guest's handler of exceptions tells: AL = vector, RSI = what the exception found.
KvmVcpu::Outcome KvmVcpu::guest_fault() {
  kvm_regs now{};
  (void)kvm_ioctl(fd_, KVM_GET_REGS, &now);
  GuestMemory& memory = vm_.memory();
  if (now.rsi % 8 || now.rsi > memory.size() - sizeof(spec::FaultFrame))
    return fail("an exception, and no account of it");
  const auto* frame = reinterpret_cast<const spec::FaultFrame*>(memory.base() + now.rsi);
  fault_ = {};
  fault_.what = "exception " + std::to_string(frame->vector) + " (" + exception_name(frame->vector) + "), error code " +
                hex(frame->error);
  read_registers(now.rsi);
  return stop_vm();
}

void KvmVcpu::read_registers(uint64_t frame_gpa) {
  kvm_regs r{};
  kvm_sregs s{};
  if (fd_ < 0 || kvm_ioctl(fd_, KVM_GET_REGS, &r) < 0) return;
  (void)kvm_ioctl(fd_, KVM_GET_SREGS, &s);
  fault_.reg = {r.rax, r.rbx, r.rcx, r.rdx, r.rsi, r.rdi, r.rbp, r.rsp, r.r8,
                r.r9,  r.r10, r.r11, r.r12, r.r13, r.r14, r.r15, r.rip, r.rflags};
  fault_.cr2 = s.cr2;
  GuestMemory& memory = vm_.memory();
  if (frame_gpa) {
    const auto f = *reinterpret_cast<const spec::FaultFrame*>(memory.base() + frame_gpa);
    fault_.reg = {f.rax, f.rbx, f.rcx, f.rdx, f.rsi, f.rdi, f.rbp, f.rsp, f.r8,
                  f.r9,  f.r10, f.r11, f.r12, f.r13, f.r14, f.r15, f.rip, f.rflags};
  }
  kvm_translation where{};
  where.linear_address = fault_.rip();
  if (kvm_ioctl(fd_, KVM_TRANSLATE, &where) < 0 || !where.valid || where.physical_address >= memory.size()) return;
  fault_.code_bytes = uint32_t(std::min<uint64_t>(fault_.code.size(), memory.size() - where.physical_address));
  memcpy(fault_.code.data(), memory.base() + where.physical_address, fault_.code_bytes);
}

double KvmVcpu::ran() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  const double now = double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
  return now - std::exchange(ran_from_, now);
}

// A signal, and no exit. The thread's timer sends some, by the CPU time that it used: a guest that halts or waits for a
// CPU uses none, and one that polls counts its polls. One that does neither for two seconds of CPU time is stuck,
// however often it was stopped and let go on meanwhile (a run until=idle looks whether it is at rest every few
// milliseconds).
KvmVcpu::Outcome KvmVcpu::kicked() {
  const auto* words = reinterpret_cast<const spec::MachineWords*>(vm_.memory().base() + spec::kMachineGpa);
  const uint64_t polls = index() < spec::kMaxVcpus ? shared::load_relaxed(&words->polls[index()]) : 0;
  const double used = ran();
  if (polls != last_polls_ || exits.total() != seen_exits_) {
    last_polls_ = polls, seen_exits_ = exits.total(), spun_ = 0;
    return Outcome::kKicked;
  }
  spun_ += used;
  if (spun_ < kSpinSeconds) return Outcome::kKicked;
  return fail("it has used 2 s of CPU time without a poll and without an exit");
}

}  // namespace ringside::vmm
