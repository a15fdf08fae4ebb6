// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/checks.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace ringside::labs {
namespace {

struct Judgement {
  Verdict verdict = Verdict::kInconclusive;
  std::string expected, observed, reason;
};

double number_of(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

// Whole numbers are compared exactly; the slack is for fractions, which have no exact binary form.
bool same(double a, double b) {
  return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b)) && (a != std::floor(a) || b != std::floor(b) || a == b);
}

// Why there is no value: nothing was run, or what it is made of had not been counted, as exits per packet before the
// first packet.
std::string not_run(const std::string& probe, const std::string& since, const Evidence& evidence) {
  if (const Window* window = since.empty() ? evidence.latest() : evidence.of(since))
    return window->end.count(probe) ? "`" + probe + "` had no value when the step `" + window->block +
                                          "` began: nothing had been counted yet."
                                    : "Nothing was counted that `" + probe + "` could be made of.";
  return since.empty() ? "No step of this lab has been run yet."
                       : "The step `" + since + "` has not been run to its end.";
}

std::string not_run(const Condition& c, const Evidence& evidence) { return not_run(c.of, c.since, evidence); }

// Compares the one value that the condition names.
template <class Holds>
Judgement compare(const Condition& c, const Evidence& evidence, const std::string& expected, Holds holds) {
  const auto value = evidence.value(c.of, c.since);
  if (!value) return {Verdict::kInconclusive, expected, "nothing yet", not_run(c, evidence)};
  return {holds(*value) ? Verdict::kPass : Verdict::kFail, expected, value_text(*value), c.otherwise};
}

Judgement equals(const Condition& c, const Evidence& evidence) {
  return compare(c, evidence, c.value, [&](const Value& v) {
    return v.kind == ProbeKind::kText ? v.text == c.value : same(v.number, number_of(c.value));
  });
}

Judgement at_least(const Condition& c, const Evidence& evidence) {
  return compare(c, evidence, "at least " + c.value, [&](const Value& v) { return v.number >= number_of(c.value); });
}

Judgement at_most(const Condition& c, const Evidence& evidence) {
  return compare(c, evidence, "at most " + c.value, [&](const Value& v) { return v.number <= number_of(c.value); });
}

Judgement within(const Condition& c, const Evidence& evidence) {
  return compare(c, evidence, c.value + " ± " + c.tolerance,
                 [&](const Value& v) { return std::abs(v.number - number_of(c.value)) <= number_of(c.tolerance); });
}

// of divided by to, both in the same window.
Judgement ratio(const Condition& c, const Evidence& evidence) {
  const auto of = evidence.value(c.of, c.since), to = evidence.value(c.to, c.since);
  const std::string expected = c.value + (c.tolerance.empty() ? "" : " ± " + c.tolerance) + " for each of " + c.to;
  if (!of || !to)
    return {Verdict::kInconclusive, expected, "nothing yet", not_run(of ? c.to : c.of, c.since, evidence)};
  if (to->number == 0) return {Verdict::kInconclusive, expected, "nothing to divide by", c.to + " did not move."};
  const double is = of->number / to->number;
  const bool holds = std::abs(is - number_of(c.value)) <= (c.tolerance.empty() ? 1e-9 : number_of(c.tolerance));
  return {holds ? Verdict::kPass : Verdict::kFail, expected, number_text(is), c.otherwise};
}

// The same at the end of the block as at its beginning.
Judgement unchanged(const Condition& c, const Evidence& evidence) {
  const Window* window = c.since.empty() ? evidence.latest() : evidence.of(c.since);
  if (!window || !window->begin.count(c.of) || !window->end.count(c.of))
    return {Verdict::kInconclusive, "no change", "nothing yet", not_run(c, evidence)};
  const std::string before = value_text(window->begin.at(c.of)), after = value_text(window->end.at(c.of));
  return {before == after ? Verdict::kPass : Verdict::kFail, before, after, c.otherwise};
}

// From block to block of `over` the value never falls; `value = "falling"`: never rises.
Judgement monotonic(const Condition& c, const Evidence& evidence) {
  const bool falling = c.value == "falling";
  const std::string expected = falling ? "never rising" : "never falling";
  std::string seen;
  bool holds = true;
  std::optional<double> previous;
  for (const std::string& block : c.over) {
    const auto value = evidence.value(c.of, block);
    if (!value)
      return {Verdict::kInconclusive, expected, seen.empty() ? "nothing yet" : seen, not_run(c.of, block, evidence)};
    if (previous) holds &= falling ? value->number <= *previous : value->number >= *previous;
    previous = value->number;
    seen += (seen.empty() ? "" : ", ") + number_text(value->number);
  }
  return {holds ? Verdict::kPass : Verdict::kFail, expected, seen, c.otherwise};
}

