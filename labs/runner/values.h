// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/api/snapshot.h"

namespace ringside::labs {

// The value of a probe, or of a figure that the programs derive from probes (exits_per_packet.web), at one moment.
struct Value {
  ProbeKind kind = ProbeKind::kCounter;
  double number = 0;
  std::string text;  // of a text probe
  Provenance provenance = Provenance::kMeasured;
};
using Values = std::map<std::string, Value>;

// One measured stretch of time under one setting, raw: what it says is judged later, and can be judged again. Values
// are those of the stretch alone: what counters grew by, rates and costs of what happened in it.
struct Sample {
  std::string setting;        // "vmxnet3"
  int round = 0, number = 0;  // A B A B: rounds 0 and 1; number counts within setting and round
  double seconds = 0;         // by the machine's clock
  double clock = 1;           // the same stretch by the system's steady clock, divided by that
  double taken = 0;           // share that others had of a worker's CPU
  std::string cores;          // each worker, its CPU and that one's capacity, and who works there
  Values values;
};

// What the lab looks at, when a do-block began and when it ended. It stands still from then on.
struct Window {
  std::string block;
  Values begin, end;
  std::vector<Sample> samples = {};  // of a block that measures, in the order of time
};

// By name; what is neither is left out. "web.*" stands for a thing's state (labs/runner/records.h).
Values freeze(const Snapshot& snapshot, const std::set<std::string>& names);
// What happened from `before` to `after`: every figure that follows from it, and those probes.
Values growth(const Snapshot& before, const Snapshot& after, const std::set<std::string>& names);

std::optional<double> number_in(const std::string& text);  // as people type it: "10,000"; nothing = that is none
std::string number_text(double number);                    // "3", "10000", "0.5"
std::string value_text(const Value& value);
// As a measured number is shown and read: three digits, "1,240", "0.0313", "2.06 M".
std::string measured_text(double number);

}  // namespace ringside::labs
