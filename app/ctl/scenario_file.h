// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/scenario_file.h"

namespace ringside::ctl {

using Scenario = ScenarioFile;

// All of standard input; a signal ends the program meanwhile. Too long: an error.
Result<std::string> read_stdin();

// As read_scenario_file(), or "-" for standard input.
Result<Scenario> read_scenario(const std::string& file);

// What the first comment line of each scenario in assets/scenarios says it shows, sorted by name.
struct ScenarioInfo {
  std::string name, summary, path;
};
std::vector<ScenarioInfo> list_scenarios();

// The functions below change `run` lines only, and keep each line at its number, so that errors point to the right
// place.

// The run lines no longer start anything.
std::string without_run(const std::string& text);
// The first run line (or one more at the end) makes a stepped run that waits for steps; its seed stays.
std::string for_steps(const std::string& text);
// `lines` (each with its end) before the first run line. What stands behind has other numbers then.
std::string before_run(const std::string& text, const std::string& lines);
// key=value in each run line is set, or added. An empty value takes the key out.
std::string with_run_key(const std::string& text, const std::string& key, const std::string& value);

// An error that has no place is the scenario's own when the scenario builds no machine: one that is empty, for example.
Error placed(Error error, const Scenario& scenario);

// How the text's last run line ends: never by itself, by until= or for=, or there is none.
enum class RunEnd { kNoRun, kNever, kByItself, kWaitsForSteps };
RunEnd run_end(const std::string& text);

// key=value of a line, changed in each line that begins with `verb` ("vm add"). For measurements that vary one setting.
std::string with_key(const std::string& text, const std::string& verb, const std::string& key,
                     const std::string& value);

}  // namespace ringside::ctl
