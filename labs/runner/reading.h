// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "labs/runner/values.h"

// What measured windows say, and what they are too noisy to say (LABS.md section 2). Any thread.
namespace ringside::labs {

// A number and the stretch in which it lies for all that the windows tell. What was counted exactly has no stretch.
struct Reading {
  double value = 0, low = 0, high = 0;
  Provenance provenance = Provenance::kMeasured;
  bool exact() const { return low == high; }
};

// "rate.db.received@vmxnet3": of a figure, under one setting.
struct MeasuredName {
  std::string figure, setting;  // setting: empty = this names no setting
};
MeasuredName measured_name(const std::string& name);

constexpr int kLeastWindows = 7;      // that nothing disturbed; fewer say nothing
constexpr double kClockMoved = 0.05;  // two clocks may differ by that much over a window

// Nobody else had its CPU for long, and no clock moved.
bool undisturbed(const Sample& sample);
// Rates and cycles: of a disturbed window they say nothing. A count does.
bool is_of_time(const std::string& figure);
// Why the windows say nothing of this, in a sentence with its cause; "" = they do.
std::string trouble_of(const Window& window, const MeasuredName& name);

// Why there is no reading although something was measured: another try may bring one.
bool is_measured(const Error& why);

// The median over a setting's good windows; each round by itself tells how far it may be off. Fails with the reason.
Result<Reading> read_figure(const Window& window, const MeasuredName& name);
// One by the other. Of two settings it is taken round by round, so that what drifts slowly falls out; of one setting,
// window by window.
Result<Reading> read_ratio(const Window& window, const MeasuredName& of, const MeasuredName& by);

// The settings in the order in which they were measured first.
std::vector<std::string> settings_of(const Window& window);

// "1.87 (1.81 to 1.92)"
std::string reading_text(const Reading& reading);

}  // namespace ringside::labs
