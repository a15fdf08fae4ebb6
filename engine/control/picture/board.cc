// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/picture/board.h"

#include "engine/control/running/time.h"

namespace ringside::control {
namespace {

constexpr double kShowEvery = 1.0 / 60, kStandingEvery = 0.5, kLookedFor = 0.5;  // seconds
constexpr size_t kLines = 64;

}  // namespace

std::shared_ptr<const Snapshot> Board::newest() {
  looked_ = seconds_now();
  std::lock_guard lock(mutex_);
  return newest_;
}

void Board::set_event_sink(std::function<void(const EventView&)> sink) {
  std::lock_guard lock(mutex_);
  sink_ = std::move(sink);
}

bool Board::looked_at() const { return seconds_now() - looked_ < kLookedFor; }

bool Board::due(bool moving) const {
  return looked_at() && seconds_now() - shown_ >= (moving ? kShowEvery : kStandingEvery);
}

void Board::show(std::shared_ptr<const Snapshot> picture) {
  shown_ = seconds_now();
  std::lock_guard lock(mutex_);
  newest_ = std::move(picture);
}

void Board::tell(const EventView& event) {
  std::function<void(const EventView&)> sink;
  {
    std::lock_guard lock(mutex_);
    sink = sink_;
  }
  if (sink) sink(event);
}

void CommandLog::add(const std::string& command, const Answer& answer) {
  std::vector<LogLine>& lines = lines_.edit();
  lines.push_back({++number_, command, answer.text, answer.ended});
  if (lines.size() > kLines) lines.erase(lines.begin());
}

}  // namespace ringside::control
