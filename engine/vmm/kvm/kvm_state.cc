// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bit>

#include "engine/base/clock.h"
#include "engine/spec/boot_info.h"
#include "engine/vmm/kvm/kvm_api.h"
#include "engine/vmm/kvm/kvm_stepped.h"
#include "engine/vmm/kvm/kvm_vcpu.h"

// Beginning and end of a vCPU, booting, and what is kept when its VM is made anew.
namespace ringside::vmm {

struct KvmVcpu::Saved {
  kvm_regs regs;
  kvm_sregs sregs;
  uint32_t waiting = 0;  // messages that the guest has not taken, a bit a line
  bool halted = false;
  std::vector<KernelCounter> counters;  // of all its VMs so far

  int fd = -1, stats_fd = -1;
  KvmIrqfds irqfds;
  kvm_run* run = nullptr;
  bool own_tsc = false;
};

namespace {

// Requested, not yet taken: SDM vol. 3, 11.8.4.
uint32_t requested(const kvm_lapic_state& apic) {
  uint32_t lines;
  memcpy(&lines, apic.regs + 0x200 + 0x10 * (spec::kFirstVector / 32), sizeof lines);
  return lines;
}

}  // namespace

KvmVcpu::KvmVcpu(std::string name, uint16_t index, KvmVm& vm)
    : Vcpu(name, index), vm_(vm), stepped_(std::make_unique<Stepped>(*this, std::move(name))) {
  interrupts.bind_sink(this);
}

Result<std::unique_ptr<KvmVcpu>> KvmVcpu::create(std::string name, uint16_t index, KvmVm& vm) {
  std::unique_ptr<KvmVcpu> vcpu(new KvmVcpu(std::move(name), index, vm));
  if (Status opened = vcpu->open(); !opened) return opened.error();
  vm.vcpus_.push_back(vcpu.get());
  return vcpu;
}

KvmVcpu::~KvmVcpu() {
  if (thread_.joinable()) {
    want(kQuit);
    wait_rest();
    thread_.join();
  }
  interrupts.bind_sink(nullptr);
  end_timer();
  close();
  std::erase(vm_.vcpus_, this);
}

Status KvmVcpu::failed_call(const char* call) const {
  Error error{"KVM refuses " + std::string(call) + " for vCPU " + name() + ": " + strerror(errno) + ".",
              "Nothing was built.", "Use a soft vCPU: `vcpu=soft`", ""};
  error.environment = true;
  return error;
}

Status KvmVcpu::open() {
  fd_ = kvm_ioctl(vm_.fd(), KVM_CREATE_VCPU, static_cast<unsigned long>(index()));
  if (fd_ < 0) return failed_call("KVM_CREATE_VCPU");
  void* run =
      fault_here("mmap") ? MAP_FAILED : mmap(nullptr, vm_.run_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
  if (run == MAP_FAILED) return failed_call("mmap");
  run_ = static_cast<kvm_run*>(run);
  if (vm_.irqchip() == IrqChip::kKernel)
    if (Status irqfds = irqfds_.open(vm_.fd(), index()); !irqfds) return irqfds;
  if (vm_.has_sync_regs()) run_->kvm_valid_regs = KVM_SYNC_X86_REGS;
  stats_fd_ = kvm_ioctl(fd_, KVM_GET_STATS_FD);  // absent before Linux 5.14: then there are no kernel counters
  if (Status cpuid = set_cpuid(); !cpuid) return cpuid;
  // The guest's TSC is ours: its clock is then a word and a fraction.
  uint64_t offset = 0;
  kvm_device_attr attr{0, KVM_VCPU_TSC_CTRL, KVM_VCPU_TSC_OFFSET, reinterpret_cast<uint64_t>(&offset)};
  own_tsc_ = kvm_ioctl(fd_, KVM_SET_DEVICE_ATTR, &attr) == 0;
  return saved_ ? restore() : set_power_on_state();
}

void KvmVcpu::close() {
  irqfds_.close();
  if (run_) munmap(run_, vm_.run_bytes());
  if (stats_fd_ >= 0) ::close(stats_fd_);
  if (fd_ >= 0) ::close(fd_);
  run_ = nullptr, fd_ = stats_fd_ = -1;
}

// Nothing may be half done: an access that was handled is completed in the guest by entering it, and not a step
// farther.
void KvmVcpu::complete_access() {
  if (!run_) return;
  run_->immediate_exit = 1;
  (void)ioctl(fd_, KVM_RUN, 0);
}

bool KvmVcpu::sleeps() const {
  if (vm_.irqchip() != IrqChip::kKernel) return phase() == Phase::kHalted && !interrupts.pending();
  kvm_mp_state state{};
  kvm_lapic_state apic{};
  return phase() == Phase::kRunning && kvm_ioctl(fd_, KVM_GET_MP_STATE, &state) == 0 &&
         state.mp_state == KVM_MP_STATE_HALTED && kvm_ioctl(fd_, KVM_GET_LAPIC, &apic) == 0 && !requested(apic);
}

Status KvmVcpu::save() {
  complete_access();
  auto saved = std::make_unique<Saved>();
  if (kvm_ioctl(fd_, KVM_GET_REGS, &saved->regs) < 0) return failed_call("KVM_GET_REGS");
  if (kvm_ioctl(fd_, KVM_GET_SREGS, &saved->sregs) < 0) return failed_call("KVM_GET_SREGS");
  saved->waiting = uint32_t(saved->sregs.interrupt_bitmap[0] >> spec::kFirstVector);
  saved->halted = phase() == Phase::kHalted;
  if (vm_.irqchip() == IrqChip::kKernel) {
    kvm_lapic_state apic{};
    if (kvm_ioctl(fd_, KVM_GET_LAPIC, &apic) < 0) return failed_call("KVM_GET_LAPIC");
    saved->waiting = requested(apic);
    kvm_mp_state state{};
    if (kvm_ioctl(fd_, KVM_GET_MP_STATE, &state) < 0) return failed_call("KVM_GET_MP_STATE");
    saved->halted |= phase() == Phase::kRunning && state.mp_state == KVM_MP_STATE_HALTED;
  }
  saved->counters = kernel_before_;
  add_kernel_counters(saved->counters);  // the next VM's begin at nothing
  saved_ = std::move(saved);
  return {};
}

void KvmVcpu::swap_kernel(Saved& aside) {
  std::swap(fd_, aside.fd);
  std::swap(stats_fd_, aside.stats_fd);
  std::swap(run_, aside.run);
  std::swap(own_tsc_, aside.own_tsc);
  irqfds_.swap(aside.irqfds);
}

void KvmVcpu::step_aside() { swap_kernel(*saved_); }

void KvmVcpu::step_back() {
  close();
  swap_kernel(*saved_);
  saved_.reset();
}

Status KvmVcpu::restore() {
  kvm_sregs now{};
  if (kvm_ioctl(fd_, KVM_GET_SREGS, &now) < 0) return failed_call("KVM_GET_SREGS");
  kvm_sregs sregs = saved_->sregs;
  memset(sregs.interrupt_bitmap, 0, sizeof sregs.interrupt_bitmap);
  sregs.apic_base = vm_.irqchip() == IrqChip::kKernel ? now.apic_base | 0xc00 : now.apic_base;
  if (kvm_ioctl(fd_, KVM_SET_SREGS, &sregs) < 0 || kvm_ioctl(fd_, KVM_SET_REGS, &saved_->regs) < 0)
    return failed_call("KVM_SET_SREGS");
  if (Status apic = enable_apic(); !apic) return apic;
  if (vm_.irqchip() == IrqChip::kKernel && saved_->halted) {
    kvm_mp_state halted{KVM_MP_STATE_HALTED};
    if (kvm_ioctl(fd_, KVM_SET_MP_STATE, &halted) < 0) return failed_call("KVM_SET_MP_STATE");
  }
  return {};
}

// Lines that are up are kept in `interrupts` and go in anew; messages that wait in the old controller come back to
// them.
void KvmVcpu::settle(IrqChip before) {
  const std::unique_ptr<Saved> saved = std::move(saved_);
  saved->irqfds.close();  // messages under way have reached the old controller: it is asked once more
  kvm_lapic_state apic{};
  if (before == IrqChip::kKernel && kvm_ioctl(saved->fd, KVM_GET_LAPIC, &apic) == 0) saved->waiting |= requested(apic);
  interrupts.bind_sink(nullptr);
  for (uint32_t waiting = saved->waiting & ~interrupts.pending(); waiting; waiting &= waiting - 1)
    interrupts.pulse(uint16_t(std::countr_zero(waiting)));
  interrupts.bind_sink(this);
  kernel_before_ = std::move(saved->counters);
  queued_ = false;
  // With the kernel's controllers KVM knows that it halts.
  if (saved->halted) set_phase(vm_.irqchip() == IrqChip::kKernel ? Phase::kRunning : Phase::kHalted);
  munmap(saved->run, vm_.run_bytes());
  if (saved->stats_fd >= 0) ::close(saved->stats_fd);
  ::close(saved->fd);
}

void KvmVcpu::reset() {
  complete_access();
  set_phase(Phase::kOff);
  stepped_->reset();
  if (index() == 0) vm_.clock().reset(), vm_.set_broken(false);  // once: what fails from here on is a failure
  queued_ = false;
  kvm_vcpu_events none{};  // what a failed guest had pending
  if (kvm_ioctl(fd_, KVM_SET_VCPU_EVENTS, &none) < 0)
    return (void)fail(failed_call("KVM_SET_VCPU_EVENTS").error().what);
  if (Status state = set_power_on_state(); !state) (void)fail(state.error().what);
}

// Runs on the engine's thread, before time runs.
void KvmVcpu::power_on(bool settle) {
  const std::vector<KernelCounter> before = all_kernel_counters();
  const uint64_t cycles = guest_cycles_.value();
  boot(settle);
  watch(false);
  boot_cycles_.add(guest_cycles_.value() - cycles);
  leave_out_boot(before);
}

void KvmVcpu::boot(bool settle) {
  if (index() == 0) {
    vm_.load_guest();
    vm_.clock().fit(0, kVirtualHz);
  }
  auto* words = reinterpret_cast<spec::MachineWords*>(vm_.memory().base() + spec::kMachineGpa);
  words->idle_leaves = 1;
  vm_.set_clock(vm_.clock().last(), 0, 0);
  const auto* report = reinterpret_cast<const spec::GuestReport*>(vm_.memory().base() + spec::kReportGpa);
  const bool alive = index() == 0 || shared::load_relaxed(&report->alive) == spec::kBootMagic;
  if (!alive || vm_.broken()) return set_phase(Phase::kFailed);
  set_phase(Phase::kRunning);
  if (!boot_until(Outcome::kBooted)) return;
  if (shared::load_relaxed(&report->alive) != spec::kBootMagic) return set_phase(Phase::kFailed);
  if (settle && index() == 0) boot_until(Outcome::kIdle);
}

// True once `wanted` has come; a halt with no line up is as good as an idle poll.
bool KvmVcpu::boot_until(Outcome wanted) {
  if (!watch(true)) return false;
  for (;;) {
    const Outcome outcome = enter();
    if (outcome == wanted) return true;
    if (outcome == Outcome::kFailed || vm_.broken()) return false;
    if (outcome != Outcome::kHalt) continue;
    if (interrupts.pending()) continue;
    set_phase(Phase::kHalted);
    return wanted == Outcome::kIdle;
  }
}

}  // namespace ringside::vmm
