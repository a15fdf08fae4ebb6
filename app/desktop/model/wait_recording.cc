// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/wait_recording.h"

#include <algorithm>

namespace ringside::desktop {
namespace {

template <class T>
void keep_latest(std::deque<T>& list, size_t most) {
  while (list.size() > most) list.pop_front();
}

}  // namespace

void WaitRecording::clear() {
  by_vcpu_.clear();
  newest_ = 0, at_ = 0;
}

void WaitRecording::add(const Snapshot& s) {
  if (s.mode == RunMode::kFree || s.events.empty()) return;
  const uint64_t newest = s.events.back().number;
  if (newest < newest_ || double(s.events.back().ns) * 1e-9 < at_) clear();  // it began anew
  if (newest == newest_) return;
  const EventView& first = s.events.front();
  if (newest_ && first.number > newest_ + 1)  // more happened between two looks than a snapshot holds
    for (auto& [name, lane] : by_vcpu_) {
      lane.unknown.emplace_back(lane.last, double(first.ns) * 1e-9);
      lane.halted = -1;
      keep_latest(lane.unknown, kMost);
    }
  const auto from = std::lower_bound(s.events.begin(), s.events.end(), newest_ + 1,
                                     [](const EventView& e, uint64_t number) { return e.number < number; });
  for (auto e = from; e != s.events.end(); ++e) {
    if (e->who.find('/') == std::string::npos) continue;  // a device, a switch, a context
    Lane& lane = by_vcpu_[e->who];
    const double at = double(e->ns) * 1e-9;
    lane.last = std::max(lane.last, at);
    if (e->kind == EventKind::kHalt) lane.halted = at;
    if (e->kind != EventKind::kWake) continue;
    lane.interrupts.push_back(at);
    if (lane.halted >= 0 && at > lane.halted) lane.waits.emplace_back(lane.halted, at);
    lane.halted = -1;
    keep_latest(lane.interrupts, kMost), keep_latest(lane.waits, kMost);
  }
  newest_ = newest, at_ = double(s.events.back().ns) * 1e-9;
}

const WaitRecording::Lane& WaitRecording::of(const std::string& vcpu) const {
  static const Lane kNone;
  const auto it = by_vcpu_.find(vcpu);
  return it == by_vcpu_.end() ? kNone : it->second;
}

}  // namespace ringside::desktop
