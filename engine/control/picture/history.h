// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/api/snapshot.h"
#include "engine/control/machine/machine.h"
#include "engine/control/picture/packet_follower.h"
#include "engine/control/running/stepper.h"

namespace ringside::control {

// What has happened in a scene, in words: its latest events and exits, and what the counters were when marks were set.
// Engine's thread; record() and frame_in() by the lane that holds the baton.
class History {
 public:
  // One more event of stepped or paced running.
  const EventView& record(const Machine& machine, const TimedEvent& event);
  uint64_t steps() const { return steps_; }  // events so far
  const EventView& newest() const { return events_.back(); }
  const TimedEvent& newest_event() const { return newest_; }
  const std::deque<EventView>& events() const { return events_; }  // the latest 512, oldest first
  SharedList<EventView> shown_events();                            // the same, for pictures

  // Trace id of the frame in a device's row (StepSink::frame_in).
  uint32_t frame_in(const Machine& machine, const void* device, uint8_t ring, uint32_t row);
  void forget_rows() { follower_.forget_rows(); }  // time begins to be stepped

  // Takes over what the vCPUs have recorded since it was last called. `measured`: real exits, in real time.
  void drain_exits(const Machine& machine, bool measured);
  SharedList<ExitView> exits();  // the latest of each vCPU, oldest first

  using Marks = std::map<std::string, std::shared_ptr<const Mark>>;
  void mark(const std::string& name, const Snapshot& picture);  // keeps the counters of the picture alone
  const Marks& marks() const { return marks_; }

 private:
  uint64_t steps_ = 0;
  TimedEvent newest_;
  PacketFollower follower_;
  std::deque<EventView> events_;
  SharedList<EventView> shown_;  // events_ as they were at step shown_at_
  uint64_t shown_at_ = 0;
  std::map<std::string, std::deque<ExitView>> exits_;  // by vCPU
  SharedList<ExitView> shown_exits_;
  bool exits_changed_ = false;
  Marks marks_;
};

}  // namespace ringside::control
