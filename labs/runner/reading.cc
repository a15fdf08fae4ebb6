// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/reading.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "engine/base/disturbed.h"

namespace ringside::labs {
namespace {

// From a median of absolute deviations to the standard deviation of a normal distribution.
constexpr double kMadToDeviation = 1.4826;
// How many such deviations a round's median may be off. Four windows' median lies within 0.63 of one, two times out of
// three; windows that follow each other are alike, so twice that is asked.
constexpr double kDeviations = 1.25;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n == 0 ? 0 : n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

using Windows = std::map<int, double>;  // by their number in their round

double median(const Windows& windows) {
  std::vector<double> values;
  for (const auto& [number, value] : windows) values.push_back(value);
  return median(std::move(values));
}

// A figure's windows, round by round. A round without a good one is not there.
struct Series {
  std::map<int, Windows> rounds;
  Provenance provenance = Provenance::kMeasured;

  std::vector<double> all() const {
    std::vector<double> values;
    for (const auto& [round, windows] : rounds)
      for (const auto& [number, value] : windows) values.push_back(value);
    return values;
  }
  // Robust deviation of a window from its round's median.
  double deviation() const {
    std::vector<double> off;
    for (const auto& [round, windows] : rounds)
      for (const auto& [number, value] : windows) off.push_back(std::abs(value - median(windows)));
    return kMadToDeviation * median(off);
  }
};

Provenance weaker(Provenance a, Provenance b) { return std::max(a, b); }

constexpr const char* kMeasured = "It was measured.";

Error no_value(const std::string& figure, const std::string& setting) {
  return {"Nothing was counted that `" + figure + "` could be made of, with " + setting + ".", kMeasured, "", ""};
}

Result<Series> series_of(const Window& window, const MeasuredName& name) {
  const bool of_time = is_of_time(name.figure);
  if (const std::string trouble = trouble_of(window, name); !trouble.empty())
    return Error{trouble, window.samples.empty() ? "" : kMeasured, "", ""};
  Series series;
  for (const Sample& sample : window.samples) {
    if (sample.setting != name.setting || (of_time && !undisturbed(sample))) continue;
    const auto value = sample.values.find(name.figure);
    if (value == sample.values.end() || value->second.kind == ProbeKind::kText)
      return no_value(name.figure, name.setting);
    series.rounds[sample.round][sample.number] = value->second.number;
    series.provenance = weaker(series.provenance, value->second.provenance);
  }
  return series;
}

size_t rounds_of(const Window& window) {
  std::set<int> rounds;
  for (const Sample& sample : window.samples) rounds.insert(sample.round);
  return rounds.size();
}

Reading reading_of(const Series& series) {
  Reading reading{median(series.all()), 0, 0, series.provenance};
  reading.low = reading.high = reading.value;
  for (const auto& [round, values] : series.rounds) {
    reading.low = std::min(reading.low, median(values)), reading.high = std::max(reading.high, median(values));
  }
  const double off = kDeviations * series.deviation();
  reading.low -= off, reading.high += off;
  return reading;
}

// Each worker's CPU in "w1@cpu1(1024): …", by its capacity.
std::set<std::string> capacities_in(const std::string& cores) {
  std::set<std::string> found;
  for (size_t at = cores.find('('), end = 0; at != cores.npos; at = cores.find('(', end)) {
    if (end = cores.find(')', at); end == cores.npos) break;
    found.insert(cores.substr(at + 1, end - at - 1));
  }
  return found;
}

// Who works where in "w1@cpu1(1024): web/0, db/0; w2@…": by name the worker with its CPU.
std::map<std::string, std::string> places_in(const std::string& cores) {
  std::map<std::string, std::string> places;
  for (size_t at = 0; at < cores.size();) {
    const size_t end = std::min(cores.find("; ", at), cores.size()), colon = std::min(cores.find(": ", at), end);
    const std::string worker = cores.substr(at, colon - at);
    for (size_t from = colon + 2; from < end;) {
      const size_t to = std::min(cores.find(", ", from), end);
      places[cores.substr(from, to - from)] = worker;
      from = to + 2;
    }
    at = end + 2;
  }
  return places;
}

// Somebody who works in both works elsewhere in the one: another machine. A setting may have others than the next.
bool moved(const std::string& cores, const std::string& other) {
  if (cores == other) return false;
  const auto one = places_in(cores), two = places_in(other);
  return std::any_of(one.begin(), one.end(), [&](const auto& place) {
    const auto then = two.find(place.first);
    return then != two.end() && then->second != place.second;
  });
}

}  // namespace

MeasuredName measured_name(const std::string& name) {
  const size_t at = name.rfind('@');
  return at == name.npos ? MeasuredName{name, ""} : MeasuredName{name.substr(0, at), name.substr(at + 1)};
}

bool is_measured(const Error& why) { return why.unchanged == kMeasured; }

bool undisturbed(const Sample& sample) {
  return sample.taken <= kDisturbed && std::abs(sample.clock - 1) <= kClockMoved && sample.seconds > 0;
}

// Others who take a CPU make time longer; how often something happened they do not change.
bool is_of_time(const std::string& figure) {
  for (const char* kind : {"rate.", "cycles_per_packet.", "exit_cost.", "worker.", "run."})
    if (figure.starts_with(kind)) return true;
  return figure.ends_with("_cycles");
}

std::string trouble_of(const Window& window, const MeasuredName& name) {
  const auto& [figure, setting] = name;
  const bool of_time = is_of_time(figure);
  int all = 0, good = 0, taken = 0, clock = 0;
  double most = 0;
  std::string cores;
  for (const Sample& sample : window.samples) {
    if (cores.empty()) cores = sample.cores;
    if (const auto unlike = of_time ? capacities_in(sample.cores) : std::set<std::string>{}; unlike.size() > 1)
      return "The CPUs of this machine's workers are unlike: a comparison between them would be one of CPUs.";
    if (of_time && moved(sample.cores, cores))
      return "The work moved to other CPUs while it was measured: then two settings cannot be compared.";
    if (sample.setting != setting) continue;
    all++, good += !of_time || undisturbed(sample);
    if (sample.taken > kDisturbed) taken++, most = std::max(most, sample.taken);
    if (std::abs(sample.clock - 1) > kClockMoved) clock++;
  }
  if (all == 0) return "Nothing was measured with `" + setting + "`.";
  if (good >= kLeastWindows) return {};
  if (taken)
    return fmt::format("Other programs took a CPU of this machine in {} of {} windows, up to {:.0f} % of the time.",
                       taken, all, most * 100);
  if (clock) return fmt::format("The clock moved, or this machine stood still, in {} of {} windows.", clock, all);
  return fmt::format("Only {} windows were measured, and {} are needed.", good, kLeastWindows);
}

Result<Reading> read_figure(const Window& window, const MeasuredName& name) {
  auto series = series_of(window, name);
  if (!series) return series.error();
  return reading_of(*series);
}

Result<Reading> read_ratio(const Window& window, const MeasuredName& of, const MeasuredName& by) {
  auto a = series_of(window, of), b = series_of(window, by);
  if (!a) return a.error();
  if (!b) return b.error();
  const std::vector<double> divisors = b->all();
  if (std::any_of(divisors.begin(), divisors.end(), [](double v) { return v == 0; }))
    return Error{"There is nothing to divide by: `" + by.figure + "` was 0 with " + by.setting + ".", kMeasured, "",
                 ""};
  Series ratios{{}, weaker(a->provenance, b->provenance)};
  if (of.setting == by.setting) {
    for (const auto& [round, windows] : a->rounds)
      for (const auto& [number, value] : windows)
        if (b->rounds.count(round) && b->rounds[round].count(number))
          ratios.rounds[round][number] = value / b->rounds[round][number];
    if (const size_t both = ratios.all().size(); both < kLeastWindows)
      return Error{fmt::format("Only {} windows say something of both, and {} are needed.", both, kLeastWindows),
                   kMeasured, "", ""};
    return reading_of(ratios);
  }
  for (const auto& [round, windows] : a->rounds)
    if (b->rounds.count(round)) ratios.rounds[round][0] = median(windows) / median(b->rounds[round]);
  if (const size_t rounds = rounds_of(window), least = std::min<size_t>(rounds, 2); ratios.rounds.size() < least)
    return Error{fmt::format("Only {} of {} rounds have undisturbed windows of both settings, and {} are needed.",
                             ratios.rounds.size(), rounds, least),
                 kMeasured, "", ""};
  Reading reading = reading_of(ratios);  // its stretch: from the lowest round's to the highest's
  const double a_off = a->deviation() / median(a->all()), b_off = b->deviation() / median(b->all());
  const double off = kDeviations * std::sqrt(a_off * a_off + b_off * b_off);
  if (std::isfinite(off)) reading.low *= 1 - off, reading.high *= 1 + off;
  return reading;
}

std::vector<std::string> settings_of(const Window& window) {
  std::vector<std::string> settings;
  for (const Sample& sample : window.samples)
    if (std::find(settings.begin(), settings.end(), sample.setting) == settings.end())
      settings.push_back(sample.setting);
  return settings;
}

std::string reading_text(const Reading& r) {
  const std::string value = measured_text(r.value), low = measured_text(r.low), high = measured_text(r.high);
  return low == high ? value : fmt::format("{} ({} to {})", value, low, high);
}

}  // namespace ringside::labs
