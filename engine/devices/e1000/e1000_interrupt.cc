// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/e1000/e1000_interrupt.h"

#include <algorithm>

#include "engine/spec/e1000.h"

namespace ringside::devices {

namespace spec = ringside::spec::e1000;
namespace cause = spec::cause;

namespace {
// Whose event it is: a cause of the receive ring is stop 7 of the packet that came in.
uint8_t ring_of(uint32_t causes) { return causes & (cause::kRxt0 | cause::kRxdmt0 | cause::kRxo) ? 1 : 2; }
}  // namespace

// region: interrupt-cause
void E1000Interrupt::raise(Turn& turn, uint32_t causes) {
  forget_if_told();
  causes_.set(causes);
  const InterruptOutcome outcome = wanted() ? evaluate(turn) : InterruptOutcome::kMasked;
  turn.step(
      {.kind = EventKind::kInterrupt, .ring = ring_of(causes), .a = causes, .b = uint64_t(outcome), .object = device_});
}

InterruptOutcome E1000Interrupt::evaluate(const Turn& turn) {
  if (!lines_ || lines_->pending() & (1u << line_)) return InterruptOutcome::kRaised;  // the line is up already
  const uint64_t gap = std::max(floor_cycles_, uint64_t(throttle_.load() * (spec::kItrUnitNs * 1e-9) * turn.hz));
  if (gap && raised_once_ && turn.now - last_ < gap) {
    if (postponed_ == kNever) moderated_.add(1);
    postponed_ = last_ + gap;
    return InterruptOutcome::kModerated;
  }
  postponed_ = kNever;
  last_ = turn.now;
  raised_once_ = true;
  raised_by_worker_.add(1);
  lines_->assert_line(line_);
  return InterruptOutcome::kRaised;
}
// endregion: interrupt-cause

// The guest reset the device: what ran before must not raise anything now. Done by the worker before it does anything
// new. Whoever takes the bit calls it, so that a reset in between is not lost.
void E1000Interrupt::forget() {
  rx_ = tx_ = {};
  postponed_ = kNever;
  raised_once_ = false;
}

void E1000Interrupt::forget_if_told() {
  if (!(look_.peek() & kForget)) [[likely]]
    return;
  look_.clear(kForget);
  look_.set(kLook);
  forget();
}

void E1000Interrupt::arm(DelayTimer& timer, const Turn& turn, uint32_t delay, uint32_t absolute) {
  forget_if_told();
  // Each frame starts the delay anew; the absolute limit counts from the first. SDM 13.4.30 (RDTR), 13.4.31 (RADV).
  const double unit = spec::kDelayUnitNs * 1e-9 * turn.hz;
  if (timer.absolute == kNever && absolute) timer.absolute = turn.now + uint64_t(absolute * unit);
  timer.due = std::min(turn.now + uint64_t(delay * unit), timer.absolute);
}

void E1000Interrupt::ripe(Turn& turn) {
  uint32_t look = look_.exchange(0);
  if (look & kForget) forget(), look |= kLook;
  uint32_t causes = 0;
  if (rx_.due <= turn.now || (look & kFlush && rx_.due != kNever)) causes |= cause::kRxt0, rx_ = {};
  if (tx_.due <= turn.now) causes |= cause::kTxdw, tx_ = {};
  if (causes) return raise(turn, causes);
  if (postponed_ > turn.now && !(look & kLook)) return;
  const uint32_t pending = causes_.load() & mask_.load();
  if (!pending) {  // what was postponed has been read or masked meanwhile
    postponed_ = kNever;
    return;
  }
  const bool was_up = lines_ && lines_->pending() & (1u << line_);
  const InterruptOutcome outcome = evaluate(turn);
  if (was_up)
    postponed_ = kNever;
  else
    turn.step({.kind = EventKind::kInterrupt,
               .ring = ring_of(pending),
               .a = pending,
               .b = uint64_t(outcome),
               .object = device_});
}

uint64_t E1000Interrupt::due() const {
  if (look_.load()) return 0;
  return std::min({rx_.due, tx_.due, postponed_});
}

uint32_t E1000Interrupt::read_causes() {
  const uint32_t causes = causes_.exchange(0);
  reconsider();
  return causes;
}

void E1000Interrupt::set_causes(uint32_t causes) {
  causes_.set(causes & cause::kAll);
  reconsider();
}

void E1000Interrupt::clear_causes(uint32_t causes) {
  causes_.clear(causes);
  reconsider();
}

void E1000Interrupt::set_mask(uint32_t bits) {
  mask_.set(bits & cause::kAll);
  reconsider();
}

void E1000Interrupt::clear_mask(uint32_t bits) {
  mask_.clear(bits);
  reconsider();
}

void E1000Interrupt::reconsider() {
  if (!lines_) return;
  // The line goes down first and the words are read after it: a cause that the worker sets meanwhile, while it still
  // sees the line up, is seen here.
  if (!wanted()) lines_->clear_line(line_);
  if (!wanted() || lines_->pending() & (1u << line_)) return;
  if (throttled()) {
    look_.set(kLook);
    if (waker_) waker_->wake();
    return;
  }
  raised_by_vcpu_.add(1);
  lines_->assert_line(line_);
}

void E1000Interrupt::flush_receive_timer() {
  look_.set(kFlush);
  if (waker_) waker_->wake();
}

void E1000Interrupt::reset() {
  mask_.store(0);
  causes_.store(0);
  throttle_.store(0);
  look_.set(kForget);
  if (lines_) lines_->clear_line(line_);
  if (waker_) waker_->wake();
}

}  // namespace ringside::devices
