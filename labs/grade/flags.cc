// SPDX-License-Identifier: BSD-3-Clause
#include "labs/grade/flags.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <set>

#include <fmt/format.h>

#include "engine/base/visible.h"

namespace ringside::labs {
namespace {

constexpr double kClockSlack = 2;  // seconds that a clock is set back by who keeps it right

std::string quoted(const std::string& text) { return excerpt(visible_line(text), 60); }

// Answers that no walk through the lab can give in this order.
void look_at_order(const HandedLab& handed, const Lab& lab, const std::vector<Deed>& deeds, std::vector<Flag>& flags) {
  std::set<std::string> ran, predicted;
  for (const Deed& deed : deeds) {
    if (deed.kind == DeedKind::kRun) ran.insert(handed.runs[deed.index].block);
    if (deed.kind != DeedKind::kAnswer) continue;
    const Question* q = lab.question(handed.answers[deed.index].question);
    if (!q) continue;
    if (q->kind == QuestionKind::kObserve && !q->since.empty() && !ran.count(q->since))
      flags.push_back({"order", fmt::format("{} was answered before {} was run.", q->id, q->since)});
    if (q->kind != QuestionKind::kPredict) continue;
    if (!predicted.insert(q->id).second) {
      flags.push_back({"order", "The prediction " + q->id + " was made twice; the first one counts."});
      continue;
    }
    bool behind = false;  // a step that its prediction locks
    for (const Item& item : lab.items()) {
      behind |= item.kind == ItemKind::kQuestion && lab.questions[item.index].id == q->id;
      if (!behind || item.kind != ItemKind::kDo || !ran.count(lab.blocks[item.index].id)) continue;
      flags.push_back(
          {"order", fmt::format("The prediction {} was made after {} was run.", q->id, lab.blocks[item.index].id)});
      break;
    }
  }
}

void look_at_clock(const HandIn& all, const HandedLab& handed, const std::vector<Deed>& deeds,
                   std::vector<Flag>& flags) {
  double before = seconds_in(handed.begun_utc);
  std::string latest = handed.begun_utc;
  for (const Deed& deed : deeds) {
    const double at = seconds_in(deed.at_utc);
    if (at <= 0) {
      flags.push_back({"clock", "A row has no time that is one: " + quoted(deed.at_utc) + "."});
      return;
    }
    if (at < before - kClockSlack) {
      flags.push_back({"clock", fmt::format("Its clock went back by {:.0f} s at {}.", before - at, deed.at_utc)});
      break;
    }
    if (at > before) before = at, latest = deed.at_utc;
  }
  if (const double now = double(time(nullptr)), made = seconds_in(all.made_utc); made > now + kClockSlack)
    flags.push_back({"clock", "Handed in at " + all.made_utc + ", which is still to come."});
  if (before > seconds_in(all.made_utc) + kClockSlack)
    flags.push_back({"clock", fmt::format("Handed in at {}, and worked on at {}.", all.made_utc, latest)});
}

// The file says that the lab said something else than what comes out now, by the same text.
void look_at_said(const HandedLab& handed, const Lab& lab, const GradedLab& graded, std::vector<Flag>& flags) {
  std::string others;
  std::map<std::string, const AnswerRow*> last;
  for (const AnswerRow& row : handed.answers) last[row.question] = &row;
  for (const GradedAnswer& a : graded.answers) {
    const Question* q = lab.question(a.question);
    if (!a.last || !a.right || !q || q->kind != QuestionKind::kObserve || q->answers != AnswerKind::kNumber) continue;
    const AnswerRow* row = last[a.question];
    if (row && row->correct && *row->correct != *a.right) others += (others.empty() ? "" : ", ") + a.question;
  }
  std::map<std::string, std::string> said;
  for (const SaidRow& row : handed.said) said[row.verdict.check] = row.verdict.verdict;
  for (const CheckResult& r : graded.checks)
    if (const auto one = said.find(r.id); one != said.end() && one->second == "pass" && r.verdict == Verdict::kFail)
      others += (others.empty() ? "" : ", ") + r.id;
  if (!others.empty()) flags.push_back({"said", "The hand-in says of " + others + " what its own windows do not say."});
}

}  // namespace

double seconds_in(const std::string& utc) {
  tm parts{};
  double seconds = 0;
  if (!is_utc(utc) || std::sscanf(utc.c_str(), "%4d-%2d-%2dT%2d:%2d:%lfZ", &parts.tm_year, &parts.tm_mon,
                                  &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &seconds) != 6)
    return 0;
  parts.tm_year -= 1900, parts.tm_mon -= 1;
  return double(timegm(&parts)) + seconds;
}

std::vector<Deed> deeds_of(const HandedLab& handed) {
  std::vector<Deed> all;
  std::map<std::pair<DeedKind, int64_t>, size_t> rows;
  const auto note = [&](DeedKind kind, int64_t id, size_t index, const std::string& at) {
    rows[{kind, id}] = all.size();
    all.push_back({kind, index, at});
  };
  for (size_t i = 0; i < handed.answers.size(); i++)
    note(DeedKind::kAnswer, handed.answers[i].id, i, handed.answers[i].at_utc);
  for (size_t i = 0; i < handed.runs.size(); i++) note(DeedKind::kRun, handed.runs[i].id, i, handed.runs[i].at_utc);
  for (size_t i = 0; i < handed.hints.size(); i++) note(DeedKind::kHint, handed.hints[i].id, i, handed.hints[i].at_utc);
  for (size_t i = 0; i < handed.said.size(); i++) note(DeedKind::kSaid, handed.said[i].id, i, handed.said[i].at_utc);
  if (handed.chain.before > 0 || !handed.chain.broken.empty()) {
    // Some rows have no links: the clock orders all of them. Of the same moment: runs before the answers about them.
    std::stable_sort(all.begin(), all.end(), [](const Deed& a, const Deed& b) {
      return std::pair(a.at_utc, a.kind != DeedKind::kRun) < std::pair(b.at_utc, b.kind != DeedKind::kRun);
    });
    return all;
  }
  std::vector<Deed> ordered;
  for (const ChainLink& link : handed.chain.links) {
    const DeedKind kind = link.kind == "answer" ? DeedKind::kAnswer
                          : link.kind == "run"  ? DeedKind::kRun
                          : link.kind == "hint" ? DeedKind::kHint
                                                : DeedKind::kSaid;
    if (const auto at = rows.find({kind, link.row}); at != rows.end() && link.kind != "attempt")
      ordered.push_back(all[at->second]);
  }
  return ordered;
}

std::vector<Flag> flags_of(const HandIn& all, const HandedLab& handed, const Lab& lab, const LabText& text,
                           const std::vector<Deed>& deeds, const GradedLab& graded) {
  std::vector<Flag> flags;
  if (!handed.chain.broken.empty())
    flags.push_back({"chain", handed.chain.broken == kNoChain ? "It has no chain."
                                                              : "Its chain is broken " + handed.chain.broken + "."});
  if (handed.chain.before > 0)
    flags.push_back(
        {"chain-late", fmt::format("Its chain begins after {} rows, of an older Ringside.", handed.chain.before)});
  if (handed.attempt.student != all.student)
    flags.push_back({"student", "It was begun by " + quoted(handed.attempt.student) + "."});
  const Draw drawn = draw(handed.attempt.lab, all.student, lab.variants);
  if (handed.attempt.seed != drawn.seed) flags.push_back({"seed", "Its seed is not this student's."});
  if (handed.attempt.variant != drawn.variant)
    flags.push_back({"variant", fmt::format("It has variant {}; this student's is {}.", handed.attempt.variant + 1,
                                            drawn.variant + 1)});
  if (handed.attempt.hash != text.hash)
    flags.push_back(
        {"version", fmt::format("The lab was another version: {}, not {}.", quoted(handed.attempt.hash), text.hash)});
  look_at_clock(all, handed, deeds, flags);
  look_at_order(handed, lab, deeds, flags);
  if (handed.attempt.hash == text.hash) look_at_said(handed, lab, graded, flags);
  return flags;
}

}  // namespace ringside::labs
