// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace ringside {

// Where a number comes from. A computed number takes the weakest of its inputs; the order is weakest last.
enum class Provenance : uint8_t { kMeasured, kModelled, kReference };

constexpr std::string_view name_of(Provenance p) {
  return p == Provenance::kMeasured ? "measured" : p == Provenance::kModelled ? "modelled" : "reference";
}
constexpr Provenance weakest(Provenance a, Provenance b) { return a < b ? b : a; }

// A counter only grows (so that it can be counted since a mark); a gauge is a state; a text is a name.
enum class ProbeKind : uint8_t { kCounter, kGauge, kText };

// A named number of a snapshot, "web.nic0.rx.dropped.no_descriptor": its value, and what the schema says of it. Made as
// it is asked for, and good for as long as what it was taken from.
struct Probe {
  std::string_view name;
  ProbeKind kind = ProbeKind::kCounter;
  std::variant<uint64_t, double, std::string_view> value;
  std::string_view unit;         // "frames", "cycles", "rows", "exits", "B", "us", "" for a text
  std::string_view description;  // one sentence
  Provenance provenance = Provenance::kMeasured;

  double number() const {
    if (auto* u = std::get_if<uint64_t>(&value)) return double(*u);
    if (auto* d = std::get_if<double>(&value)) return *d;
    return 0;
  }
};

// What is said of a number once, whatever its value.
struct Metric {
  std::string name;
  ProbeKind kind = ProbeKind::kCounter;
  std::string unit, description;
  Provenance provenance = Provenance::kMeasured;
};

}  // namespace ringside
