// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <set>
#include <string>

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

// What the lab looks at, when a do-block began and when it ended. It stands still from then on.
struct Window {
  std::string block;
  Values begin, end;
};

// By name; what is neither is left out.
Values freeze(const Snapshot& snapshot, const std::set<std::string>& names);

std::string number_text(double number);  // "3", "10000", "0.5"
std::string value_text(const Value& value);

}  // namespace ringside::labs
