// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>

#include "app/ctl/commands.h"

namespace CLI {
class App;
}

// The part of main.cc's table of options that is about handing in and grading.
namespace ringside::ctl {

struct GradeProgram {
  HandInArguments hand_in;
  GradeArguments grade;
  ReplayArguments replay;
};

void add_hand_in(CLI::App& lab, const Options& options, GradeProgram& p, std::function<int()>& action);
void add_grade(CLI::App& app, const Options& options, GradeProgram& p, std::function<int()>& action);

}  // namespace ringside::ctl