// Each of `among` as it is in the window, or nothing when one of them, `missing`, is not known.
std::optional<std::vector<double>> values_of(const Condition& c, const Evidence& evidence, std::string& missing) {
  std::vector<double> values;
  for (const std::string& probe : c.among) {
    const auto value = evidence.value(probe, c.since);
    if (!value) return missing = probe, std::nullopt;
    values.push_back(value->number);
  }
  return values;
}

// One component is the greatest of several: the others reach at most 1/value of it.
Judgement dominates(const Condition& c, const Evidence& evidence) {
  const double factor = c.value.empty() ? 1 : number_of(c.value);
  std::string expected = c.of + " above " + (c.value.empty() ? "" : c.value + " times ");
  for (size_t i = 0; i < c.among.size(); i++) expected += (i ? ", " : "") + c.among[i];
  const auto of = evidence.value(c.of, c.since);
  std::string missing = c.of;
  const auto others = of ? values_of(c, evidence, missing) : std::nullopt;
  if (!others) return {Verdict::kInconclusive, expected, "nothing yet", not_run(missing, c.since, evidence)};
  bool holds = true;
  std::string seen = number_text(of->number) + " against ";
  for (size_t i = 0; i < others->size(); i++) {
    if (c.among[i] != c.of) holds &= of->number > factor * (*others)[i];
    seen += (i ? ", " : "") + number_text((*others)[i]);
  }
  return {holds ? Verdict::kPass : Verdict::kFail, expected, seen, c.otherwise};
}

// Jain's index: 1 when all have the same, 1/n when one has everything.
Judgement fair(const Condition& c, const Evidence& evidence) {
  const std::string expected = "Jain index at least " + c.value;
  std::string missing;
  const auto values = values_of(c, evidence, missing);
  if (!values) return {Verdict::kInconclusive, expected, "nothing yet", not_run(missing, c.since, evidence)};
  double sum = 0, squares = 0;
  for (const double v : *values) sum += v, squares += v * v;
  if (squares == 0)
    return {Verdict::kInconclusive, expected, "nothing moved", "None of them has moved, so there is nothing to share."};
  const double index = sum * sum / (double(values->size()) * squares);
  return {index >= number_of(c.value) ? Verdict::kPass : Verdict::kFail, expected, fmt::format("{:.3f}", index),
          c.otherwise};
}

Judgement no_packets_at(const Condition& c, const Evidence& evidence) {
  return compare(c, evidence, "0", [](const Value& v) { return v.number == 0; });
}

struct VerbRow {
  const char* name;
  Judgement (*judge)(const Condition&, const Evidence&);
};

// The one list of verbs.
constexpr VerbRow kVerbs[] = {
    {"equals", equals}, {"at_least", at_least},           {"at_most", at_most},     {"within", within},
    {"ratio", ratio},   {"dominates", dominates},         {"unchanged", unchanged}, {"monotonic", monotonic},
    {"fair", fair},     {"no_packets_at", no_packets_at},
};

Judgement judge_condition(const Condition& c, const Evidence& evidence) {
  for (const VerbRow& row : kVerbs)
    if (c.verb == row.name) return row.judge(c, evidence);
  return {Verdict::kInconclusive, "", "", "There is no verb `" + c.verb + "`."};
}

// A number of weaker provenance than the check accepts says nothing.
std::string refused_provenance(const Lab& lab, const Check& check, const Evidence& evidence) {
  const auto& accepts = check.accepts.empty() ? lab.accepts : check.accepts;
  if (accepts.empty()) return {};
  // What is computed from several numbers is as weak as the weakest of them.
  std::vector<std::string> inputs = {check.condition.of, check.condition.to};
  inputs.insert(inputs.end(), check.condition.among.begin(), check.condition.among.end());
  for (const std::string& probe : inputs) {
    const auto value = probe.empty() ? std::nullopt : evidence.value(probe, check.condition.since);
    if (!value || value->kind == ProbeKind::kText) continue;
    const std::string is(ringside::name_of(value->provenance));
    if (std::find(accepts.begin(), accepts.end(), is) == accepts.end())
      return fmt::format("{} is {} here, and this check is about {} numbers.", probe, is, accepts.front());
  }
  return {};
}

