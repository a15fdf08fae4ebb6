// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/control/jobs.h"
#include "engine/control/running/clockwork.h"
#include "engine/control/running/goal.h"

namespace ringside::control {

// Leads a scene's time to its goals, and tells who waits for one how it ended. Engine's thread.
class GoalRunner {
 public:
  // `tell`: a goal has ended; it is none any more.
  GoalRunner(Clockwork& clockwork, const Jobs& jobs, std::function<void(const Goal&, const Answer&)> tell);

  // One is under way from now on; the one before is given up.
  Status set(Scene& scene, Goal goal);
  // What the steps that follow lead to; nothing moves.
  void arm(Scene& scene, Goal goal, std::string text);
  // Ends what is under way, if anything is, before it was reached. `by`: "`pause`", "the next command".
  void give_up(Scene& scene, Ended ended, const std::string& by);
  // The same for a scene that stands aside. `ran`: how far its time had come (run_seconds()) when it still was the one.
  void give_up_aside(Scene& aside, Ended ended, const std::string& by, double ran);
  // Lets time go on a little, at most some milliseconds, and less when somebody calls.
  void pump(Scene& scene);
  // How long the engine's thread may wait before it pumps again.
  std::chrono::milliseconds patience(const Scene& scene) const;

 private:
  void pump_stepped(Scene& scene);
  void pump_free(Scene& scene);
  Status place_anew(Scene& scene);
  void stood_still(Scene& scene, const Status& why);
  void reached(Scene& scene, const std::string& text);
  void stand_at_armed(Scene& scene, const std::string& text);
  void end(Scene& scene, const Answer& answer);
  void stand_in_turn(Scene& scene);
  bool after_event(Scene& scene);
  bool nothing_moves(Scene& scene, bool waits_for_world);
  void wait_for_world(Stepper& stepper);
  bool waits_for_pace(Time& time);
  Stepper::Outcome advance(Scene& scene);

  Clockwork& clockwork_;
  const Jobs& jobs_;
  std::function<void(const Goal&, const Answer&)> tell_;
  double quiet_since_ = 0;
  uint64_t quiet_moved_ = 0;
  bool waits_ = false;    // stepped: nothing can move before the world sends something
  double waited_to_ = 0;  // seconds_now() up to which that has passed as virtual time
};

// Has this event brought a run to its goal? Notes in it what it has seen on the way.
bool reaches(Goal& goal, const TimedEvent& event, const Stepper& stepper);

}  // namespace ringside::control
