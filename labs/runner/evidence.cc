// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/evidence.h"

#include <algorithm>
#include <cstdlib>

namespace ringside::labs {

void Evidence::add(Window window) {
  std::erase_if(windows_, [&](const Window& w) { return w.block == window.block; });
  windows_.push_back(std::move(window));
}

const Window* Evidence::of(const std::string& block) const {
  for (const Window& window : windows_)
    if (window.block == block) return &window;
  return nullptr;
}

std::optional<Value> Evidence::value(const std::string& probe, const std::string& since) const {
  const Window* window = window_of(since);
  if (!window) return {};
  if (const MeasuredName name = measured_name(probe); !name.setting.empty()) {
    auto reading = read_figure(*window, name);
    if (!reading) return {};
    return Value{ProbeKind::kGauge, reading->value, "", reading->provenance};
  }
  auto end = window->end.find(probe);
  if (end == window->end.end()) return {};
  Value value = end->second;
  auto begin = window->begin.find(probe);
  // A counter that is less than it was began anew, with its VM: all that it shows is of this step.
  if (!since.empty() && value.kind == ProbeKind::kCounter && begin != window->begin.end() &&
      begin->second.number <= value.number)
    value.number -= begin->second.number;
  return value;
}

// As exits per packet before the first packet.
std::string Evidence::not_run(const std::string& probe, const std::string& since) const {
  if (const Window* window = window_of(since))
    return window->end.count(probe) ? "`" + probe + "` had no value when the step `" + window->block +
                                          "` began: nothing had been counted yet."
                                    : "Nothing was counted that `" + probe + "` could be made of.";
  return since.empty() ? "No step of this lab has been run yet."
                       : "The step `" + since + "` has not been run to its end.";
}

Result<Reading> Evidence::reading(const std::string& probe, const std::string& since) const {
  const Window* window = window_of(since);
  const MeasuredName name = measured_name(probe);
  if (window && !name.setting.empty()) return read_figure(*window, name);
  const auto known = value(probe, since);
  if (!known) return Error{not_run(probe, since), "", "", ""};
  return Reading{known->number, known->number, known->number, known->provenance};
}

Result<Reading> Evidence::ratio(const std::string& of, const std::string& by, const std::string& since) const {
  const Window* window = window_of(since);
  const MeasuredName a = measured_name(of), b = measured_name(by);
  if (window && !a.setting.empty() && !b.setting.empty()) return read_ratio(*window, a, b);
  auto over = reading(of, since), under = reading(by, since);
  if (!over) return over.error();
  if (!under) return under.error();
  if (under->low <= 0 && under->high >= 0) return Error{by + " did not move.", "", "", ""};
  return Reading{over->value / under->value, over->low / under->high, over->high / under->low,
                 std::max(over->provenance, under->provenance)};
}

Result<std::vector<Reading>> Evidence::curve(const std::string& figure, const std::string& since) const {
  const Window* window = window_of(since);
  if (!window || window->samples.empty()) return Error{not_run(figure, since), "", "", ""};
  std::vector<Reading> points;
  for (const std::string& setting : settings_of(*window)) {
    auto reading = read_figure(*window, {figure, setting});
    if (!reading) return reading.error();
    points.push_back(*reading);
  }
  return points;
}

std::optional<Value> Evidence::first_below(const std::string& figure, const std::string& other,
                                           const std::string& since) const {
  auto one = curve(figure, since), two = curve(other, since);
  if (!one || !two) return {};
  const auto settings = settings_of(*window_of(since));
  for (size_t i = 0; i < settings.size(); i++)
    if ((*one)[i].value < (*two)[i].value)
      return Value{ProbeKind::kGauge, std::strtod(settings[i].c_str(), nullptr), "",
                   std::max((*one)[i].provenance, (*two)[i].provenance)};
  return {};
}

}  // namespace ringside::labs
