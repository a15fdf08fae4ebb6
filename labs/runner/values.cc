// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/values.h"

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "engine/figures/derived.h"

namespace ringside::labs {

Values freeze(const Snapshot& snapshot, const std::set<std::string>& names) {
  Values values;
  std::vector<figures::Figure> derived;
  for (const std::string& name : names) {
    std::optional<Probe> probe = snapshot.find(name);
    if (!probe) {
      if (derived.empty()) derived = figures::derive(snapshot);
      for (const figures::Figure& figure : derived)
        if (figure.name == name) probe = figure.probe();
    }
    if (!probe) continue;
    const std::string_view* text = std::get_if<std::string_view>(&probe->value);
    values[name] = {probe->kind, probe->number(), std::string(text ? *text : ""), probe->provenance};
  }
  return values;
}

std::string number_text(double number) {
  return std::abs(number) < 1e15 && number == std::floor(number) ? fmt::format("{}", int64_t(number))
                                                                 : fmt::format("{:.6g}", number);
}

std::string value_text(const Value& value) {
  return value.kind == ProbeKind::kText ? value.text : number_text(value.number);
}

}  // namespace ringside::labs
