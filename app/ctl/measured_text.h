// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include "app/ctl/terminal.h"
#include "labs/runner/measure.h"
#include "labs/runner/session.h"

namespace ringside::ctl {

// A measured chart in a terminal: a table with bars, the stretch of each number, and what was predicted beside it.
// `recorded`: why it is another machine's; "" = it was measured here.
std::string measured_text(const Terminal& terminal, const labs::MeasuredChart& chart, const std::string& recorded = "");
// That of one of a lab's blocks.
std::string measured_text(const Terminal& terminal, const labs::LabSession& session, const std::string& block);

// What a block will measure, before it does.
std::string measure_plan(const labs::Measure& measure);

// Tells a terminal that a measurement is under way: how long it takes, then a dot a window.
class MeasureDots {
 public:
  bool hear(const labs::MeasureProgress& progress);  // true: go on
  void end();                                        // of the line, if one was begun
 private:
  std::optional<size_t> told_;  // windows, when that was said last
};

}  // namespace ringside::ctl
