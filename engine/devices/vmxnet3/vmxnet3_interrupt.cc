// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/vmxnet3/vmxnet3_interrupt.h"

#include <algorithm>

namespace ringside::devices {

namespace spec = ringside::spec::vmxnet3;

void Vmxnet3Interrupt::raise(Turn& turn, uint32_t vector, uint8_t ring, uint16_t queue, uint32_t done) {
  if (vector >= vectors_.load()) return;
  if (look_.peek() & kForget) [[unlikely]] {
    look_.clear(kForget);
    look_.set(kLook);
    moderation_ = {};
  }
  Moderation& m = moderation_[vector];
  if (!(m.waiting[0] | m.waiting[1])) m.since = turn.now;
  m.waiting[is_receive(ring)] += done;
  event_.set(1u << vector);
  const InterruptOutcome outcome = evaluate(turn, vector);
  turn.step({.kind = EventKind::kInterrupt,
             .ring = ring,
             .queue = queue,
             .a = vector,
             .b = uint64_t(outcome),
             .object = device_});
}

InterruptOutcome Vmxnet3Interrupt::evaluate(const Turn& turn, uint32_t vector) {
  if (mask_.load() >> vector & 1 || disabled()) return InterruptOutcome::kMasked;  // whoever unmasks it delivers
  Moderation& m = moderation_[vector];
  if (const uint64_t at = ready_at(m, vector, turn); at > turn.now) {
    if (m.postponed == kNever) moderated_.add(1);
    m.postponed = at;
    next_due_ = std::min(next_due_, m.postponed);
    return InterruptOutcome::kModerated;
  }
  if (adaptive(vector)) {
    const uint32_t told = m.waiting[0] + m.waiting[1];
    if (told >= kVmxnet3AdaptiveUp && m.level < kVmxnet3AdaptiveMost)
      m.level++;
    else if (told <= kVmxnet3AdaptiveDown && m.level)
      m.level--;
  }
  m.waiting[0] = m.waiting[1] = 0;
  m.postponed = kNever;
  m.last = turn.now;
  m.raised_once = true;
  send(vector, raised_by_worker_);
  return InterruptOutcome::kRaised;
}

bool Vmxnet3Interrupt::adaptive(uint32_t vector) const {
  const uint32_t mode = mode_.load();
  return mode == spec::coalesce::kAdaptive ||
         (mode == spec::coalesce::kDisabled && level_[vector].load() == spec::kModerationAdaptive);
}

// Whether the worker must be asked before the vector's interrupt is told.
bool Vmxnet3Interrupt::moderates(uint32_t vector) const {
  return mode_.load() != spec::coalesce::kDisabled || level_[vector].load() != spec::kModerationNone;
}

// When the vector's interrupt may be told, on the worker's clock. Depths: when so many completions of a kind wait, or
// the first of them has waited long enough. Else: when the gap since the last one is over. An event that no completion
// belongs to has nothing to wait for.
uint64_t Vmxnet3Interrupt::ready_at(const Moderation& m, uint32_t vector, const Turn& turn) const {
  const uint32_t mode = mode_.load();
  if (mode == spec::coalesce::kStatic) {
    bool enough = !(m.waiting[0] | m.waiting[1]);
    for (int kind = 0; kind < 2; kind++) enough |= m.waiting[kind] && m.waiting[kind] >= depth_[kind].load();
    return enough ? 0 : m.since + uint64_t(turn.hz * kVmxnet3DepthWaitUs / 1e6);
  }
  const uint32_t rate = mode == spec::coalesce::kRate ? rate_.load() : 0;
  const uint64_t wait =
      rate ? uint64_t(turn.hz / rate)
           : uint64_t(vmxnet3_level_us(adaptive(vector) ? m.level : level_[vector].load()) * 1e-6 * turn.hz);
  return wait && m.raised_once ? m.last + wait : 0;
}

// DriverShared.intrCtrl: the guest's one switch for all of them, in memory.
bool Vmxnet3Interrupt::disabled() const {
  uint32_t control = 0;
  const uint64_t area = shared_area_.load();
  return area && dma_.load32(area + offsetof(spec::DriverShared, intr_ctrl), control) &&
         control & spec::kIntrCtrlDisableAll;
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
  if (look_.exchange(0) & kForget) moderation_ = {};
  next_due_ = kNever;
  const uint32_t events = event_.load();
  for (uint32_t vector = 0; vector < spec::kMaxVectors; vector++) {
    Moderation& m = moderation_[vector];
    if (!(events >> vector & 1)) {
      m.postponed = kNever;
      m.waiting[0] = m.waiting[1] = 0;
      continue;
    }
    if (m.postponed != kNever && m.postponed > turn.now) {
      next_due_ = std::min(next_due_, m.postponed);
      continue;
    }
    const InterruptOutcome outcome = evaluate(turn, vector);
    if (outcome == InterruptOutcome::kRaised)
      turn.step({.kind = EventKind::kInterrupt, .ring = 1, .a = vector, .b = uint64_t(outcome), .object = device_});
  }
}

uint64_t Vmxnet3Interrupt::due() const { return look_.load() ? 0 : next_due_; }

void Vmxnet3Interrupt::configure(uint64_t shared_area, uint32_t vectors, bool auto_mask, const uint8_t* levels) {
  vectors_.store(std::min(vectors, spec::kMaxVectors));
  shared_area_.store(shared_area);
  auto_mask_.store(auto_mask);
  look_.set(kLook | kForget);
  set_levels(levels);
}

void Vmxnet3Interrupt::set_levels(const uint8_t* levels) {
  for (uint32_t i = 0; i < spec::kMaxVectors; i++) level_[i].store(levels[i]);
}

void Vmxnet3Interrupt::set_coalesce(const spec::Coalesce& wanted) {
  coalesce_ = wanted;
  depth_[0].store(wanted.value[spec::coalesce::kTxCompDepth]), depth_[1].store(wanted.value[spec::coalesce::kRxDepth]);
  rate_.store(wanted.value[0]);
  mode_.store(wanted.mode);
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
  if (vector >= vectors_.load()) return;
  event_.set(1u << vector);
  if (mask_.load() >> vector & 1 || disabled()) return;
  if (moderates(vector)) {
    look_.set(kLook);
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
  vectors_.store(0);
  set_coalesce({});
  for (auto& level : level_) level.store(0);
  if (intx_) intx_->clear_line(line_);
  look_.set(kLook | kForget);  // what is postponed has nothing to tell any more, and levels begin anew
  if (waker_) waker_->wake();
}

}  // namespace ringside::devices
