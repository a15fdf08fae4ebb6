// SPDX-License-Identifier: BSD-3-Clause
#include <chrono>
#include <sstream>
#include <thread>

#include "engine/control/engine_core.h"

// Scenario files: commands, a line each, applied all or none.
namespace ringside::control {
namespace {

std::string place_of(const std::string& name, int line) { return name + ", line " + std::to_string(line); }

Error placed(Error error, const std::string& name, int line) {
  error.place = place_of(name, line);
  error.unchanged = "No line of this file was applied.";
  return error;
}

}  // namespace

Status EngineCore::load(const std::string& name, const std::string& text) {
  // 1. Every line is read and checked against a plan of its own.
  std::vector<std::pair<int, ParsedCommand>> lines;
  MachineSpec plan;
  Session check{plan, nullptr};
  std::istringstream in(text);
  std::string line;
  for (int number = 1; std::getline(in, line); number++) {
    auto parsed = parse_command(line);
    if (!parsed) return placed(parsed.error(), name, number);
    if (!parsed->row) continue;
    auto checked = parsed->row->apply(check, parsed->args);
    if (!checked) return placed(checked.error(), name, number);
    lines.emplace_back(number, std::move(*parsed));
  }
  // 2. The old machine stands aside until the new one works.
  end_goal("Ended by a new scenario.");
  const bool was_running = running_;
  pause();
  leave_mode();
  auto old_machine = std::move(machine_);
  MachineSpec old_spec = std::move(spec);
  auto old_state = std::tuple(mode_, clock_, steps_, run_total_, marks_, events_);
  auto old_name = scenario_name_;
  spec = {};
  mode_ = RunMode::kFree;
  clock_ = steps_ = 0, run_total_ = 0, idle_ = false;
  marks_.clear(), events_.clear(), exits_.clear();
  armed_ = {}, armed_text_.clear(), armed_reached_ = false;
  follower_ = {};
  scenario_name_ = name;
  Status applied = run_lines(name, lines);
  if (applied) {
    retire(std::move(old_machine));
    scenario_text_ = text;
    collect(true);
    return {};
  }
  destroy_machine();
  machine_ = std::move(old_machine);
  spec = std::move(old_spec);
  std::tie(mode_, clock_, steps_, run_total_, marks_, events_) = old_state;
  scenario_name_ = old_name;
  enter_mode();
  if (was_running) run();
  collect(true);
  return applied;
}

Status EngineCore::run_lines(const std::string& name, const std::vector<std::pair<int, ParsedCommand>>& lines) {
  for (const auto& [number, parsed] : lines) {
    Session session{spec, this};
    auto result = parsed.row->apply(session, parsed.args);
    if (!result) {
      // Everything that a plan can tell was checked before: what fails now, fails on this machine.
      Error error = placed(result.error(), name, number);
      error.environment = true;
      return error;
    }
    Answer reached{true, *result, {}};
    if (goal_.until != Until::kNever) {
      bool done = false;
      goal_.done = [&](const Answer& a) { done = true, reached = a; };
      while (!done && !quit_) {
        pump();
        if (mode_ == RunMode::kFree) std::this_thread::sleep_for(std::chrono::microseconds(500));
      }
      if (quit_) return {};
    }
    log_.push_back({++log_lines_, parsed.text, reached.text, reached.ok});
    while (log_.size() > 64) log_.pop_front();
  }
  return {};
}

Status EngineCore::reload() {
  if (scenario_text_.empty())
    return Error{"There is no scenario to go back to.", "", "Load one: `ringsidectl run FILE`", ""};
  std::string text = scenario_text_;
  return load(scenario_name_, text);
}

}  // namespace ringside::control
