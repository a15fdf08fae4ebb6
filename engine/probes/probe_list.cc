// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/probe_list.h"

#include <algorithm>

#include "engine/api/snapshot.h"

namespace ringside {

std::optional<size_t> Schema::place_of(std::string_view name) const {
  const auto at = std::lower_bound(metrics.begin(), metrics.end(), name,
                                   [](const Metric& m, std::string_view n) { return m.name < n; });
  if (at == metrics.end() || at->name != name) return {};
  return size_t(at - metrics.begin());
}

std::optional<Probe> ProbeList::find(std::string_view name) const {
  if (!schema) return {};
  const auto place = schema->place_of(name);
  return place ? std::optional((*this)[*place]) : std::nullopt;
}

double Snapshot::since(const std::string& name, const std::string& mark) const {
  const std::optional<Probe> now = find(name);
  if (!now) return 0;
  auto at = marks.find(mark);
  if (now->kind != ProbeKind::kCounter || at == marks.end()) return now->number();
  return now->number() - at->second->value(name);
}

double Mark::value(const std::string& name) const {
  auto at = std::lower_bound(counters.begin(), counters.end(), name,
                             [](const auto& counter, const std::string& n) { return counter.first < n; });
  return at != counters.end() && at->first == name ? at->second : 0;
}

}  // namespace ringside
