// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "engine/api/snapshot.h"

namespace ringside::control {

// Where other threads find what the engine shows: the newest picture, and each event as it happens.
class Board {
 public:
  Board() : newest_(std::make_shared<Snapshot>()) {}

  // --- any thread
  std::shared_ptr<const Snapshot> newest();  // notes that somebody looks
  void set_event_sink(std::function<void(const EventView&)> sink);

  // --- engine's thread
  bool looked_at() const;  // in the last half second
  // Looked at, and the newest picture is a 60th of a second old; or half a second where nothing moves but what the
  // host does by itself, such as deleting an interface.
  bool due(bool moving) const;
  void show(std::shared_ptr<const Snapshot> picture);
  void tell(const EventView& event);  // or the lane that holds the baton

 private:
  std::mutex mutex_;  // newest_, sink_
  std::shared_ptr<const Snapshot> newest_;
  std::function<void(const EventView&)> sink_;
  std::atomic<double> looked_{-1e9};
  double shown_ = -1e9;
};

// The latest commands and what came of them.
class CommandLog {
 public:
  void add(const std::string& command, const Answer& answer);
  const SharedList<LogLine>& lines() const { return lines_; }  // the latest 64, oldest first

 private:
  SharedList<LogLine> lines_;
  uint64_t number_ = 0;
};

}  // namespace ringside::control
