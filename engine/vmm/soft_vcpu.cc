// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/soft_vcpu.h"

#include <algorithm>
#include <utility>

#include "engine/spec/boot_info.h"
#include "engine/vmm/boot_failure.h"
#include "engine/vmm/generator.h"

namespace ringside::vmm {
namespace {

// Less RAM than this has no room for a boot page, a guest's state and the tail that mem() keeps free.
constexpr uint64_t kLeastMemory = spec::kGuestHeapGpa + 2 * spec::kMemoryTail;

uint64_t all_ones(uint8_t width) { return width >= 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * width)) - 1; }

}  // namespace

SoftVcpu::SoftVcpu(std::string name, GuestMemory& memory, const MmioBus& bus, const GuestProgram& program,
                   uint16_t index)
    : Vcpu(name, index),
      Context(std::move(name), ContextKind::kVcpu),
      base_(memory.base()),
      limit_(memory.size() >= kLeastMemory ? memory.size() - spec::kMemoryTail : 0),
      bus_(bus),
      program_(program) {}

std::string SoftVcpu::state() const {
  if (limit_ == 0) return "failed: less than " + std::to_string(kLeastMemory >> 10) + " KiB of memory";
  if (phase() == Phase::kFailed) {
    auto* report = reinterpret_cast<const spec::GuestReport*>(base_ + spec::kReportGpa);
    auto* word = reinterpret_cast<const uint64_t*>(&report->boot_failure);
    return std::string("failed: ") + text_of(spec::BootFailure(shared::load_relaxed(word)));
  }
  if (paused()) return "paused";
  if (phase() == Phase::kOff) return "off";
  return phase() == Phase::kHalted ? "halted" : "running";
}

void SoftVcpu::power_on(bool settle) {
  Turn boot{.now = 0, .hz = kVirtualHz};
  turn(boot);
  // A driver that waits for interrupts has halted before time runs, whether its NIC announces link up or not.
  const auto* info = reinterpret_cast<const spec::BootInfo*>(mem(spec::kBootInfoGpa));
  if (settle && (interrupts.pending() || info->driver == spec::DriverMode::kInterrupt)) turn(boot);
}

// busy_cycles is measured around turns that moved something, so that polls that found nothing are left out.
uint64_t SoftVcpu::guest_cycles() const {
  const uint64_t busy = busy_cycles.value(), outside = exits.cycles();
  return busy > outside ? busy - outside : 0;
}

void SoftVcpu::reset() {
  set_phase(Phase::kOff);
  next_poll_ = handled_ = 0;
  in_hand_ = 0;
  base_ns_ = last_ns_ = 0;
  clock_hz_ = 0;
}

// region: soft-vcpu-turn
bool SoftVcpu::turn(Turn& turn) {
  if (paused() || limit_ == 0) [[unlikely]]
    return false;
  turn_ = &turn;
  turn_tsc_ = 0;
  bool moved = run();
  if (in_hand_ != 0) [[unlikely]]
    in_hand_ = 0;
  unrung_ = 0;
  turn_ = &outside_;
  return moved;
}

// Pending interrupts, then one poll (DESIGN section 4, Worker).
bool SoftVcpu::run() {
  if (phase() == Phase::kFailed) [[unlikely]]
    return false;
  if (turn_->hz != clock_hz_) [[unlikely]]
    fit_clock();
  if (phase() == Phase::kOff) [[unlikely]]
    return boot();
  bool interrupted = interrupts.pending() != 0;
  if (phase() == Phase::kHalted) {
    if (!interrupted) return false;
    set_phase(Phase::kRunning);
    turn_->step({.kind = EventKind::kWake, .object = this});
  }
  if (interrupted) {
    interrupts.take();
    program_.interrupt(*this);
  } else if (next_poll_ - turn_->now - 1 < poll_every()) {
    return false;  // not yet; farther away than poll_every is a time from before the setting or the owner's clock was
                   // changed
  }
  polls.add(1);
  bool moved = program_.poll(*this);
  // Once awake it empties its ring; it sleeps again after the poll that found nothing.
  next_poll_ = moved ? 0 : now() + poll_every();
  // An interrupt that came while HLT was a step point of its own: nobody else will tell that there is work.
  if (phase() == Phase::kHalted && interrupts.pending()) [[unlikely]]
    return true;
  if (!moved && !interrupted) {
    empty_polls.add(1);
    return false;
  }
  uint64_t handled = frames_handled();
  packets.add(handled - handled_);
  handled_ = handled;
  return true;
}
// endregion: soft-vcpu-turn

