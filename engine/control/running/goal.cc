// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/running/goal.h"

#include "engine/control/picture/event_words.h"
#include "engine/control/running/goal_runner.h"

namespace ringside::control {
namespace {

bool leaves_the_guest(EventKind kind) {
  return kind == EventKind::kRegisterRead || kind == EventKind::kRegisterWrite || kind == EventKind::kHalt ||
         kind == EventKind::kGuestIdle;
}

bool ends_a_packet(EventKind kind) {
  return kind == EventKind::kConsume || kind == EventKind::kWireOut || kind == EventKind::kDrop;
}

}  // namespace

bool reaches(Goal& goal, const TimedEvent& timed, const Stepper& stepper) {
  const StepEvent& e = timed.event;
  switch (goal.until) {
    case Until::kEvents: return --goal.events == 0;
    case Until::kStage: {
      const uint8_t stage = event_stop(e.kind, e.ring);
      const bool over = goal.stage && stage && stage != goal.stage;
      if (stage) goal.stage = stage;
      return over && --goal.events == 0;
    }
    case Until::kBurst: {
      // Another's event begins the next burst.
      const bool others = goal.context && goal.context != timed.context, ended = !stepper.mid_turn(timed.context);
      goal.context = ended ? nullptr : timed.context;
      return (others && --goal.events == 0) || (ended && --goal.events == 0);
    }
    case Until::kPacket:
      // A packet is over when it was used up, left or was lost, and whoever did that has finished its turn (a guest
      // still refills).
      if (ends_a_packet(e.kind) && (goal.packet_ended || --goal.events == 0)) {
        goal.packet_ended = true;
        goal.context = timed.context;
      }
      return false;
    case Until::kArrival: return e.kind == EventKind::kDeviceWriteBack && e.ring == 1 && --goal.events == 0;
    case Until::kExit: return leaves_the_guest(e.kind) && --goal.events == 0;
    case Until::kDrop: return e.kind == EventKind::kDrop && --goal.events == 0;
    case Until::kInterrupt:
      return e.kind == EventKind::kInterrupt && InterruptOutcome(e.b) == InterruptOutcome::kRaised &&
             --goal.events == 0;
    default: return false;
  }
}

}  // namespace ringside::control
