// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/verbs.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "labs/runner/record_verbs.h"
#include "labs/runner/records.h"

namespace ringside::labs {
namespace {

constexpr double kAnything = std::numeric_limits<double>::infinity();

double number_of(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

// Whole numbers are compared exactly; the slack is for fractions, which have no exact binary form.
bool same(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b)) && (a != std::floor(a) || b != std::floor(b) || a == b);
}

std::string text_of(const Reading& r) { return r.exact() ? number_text(r.value) : reading_text(r); }

Judgement nothing(const std::string& expected, const Error& why) {
  return {Verdict::kInconclusive, expected, is_measured(why) ? kNotClear : kNothingYet, why.what};
}

// Within `from` to `to` as a whole, outside as a whole, or too noisy to say.
Judgement decide(const Reading& r, double from, double to, const std::string& expected, const std::string& otherwise) {
  if (r.low >= from && r.high <= to) return {Verdict::kPass, expected, text_of(r), otherwise};
  if (r.high < from || r.low > to) return {Verdict::kFail, expected, text_of(r), otherwise};
  return {Verdict::kInconclusive, expected, text_of(r),
          "The noise of this run is larger than what it would have to tell apart. Measure again, with nothing else at "
          "work on this machine."};
}

Judgement compare(const Condition& c, const Evidence& evidence, double from, double to, const std::string& expected) {
  const auto reading = evidence.reading(c.of, c.since);
  return reading ? decide(*reading, from, to, expected, c.otherwise) : nothing(expected, reading.error());
}

Judgement equals(const Condition& c, const Evidence& evidence) {
  const auto value = evidence.value(c.of, c.since);
  if (value && value->kind == ProbeKind::kText)
    return {value->text == c.value ? Verdict::kPass : Verdict::kFail, c.value, value->text, c.otherwise};
  const double wanted = number_of(c.value);
  const auto reading = evidence.reading(c.of, c.since);
  if (!reading) return nothing(c.value, reading.error());
  if (reading->exact())
    return {same(reading->value, wanted) ? Verdict::kPass : Verdict::kFail, c.value, text_of(*reading), c.otherwise};
  return decide(*reading, wanted, wanted, c.value, c.otherwise);
}

Judgement at_least(const Condition& c, const Evidence& evidence) {
  return compare(c, evidence, number_of(c.value), kAnything, "at least " + c.value);
}

Judgement at_most(const Condition& c, const Evidence& evidence) {
  return compare(c, evidence, -kAnything, number_of(c.value), "at most " + c.value);
}

Judgement within(const Condition& c, const Evidence& evidence) {
  const double middle = number_of(c.value), off = number_of(c.tolerance);
  return compare(c, evidence, middle - off, middle + off, c.value + " ± " + c.tolerance);
}

// of divided by to, both in the same window; or of one setting by that of another.
Judgement ratio(const Condition& c, const Evidence& evidence) {
  double from = c.least.empty() ? -kAnything : number_of(c.least), to = c.most.empty() ? kAnything : number_of(c.most);
  std::string expected;
  if (!c.value.empty()) {
    const double middle = number_of(c.value), off = c.tolerance.empty() ? 1e-9 : number_of(c.tolerance);
    from = middle - off, to = middle + off;
    expected = c.value + (c.tolerance.empty() ? "" : " ± " + c.tolerance) + " for each of " + c.to;
  } else {
    if (!c.least.empty()) expected = "at least " + c.least;
    if (!c.most.empty()) expected += (expected.empty() ? "at most " : " and at most ") + c.most;
    expected += " times " + c.to;
  }
  const auto reading = evidence.ratio(c.of, c.to, c.since);
  return reading ? decide(*reading, from, to, expected, c.otherwise) : nothing(expected, reading.error());
}

// The same at the end of the block as at its beginning; of what was measured: the same with each of `among`.
Judgement unchanged(const Condition& c, const Evidence& evidence) {
  if (!c.among.empty()) {
    const double off = number_of(c.tolerance);
    Judgement worst{Verdict::kPass, "no change beyond " + c.tolerance, "", c.otherwise};
    for (const std::string& other : c.among) {
      const auto reading = evidence.ratio(other, c.of, c.since);
      if (!reading) return nothing(worst.expected, reading.error());
      Judgement one = decide(*reading, 1 - off, 1 + off, worst.expected, c.otherwise);
      if (one.verdict != Verdict::kPass || worst.observed.empty()) worst = one;
      if (one.verdict == Verdict::kFail) break;
    }
    return worst;
  }
  const Window* window = c.since.empty() ? evidence.latest() : evidence.of(c.since);
  if (!window || !window->begin.count(c.of) || !window->end.count(c.of)) {
    return nothing("no change", Error{evidence.not_run(c.of, c.since), "", "", ""});
  }
  const std::string before = value_text(window->begin.at(c.of)), after = value_text(window->end.at(c.of));
  return {before == after ? Verdict::kPass : Verdict::kFail, before, after, c.otherwise};
}

// From block to block of `over`, or from value to value of a sweep, it never falls; `value = "falling"`: never rises.
Judgement monotonic(const Condition& c, const Evidence& evidence) {
  const bool falling = c.value == "falling";
  const std::string expected = falling ? "never rising" : "never falling";
  std::vector<Reading> points;
  std::string seen;
  if (c.over.empty()) {
    auto curve = evidence.curve(c.of, c.since);
    if (!curve) return nothing(expected, curve.error());
    points = std::move(*curve);
  }
  for (const std::string& block : c.over) {
    const auto reading = evidence.reading(c.of, block);
    if (!reading) return {Verdict::kInconclusive, expected, seen.empty() ? kNothingYet : seen, reading.error().what};
    points.push_back(*reading);
    seen += (seen.empty() ? "" : ", ") + number_text(reading->value);
  }
  if (seen.empty())
    for (const Reading& r : points) seen += (seen.empty() ? "" : ", ") + measured_text(r.value);
  bool holds = true, clear = false;
  // Against the direction by more than noise: by all that came before, for many small steps make a large one.
  double highest = -std::numeric_limits<double>::infinity(), lowest = -highest;
  for (const Reading& point : points) {
    holds &= falling ? point.low <= lowest : point.high >= highest;
    highest = std::max(highest, point.low), lowest = std::min(lowest, point.high);
  }
  if (points.size() > 1) {
    const Reading &first = points.front(), &last = points.back();
    clear = first.exact() && last.exact() ? true : falling ? last.high < first.low : last.low > first.high;
  }
  if (!holds) return {Verdict::kFail, expected, seen, c.otherwise};
  if (!clear)
    return {Verdict::kInconclusive, expected, seen, "First and last lie within the noise of this run. Measure again."};
  return {Verdict::kPass, expected, seen, c.otherwise};
}

// One component is the greatest of several: the others reach at most 1/value of it.
Judgement dominates(const Condition& c, const Evidence& evidence) {
  const double factor = c.value.empty() ? 1 : number_of(c.value);
  std::string expected = c.of + " above " + (c.value.empty() ? "" : c.value + " times ");
  for (size_t i = 0; i < c.among.size(); i++) expected += (i ? ", " : "") + c.among[i];
  const auto of = evidence.reading(c.of, c.since);
  if (!of) return nothing(expected, of.error());
  std::string seen = text_of(*of) + " against ";
  bool fails = false, unclear = false, first = true;
  for (const std::string& other : c.among) {
    const auto reading = evidence.reading(other, c.since);
    if (!reading) return nothing(expected, reading.error());
    seen += (first ? "" : ", ") + text_of(*reading), first = false;
    if (other == c.of) continue;
    // Window by window where both were measured together, so that what slows both falls out.
    const auto by = reading->exact() && of->exact() ? Result<Reading>(Error{}) : evidence.ratio(c.of, other, c.since);
    const bool above = by ? by->low > factor : of->value > factor * reading->value;
    const bool below = by ? by->high <= factor : !above;
    fails |= below, unclear |= !above && !below;
  }
  if (fails) return {Verdict::kFail, expected, seen, c.otherwise};
  if (unclear) return {Verdict::kInconclusive, expected, seen, "They lie within the noise of this run. Measure again."};
  return {Verdict::kPass, expected, seen, c.otherwise};
}

double jain(const std::vector<double>& shares) {
  double sum = 0, squares = 0;
  for (const double share : shares) sum += share, squares += share * share;
  return squares > 0 ? sum * sum / (double(shares.size()) * squares) : 1;
}

// The least and the greatest index of all shares that the readings leave open. From any shares one goes down by moving
// one of them to an end of its stretch, and up by moving it towards the level at which all would be alike.
std::pair<double, double> jain_bounds(const std::vector<Reading>& readings) {
  std::vector<double> worst, best;
  for (const Reading& r : readings) worst.push_back(r.value), best.push_back(r.value);
  for (int round = 0; round < 20; round++)
    for (size_t i = 0; i < readings.size(); i++) {
      const Reading& r = readings[i];
      double least = jain(worst);
      for (const double end : {std::max(0.0, r.low), r.high}) {
        std::vector<double> other = worst;
        other[i] = end;
        if (jain(other) < least) least = jain(other), worst = std::move(other);
      }
      double sum = 0, squares = 0;
      for (size_t k = 0; k < best.size(); k++)
        if (k != i) sum += best[k], squares += best[k] * best[k];
      if (sum > 0) best[i] = std::clamp(squares / sum, std::max(0.0, r.low), std::max(0.0, r.high));
    }
  return {jain(worst), jain(best)};
}

// Jain's index: 1 when all have the same, 1/n when one has everything.
Judgement fair(const Condition& c, const Evidence& evidence) {
  const std::string expected = "Jain index at least " + c.value;
  std::vector<Reading> readings;
  std::vector<double> shares;
  for (const std::string& probe : c.among) {
    const auto reading = evidence.reading(probe, c.since);
    if (!reading) return nothing(expected, reading.error());
    readings.push_back(*reading), shares.push_back(reading->value);
  }
  if (std::all_of(shares.begin(), shares.end(), [](double share) { return share == 0; }))
    return {Verdict::kInconclusive, expected, "nothing moved", "None of them has moved, so there is nothing to share."};
  const auto [least, most] = jain_bounds(readings);
  const double index = jain(shares), wanted = number_of(c.value);
  if (least == most)
    return {index >= wanted ? Verdict::kPass : Verdict::kFail, expected, fmt::format("{:.3f}", index), c.otherwise};
  const std::string seen = fmt::format("{:.3f} ({:.3f} to {:.3f})", index, least, most);
  if (least >= wanted) return {Verdict::kPass, expected, seen, c.otherwise};
  if (most < wanted) return {Verdict::kFail, expected, seen, c.otherwise};
  return {Verdict::kInconclusive, expected, seen, "The noise of this run leaves both open. Measure again."};
}

Judgement no_packets_at(const Condition& c, const Evidence& evidence) { return compare(c, evidence, 0, 0, "0"); }

// Numbers of probes and figures. A text has no provenance that anybody could ask for.
Inputs numbers(const Condition& c, const Evidence& evidence) {
  Inputs inputs;
  std::vector<std::string> blocks = c.over;
  if (blocks.empty()) blocks = {c.since};
  for (const std::string& name : names_in(c))
    for (const std::string& block : blocks) {
      if (name.empty()) continue;
      if (const auto value = evidence.value(name, block)) {
        if (value->kind != ProbeKind::kText) inputs.emplace_back(name, value->provenance);
      } else if (const auto curve = evidence.curve(name, block)) {
        for (const Reading& point : *curve) inputs.emplace_back(name, point.provenance);
      }
    }
  return inputs;
}

struct VerbRow {
  const char* name;
  Judgement (*judge)(const Condition&, const Evidence&);
  Inputs (*inputs)(const Condition&, const Evidence&);
};

// The one list of verbs.
constexpr VerbRow kVerbs[] = {
    {"equals", equals, numbers},
    {"at_least", at_least, numbers},
    {"at_most", at_most, numbers},
    {"within", within, numbers},
    {"ratio", ratio, numbers},
    {"dominates", dominates, numbers},
    {"unchanged", unchanged, numbers},
    {"monotonic", monotonic, numbers},
    {"fair", fair, numbers},
    {"no_packets_at", no_packets_at, numbers},
    {"op_refused", op_refused, happened},
    {"path_is", path_is, happened},
    {"state_equal", state_equal, states},
};

}  // namespace

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass: return "pass";
    case Verdict::kFail: return "fail";
    case Verdict::kInconclusive: return "inconclusive";
    case Verdict::kSkipped: return "skipped";
  }
  return "";
}

