// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "app/ctl/terminal.h"
#include "labs/runner/measured_chart.h"

namespace ringside::ctl {

// A measured chart in a terminal: a table with bars, the stretch of each number, and what was predicted beside it.
std::string measured_text(const Terminal& terminal, const labs::MeasuredChart& chart);

}  // namespace ringside::ctl
