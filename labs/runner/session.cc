// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/session.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "labs/runner/predicted.h"
#include "labs/runner/script.h"

namespace ringside::labs {
namespace {

std::string option_list(const Question& q) {
  std::string list;
  for (const Option& option : q.options) list += (list.empty() ? "" : ", ") + option.id;
  for (const std::string& place : q.places) list += (list.empty() ? "" : ", ") + place;
  return list;
}

const Option* option_of(const Question& q, const std::string& id) {
  auto at = std::find_if(q.options.begin(), q.options.end(), [&](const Option& o) { return o.id == id; });
  return at == q.options.end() ? nullptr : &*at;
}

Status fits(const Question& q, const std::string& value) {
  const Error wrong{value.empty() ? "There is no answer yet." : fmt::format("\"{}\" is no answer to this.", value),
                    "Nothing was stored.", "", ""};
  const auto with = [&](const std::string& remedy) {
    Error e = wrong;
    e.remedy = remedy;
    return e;
  };
  if (value.empty()) return with("Expected an answer.");
  switch (q.answers) {
    case AnswerKind::kNumber: {
      const size_t dots = q.range ? value.find("..") : value.npos;
      const bool good = dots == value.npos ? number_in(value).has_value()
                                           : number_in(value.substr(0, dots)) && number_in(value.substr(dots + 2));
      return good ? Status{} : with(q.range ? "Expected a number, or a range such as `10..20`." : "Expected a number.");
    }
    case AnswerKind::kChoice: return option_of(q, value) ? Status{} : with("Expected one of: " + option_list(q));
    case AnswerKind::kPoint:
      return std::find(q.places.begin(), q.places.end(), value) != q.places.end()
                 ? Status{}
                 : with("Expected one of: " + option_list(q));
    case AnswerKind::kOrder: {
      const auto order = order_in(q, value);
      return order ? Status{} : Status{order.error()};
    }
    case AnswerKind::kCurve: {
      const auto curve = curve_in(q, value);
      return curve ? Status{} : Status{curve.error()};
    }
    case AnswerKind::kSentence: return {};
  }
  return {};
}

}  // namespace

std::string belief_of(const Question& q, const std::string& value) {
  if (const Option* option = option_of(q, value)) return option->holds;
  const auto number = number_in(value);
  const bool words = q.answers == AnswerKind::kOrder || q.answers == AnswerKind::kCurve;
  const std::string said = q.answers == AnswerKind::kCurve ? curve_shape(q, value) : kept_answer(q, value);
  for (const auto& [belief, holds] : q.holds)
    if (words ? said == kept_answer(q, holds) : number && number == number_in(holds)) return belief;
  return {};
}

std::string answer_text(const Question& q, const std::string& value) {
  if (q.answers == AnswerKind::kCurve) return curve_text(q, value);
  if (q.answers == AnswerKind::kOrder) {
    const auto order = order_in(q, value);
    return order ? order_text(q, *order) : value;
  }
  if (const Option* option = option_of(q, value)) return option->text;
  std::string text = value;
  if (const size_t dots = q.range ? text.find("..") : text.npos; dots != text.npos) text.replace(dots, 2, " to ");
  std::string unit = q.unit;
  if (value == "1" && unit.size() > 2 && unit.ends_with("s")) unit.pop_back();  // "1 exit"
  return unit.empty() ? text : text + " " + unit;
}

// A ring's counters stand at the ring, registers in their own panel, what wires and switches count in Topology.
std::string look_of(const Question& q) {
  if (!q.look.empty() || q.kind != QuestionKind::kObserve || q.from.empty()) return q.look;
  for (const char* part : {".rx", ".tx"})
    if (const size_t at = q.from.find(std::string(part) + "."); at != q.from.npos)
      return q.from.find(".dropped.") == q.from.npos ? "rings/" + q.from.substr(0, at + 3) : "topology";
  return q.from.find(".reg.") == q.from.npos ? "topology" : "registers";
}

std::string look_words(const std::string& look, Program program) {
  const size_t slash = look.find('/');
  if (look.starts_with("lab/do/")) return "the step *" + look.substr(7) + "*";
  std::string panel = look.substr(0, slash);
  if (program == Program::kTerminal)  // what `lab run` prints below a step
    return panel == "rings" ? "Rings, " + look.substr(slash + 1) : panel == "steps" ? "Steps" : "Counters";
  if (!panel.empty()) panel[0] = char(std::toupper(panel[0]));
  return slash == look.npos ? panel : panel + ", " + look.substr(slash + 1);
}

namespace {

// A figure of a measured chart or a price: no counter.
bool charted(const Question& q) { return is_measured_question(q) || !q.below.empty() || q.from.starts_with("price."); }

// The terminal shows rows and registers with their ring, and everything that is counted in one list.
std::string read_in(const Question& q, const std::string& look, Program program) {
  if (program == Program::kTerminal && charted(q)) return q.from.starts_with("price.") ? "Prices" : "Measured";
  if (program == Program::kTerminal && !look.starts_with("steps"))
    return q.from.find(".rows_") == q.from.npos && q.from.find(".reg.") == q.from.npos ? "Counters" : "Rings";
  return look_words(look, program);
}

}  // namespace

Reply reply_to(const Question& q, const std::string& value, std::optional<bool> correct, Program program) {
  Reply reply;
  if (q.kind == QuestionKind::kObserve && q.answers == AnswerKind::kNumber && correct == false) {
    reply.look = look_of(q);
    reply.text = fmt::format("You read {}. The machine shows another number{}{}. It stands in {}.",
                             answer_text(q, value), q.unit.empty() ? "" : " of " + q.unit,
                             q.since.empty() || charted(q) ? "" : ", counted since this step began",
                             read_in(q, reply.look, program));
  }
  if (const Option* option = option_of(q, value)) reply.text = option->reply;
  if (q.kind == QuestionKind::kExplain && correct.value_or(true)) reply.text = q.model, reply.mark = q.mark;
  return reply;
}

LabSession::LabSession(Engine& engine, ProgressStore& store, Lab lab, AttemptRow attempt, Origin origin)
    : engine_(engine),
      store_(store),
      lab_(std::move(lab)),
      attempt_(std::move(attempt)),
      origin_(std::move(origin)),
      probes_(probes_of(lab_)) {}

Result<std::unique_ptr<LabSession>> LabSession::open(Engine& engine, ProgressStore& store, const LabText& text,
                                                     const SessionOptions& options) {
  auto first = parse_lab(text, 0, 1);
  if (!first) return first.error();
  const std::string& key = text.key.empty() ? first->id : text.key;
  auto earlier = store.latest_attempt(options.student, key);
  if (!earlier) return earlier.error();
  const bool changed = *earlier && (*earlier)->hash != text.hash;
  const bool other = *earlier && options.variant && (*earlier)->variant != *options.variant;
  const bool resume = *earlier && !changed && !other && !options.anew;
  AttemptRow row{0, options.student, key, text.hash};
  if (resume) {
    row = **earlier;
  } else {
    const Draw drawn = draw(key, options.student, first->variants);
    row.variant = options.variant.value_or(drawn.variant), row.seed = drawn.seed;
  }
  auto lab = parse_lab(text, row.variant, row.seed);
  if (!lab) return lab.error();
  const Origin origin = Origin::elsewhere(text.folder);
  if (Status fine = rehearse_packed(text, *lab, options.rehearse); !fine) return fine.error();
  if (!resume) {
    auto begun = store.begin_attempt(row);
    if (!begun) return begun.error();
    row = *begun;
  }
  speak(*lab, options.program);
  const LabMachine machine = options.machine.value_or(this_machine());
  Recording kept;
  if (wants_recording(*lab, machine)) {
    auto windows = kept_windows(text, row.variant);
    if (!windows) return windows.error();
    kept = std::move(*windows);
  }
  leave_out(*lab, machine, kept);
  const std::string lacking = missing_requirement(lab->requirements, machine);
  auto session = std::unique_ptr<LabSession>(new LabSession(engine, store, std::move(*lab), row, origin));
  session->resumed_ = resume, session->lab_changed_ = changed;
  session->recorded_ = options.recorded;
  session->machine_ = machine_text(machine);
  session->kept_ = std::move(kept), session->lacking_ = lacking;
  session->line_seconds_ = options.line_seconds, session->program_ = options.program;
  if (Status loaded = session->load(); !loaded) return loaded.error();
  return session;
}

Status LabSession::load() {
  auto answers = store_.answers(attempt_.id);
  if (!answers) return answers.error();
  for (AnswerRow& row : *answers) answers_[row.question] = judged_now(lab_, row);
  auto runs = store_.runs(attempt_.id);
  if (!runs) return runs.error();
  for (RunRow& row : *runs) {
    lines_[row.block] = row.commands;
    show_kept(row.window);
    evidence_.add(std::move(row.window));
    count_tries(row.block);
    runs_++;
  }
  judged_ = runs_;
  auto hints = store_.hints(attempt_.id);
  if (!hints) return hints.error();
  hints_ = *hints;
  return {};
}

bool LabSession::done(const Item& item) const {
  if (item.kind == ItemKind::kQuestion) return answers_.count(lab_.questions[item.index].id);
  return item.kind != ItemKind::kDo || lines_.count(lab_.blocks[item.index].id);
}

size_t LabSession::place() const {
  const auto items = lab_.items();
  size_t at = 0;
  while (at < items.size() && done(items[at])) at++;
  return at;
}

bool LabSession::settled(const Item& item) const {
  if (item.kind != ItemKind::kQuestion) return done(item);
  const AnswerRow* row = row_of(lab_.questions[item.index].id);
  return row && row->correct.value_or(true);
}

size_t LabSession::first_open() const {
  const auto items = lab_.items();
  size_t at = 0;
  while (at < items.size() && settled(items[at])) at++;
  return at;
}

std::string LabSession::missing_prediction(const std::string& block) const {
  for (const Item& item : lab_.items()) {
    if (item.kind == ItemKind::kDo && lab_.blocks[item.index].id == block) break;
    if (item.kind != ItemKind::kQuestion) continue;
    const Question& q = lab_.questions[item.index];
    if (q.kind == QuestionKind::kPredict && !answers_.count(q.id)) return q.id;
  }
  return {};
}

const AnswerRow* LabSession::row_of(const std::string& question) const {
  auto row = answers_.find(question);
  return row == answers_.end() ? nullptr : &row->second;
}

std::string LabSession::answer_of(const std::string& question) const {
  auto row = answers_.find(question);
  return row == answers_.end() ? "" : row->second.value;
}

std::string LabSession::outcome(const Question& q) const {
  if (q.kind != QuestionKind::kPredict || q.seen.empty() || !answers_.count(q.id)) return {};
  const Question* shows = lab_.question(q.seen);
  if (shows && !correct(q.seen).value_or(false)) return {};
  if (lab_.block(q.seen) && !ran(q.seen)) return {};
  if (lab_.check(q.seen)) {
    const auto results = judge(lab_, evidence_, lacking_);
    if (std::none_of(results.begin(), results.end(),
                     [&](const CheckResult& r) { return r.id == q.seen && r.verdict == Verdict::kPass; }))
      return {};
  }
  const bool measured = q.answers == AnswerKind::kOrder || q.answers == AnswerKind::kCurve;
  if (measured && q.right.empty()) {
    const DoBlock* block = block_of(lab_, q);
    const Window* window = block ? evidence_.of(block->id) : nullptr;
    return window ? measured_answer(lab_, q, *window) : "";
  }
  const std::string came = q.right.empty() ? answer_of(q.seen) : q.right;
  return came.empty() ? came : answer_text(q, came);
}

MeasuredChart LabSession::chart_of(const DoBlock& block) const {
  const Window* window = evidence_.of(block.id);
  std::map<std::string, std::string> said;
  for (const auto& [question, row] : answers_) said[question] = row.value;
  return window ? measured_chart(lab_, block, *window, said) : MeasuredChart{};
}

std::optional<bool> LabSession::correct(const std::string& question) const {
  auto row = answers_.find(question);
  return row == answers_.end() ? std::nullopt : row->second.correct;
}

std::optional<Value> LabSession::observed(const Question& question) const {
  return observed_in(lab_, evidence_, question);
}

bool LabSession::may_be_unclear(const Question& q) const {
  const DoBlock* block = lab_.block(q.since);
  return q.kind == QuestionKind::kObserve && block && block->measure && ran(q.since) && !observed(q);
}

Result<Reply> LabSession::answer(const std::string& question, const std::string& given, std::optional<int> sure,
                                 double seconds) {
  const Question* q = lab_.question(question);
  if (!q) return Error{"There is no question `" + question + "` in this lab.", "Nothing was stored.", "", ""};
  const std::string value = kept_answer(*q, given);
  if (Status fine = fits_in(value); !fine) return fine.error();
  if (Status good = fits(*q, value); !good && !(value == kNotClear && may_be_unclear(*q))) return good.error();
  if (q->kind == QuestionKind::kPredict && answers_.count(q->id))
    return Error{"This prediction is locked: you said " + answer_of(q->id) + ".",
                 "It stays as it is. Predictions are never graded.", "Run the step, and see.", ""};
  Reply reply;
  if (q->kind == QuestionKind::kObserve && q->answers == AnswerKind::kNumber) {
    const auto seen = observed(*q);
    if (!seen && may_be_unclear(*q) && value == kNotClear) {
      AnswerRow row{q->id, name_of(q->kind), value, "", sure, {}, 0, seconds};
      if (Status stored = store_.add_answer(attempt_.id, row); !stored) return stored.error();
      answers_[q->id] = row;
      return reply;
    }
    if (!seen)
      return may_be_unclear(*q)
                 ? Error{"What was measured is not clear, so there is nothing to read.", "Nothing was stored.",
                         "Measure again: run the step above once more. Or answer `not clear`: then it does "
                         "not count.",
                         ""}
                 : Error{"There is nothing to observe yet.", "Nothing was stored.", "Run the step above it first.", ""};
    reply.correct = reads(*q, value, seen->number);
  } else if (judged(*q)) {
    reply.correct = value == q->right;
  }
  const Reply words = reply_to(*q, value, reply.correct, program_);
  reply.text = words.text, reply.mark = words.mark, reply.look = words.look;
  reply.points = reply.correct.value_or(false) ? q->points : 0;
  AnswerRow row{q->id, name_of(q->kind), value, belief_of(*q, value), sure, reply.correct, reply.points, seconds};
  if (Status stored = store_.add_answer(attempt_.id, row); !stored) return stored.error();
  answers_[q->id] = row;
  return reply;
}

Result<Reply> LabSession::mark(const std::string& question, int ticked) {
  const Question* q = lab_.question(question);
  auto given = answers_.find(question);
  if (!q || q->mark.empty() || given == answers_.end())
    return Error{"There is nothing to mark in " + question + ".", "Nothing was stored.", "", ""};
  AnswerRow row = given->second;
  const int all = int(q->mark.size());
  row.points = double(q->points) * std::clamp(ticked, 0, all) / all;
  if (Status stored = store_.add_answer(attempt_.id, row); !stored) return stored.error();
  answers_[question] = row;
  return Reply{.correct = {}, .text = q->model, .mark = {}, .look = {}, .points = row.points};
}

std::string LabSession::filled(const std::string& text) const {
  size_t bytes = 0;  // a lab may name a long answer thousands of times
  return fill_in(text, [&](const std::string& name) {
    std::string said = name.starts_with("answer:") ? answer_of(name.substr(7)) : std::string();
    bytes += said.size();
    return bytes <= LabBounds::kMostTextBytes ? said : std::string("…");
  });
}

}  // namespace ringside::labs