bool SoftVcpu::boot() {
  auto* report = reinterpret_cast<const spec::GuestReport*>(mem(spec::kReportGpa));
  if (index() != 0) {  // vCPU 0 boots, the others wait until it has
    if (shared::load_relaxed(&report->alive) != spec::kBootMagic) return false;
    next_poll_ = turn_->now;
    set_phase(Phase::kRunning);
    return true;
  }
  // Running before the first instruction: the guest's last act of booting may be a HLT.
  set_phase(Phase::kRunning);
  next_poll_ = turn_->now;
  program_.boot(*this);
  if (shared::load_relaxed(&report->alive) != spec::kBootMagic) set_phase(Phase::kFailed);
  handled_ = frames_handled();
  return true;
}

uint64_t SoftVcpu::frames_handled() const {
  auto* report = reinterpret_cast<const spec::GuestReport*>(mem(spec::report_gpa(index())));
  return shared::load_relaxed(&report->received) + shared::load_relaxed(&report->generated);
}

// --- the guest's way out

uint64_t SoftVcpu::mmio_read(uint64_t gpa, uint8_t width) {
  const uint32_t cost = read_cost_.load(std::memory_order_relaxed);
  const uint64_t begin = begin_exit(cost), end = pay(begin, cost);
  const MmioBus::Range* range = bus_.find(gpa);
  uint64_t value = all_ones(width), offset = gpa;
  if (range) {
    Access access{turn_->sink, end};
    offset = range->offset_of(gpa);
    MmioBus::Turnstile alone(bus_, turn_->sink);
    value = range->device->mmio_read(offset, width, access);
  }
  const uint16_t nic = range ? range->index : 0;
  exits.add({begin, end, gpa, value, name_at(range, gpa), 0, ExitReason::kMmioRead, width, nic});
  const void* object = range ? static_cast<const void*>(range->device) : this;
  turn_->step({.kind = EventKind::kRegisterRead, .a = offset, .b = value, .cycles = cost, .object = object});
  return value;
}

// region: mmio-write
void SoftVcpu::mmio_write(uint64_t gpa, uint8_t width, uint64_t value) {
  const uint32_t cost = exit_cost();
  const uint64_t begin = begin_exit(cost), end = pay(begin, cost);
  const MmioBus::Range* range = bus_.find(gpa);
  const char* name = name_at(range, gpa);
  const uint64_t offset = range ? range->offset_of(gpa) : gpa;
  const uint16_t nic = range ? range->index : 0;
  exits.add({begin, end, gpa, value, name, 0, ExitReason::kMmioWrite, width, nic});
  if (turn_->stepping()) [[unlikely]] {
    // The event comes first: what the device does about it is then seen as its consequence.
    const void* object = range ? static_cast<const void*>(range->device) : this;
    turn_->step({.kind = EventKind::kRegisterWrite, .a = offset, .b = value, .cycles = cost, .object = object});
  }
  if (range) {
    Access access{turn_->sink, end};
    MmioBus::Turnstile alone(bus_, turn_->sink);
    range->device->mmio_write(offset, width, value, access);
  }
}
// endregion: mmio-write

// HLT. The guest comes back from here at once; it executes nothing more until an interrupt is pending, since its main
// loop ends with this call. Halted is written before pending is read by the next turn or by has_work(): a pair of
// base/shared.h rule 3.
void SoftVcpu::halt() {
  const uint32_t cost = halt_cost_.load(std::memory_order_relaxed);
  const uint64_t begin = begin_exit(cost), end = pay(begin, cost);
  exits.add({begin, end, 0, 0, "", 0, ExitReason::kHalt, 0, 0});
  turn_->step({.kind = EventKind::kHalt, .cycles = cost, .object = this});
  phase_.store(Phase::kHalted, std::memory_order_seq_cst);
}

