// SPDX-License-Identifier: BSD-3-Clause
#include <chrono>
#include <functional>
#include <sstream>

#include "engine/base/log.h"
#include "engine/control/commands/confinement.h"
#include "engine/control/engine_core.h"

// Scenario files: commands, a line each. All lines are checked first; then they are applied to a scene of their own,
// and the old one comes back as it was when one of them fails, with what the new one had taken over from it.
namespace ringside::control {
namespace {

Error placed(Error error, const std::string& name, int line) {
  error.place = name + ", line " + std::to_string(line);
  error.unchanged = "No line of this file was applied.";
  return error;
}

// The file is not at fault.
Error stopped_here() {
  Error error{"Stopped.", "", "", ""};
  error.environment = true;
  return error;
}

// Everything that a plan can tell. On a plan of its own, so that a later line sees what an earlier one adds.
Result<std::vector<std::pair<int, ParsedCommand>>> check(const Origin& origin, const std::string& name,
                                                         const std::string& text, uint32_t workers,
                                                         const std::function<bool()>& stopped) {
  std::vector<std::pair<int, ParsedCommand>> lines;
  MachineSpec plan;
  Session session{plan, nullptr, nullptr, workers};
  std::istringstream in(text);
  std::string line;
  for (int number = 1; std::getline(in, line); number++) {
    if (stopped()) return placed(stopped_here(), name, number);
    auto parsed = parse_command(line);
    if (!parsed) return placed(parsed.error(), name, number);
    if (!parsed->row) continue;
    if (Status allowed = confine(origin, *parsed); !allowed) return placed(allowed.error(), name, number);
    auto checked = parsed->row->apply(session, parsed->args);
    if (!checked) return placed(checked.error(), name, number);
    if (Status allowed = confine(origin, plan); !allowed) return placed(allowed.error(), name, number);
    lines.emplace_back(number, std::move(*parsed));
  }
  return lines;
}

}  // namespace

Answer EngineCore::load(const Origin& origin, const std::string& name, const std::string& text, uint64_t interrupts) {
  if (!busy_.empty()) return refused_while_busy();
  interrupts_ = interrupts;
  const auto stopped = [this] { return interrupted(); };
  auto lines = check(origin, name, text, worker_count(), stopped);
  if (!lines) return {stopped() ? Ended::kStopped : Ended::kRefused, lines.error().text(), lines.error()};
  auto fresh = std::make_unique<Scene>();
  const double ran = clockwork_.run_seconds();
  aside_ = std::exchange(scene_, std::move(fresh));
  scene_->name = name;
  scene_->text = text;
  scene_->origin = origin;
  scene_->spec.watches = aside_->spec.watches;  // who looks at a ring knows nothing of a new machine
  clockwork_.turn_to(*scene_);
  bool applied = false;
  const Answer loaded = run_lines(name, *lines, applied);
  if (!applied) {
    clockwork_.let_go();
    take_down(*scene_);
    const auto failed = std::exchange(scene_, std::move(aside_));
    clockwork_.turn_to(*scene_);
  } else {
    if (scene_->machine) scene_->machine->keep_ports();
    goals_.give_up_aside(*aside_, Ended::kGivenUp, "a new scenario", ran);
    take_down(*aside_);
    aside_.reset();
    if (scene_->machine) scene_->machine->keep_outputs();
  }
  show(true);
  return loaded;
}

// `applied`: every line was, up to the one whose run did not reach its goal, or the one that was stopped when time had
// run already, so that there is something to keep. Else one failed, or was stopped before anything had moved.
Answer EngineCore::run_lines(const std::string& name, const Lines& lines, bool& applied) {
  applied = false;
  bool ran = false;
  for (const auto& [number, parsed] : lines) {
    MachineSpec before;
    if (ran) before = scene_->spec;
    Ended ended = Ended::kStopped;
    Result<std::string> result = stopped_here();
    if (!interrupted()) ended = Ended::kRefused, result = apply(parsed, &ended);
    if (!result) {
      // Everything that a plan can tell was checked before: what fails now, fails on this machine.
      Error error = placed(result.error(), name, number);
      error.environment = true;
      if (ran && ended == Ended::kStopped) {
        applied = true;
        scene_->spec = std::move(before);
        clockwork_.pause();
        error.unchanged = "This line and those behind it were not applied.";
      }
      return {ended, error.text(), error};
    }
    Answer answer = Answer::reached(*result);
    if (scene_->goals.under_way()) {
      busy_ = name + ", line " + std::to_string(number) + ", `" + parsed.text + "`,";
      // Behind the last line there is nothing left to fail, and it may run for hours.
      if (number == lines.back().first && scene_->machine) scene_->machine->keep_outputs();
      answer = wait_for_goal();
      busy_.clear();
      ran = true;
    }
    ran |= clockwork_.running();
    log_.add(parsed.text, answer);
    if (answer.ok()) continue;
    applied = true;
    answer.error = placed(answer.error, name, number);
    answer.error.unchanged = "The lines behind it were not applied.";
    answer.text = answer.error.text();
    return answer;
  }
  applied = true;
  return Answer::reached("ok, " + name + " is loaded");
}

// The engine's thread goes on answering others meanwhile.
Answer EngineCore::wait_for_goal() {
  Answer reached;
  bool over = false;
  scene_->goals.now.done = [&](const Answer& answer) {
    over = true;
    reached = answer;
  };
  while (!over) {
    answer_one(goals_.patience(*scene_));
    if (jobs_.closed()) end_goal(Ended::kStopped, "the program's end");
    pump();
  }
  return reached;
}

Answer EngineCore::reload() {
  if (scene_->text.empty())
    return Answer::refused({"There is no scenario to go back to.", "", "Load one: `ringsidectl run FILE`", ""});
  const std::string name = scene_->name, text = scene_->text;  // the scene goes
  const Origin origin = scene_->origin;
  return load(origin, name, text, interrupts_);
}

}  // namespace ringside::control
