// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "labs/runner/measured_chart.h"
#include "labs/runner/record_verbs.h"

namespace ringside::labs {
namespace {

// A number of weaker provenance than the check accepts says nothing.
std::string refused_provenance(const Lab& lab, const Check& check, const Evidence& evidence) {
  const auto& accepts = check.accepts.empty() ? lab.accepts : check.accepts;
  if (accepts.empty()) return {};
  // What is computed from several numbers is as weak as the weakest of them.
  Inputs inputs = inputs_of(check.condition, evidence);
  for (const Condition& need : check.needs)
    for (auto& one : inputs_of(need, evidence)) inputs.push_back(std::move(one));
  for (const auto& [name, provenance] : inputs) {
    const std::string is(ringside::name_of(provenance));
    if (std::find(accepts.begin(), accepts.end(), is) == accepts.end())
      return fmt::format("{} is {} here, and this check is about {} numbers.", name, is, accepts.front());
  }
  return {};
}

// What the student can find again: a figure as its chart calls it, and not as the engine does.
std::string in_chart_words(const Lab& lab, const Check& check, std::string text) {
  const DoBlock* block = lab.block(check.condition.since);
  if (!block || !block->measure) return text;
  for (const ChartLine& line : block->measure->chart)
    for (const Setting& setting : block->measure->settings) {
      if (line.caption.empty()) continue;
      const std::string name = line.figure + "@" + setting.id;
      for (size_t at = 0; (at = text.find(name, at)) != text.npos;) {
        const size_t end = at + name.size();
        const bool whole = end == text.size() || text[end] == ' ' || text[end] == ',';  // @1 is not @16
        const std::string words = plain_caption(line.caption) + " (" + setting.name + ")";
        if (whole) text.replace(at, name.size(), words);
        at += whole ? words.size() : name.size();
      }
    }
  return text;
}

CheckResult judge_check(const Lab& lab, const Check& check, const Evidence& evidence) {
  Judgement j = judge_condition(check.condition, evidence);
  // A precondition that was never met is a failure with the author's words: they say what to run. One that was
  // measured, and not clear, stays what it is.
  if (j.verdict == Verdict::kInconclusive && check.band != Band::kClaim && j.observed == kNothingYet)
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
  return {check.id,
          j.verdict,
          check.claim,
          in_chart_words(lab, check, j.expected),
          in_chart_words(lab, check, j.observed),
          pass ? "" : j.reason,
          check.look,
          pass ? check.points : 0,
          check.points};
}

}  // namespace

bool is_unclear_try(const Lab& lab, const CheckResult& result, const std::string& block) {
  if (result.verdict != Verdict::kInconclusive || result.observed.empty() || result.observed == kNothingYet)
    return false;
  return looks_at(*lab.check(result.id), block);
}

std::set<std::string> probes_of(const Lab& lab) {
  std::set<std::string> names;
  const auto one = [&](const std::string& name) { names.insert(measured_name(name).figure); };
  const auto add = [&](const Condition& c) {
    for (const std::string& name : names_in(c)) one(name);
  };
  for (const Question& q : lab.questions) one(q.from), one(q.below), one(q.by);
  for (const DoBlock& block : lab.blocks)
    if (block.measure)
      for (const ChartLine& line : block.measure->chart) names.insert(line.figure);
  for (const Check& check : lab.checks) {
    add(check.condition);
    for (const Condition& need : check.needs) add(need);
  }
  for (const Line& probe : lab.watch) one(probe.text);
  names.erase("");
  return names;
}

bool looks_at(const Check& check, const std::string& block) {
  const auto one = [&](const Condition& c) {
    const auto names = [&](const std::string& moment) { return moment.starts_with(block + " "); };
    return std::count(c.over.begin(), c.over.end(), block) || c.since == block ||
           std::any_of(c.at.begin(), c.at.end(), names) || (c.since.empty() && c.over.empty() && c.at.empty());
  };
  return one(check.condition) || std::any_of(check.needs.begin(), check.needs.end(), one);
}

std::vector<CheckResult> judge(const Lab& lab, const Evidence& evidence) {
  return judge(lab, evidence, missing_requirement(lab.requirements));
}

std::vector<CheckResult> judge(const Lab& lab, const Evidence& evidence, const std::string& lacking) {
  std::vector<CheckResult> results;
  std::string failed_band;  // the check that failed in an earlier band
  std::set<std::string> passed, skipped;
  for (Band band : {Band::kEnvironment, Band::kTopology, Band::kTraffic, Band::kClaim}) {
    std::string failed;
    for (const Check& check : lab.checks) {
      if (check.band != band) continue;
      CheckResult result{.id = check.id, .claim = check.claim, .look = check.look, .maximum = check.points};
      if (!check.skipped.empty())
        result.verdict = Verdict::kSkipped, result.reason = check.skipped, result.maximum = 0;
      else if (!lacking.empty())
        result.verdict = Verdict::kSkipped, result.reason = lacking, result.maximum = 0;
      else if (skipped.count(check.after))
        result.verdict = Verdict::kSkipped, result.maximum = 0,
        result.reason = "Check " + check.after + " comes first, and was skipped.";
      else if (!failed_band.empty())
        result.verdict = Verdict::kInconclusive, result.reason = "Check " + failed_band + " comes first.";
      else if (!check.after.empty() && !passed.count(check.after))
        result.verdict = Verdict::kInconclusive, result.reason = "Check " + check.after + " comes first.";
      else
        result = judge_check(lab, check, evidence);
      if (result.verdict == Verdict::kPass) passed.insert(check.id);
      if (result.verdict == Verdict::kSkipped) skipped.insert(check.id);
      if (result.verdict == Verdict::kFail && failed.empty()) failed = check.id;
      results.push_back(std::move(result));
    }
    if (failed_band.empty()) failed_band = failed;
  }
  return results;
}

}  // namespace ringside::labs
