// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/exit_recording.h"

#include <algorithm>

namespace ringside::desktop {

void ExitRecording::clear() {
  by_vcpu_.clear();
  newest_ = oldest_ = sampled_at_ = 0;
  any_ = false;
}

void ExitRecording::add(const Snapshot& s) {
  if (s.serial == serial_) return;
  serial_ = s.serial;
  const bool free = s.mode == RunMode::kFree;
  const double hz = free && s.tsc_hz > 0 ? s.tsc_hz : 2.6e9;
  if (free != free_ || hz != hz_) clear();  // another clock
  free_ = free, hz_ = hz;
  if (free && s.state == RunState::kRunning) {
    if (any_ && double(s.tsc - sampled_at_) < kSampleEvery * hz && s.tsc >= sampled_at_) return;
    sampled_at_ = s.tsc;
  }
  std::map<std::string, bool> seen;
  for (const ExitView& e : s.exits) {
    std::deque<Exit>& lane = by_vcpu_[e.vcpu];
    const bool first = !seen[e.vcpu];
    seen[e.vcpu] = true;
    if (!lane.empty() && e.begin <= lane.back().view.begin) continue;
    // The first of a batch that is new: what lay between it and the last of the batch before is not known.
    lane.push_back({e, e.skipped > 0 || (first && !lane.empty())});
    if (lane.size() > kMost) lane.pop_front();
    newest_ = std::max(newest_, e.end);
  }
  any_ |= !by_vcpu_.empty();
  oldest_ = newest_;
  for (const auto& [name, lane] : by_vcpu_)
    if (!lane.empty()) oldest_ = std::min(oldest_, lane.front().view.begin);
}

const std::deque<ExitRecording::Exit>& ExitRecording::of(const std::string& vcpu) const {
  static const std::deque<Exit> kNone;
  const auto it = by_vcpu_.find(vcpu);
  return it == by_vcpu_.end() ? kNone : it->second;
}

const ExitRecording::Exit* ExitRecording::find(const std::string& vcpu, uint64_t begin) const {
  const std::deque<Exit>& lane = of(vcpu);
  if (begin == ~uint64_t{0}) return lane.empty() ? nullptr : &lane.back();  // `window exit=web/0`: the newest
  const auto it =
      std::lower_bound(lane.begin(), lane.end(), begin, [](const Exit& e, uint64_t t) { return e.view.begin < t; });
  return it != lane.end() && it->view.begin == begin ? &*it : nullptr;
}

size_t ExitRecording::size() const {
  size_t n = 0;
  for (const auto& [name, lane] : by_vcpu_) n += lane.size();
  return n;
}

ExitGroup group_of(const std::string& reason) {
  auto has = [&](const char* part) { return reason.find(part) != std::string::npos; };
  if (has("interrupt")) return ExitGroup::kInterrupt;
  if (has("HLT") || has("MWAIT") || has("PAUSE") || has("idle")) return ExitGroup::kWait;
  if (has("fault") || has("violation")) return ExitGroup::kFault;
  if (has("read") || has("write") || has("MMIO") || has("port")) return ExitGroup::kDevice;
  return ExitGroup::kInstruction;
}

bool is_ept_class(const std::string& reason) { return reason.rfind("MMIO", 0) == 0; }

}  // namespace ringside::desktop
