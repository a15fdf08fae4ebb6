// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/engine_core.h"

namespace ringside::control {
namespace {

Status needs_machine(Session& s) {
  if (!s.spec.wires.empty() || !s.spec.vms.empty()) return {};
  return Error{"There is no machine to run.", "", "Build one: `wire add name=w0 kind=ring`, or load a scenario.", ""};
}

// Nothing moves: the steps that a person makes lead there, and time stands when they have.
Result<std::string> armed(EngineCore& core, Goal goal, const std::string& text) {
  core.end_goal(Ended::kGivenUp, "the next command");
  core.clockwork().pause();
  core.clockwork().stir();
  core.arm(std::move(goal), text);
  return "ok, time stands; steps lead to the goal, `" + text + "` goes all the way";
}

Result<std::string> run(Session& s, const Args& args) {
  if (Status there = needs_machine(s); !there) return there.error();
  if (args.has("until") && args.has("for"))
    return Error{"until= and for= cannot both end a run.", "", "Keep one of them.", ""};
  const double pace = args.number("pace", 10);
  const bool arm = args.text("arm", "no") == "yes";
  if (arm && !args.has("until"))
    return Error{"There is nothing to arm.", "", "Say what the steps lead to: `run until=idle arm=yes`", ""};
  if (s.checking()) return std::string();
  EngineCore& core = *s.live;
  RunMode mode = core.clockwork().mode();
  if (args.has("mode"))
    mode = args.text("mode") == "free"      ? RunMode::kFree
           : args.text("mode") == "stepped" ? RunMode::kStepped
                                            : RunMode::kPaced;
  // What is not said stays as it was.
  Clockwork& clockwork = core.clockwork();
  const Time& time = core.scene().time;
  const uint64_t seed = args.has("seed") ? args.count("seed", 1) : time.seed;
  const double ran = clockwork.run_seconds(), events_a_second = args.has("pace") ? pace : time.pace;
  if (arm) {
    if (args.has("mode") || args.has("seed") || args.has("pace"))
      if (Status set = clockwork.set_mode(mode, events_a_second, seed); !set) return set.error();
    return armed(core, {.until = Until::kIdle}, "run until=idle");
  }
  Goal goal;
  if (args.has("until")) goal.until = Until::kIdle;
  if (args.has("for")) goal.until = Until::kTime, goal.seconds = parse_seconds(args.text("for")).value_or(1);
  // `run mode=stepped` alone stands and waits for steps.
  const bool stands = args.has("mode") && mode == RunMode::kStepped && goal.until == Until::kNever;
  const bool stepped = clockwork.mode() != RunMode::kFree && core.scene().history.steps() > 0;
  const Status on =
      stands ? clockwork.set_mode(mode, events_a_second, seed) : clockwork.run_in(mode, events_a_second, seed);
  if (!on) return on.error();
  core.end_goal(Ended::kGivenUp, "the next command", ran);
  if (stands) {
    clockwork.pause();
    return std::string("ok, time stands; `step` makes one access");
  }
  if (goal.until != Until::kNever) {
    if (Status set = core.set_goal(std::move(goal)); !set) return set.error();
    return std::string();
  }
  return std::string(mode == RunMode::kFree && stepped
                         ? "ok, runs free: time is real, steps are not kept; `run mode=stepped` goes back"
                     : mode == RunMode::kFree  ? "ok, runs free"
                     : mode == RunMode::kPaced ? "ok, runs paced"
                                               : "ok, runs stepped");
}

Result<std::string> pause(Session& s, const Args&) {
  if (s.checking()) return std::string();
  EngineCore& core = *s.live;
  core.clockwork().pause();
  const std::string ended = core.end_goal(Ended::kStopped, "`pause`");
  const Goals& goals = core.scene().goals;
  return "ok, stopped at a breath boundary" + (ended.empty() ? "" : "; `" + ended + "` has not reached its goal") +
         (goals.armed.until == Until::kNever || goals.armed_reached
              ? ""
              : "; steps still lead to `" + goals.armed_text + "`");
}

Result<std::string> step(Session& s, const Args& args) {
  if (Status there = needs_machine(s); !there) return there.error();
  const bool arm = args.text("arm", "no") == "yes";
  if (arm && !args.has("until"))
    return Error{"There is nothing to arm.", "", "Say what the steps lead to: `step until=packet arm=yes`", ""};
  if (s.checking()) return std::string();
  EngineCore& core = *s.live;
  // The mode first: where it cannot be, what is under way goes on.
  const Time& time = core.scene().time;
  const double ran = core.clockwork().run_seconds();
  if (time.mode == RunMode::kFree)
    if (Status set = core.clockwork().set_mode(RunMode::kStepped, time.pace, time.seed); !set) return set.error();
  core.end_goal(Ended::kGivenUp, "the next command", ran);
  core.clockwork().pause();
  Goal goal;
  goal.events = args.count("n", 1);
  std::string until = args.text("until", ""), grain = args.text("grain", "access");
  goal.until = until == "packet"      ? Until::kPacket
               : until == "arrival"   ? Until::kArrival
               : until == "exit"      ? Until::kExit
               : until == "drop"      ? Until::kDrop
               : until == "interrupt" ? Until::kInterrupt
               : grain == "stage"     ? Until::kStage
               : grain == "packet"    ? Until::kPacket
               : grain == "burst"     ? Until::kBurst
                                      : Until::kEvents;
  if (arm) return armed(core, std::move(goal), "step until=" + until);
  core.clockwork().stir();
  if (Status set = core.set_goal(std::move(goal)); !set) return set.error();
  return std::string();
}

Result<std::string> reset(Session& s, const Args&) {
  if (s.checking()) return Error{"A scenario cannot reset itself.", "", "Leave the line out.", ""};
  const Answer done = s.live->reload();
  if (done.ok()) return std::string("ok, back at the scenario's beginning");
  *s.short_of = done.ended;
  return done.error;
}

}  // namespace

std::vector<CommandRow> run_commands() {
  return {
      {"run",
       "Lets time run: free, stepped or paced; without mode=, as before.",
       "live",
       {{"mode", ValueKind::kChoice, "",
         "free = as fast as it goes; stepped = an access at a time; paced = slow motion", "free|stepped|paced"},
        {"pace", ValueKind::kNumber, "10", "paced: events a second", "", {0.1, 1e6}},
        {"seed", ValueKind::kCount, "1", "Chooses everything that is drawn by lot", "", {0, kAnyWord}},
        {"until", ValueKind::kChoice, "", "idle: stop when no frame can move and none is left to send", "idle"},
        {"for", ValueKind::kDuration, "", "Stop after that time", "", {1e-6, 1e7}},
        {"arm", ValueKind::kChoice, "no", "yes: nothing moves; the steps that follow lead to the goal", "yes|no"}},
       run},
      {"pause", "Stops time; a `run` or `step` that is under way ends before its goal.", "live", {}, pause, true},
      {"resume", "Lets time go on.", "live", {}, run},
      {"step",
       "Makes one step, or goes on until something happens.",
       "live",
       {{"n", ValueKind::kCount, "1", "How many of what grain= or until= says", "", {1, kMostFrames}},
        {"grain", ValueKind::kChoice, "access", "How large a step is", "access|stage|packet|burst"},
        {"until", ValueKind::kChoice, "", "What to stop at", "packet|arrival|exit|drop|interrupt"},
        {"arm", ValueKind::kChoice, "no", "yes: nothing moves; the steps that follow lead there", "yes|no"}},
       step},
      {"reset", "Goes back to the beginning of the scenario.", "rebuild", {}, reset},
  };
}

}  // namespace ringside::control
