// SPDX-License-Identifier: BSD-3-Clause
#include "labs/grade/grade.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "engine/base/sha256.h"
#include "engine/base/visible.h"
#include "labs/grade/flags.h"
#include "labs/runner/catalog.h"
#include "labs/runner/judging.h"
#include "labs/runner/predicted.h"
#include "labs/runner/session.h"

namespace ringside::labs {
namespace {

constexpr double kBreak = 600;  // seconds without anything: the student was away

// What this student's machine lacked.
std::string lacking(const LabMachine& machine, const Requirements& needs) {
  if (machine.cores > 0 && machine.cores < needs.cores)
    return fmt::format("This lab needs {} CPUs, and had {}.", needs.cores, machine.cores);
  if (needs.kvm == "yes" && !machine.kvm) return "This lab needs /dev/kvm, which was not there.";
  return {};
}

// The raw windows of a run, as one word: two students never measure the same.
std::string digest_of(const Window& window) {
  if (window.samples.empty()) return {};
  Sha256 sum;
  for (const Sample& s : window.samples) {
    sum.part(s.setting).part(fmt::format("{:.17g} {:.17g}", s.seconds, s.clock));
    for (const auto& [probe, v] : s.values) sum.part(probe).part(fmt::format("{:.17g}", v.number)).part(v.text);
  }
  return sum.hex().substr(0, 32);
}

std::string step_of(const Lab& lab, ItemKind kind, const std::string& id) {
  for (const Step& step : lab.steps)
    for (const Item& item : step.items)
      if (item.kind == kind && (kind == ItemKind::kDo ? lab.blocks[item.index].id : lab.questions[item.index].id) == id)
        return step.name.empty() ? step.kind : step.kind + ": " + step.name;
  return {};
}

bool was_done(const HandedLab& handed, const Lab& lab, const Step& step) {
  return std::any_of(step.items.begin(), step.items.end(), [&](const Item& item) {
    if (item.kind == ItemKind::kDo)
      return std::any_of(handed.runs.begin(), handed.runs.end(),
                         [&](const RunRow& row) { return row.block == lab.blocks[item.index].id; });
    return item.kind == ItemKind::kQuestion &&
           std::any_of(handed.answers.begin(), handed.answers.end(),
                       [&](const AnswerRow& row) { return row.question == lab.questions[item.index].id; });
  });
}

std::string now_utc() {
  const time_t now = time(nullptr);
  tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
  return text;
}

class Grader {
 public:
  Grader(const HandIn& all, const HandedLab& handed, const Lab& lab)
      : all_(all), handed_(handed), lab_(lab), lacking_(lacking(machine_of(all, handed, lab), lab.requirements)) {}

  GradedLab graded(const std::string& edition, const LabText& text) {
    g_.student = all_.student, g_.lab = handed_.lab, g_.pack = handed_.pack, g_.title = lab_.title;
    g_.version = handed_.attempt.hash, g_.begun_utc = handed_.begun_utc;
    // A clock that runs ahead does not make a hand-in the latest one for ever.
    g_.made_utc = std::min(all_.made_utc, now_utc());
    g_.file = all_.file, g_.digest = all_.digest, g_.edition = edition;
    g_.attempt = handed_.number, g_.variant = handed_.attempt.variant;
    g_.ended_utc = handed_.begun_utc;
    for (const HintRow& hint : handed_.hints) {
      const std::string of = excerpt(visible_line(hint.of), 60);
      g_.hints[of] = std::clamp(hint.level, g_.hints[of], 4);
    }
    const std::vector<Deed> deeds = deeds_of(handed_);
    double before = seconds_in(handed_.begun_utc);
    for (const Deed& deed : deeds) {
      const double at = seconds_in(deed.at_utc);
      if (deed.kind == DeedKind::kAnswer) answer(handed_.answers[deed.index], at - before);
      if (deed.kind == DeedKind::kRun) run(handed_.runs[deed.index], at - before);
      if (!deed.at_utc.empty()) before = at, g_.ended_utc = std::max(g_.ended_utc, deed.at_utc);
    }
    settle();
    g_.flags = flags_of(all_, handed_, lab_, text, deeds, g_);
    if (!lacking_.empty()) g_.flags.push_back({"machine", lacking_});
    std::set<std::string> why;
    for (const Check& check : lab_.checks)
      if (!check.skipped.empty() && why.insert(check.skipped).second)
        g_.flags.push_back({"machine", "Left out: " + check.skipped});
    for (const CheckResult& r : g_.checks)
      if (!r.explained.empty())
        g_.flags.push_back({"explained", r.id + " was not clear in " + std::to_string(LabSession::kTries) +
                                             " runs, and counts by the student's sentence: " +
                                             excerpt(visible_line(r.explained), 200)});
    return std::move(g_);
  }

