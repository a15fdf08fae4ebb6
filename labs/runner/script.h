// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "labs/runner/session.h"

// A walk through a lab as text, a line each: the solution and the wrong attempts of a lab, and files of answers.
//   answer p1 device            do sleep            do sleep skip=1            expect pass c1 c2
namespace ringside::labs {

// The solution with the lines of a wrong attempt in the place of those that they change; without its `expect` lines.
std::vector<Line> lines_of_attempt(const Lab& lab, const Attempt& attempt);

struct ScriptReport {
  std::vector<CheckResult> checks;
  std::vector<std::string> wrong_answers;  // questions that are graded and were answered wrong
  std::vector<std::string> expected;       // checks that an `expect pass` line names
};

// Plays the lines; errors name file and line. `said` hears the commands of do-blocks.
Result<ScriptReport> play(LabSession& session, const std::vector<Line>& lines, const std::string& file,
                          const LabSession::Said& said = {});

// Where windows of an attempt ("solution", or a wrong one's name) are kept: LAB/windows/solution-1.json. With them
// prove() makes verdicts about time without measuring anew.
std::string recording_file(const LabText& text, const std::string& attempt, int variant);

// The solution's windows that are kept with the lab; empty = none are.
Result<Recording> kept_windows(const LabText& text, int variant);

// What is wrong with the lab when it is really played, for one variant: unknown probes, a solution that fails a check,
// a wrong attempt that does not fail the check it names. A line each; empty = nothing. Errors are those of lines that
// cannot be played. `only`: the name of a wrong attempt, or "solution"; "" = all of them.
Result<std::vector<std::string>> prove(Engine& engine, const LabText& text, int variant, const std::string& only = "");

}  // namespace ringside::labs
