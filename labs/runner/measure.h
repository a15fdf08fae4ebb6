// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "engine/api/engine.h"
#include "labs/runner/lab.h"
#include "labs/runner/values.h"

namespace ringside::labs {

// How far a measurement is, for whoever waits.
struct MeasureProgress {
  std::string setting;  // its name: "VMXNET3"
  size_t done = 0, all = 0;
  double seconds_left = 0;
};

// One line of a setting, sent to the machine in the lab's name.
using SendLine = std::function<Status(const std::string& line)>;

// Goes through the settings of a block, round by round, while the machine runs: sends a setting's lines, lets it warm
// up, and cuts it into windows. A window that others disturbed is measured once more, twice as many at most, so that
// the whole ends (LABS.md section 2: A B A B, warm-up discarded, at least seven windows). Ends with an error when a
// line is refused, when the machine does not run free, or when `goes_on` answers false. Takes its time: any thread that
// may wait.
Result<std::vector<Sample>> measure(Engine& engine, const Measure& plan, const std::set<std::string>& names,
                                    const SendLine& send, const std::function<bool(const MeasureProgress&)>& goes_on);

// How far clocks that know nothing of each other differ over a window: by the CPU's counter and by the kernel, and by
// the kernel and the machine; of the two ratios the one that is farther from 1.
double clock_of(double counter_seconds, double kernel_seconds, double machine_seconds);

// Seconds that it takes when nothing disturbs it.
double seconds_of(const Measure& plan);

}  // namespace ringside::labs