Judgement judge_condition(const Condition& c, const Evidence& evidence) {
  for (const VerbRow& row : kVerbs)
    if (c.verb == row.name) return row.judge(c, evidence);
  return {Verdict::kInconclusive, "", "", "There is no verb `" + c.verb + "`."};
}

bool is_verb(const std::string& name) {
  return std::any_of(std::begin(kVerbs), std::end(kVerbs), [&](const VerbRow& row) { return name == row.name; });
}

Inputs inputs_of(const Condition& c, const Evidence& evidence) {
  for (const VerbRow& row : kVerbs)
    if (c.verb == row.name) return row.inputs(c, evidence);
  return {};
}

std::vector<std::string> names_in(const Condition& c) {
  if (c.verb == "op_refused") return {};  // what is tried is always recorded
  if (c.verb == "state_equal") return {state_of(c.of)};
  std::vector<std::string> names = {c.of, c.to};
  names.insert(names.end(), c.among.begin(), c.among.end());
  return names;
}

std::string planned_verb(const std::string& name) { return name == "fault_recorded" ? "faults" : ""; }

std::string verb_list() {
  std::string list;
  for (const VerbRow& row : kVerbs) list += (list.empty() ? "" : ", ") + std::string(row.name);
  return list;
}

}  // namespace ringside::labs
