// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/ctl/options.h"
#include "engine/base/result.h"
#include "engine/figures/derived.h"

namespace ringside::ctl {

struct ChildResult {
  int code = 0;  // exit code, or 128 + signal
  std::string output, errors;
};

// Runs a program to its end, with all that it starts. A signal for us, from the first time on, ends it too, and is kept
// for interrupted().
Result<ChildResult> run_child(const std::vector<std::string>& command, const std::string& input, double limit_seconds);
int interrupted();  // the signal that came, or 0

struct Measured {
  std::vector<figures::Figure> figures;  // engine/figures/derived.h
  bool on_trial = false;                 // at its end contexts stood where they were only tried
};
// One measurement of our own, in a fresh process: `ringsidectl run - --for S --workers N --json` on a scenario's text.
// It runs `settle` seconds before those that rates are of.
Result<Measured> measure(const Options& options, const std::string& scenario, int seconds, int workers, int settle = 0);

// The ring floor in a fresh process, frames a second. 0: it could not run.
double measure_floor(int seconds = 2);

double median(std::vector<double> values);  // 0 of none

}  // namespace ringside::ctl