// A price of 0 needs no look at the TSC: the record then carries the turn's begin.
uint64_t SoftVcpu::begin_exit(uint32_t cost) { return cost && !turn_->stepping() ? now() : turn_->now; }

// Spends the modelled price and returns when it was over. No pause instruction: it takes up to 140 cycles, and the
// price would not be the one that was set.
uint64_t SoftVcpu::pay(uint64_t begin, uint32_t cost) {
  if (turn_->stepping()) return begin + cost;
  uint64_t end = begin;
  while (end - begin < cost) end = now();
  return end;
}

const char* SoftVcpu::name_at(const MmioBus::Range* range, uint64_t gpa) {
  if (!range) [[unlikely]]
    return "unmapped";
  NamedRegister& entry = names_[((gpa >> 2) ^ (gpa >> 10)) % names_.size()];
  if (entry.address != gpa) [[unlikely]]
    entry = {gpa, range->device->register_name(range->offset_of(gpa))};
  return entry.name;
}

// --- time

// The vCPU's clock, cycles. A turn's `now` was read by the worker; what passes inside is the TSC's difference from the
// first look.
uint64_t SoftVcpu::now() {
  if (turn_->stepping()) return turn_->now;
  uint64_t t = tsc();
  if (turn_tsc_ == 0) turn_tsc_ = t;
  return turn_->now + (t - turn_tsc_);
}

void SoftVcpu::fit_clock() {
  clock_hz_ = turn_->hz;
  base_ns_ = last_ns_;
  base_cycles_ = turn_->now;
  ns_fraction_ = uint64_t(1e9 / clock_hz_ * 4294967296.0);
}

uint64_t SoftVcpu::clock_ns() {
  uint64_t cycles = now();
  // Between free and stepped running the owner's clock may jump; the guest's stands still then, and never goes back.
  if (cycles < base_cycles_) [[unlikely]]
    base_cycles_ = cycles, base_ns_ = last_ns_;
  const uint64_t passed = cycles - base_cycles_;
  const uint64_t ns = base_ns_ + (passed >> 32) * ns_fraction_ + (((passed & 0xffffffff) * ns_fraction_) >> 32);
  return last_ns_ = std::max(last_ns_, ns);
}

Timer SoftVcpu::timer() const {
  if (paused() || limit_ == 0) return {};
  if (phase() == Phase::kOff) return {0, TimerKind::kWork};
  if (phase() != Phase::kRunning) return {};
  if (frames_left(base_, index())) {
    auto* report = reinterpret_cast<const spec::GuestReport*>(mem(spec::report_gpa(index())));
    uint64_t due = shared::load_relaxed(&report->next_send_ns);
    if (due <= base_ns_) return {next_poll_, TimerKind::kWork};
    // By the same fraction as clock_ns(), and a few cycles more: when the timer has run out, the guest must find the
    // frame due.
    const double cycles = double(due - base_ns_) * 4294967296.0 / double(ns_fraction_);
    const uint64_t at = base_cycles_ + uint64_t(cycles) + 4;
    return {std::max(next_poll_, at), TimerKind::kWork};
  }
  return poll_every() ? Timer{next_poll_, TimerKind::kPoll} : Timer{};
}

bool SoftVcpu::has_work() const {
  if (paused() || limit_ == 0 || phase() == Phase::kFailed) return false;
  return phase() == Phase::kOff || interrupts.pending() != 0;
}

// --- notes of plain memory accesses

// The device's ring has the rows now: its doorbell was rung, or the row itself shows it.
void SoftVcpu::note_given() {
  in_hand_ -= unrung_;
  unrung_ = 0;
}

void SoftVcpu::note(const StepEvent& event) {
  track(event);
  turn_->step(event);
}

// Frames that are in the guest's hands in the middle of a poll, for a cut that finds it suspended there.
void SoftVcpu::track(const StepEvent& event) {
  switch (event.kind) {
    case EventKind::kDriverTakeRow: in_hand_ += event.ends; break;
    case EventKind::kBuildFrame: in_hand_ += 1; break;
    case EventKind::kConsume: in_hand_ -= 1; break;
    case EventKind::kDriverWriteRow: unrung_ += event.ends; break;
    default: break;
  }
}

}  // namespace ringside::vmm
