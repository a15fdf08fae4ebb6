// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/running/goal_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/control/scene.h"

namespace ringside::control {
namespace {

constexpr double kPumpFor = 5e-3, kQuietFor = 5e-3;  // seconds

std::string at_step(const Scene& scene) {
  const History& history = scene.history;
  return fmt::format("ok, step {}: {}, {}", history.steps(), history.newest().who, history.newest().what);
}

// "Nothing can move any more after 412 of 500 steps."
std::string out_of_events(const Goal& goal, uint64_t steps) {
  const uint64_t made = steps - goal.steps_before;
  if (made == 0) return "Nothing can move any more: no step was made.";
  if (goal.until == Until::kEvents)
    return fmt::format("Nothing can move any more after {} of {} steps.", made, made + goal.events);
  return fmt::format("Nothing can move any more after {} step{}.", made, made == 1 ? "" : "s");
}

// "Stopped by `pause` after 0.50 s of 5 s."
std::string short_text(const Goal& goal, Ended ended, const std::string& by, double seconds) {
  std::string text = (ended == Ended::kStopped ? "Stopped" : "Given up") + (by.empty() ? "" : " for " + by);
  if (ended == Ended::kStopped && !by.empty()) text = "Stopped by " + by;
  if (goal.until == Until::kTime)
    text += fmt::format(" after {:.3g} s of {:.3g} s", seconds - goal.began, goal.seconds);
  return text + ".";
}

}  // namespace

GoalRunner::GoalRunner(Clockwork& clockwork, const Jobs& jobs, std::function<void(const Goal&, const Answer&)> tell)
    : clockwork_(clockwork), jobs_(jobs), tell_(std::move(tell)) {}

Status GoalRunner::set(Scene& scene, Goal goal) {
  Goals& goals = scene.goals;
  const double ran = clockwork_.run_seconds();
  if (goal.until == Until::kIdle || goal.until == Until::kTime)
    if (Status on = clockwork_.run(); !on) return on;
  give_up_aside(scene, Ended::kGivenUp, "the next command", ran);
  goal.began = ran;
  goal.steps_before = scene.history.steps();
  // The way to the armed goal goes on from where steps have brought it.
  if (goals.leads_to(goal.until)) {
    goal.packet_ended = goals.armed.packet_ended;
    goal.context = goals.armed.context;
  }
  quiet_since_ = 0;
  goals.now = std::move(goal);
  return {};
}

void GoalRunner::arm(Scene& scene, Goal goal, std::string text) {
  goal.began = clockwork_.run_seconds();
  scene.goals.armed = std::move(goal);
  scene.goals.armed_text = std::move(text);
  scene.goals.armed_reached = false;
}

void GoalRunner::end(Scene& scene, const Answer& answer) {
  const Goal ended = std::move(scene.goals.now);
  scene.goals.now = {};
  tell_(ended, answer);
}

void GoalRunner::give_up(Scene& scene, Ended ended, const std::string& by) {
  give_up_aside(scene, ended, by, clockwork_.run_seconds());
}

void GoalRunner::give_up_aside(Scene& aside, Ended ended, const std::string& by, double ran) {
  const Goals& goals = aside.goals;
  if (!goals.under_way()) return;
  end(aside, Answer::short_of_goal(ended, short_text(goals.now, ended, by, ran)));
}

void GoalRunner::reached(Scene& scene, const std::string& text) {
  if (scene.goals.leads_to(scene.goals.now.until)) scene.goals.armed_reached = true;
  end(scene, Answer::reached(text));
}

// Time stands at the armed goal, whatever the steps on the way were made for.
void GoalRunner::stand_at_armed(Scene& scene, const std::string& text) {
  scene.goals.armed_reached = true;
  clockwork_.pause();
  if (scene.goals.under_way()) end(scene, Answer::reached(text));
}

// The next event. Once the armed packet is over, only its turn's rest is still to come: the same events, and the same
// end, as `step until=packet` has. kQuiet then means that there was none left, kIdle that its VM is paused.
Stepper::Outcome GoalRunner::advance(Scene& scene) {
  const Goals& goals = scene.goals;
  Stepper& stepper = *scene.time.stepper;
  if (!goals.leads_to(Until::kPacket) || !goals.armed.packet_ended) return stepper.advance();
  return stepper.advance_turn(goals.armed.context);
}

// The armed packet is over, and whoever finished it executes nothing: nobody else's event belongs to its way.
void GoalRunner::stand_in_turn(Scene& scene) {
  clockwork_.pause();
  if (!scene.goals.under_way()) return;
  const Context* stands = scene.goals.armed.context;
  for (const auto& vm : scene.machine->vms())
    if (vm->vcpu_of(stands))
      return end(scene, Answer::short_of_goal(Ended::kGivenUp, fmt::format("{} stands in its turn: VM {} is paused.",
                                                                           stands->name(), vm->spec.name)));
}

// True: a goal was reached, and time stands or somebody was told.
bool GoalRunner::after_event(Scene& scene) {
  Goals& goals = scene.goals;
  Stepper& stepper = *scene.time.stepper;
  const TimedEvent event = scene.history.newest_event();
  bool over = reaches(goals.now, event, stepper);
  const bool armed = goals.armed.until != Until::kNever && !goals.armed_reached && reaches(goals.armed, event, stepper);
  // A packet's step ends with the turn of whoever finished it.
  if (goals.now.until == Until::kPacket && goals.now.packet_ended) {
    stepper.finish_turn(goals.now.context);
    over = true;
  }
  if (armed)
    stand_at_armed(scene, at_step(scene));
  else if (over)
    reached(scene, at_step(scene));
  return armed || over;
}

// Nothing can move by itself. True: a goal has ended with that.
bool GoalRunner::nothing_moves(Scene& scene, bool waits_for_world) {
  Goals& goals = scene.goals;
  const bool stepping = goals.steps();
  if (waits_for_world && !stepping && goals.now.until != Until::kIdle) return false;
  scene.time.idle = !waits_for_world;
  const std::string idle = fmt::format("ok, idle at step {}", scene.history.steps());
  if (goals.leads_to(Until::kIdle) && stepping && !waits_for_world) {
    stand_at_armed(scene, idle);
    return true;
  }
  // Virtual time that nobody fills passes at once.
  if (goals.now.until == Until::kIdle || (goals.now.until == Until::kTime && !waits_for_world)) {
    clockwork_.pause();
    reached(scene, idle);
    return true;
  }
  if (!stepping || waits_for_world) return false;
  clockwork_.pause();
  end(scene, Answer::short_of_goal(Ended::kGivenUp, out_of_events(goals.now, scene.history.steps())));
  return true;
}

void GoalRunner::pump_stepped(Scene& scene) {
  Time& time = scene.time;
  const bool stepping = scene.goals.steps();
  if (!time.stepper || !(time.running || stepping)) return;
  const double end_at = seconds_now() + kPumpFor;
  do {
    const Goal& goal = scene.goals.now;
    if (!stepping && time.mode == RunMode::kPaced && waits_for_pace(time)) return;
    if (goal.until == Until::kTime && clockwork_.run_seconds() - goal.began >= goal.seconds) {
      clockwork_.pause();
      return reached(scene, fmt::format("ok, {} steps so far", scene.history.steps()));
    }
    switch (advance(scene)) {
      case Stepper::Outcome::kCalled: return;
      case Stepper::Outcome::kEvent:
        time.paced_done++;
        waits_ = false;
        if (after_event(scene)) return;
        break;
      case Stepper::Outcome::kQuiet:
        if (scene.goals.leads_to(Until::kPacket) && scene.goals.armed.packet_ended)
          return stand_at_armed(scene, "ok, the packet is at its end");
        if (scene.machine->fed_by_world()) break;
        nothing_moves(scene, false);
        return;
      case Stepper::Outcome::kIdle: {
        if (scene.goals.leads_to(Until::kPacket) && scene.goals.armed.packet_ended) return stand_in_turn(scene);
        time.paced_from = seconds_now(), time.paced_done = 0;
        const bool world = scene.machine->fed_by_world();
        waits_ &= world;
        if (!nothing_moves(scene, world) && world) wait_for_world(*time.stepper);
        return;
      }
    }
  } while (!jobs_.calling() && seconds_now() < end_at);
}

// The next event's time has not come. What could not happen while nothing moved, or this thread was busy otherwise, is
// not made up for.
bool GoalRunner::waits_for_pace(Time& time) {
  constexpr double kLate = 20e-3;  // seconds; a pump, a pause between two, and what the scheduler adds
  const double now = seconds_now(), due = (now - time.paced_from) * time.pace - double(time.paced_done);
  if (due > std::max(1.0, kLate * time.pace)) time.paced_from = now, time.paced_done = 0;
  return due <= 0;
}

// While only the world can make something move, virtual time goes as the world's does.
void GoalRunner::wait_for_world(Stepper& stepper) {
  constexpr double kMost = 20e-3;  // seconds; between two looks lies one, or a pause
  const double now = seconds_now();
  if (waits_) stepper.let_pass(uint64_t(std::clamp(now - waited_to_, 0.0, kMost) * kVirtualHz));
  waits_ = true;
  waited_to_ = now;
}

void GoalRunner::pump_free(Scene& scene) {
  Time& time = scene.time;
  const Goal& goal = scene.goals.now;
  if (!time.running) return;
  if (goal.until == Until::kTime && clockwork_.run_seconds() - goal.began >= goal.seconds) {
    clockwork_.pause();
    return reached(scene, fmt::format("ok, ran for {:f} s", goal.seconds));
  }
  Placer& placer = scene.machine->placer();
  if (placer.due(clockwork_.run_seconds()) &&
      placer.look(*scene.machine, clockwork_.run_seconds(), clockwork_.waited_seconds(), !scene.spec.placement_keep))
    if (Status on = place_anew(scene); !on) return stood_still(scene, on);
  if (goal.until != Until::kIdle) return;
  // Quiet for 5 ms, then a cut says for sure.
  const uint64_t moved = scene.machine->moved();
  if (moved != quiet_moved_ || quiet_since_ == 0) {
    quiet_moved_ = moved;
    quiet_since_ = seconds_now();
    return;
  }
  if (seconds_now() - quiet_since_ < kQuietFor) return;
  clockwork_.rest();
  if (scene.machine->idle() && scene.machine->moved() == moved) {
    clockwork_.pause();
    time.idle = true;
    return reached(scene, "ok, idle");
  }
  quiet_since_ = 0;
  if (Status on = clockwork_.go_on(); !on) stood_still(scene, on);
}

// The placer's plan is another one. What cannot be placed so stays where it was.
Status GoalRunner::place_anew(Scene& scene) {
  {
    Clockwork::Quiet quiet(clockwork_);
    Status on = quiet.resume();
    if (on) return on;
    scene.machine->placer().refused(on.error().what);
  }
  Clockwork::Quiet again(clockwork_);
  return again.resume();
}

// Workers could not go on: time stands.
void GoalRunner::stood_still(Scene& scene, const Status& why) {
  clockwork_.pause();
  if (scene.goals.under_way()) end(scene, Answer::short_of_goal(Ended::kGivenUp, why.error().text()));
}

void GoalRunner::pump(Scene& scene) {
  if (scene.goals.under_way() && jobs_.interrupts() != scene.goals.now.interrupts) {
    clockwork_.pause();
    give_up(scene, Ended::kStopped, "");
  }
  if (!scene.machine) return;
  if (scene.time.mode == RunMode::kFree)
    pump_free(scene);
  else
    pump_stepped(scene);
}

std::chrono::milliseconds GoalRunner::patience(const Scene& scene) const {
  const Time& time = scene.time;
  const bool busy = scene.goals.under_way() || (time.running && time.mode != RunMode::kFree && !time.idle);
  if (!busy) return std::chrono::milliseconds(100);
  return std::chrono::milliseconds(time.mode == RunMode::kStepped && !waits_ ? 0 : 1);
}

}  // namespace ringside::control
