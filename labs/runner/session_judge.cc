// SPDX-License-Identifier: BSD-3-Clause
// The session's half that helps and judges: hints, checks, points.
#include <algorithm>

#include <fmt/format.h>

#include "labs/runner/session.h"

namespace ringside::labs {
namespace {

// The value that the check expects is the answer to a prediction that it shows the outcome of.
bool is_asked_for(const Lab& lab, const Check& check) {
  return std::any_of(lab.questions.begin(), lab.questions.end(),
                     [&](const Question& q) { return !q.seen.empty() && q.seen == check.id; });
}

}  // namespace

std::string hints_for(const Lab& lab, const std::string& id) {
  const auto has = [&](const std::string& of) {
    return std::any_of(lab.hints.begin(), lab.hints.end(), [&](const Hints& hints) { return hints.of == of; });
  };
  if (has(id)) return id;
  for (const Check& check : lab.checks)
    if (check.condition.since == id && has(check.id)) return check.id;
  return {};
}

// All that comes before it is done: a hint further on would answer what is still to be guessed.
bool LabSession::reached(const std::string& of) const {
  const Check* check = lab_.check(of);
  const std::string& at = check ? check->condition.since : of;
  for (const Item& item : lab_.items()) {
    if ((item.kind == ItemKind::kQuestion && lab_.questions[item.index].id == at) ||
        (item.kind == ItemKind::kDo && lab_.blocks[item.index].id == at))
      return true;
    if (!done(item)) return false;
  }
  return true;
}

Result<std::string> LabSession::hint(const std::string& name) {
  const std::string of = hints_for(lab_, name);
  if (of.empty() || !reached(of)) {
    std::string others;
    for (const Hints& hints : lab_.hints)
      if (reached(hints.of)) others += (others.empty() ? "" : ", ") + hints.of;
    const bool known = lab_.question(name) || lab_.check(name) || lab_.block(name);
    return Error{!known       ? "There is no \"" + name + "\" in this lab."
                 : of.empty() ? "There are no hints for " + name + ": hints hang on some of the questions."
                              : "You have not come to " + name + " yet.",
                 "",
                 others.empty()                   ? "There are none up to here."
                 : program_ == Program::kTerminal ? "Up to here there are hints for: " + others + " (`:hint " +
                                                        others.substr(0, others.find(',')) + "`)."
                                                  : "Up to here there are hints for: " + others + ".",
                 ""};
  }
  for (const Hints& hints : lab_.hints) {
    if (hints.of != of) continue;
    const int level = hint_level(of);
    if (level >= int(hints.levels.size())) break;
    if (Status stored = store_.add_hint(attempt_.id, of, level + 1); !stored) return stored.error();
    hints_[of] = level + 1;
    return hints.levels[size_t(level)];
  }
  return std::string();
}

int LabSession::hint_level(const std::string& of) const {
  auto level = hints_.find(of);
  return level == hints_.end() ? 0 : level->second;
}

Result<std::vector<CheckResult>> LabSession::check() {
  std::vector<CheckResult> results = judge(lab_, evidence_, lacking_);
  // One verdict a run: to ask twice is not to try twice.
  if (runs_ > judged_) {
    std::vector<VerdictRow> rows;
    for (const CheckResult& r : results)
      rows.push_back({r.id, labs::name_of(r.verdict), r.reason, r.expected, r.observed, r.points, r.maximum});
    if (Status stored = store_.add_verdicts(attempt_.id, rows); !stored) return stored.error();
    judged_ = runs_;
  }
  for (CheckResult& r : results) {
    r.explain = r.verdict == Verdict::kInconclusive && inconclusive_[r.id] >= kTries;
    if (!r.explain) continue;
    r.explained = answer_of("check " + r.id);
    if (!r.explained.empty()) r.points = r.maximum;
  }
  for (CheckResult& r : results)
    if ((r.hidden = tells_too_early(*lab_.check(r.id)))) r.claim.clear(), r.expected.clear(), r.observed.clear();
  // What a prediction asks for is found, and not read off the check that tells whether it was.
  for (CheckResult& r : results)
    if (r.verdict != Verdict::kPass && is_asked_for(lab_, *lab_.check(r.id))) r.expected.clear();
  return results;
}

bool LabSession::tells_too_early(const Check& check) const {
  const Check* before = check.after.empty() ? nullptr : lab_.check(check.after);
  const std::string& looks_at =
      check.condition.since.empty() && before ? before->condition.since : check.condition.since;
  if (check.claim.empty() || looks_at.empty()) return false;
  bool behind = false;
  for (const Step& step : lab_.steps)
    for (const Item& item : step.items) {
      if (item.kind == ItemKind::kDo) {
        if (behind) return false;
        behind = lab_.blocks[item.index].id == looks_at;
      }
      if (item.kind == ItemKind::kQuestion && !settled(item)) return true;
    }
  return false;
}

void LabSession::count_tries(const std::string& block) {
  for (const CheckResult& r : judge(lab_, evidence_, lacking_))
    if (is_unclear_try(lab_, r, block)) inconclusive_[r.id]++;
}

Status LabSession::fits_in(const std::string& answer) {
  if (answer.size() <= kMostAnswer) return {};
  return Error{fmt::format("This answer is too long: {} bytes.", answer.size()), "Nothing was stored.",
               fmt::format("Say it in {} bytes at most.", kMostAnswer), ""};
}

Status LabSession::explain_check(const std::string& check, const std::string& sentence) {
  auto results = this->check();
  if (!results) return results.error();
  for (const CheckResult& r : *results) {
    if (r.id != check) continue;
    if (!r.explain) break;
    if (sentence.empty()) return Error{"Expected a sentence.", "Nothing was stored.", "", ""};
    if (Status fits = fits_in(sentence); !fits) return fits;
    AnswerRow row{"check " + check, "explain", sentence};
    row.points = r.maximum;
    if (Status stored = store_.add_answer(attempt_.id, row); !stored) return stored;
    answers_[row.question] = row;
    return {};
  }
  return Error{"Check " + check + " asks for no explanation.", "Nothing was stored.",
               fmt::format("It does after {} inconclusive tries.", kTries), ""};
}

Score LabSession::score() const {
  Score score;
  for (const Question& q : lab_.questions) {
    auto row = answers_.find(q.id);
    if (row != answers_.end() && row->second.value == kNotClear) continue;  // it leaves the maximum
    const bool later = lab_.reduced && !judged(q) && q.mark.empty();
    (later ? score.later : score.maximum) += q.points;
    if (row != answers_.end()) score.points += row->second.points;
  }
  return score;
}

}  // namespace ringside::labs
