// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/kvm/kvm_vcpu.h"

#include <bit>

#include "engine/base/clock.h"
#include "engine/spec/boot_info.h"
#include "engine/vmm/kvm/kvm_api.h"

// From one exit to the next: one KVM_RUN, one switch, one function a reason. Everything else about a vCPU is elsewhere.
namespace ringside::vmm {

// region: kvm-exit-loop
KvmVcpu::Outcome KvmVcpu::enter() {
  if (vm_.irqchip() == IrqChip::kUser) arm_interrupt();
  run_->immediate_exit = 0;
  in_guest_.store(1, std::memory_order_seq_cst);
  if (must_not_enter()) [[unlikely]] {
    in_guest_.store(0, std::memory_order_relaxed);
    return Outcome::kKicked;
  }
  const uint64_t entered = tsc();
  const int r = ioctl(fd_, KVM_RUN, 0);
  const uint64_t left = tsc();
  in_guest_.store(0, std::memory_order_relaxed);
  guest_cycles_.add(left - entered);
  queued_ = false;
  if (r < 0) [[unlikely]]
    return errno == EINTR || errno == EAGAIN ? kicked() : fail(std::string("KVM_RUN: ") + strerror(errno));
  switch (run_->exit_reason) {
    case KVM_EXIT_MMIO: return mmio(left);
    case KVM_EXIT_IO: return pio(left);
    case KVM_EXIT_HLT: return halt(left);
    case KVM_EXIT_IRQ_WINDOW_OPEN: return window(left);
    case KVM_EXIT_HYPERCALL: return hypercall(left);
    case KVM_EXIT_INTR: return kicked();
    case KVM_EXIT_SHUTDOWN: return fail("triple fault");
    case KVM_EXIT_FAIL_ENTRY: return fail("the CPU refuses its state");
    case KVM_EXIT_INTERNAL_ERROR:
      return fail(run_->internal.suberror == KVM_INTERNAL_ERROR_EMULATION ? "no instruction that can be executed there"
                                                                          : "KVM gave up");
    default: return fail("exit " + std::to_string(run_->exit_reason) + ", of which nothing is known here");
  }
}
// endregion: kvm-exit-loop

// User-space interrupt controller: the lowest line that is up goes in as soon as the guest lets interrupts in; until
// then KVM says when.
void KvmVcpu::arm_interrupt() {
  armed_ = interrupts.pending();
  if (!armed_) [[likely]] {
    run_->request_interrupt_window = 0;
    return;
  }
  if (!queued_ && run_->ready_for_interrupt_injection && run_->if_flag) {
    const auto line = uint16_t(std::countr_zero(armed_));
    interrupts.took(line);
    kvm_interrupt vector{uint32_t{spec::kFirstVector} + line};
    queued_ = undisturbed_ioctl(fd_, KVM_INTERRUPT, &vector) == 0;
    if (queued_) interrupts.took(uint16_t(vector.irq - spec::kFirstVector));
    run_->request_interrupt_window = (armed_ & (armed_ - 1)) != 0;
    return;
  }
  run_->request_interrupt_window = 1;
}

// Somebody wants the thread, or a line went up since it was looked at. After in_guest_ was written: who kicks, reads
// that.
bool KvmVcpu::must_not_enter() const {
  if (vm_.broken() || (free_ && (wanted() != kGo || paused_.load(std::memory_order_seq_cst)))) return true;
  return vm_.irqchip() == IrqChip::kUser && interrupts.pending() & ~armed_;
}

uint64_t KvmVcpu::rip() const { return vm_.has_sync_regs() ? run_->s.regs.regs.rip : 0; }

// Begin and end of an exit: real when free, virtual when stepped.
KvmVcpu::Span KvmVcpu::span(uint64_t left) const {
  if (turn_ && turn_->stepping()) return {turn_->now, turn_->now + exit_cost()};
  return {left, tsc()};
}

void KvmVcpu::add_exit(Span at, ExitReason reason, uint64_t address, uint64_t value, uint8_t width, const char* reg,
                       uint16_t nic) {
  exits.add({at.begin, at.end, address, value, reg, rip(), reason, width, nic});
}

KvmVcpu::Outcome KvmVcpu::mmio(uint64_t left) {
  const uint64_t gpa = run_->mmio.phys_addr;
  const bool write = run_->mmio.is_write;
  return reach(vm_.bus().find(gpa), gpa, write ? ExitReason::kMmioWrite : ExitReason::kMmioRead, write,
               uint8_t(run_->mmio.len), run_->mmio.data, left);
}

KvmVcpu::Outcome KvmVcpu::reach(const MmioBus::Range* range, uint64_t address, ExitReason reason, bool write,
                                uint8_t width, uint8_t* data, uint64_t left) {
  const uint64_t offset = range ? range->offset_of(address) : address;
  const char* name = range ? range->device->register_name(offset) : "unmapped";
  const uint16_t nic = range ? range->index : 0;
  StepSink* sink = turn_ ? turn_->sink : nullptr;
  StepEvent event{.kind = write ? EventKind::kRegisterWrite : EventKind::kRegisterRead,
                  .a = offset,
                  .cycles = exit_cost(),
                  .rip = rip(),
                  .object = range ? static_cast<const void*>(range->device) : this};
  uint64_t value = 0;
  accesses_++;
  if (write) {
    memcpy(&value, data, width > 8 ? 8 : width);
    event.b = value;
    const Span virtual_span = span(left);
    if (sink) [[unlikely]]
      sink->step(event);  // first: what the device does about it is its consequence
    if (range) {
      Access access{sink, turn_ ? turn_->now : left};
      MmioBus::Turnstile alone(vm_.bus(), sink);
      range->device->mmio_write(offset, width, value, access);
    }
    add_exit(sink ? virtual_span : span(left), reason, address, value, width, name, nic);
    return Outcome::kWent;
  }
  value = width >= 8 ? ~uint64_t{0} : (uint64_t{1} << 8 * width) - 1;
  const Span virtual_span = span(left);
  if (range) {
    Access access{sink, turn_ ? turn_->now : left};
    MmioBus::Turnstile alone(vm_.bus(), sink);
    value = range->device->mmio_read(offset, width, access);
  }
  memcpy(data, &value, width > 8 ? 8 : width);
  add_exit(sink ? virtual_span : span(left), reason, address, value, width, name, nic);
  event.b = value;
  if (sink) [[unlikely]]
    sink->step(event);
  return Outcome::kWent;
}

KvmVcpu::Outcome KvmVcpu::pio(uint64_t left) {
  const uint16_t port = run_->io.port;
  auto* data = reinterpret_cast<uint8_t*>(run_) + run_->io.data_offset;
  const uint8_t width = run_->io.size;
  const bool write = run_->io.direction == KVM_EXIT_IO_OUT;
  if (const MmioBus::Range* range = vm_.bus().find_port(port)) {  // a device's I/O BAR; a string instruction: several
    for (uint32_t i = 0; i < run_->io.count; i++)
      reach(range, port, write ? ExitReason::kPioWrite : ExitReason::kPioRead, write, width, data + width * i, left);
    return Outcome::kWent;
  }
  uint64_t value = 0;
  if (write)
    memcpy(&value, data, width);
  else
    memset(data, 0xff, size_t{width} * run_->io.count), value = 0xffffffff;
  const char* name = port == spec::kIdlePort     ? "idle"
                     : port == spec::kBootedPort ? "booted"
                     : port == spec::kFaultPort  ? "fault"
                                                 : "unmapped";
  add_exit(span(left), write ? ExitReason::kPioWrite : ExitReason::kPioRead, port, value, width, name, 0);
  if (!write) return Outcome::kWent;
  if (port == spec::kIdlePort) return Outcome::kIdle;
  if (port == spec::kBootedPort) return Outcome::kBooted;
  return port == spec::kFaultPort ? guest_fault() : Outcome::kWent;
}

KvmVcpu::Outcome KvmVcpu::halt(uint64_t left) {
  add_exit(span(left), ExitReason::kHalt, 0, 0, 0, "", 0);
  return Outcome::kHalt;
}

// Behind the guest's "sti; hlt" (one-to-one page tables).
bool KvmVcpu::behind_halt() const {
  const uint64_t at = rip();
  return at >= 2 && at <= vm_.memory().size() && memcmp(vm_.memory().base() + at - 2, "\xfb\xf4", 2) == 0;
}

// The window opens with HLT at the latest. Where KVM interprets the guest it reports either, by chance (seen); for who
// steps, the guest has halted, in each run.
KvmVcpu::Outcome KvmVcpu::window(uint64_t left) {
  if (turn_ && behind_halt()) return halt(left);
  add_exit(span(left), ExitReason::kInterruptWindow, 0, 0, 0, "", 0);
  return Outcome::kWent;
}

KvmVcpu::Outcome KvmVcpu::hypercall(uint64_t left) {
  add_exit(span(left), ExitReason::kHypercall, run_->hypercall.nr, run_->hypercall.args[0], 0, "", 0);
  run_->hypercall.ret = 0;
  return Outcome::kWent;
}

}  // namespace ringside::vmm
