// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/vmxnet3/vmxnet3_interrupt.h"

#include <algorithm>

namespace ringside::devices {

namespace spec = ringside::spec::vmxnet3;

void Vmxnet3Interrupt::raise(Turn& turn, uint32_t vector, uint8_t ring, uint16_t queue) {
  if (vector >= spec::kMaxVectors) return;
  event_.set(1u << vector);
  const InterruptOutcome outcome = evaluate(turn, vector);
  turn.step({.kind = EventKind::kInterrupt, .ring = ring, .queue = queue, .a = vector, .b = uint64_t(outcome), .object = device_});
}

InterruptOutcome Vmxnet3Interrupt::evaluate(const Turn& turn, uint32_t vector) {
  if (mask_.load() >> vector & 1 || disabled()) return InterruptOutcome::kMasked;  // whoever unmasks it delivers
  Moderation& m = moderation_[vector];
  const uint64_t wait = gap(vector, turn.hz);
  if (wait && m.raised_once && turn.now - m.last < wait) {
    if (m.postponed == kNever) moderated_.add(1);
    m.postponed = m.last + wait;
    next_due_ = std::min(next_due_, m.postponed);
    return InterruptOutcome::kModerated;
  }
  m.postponed = kNever;
  m.last = turn.now;
  m.raised_once = true;
  send(vector, raised_by_worker_);
  return InterruptOutcome::kRaised;
}

uint64_t Vmxnet3Interrupt::gap(uint32_t vector, double hz) const {
  if (const uint32_t rate = rate_.load()) return uint64_t(hz / rate);
  return uint64_t(vmxnet3_level_us(level_[vector].load()) * 1e-6 * hz);
}

// DriverShared.intrCtrl: the guest's one switch for all of them, in memory.
bool Vmxnet3Interrupt::disabled() const {
  uint32_t control = 0;
  const uint64_t area = shared_area_.load();
  return area && dma_.load32(area + offsetof(spec::DriverShared, intr_ctrl), control) && control & spec::kIntrCtrlDisableAll;
}

bool Vmxnet3Interrupt::send(uint32_t vector, Counter& counter) {
  const uint32_t bit = 1u << vector;
  if (!(event_.clear(bit) & bit)) return false;  // the other side has told it
  if (auto_mask_.load()) mask_.set(bit);
  counter.add(1);
  if (msix_.enabled()) {
    msix_.deliver(vector);
  } else if (intx_) {
    icr_.set(1);
    intx_->assert_line(line_);
  }
  return true;
}

void Vmxnet3Interrupt::ripe(Turn& turn) {
  look_.exchange(0);
  next_due_ = kNever;
  const uint32_t events = event_.load();
  for (uint32_t vector = 0; vector < spec::kMaxVectors; vector++) {
    Moderation& m = moderation_[vector];
    if (!(events >> vector & 1)) {
      m.postponed = kNever;
      continue;
    }
    if (m.postponed != kNever && m.postponed > turn.now) {
      next_due_ = std::min(next_due_, m.postponed);
      continue;
    }
    const InterruptOutcome outcome = evaluate(turn, vector);
    if (outcome == InterruptOutcome::kRaised) turn.step({.kind = EventKind::kInterrupt, .ring = 1, .a = vector, .b = uint64_t(outcome), .object = device_});
  }
}

uint64_t Vmxnet3Interrupt::due() const { return look_.load() ? 0 : next_due_; }

void Vmxnet3Interrupt::configure(uint64_t shared_area, uint32_t vectors, bool auto_mask, const uint8_t* levels) {
  (void)vectors;
  shared_area_.store(shared_area);
  auto_mask_.store(auto_mask);
  set_levels(levels);
}

void Vmxnet3Interrupt::set_levels(const uint8_t* levels) {
  for (uint32_t i = 0; i < spec::kMaxVectors; i++) level_[i].store(levels[i]);
}

void Vmxnet3Interrupt::write_mask(uint32_t vector, bool masked) {
  const uint32_t bit = 1u << vector;
  if (masked) {
    mask_.set(bit);
    return;
  }
  mask_.clear(bit);
  if (!(event_.load() & bit)) return;
  event(vector);
}

// Something is to be told, and the vector may be open: now, or by the worker if it is moderated.
void Vmxnet3Interrupt::event(uint32_t vector) {
  if (vector >= spec::kMaxVectors) return;
  event_.set(1u << vector);
  if (mask_.load() >> vector & 1 || disabled()) return;
  if (rate_.load() || vmxnet3_level_us(level_[vector].load())) {
    look_.set(1);
    if (waker_) waker_->wake();
    return;
  }
  send(vector, raised_by_vcpu_);
}

uint32_t Vmxnet3Interrupt::read_icr() {
  const uint32_t causes = icr_.exchange(0);
  if (intx_) intx_->clear_line(line_);
  // An interrupt between the two: the line goes up again.
  if (icr_.load() && intx_) intx_->assert_line(line_);
  return causes;
}

void Vmxnet3Interrupt::reset() {
  mask_.store((1u << spec::kMaxVectors) - 1);
  event_.store(0);
  icr_.store(0);
  shared_area_.store(0);
  auto_mask_.store(false);
  rate_.store(0);
  for (auto& level : level_) level.store(0);
  if (intx_) intx_->clear_line(line_);
  look_.set(1);  // what is postponed has nothing to tell any more
  if (waker_) waker_->wake();
}

}  // namespace ringside::devices