CheckResult judge_check(const Lab& lab, const Check& check, const Evidence& evidence) {
  Judgement j = judge_condition(check.condition, evidence);
  // A precondition that was never met is a failure with the author's words: they say what to run.
  if (j.verdict == Verdict::kInconclusive && check.band != Band::kClaim)
    j.verdict = Verdict::kFail, j.reason = check.condition.otherwise;
  if (j.verdict != Verdict::kInconclusive)
    if (std::string refused = refused_provenance(lab, check, evidence); !refused.empty())
      j.verdict = Verdict::kInconclusive, j.reason = refused;
  for (const Condition& need : check.needs) {
    if (j.verdict == Verdict::kInconclusive) break;
    const Judgement n = judge_condition(need, evidence);
    if (n.verdict == Verdict::kPass) continue;
    j = n;
    break;
  }
  const bool pass = j.verdict == Verdict::kPass;
  return {check.id,    j.verdict,
          check.claim, j.expected,
          j.observed,  pass ? "" : j.reason,
          check.look,  pass ? check.points : 0,
          check.points};
}

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
  const Window* window = since.empty() ? latest() : of(since);
  if (!window) return {};
  auto end = window->end.find(probe);
  if (end == window->end.end()) return {};
  Value value = end->second;
  auto begin = window->begin.find(probe);
  if (!since.empty() && value.kind == ProbeKind::kCounter && begin != window->begin.end())
    value.number -= begin->second.number;
  return value;
}

bool is_verb(const std::string& name) {
  return std::any_of(std::begin(kVerbs), std::end(kVerbs), [&](const VerbRow& row) { return name == row.name; });
}

std::string planned_verb(const std::string& name) {
  constexpr std::pair<const char*, const char*> kPlanned[] = {{"path_is", "the way of a packet"},
                                                              {"fault_recorded", "faults"},
                                                              {"state_equal", "a hash of a VM's state"},
                                                              {"op_refused", "refused operations"}};
  for (const auto& [verb, what] : kPlanned)
    if (name == verb) return what;
  return {};
}

std::string verb_list() {
  std::string list;
  for (const VerbRow& row : kVerbs) list += (list.empty() ? "" : ", ") + std::string(row.name);
  return list;
}

std::set<std::string> probes_of(const Lab& lab) {
  std::set<std::string> names;
  const auto add = [&](const Condition& c) {
    names.insert(c.of), names.insert(c.to), names.insert(c.among.begin(), c.among.end());
  };
  for (const Question& q : lab.questions) names.insert(q.from);
  for (const Check& check : lab.checks) {
    add(check.condition);
    for (const Condition& need : check.needs) add(need);
  }
  names.erase("");
  return names;
}

std::vector<CheckResult> judge(const Lab& lab, const Evidence& evidence) {
  std::vector<CheckResult> results;
  const std::string lacking = missing_requirement(lab.requirements);
  std::string failed_band;  // the check that failed in an earlier band
  std::set<std::string> passed;
  for (Band band : {Band::kEnvironment, Band::kTopology, Band::kTraffic, Band::kClaim}) {
    std::string failed;
    for (const Check& check : lab.checks) {
      if (check.band != band) continue;
      CheckResult result{.id = check.id, .claim = check.claim, .look = check.look, .maximum = check.points};
      if (!lacking.empty())
        result.verdict = Verdict::kSkipped, result.reason = lacking, result.maximum = 0;
      else if (!failed_band.empty())
        result.verdict = Verdict::kInconclusive, result.reason = "Check " + failed_band + " comes first.";
      else if (!check.after.empty() && !passed.count(check.after))
        result.verdict = Verdict::kInconclusive, result.reason = "Check " + check.after + " comes first.";
      else
        result = judge_check(lab, check, evidence);
      if (result.verdict == Verdict::kPass) passed.insert(check.id);
      if (result.verdict == Verdict::kFail && failed.empty()) failed = check.id;
      results.push_back(std::move(result));
    }
    if (failed_band.empty()) failed_band = failed;
  }
  return results;
}

std::string missing_requirement(const Requirements& requirements) {
  cpu_set_t set;
  CPU_ZERO(&set);
  const int cores = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
  if (cores < requirements.cores)
    return fmt::format("This lab needs {} CPUs, and {} may be used here.", requirements.cores, cores);
  if (requirements.kvm == "yes" && access("/dev/kvm", R_OK | W_OK))
    return "This lab needs /dev/kvm, which cannot be opened here.";
  return {};
}

}  // namespace ringside::labs