 private:
  void spend(const std::string& step, double seconds) {
    if (step.empty() || !(seconds > 0) || seconds > kBreak) return;
    auto at = std::find_if(g_.spent.begin(), g_.spent.end(), [&](const Spent& s) { return s.step == step; });
    if (at == g_.spent.end()) at = g_.spent.insert(at, {step, 0});
    at->seconds += seconds;
  }

  void run(const RunRow& row, double seconds) {
    const DoBlock* block = lab_.block(row.block);
    if (!block) return;  // of another edition: the flag says so
    spend(step_of(lab_, ItemKind::kDo, row.block), seconds);
    evidence_.add(row.window);
    if (const std::string digest = digest_of(row.window); !digest.empty()) g_.windows.push_back(digest);
    const auto looks = [&](const Check& check) { return looks_at(check, row.block); };
    if (std::none_of(lab_.checks.begin(), lab_.checks.end(), looks)) return;
    for (const CheckResult& r : judge(lab_, evidence_, lacking_))
      if (is_unclear_try(lab_, r, row.block)) unclear_[r.id]++;
  }

  void answer(const AnswerRow& row, double seconds) {
    const Question* q = lab_.question(row.question);
    if (!q) {
      if (row.question.starts_with("check ")) explain(row, seconds);
      return;
    }
    GradedAnswer a{q->id, step_of(lab_, ItemKind::kQuestion, q->id), name_of(q->kind), q->ask, row.value,
                   // of a curve its shape: no two students draw the same heights
                   q->answers == AnswerKind::kCurve ? curve_shape(*q, row.value) : answer_text(*q, row.value),
                   row.at_utc};
    a.sure = row.sure, a.seconds = std::isfinite(row.seconds) ? std::clamp(row.seconds, 0.0, 86'400.0) : 0,
    a.belief = belief_of(*q, row.value);
    if (!(a.seconds > 0)) a.seconds = std::clamp(seconds, 0.0, kBreak);
    spend(a.step, seconds);
    a.place = int(q - lab_.questions.data());
    if (judged(*q)) a.maximum = q->points;
    if (q->answers == AnswerKind::kNumber && q->kind == QuestionKind::kObserve)
      a.right = observed_right(*q, row.value, a);
    else if (judged(*q))
      a.right = row.value == q->right;
    a.points = a.right.value_or(false) ? q->points : 0;
    if (!q->mark.empty() && q->points > 0) a.marked = std::clamp(row.points / q->points, 0.0, 1.0);
    if (q->kind == QuestionKind::kPredict) {
      // The first one is locked. A second one cannot come from Ringside.
      if (last_.count(q->id)) return;
      g_.predictions_locked++;
    }
    last_[q->id] = g_.answers.size();
    g_.answers.push_back(std::move(a));
  }

  // By the newest window at that moment; where none was there yet, which has a flag of its own, by the one that came.
  std::optional<bool> observed_right(const Question& q, const std::string& value, GradedAnswer& a) {
    auto seen = observed_in(lab_, evidence_, q);
    const DoBlock* block = lab_.block(q.since);
    const bool ran = block && evidence_.of(q.since);
    if (!seen && value == kNotClear && ran && block->measure) return a.maximum = 0, std::nullopt;
    if (!seen && !ran) {
      if (!first_) {
        first_.emplace();
        for (const RunRow& row : handed_.runs)
          if (!first_->of(row.block)) first_->add(row.window);
      }
      seen = observed_in(lab_, *first_, q);
    }
    return seen && reads(q, value, seen->number);
  }

  // A sentence in the place of a check that stays unclear: it is shown, and whether it pays is seen at the end.
  void explain(const AnswerRow& row, double seconds) {
    const std::string check = row.question.substr(6);
    const Check* found = lab_.check(check);
    if (!found) return;
    explained_[check] = row.value;
    GradedAnswer a{"check " + check, "Checks", "explain", found->claim, row.value, row.value, row.at_utc};
    a.seconds = std::clamp(row.seconds > 0 ? row.seconds : seconds, 0.0, kBreak);
    a.place = int(lab_.questions.size());
    last_[a.question] = g_.answers.size();
    g_.answers.push_back(std::move(a));
  }

  std::string questions_about(const std::string& belief) const {
    std::string ids = " ";
    for (const Question& q : lab_.questions)
      if (q.holds.count(belief) ||
          std::any_of(q.options.begin(), q.options.end(), [&](const Option& o) { return o.holds == belief; }))
        ids += q.id + " ";
    return ids;
  }

  void settle() {
    for (const auto& [question, at] : last_) g_.answers[at].last = true;
    std::map<std::string, size_t> order;
    for (size_t i = 0; i < lab_.steps.size(); i++)
      order.try_emplace(
          lab_.steps[i].name.empty() ? lab_.steps[i].kind : lab_.steps[i].kind + ": " + lab_.steps[i].name, i);
    std::stable_sort(g_.spent.begin(), g_.spent.end(),
                     [&](const Spent& a, const Spent& b) { return order[a.step] < order[b.step]; });
    for (const Question& q : lab_.questions) {
      if (!judged(q)) continue;
      const auto at = last_.find(q.id);
      g_.maximum += at == last_.end() ? q.points : g_.answers[at->second].maximum;
      if (at != last_.end()) g_.score += g_.answers[at->second].points;
    }
    for (const Misconception& m : lab_.misconceptions) g_.beliefs.push_back({m.id, m.belief, questions_about(m.id)});
    g_.checks = judge(lab_, evidence_, lacking_);
    for (CheckResult& r : g_.checks) {
      r.explain = r.verdict == Verdict::kInconclusive && unclear_[r.id] >= LabSession::kTries;
      if (r.explain && explained_.count(r.id)) r.explained = explained_[r.id], r.points = r.maximum;
      r.hidden = lab_.check(r.id)->hidden;
      g_.score += r.points, g_.maximum += r.maximum;
    }
  }

  const HandIn& all_;
  const HandedLab& handed_;
  const Lab& lab_;
  const std::string lacking_;
  GradedLab g_;
  Evidence evidence_;
  std::map<std::string, size_t> last_;
  std::map<std::string, int> unclear_;  // runs of what a check looks at in which it was
  std::map<std::string, std::string> explained_;
  std::optional<Evidence> first_;  // the first run of each block, for what was answered before any
};

}  // namespace

int GradedLab::hints_used() const {
  int used = 0;
  for (const auto& [of, levels] : hints) used += levels;
  return used;
}

LabSource shipped_source() {
  return [](const HandedLab& handed) -> Result<std::optional<LabText>> {
    if (!handed.pack.empty()) return std::optional<LabText>();
    return find_shipped(handed.lab);
  };
}

LabSource pack_source(const Pack& teacher) {
  return [teacher](const HandedLab& handed) -> Result<std::optional<LabText>> {
    const PackedLab* lab = handed.pack == teacher.info.id ? teacher.lab(handed.lab) : nullptr;
    return lab ? std::optional(teacher.text(*lab)) : std::nullopt;
  };
}

LabMachine machine_of(const HandIn& all, const HandedLab& handed, const Lab& lab) {
  const auto is = [&](const char* name, const char* value) {
    const auto at = all.environment.find(name);
    return at != all.environment.end() && at->second == value;
  };
  const auto cores = all.environment.find("cores");
  LabMachine last{!is("kvm", "no"), !is("nested", "yes"),
                  cores == all.environment.end() ? 0 : std::atoi(cores->second.c_str())};
  LabMachine any{false, false};
  for (const RunRow& row : handed.runs) {
    const auto said = row.window.end.find(kMachineValue);
    if (const auto one = said == row.window.end.end() ? std::nullopt : machine_in(said->second.text))
      last = *one, any = {any.kvm || one->kvm, any.bare || one->bare, std::max(any.cores, one->cores)};
  }
  for (const Step& step : lab.steps)
    if (!missing_part(step.needs, last).empty() && missing_part(step.needs, any).empty() && was_done(handed, lab, step))
      last = any;
  return last;
}

Result<GradedLab> grade_lab(const HandIn& all, const HandedLab& handed, const LabText& text,
                            const std::string& edition) {
  auto variants = count_variants(text);
  if (!variants) return variants.error();
  if (handed.attempt.variant < 0 || handed.attempt.variant >= *variants)
    return Error{fmt::format("It was taken with variant {}, and {} has {}.", int64_t(handed.attempt.variant) + 1,
                             handed.attempt.lab, *variants),
                 "Nothing was graded from it.", "Ask the student to hand in again.", visible_line(all.file)};
  auto lab = parse_lab(text, handed.attempt.variant, handed.attempt.seed);
  if (!lab) return lab.error();
  // The student's machine counts, and not the teacher's: what it could not do costs nobody a point.
  leave_out(*lab, machine_of(all, handed, *lab));
  return Grader(all, handed, *lab).graded(edition.empty() ? text.hash : edition, text);
}

void compare_students(std::vector<GradedLab>& all) {
  std::map<std::string, std::set<std::string>> students;
  for (const GradedLab& g : all)
    for (const std::string& window : g.windows) students[window].insert(g.student);
  for (GradedLab& g : all) {
    std::set<std::string> others;
    for (const std::string& window : g.windows)
      for (const std::string& student : students[window])
        if (student != g.student) others.insert(student);
    if (others.empty()) continue;
    std::string names;
    for (const std::string& student : others) names += (names.empty() ? "" : ", ") + student;
    g.flags.push_back({"same-windows", "What was measured is, to the last digit, what " + names + " handed in."});
  }
}

}  // namespace ringside::labs
