// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/values.h"

#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "engine/figures/derived.h"
#include "engine/figures/number_format.h"
#include "labs/runner/records.h"

namespace ringside::labs {
namespace {

Value value_of(const Probe& probe) {
  const std::string_view* text = std::get_if<std::string_view>(&probe.value);
  return {probe.kind, probe.number(), std::string(text ? *text : ""), probe.provenance};
}

}  // namespace

Values freeze(const Snapshot& snapshot, const std::set<std::string>& names) {
  Values values;
  std::vector<figures::Figure> derived;
  for (const std::string& name : names) {
    if (is_state(name)) {
      for (const Probe& probe : snapshot.probes)
        if (belongs_to(std::string(probe.name), name)) values[std::string(probe.name)] = value_of(probe);
      continue;
    }
    std::optional<Probe> probe = snapshot.find(name);
    if (!probe) {
      if (derived.empty()) derived = figures::derive(snapshot);
      for (const figures::Figure& figure : derived)
        if (figure.name == name) probe = figure.probe();
    }
    if (probe) values[name] = value_of(*probe);
  }
  return values;
}

Values growth(const Snapshot& before, const Snapshot& after, const std::set<std::string>& names) {
  Values values;
  for (const figures::Figure& figure : figures::derive(after, &before))
    if (figure.kind == ProbeKind::kGauge) values[figure.name] = value_of(figure.probe());
  for (const std::string& name : names) {
    const std::optional<Probe> probe = after.find(name);
    if (!probe) continue;
    Value value = value_of(*probe);
    if (value.kind == ProbeKind::kCounter)
      if (const std::optional<Probe> then = before.find(name)) value.number -= then->number();
    values[name] = value;
  }
  return values;
}

std::string number_text(double number) {
  return std::abs(number) < 1e15 && number == std::floor(number) ? fmt::format("{}", int64_t(number))
                                                                 : fmt::format("{:.6g}", number);
}

std::optional<double> number_in(const std::string& text) {
  std::string plain;
  for (char c : text)
    if (c != ',' && c != ' ') plain += c;  // "10,000"
  char* end = nullptr;
  const double number = std::strtod(plain.c_str(), &end);
  return plain.empty() || *end ? std::nullopt : std::optional(number);
}

std::string value_text(const Value& value) {
  return value.kind == ProbeKind::kText ? value.text : number_text(value.number);
}

std::string measured_text(double number) {
  const double size = std::abs(number);
  if (size >= 100'000) return figures::kPlain.text(figures::kPlain.si(number, ""));
  if (size >= 999.5) return (number < 0 ? "-" : "") + figures::kPlain.count(uint64_t(std::llround(size)));
  return fmt::format("{:.3g}", number);
}

}  // namespace ringside::labs
