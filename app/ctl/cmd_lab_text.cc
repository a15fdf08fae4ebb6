// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/cmd_lab_text.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "app/ctl/number_format.h"
#include "labs/runner/predicted.h"

namespace ringside::ctl {
namespace {

constexpr size_t kRowsPerLine = 16;

const char* mark_of(RowState state) {
  switch (state) {
    case RowState::kDevice: return "D";
    case RowState::kAccessed: return "D";
    case RowState::kDone: return "✓";
    case RowState::kError: return "!";
    case RowState::kDriver: return "G";
  }
  return "?";
}

// How many rows from this one on have the same mark.
size_t alike_from(const RingView& ring, size_t first) {
  size_t row = first;
  while (row < ring.rows.size() && mark_of(ring.rows[row].state) == std::string_view(mark_of(ring.rows[first].state)))
    row++;
  return row - first;
}

// Line by line; lines that are all alike are one, so that the steps above stay on the screen.
std::string ring_text(const RingView& ring) {
  std::string text = fmt::format("  {}, {} rows", ring.name, ring.size);
  for (const PointerView& p : ring.pointers) text += fmt::format(", {} = {}", p.name, p.index);
  text += "\n";
  const size_t rows = ring.rows.size();
  for (size_t row = 0; row < rows;) {
    const size_t alike = alike_from(ring, row);
    if (const size_t lines = alike / kRowsPerLine; lines > 1) {
      const size_t last = row + lines * kRowsPerLine - 1;
      text += fmt::format("    {:>4}: {}, as all to {}\n", row, mark_of(ring.rows[row].state), last);
      row = last + 1;
      continue;
    }
    text += fmt::format("    {:>4}:", row);
    const size_t end = std::min(row + kRowsPerLine, rows);
    for (; row < end; row++) text += std::string(" ") + mark_of(ring.rows[row].state);
    text += "\n";
  }
  return text;
}

Ink ink_of(labs::Verdict verdict) {
  return verdict == labs::Verdict::kPass ? Ink::kGood : verdict == labs::Verdict::kFail ? Ink::kBad : Ink::kWarning;
}

}  // namespace

std::string question_text(const Terminal& terminal, const labs::Question& question) {
  const char* kind = question.kind == labs::QuestionKind::kPredict   ? "Predict"
                     : question.kind == labs::QuestionKind::kObserve ? "Observe"
                                                                     : "Explain";
  std::string text = "\n" + lab_prose(terminal, fmt::format("**{} {}:** {}", kind, question.id, question.ask)) + "\n";
  int number = 0;
  for (const labs::Option& option : question.options)
    text += fmt::format("  {}  {}\n", ++number, lab_prose(terminal, option.text, 5));
  for (const std::string& place : question.places) text += fmt::format("  {}  {}\n", ++number, place);
  if (question.answers == labs::AnswerKind::kOrder)
    text += "  Type their numbers, the greatest first: `>` between two of them, `=` between what is alike.\n";
  if (question.answers == labs::AnswerKind::kCurve) {
    std::string shapes, values;
    for (const std::string& shape : labs::kShapes) shapes += (shapes.empty() ? "" : ", ") + shape;
    for (const std::string& value : question.values) values += (values.empty() ? "" : ", ") + value;
    text += fmt::format("  Type a shape: {}.\n  Or {} heights, for {}. Only their shape counts.\n", shapes,
                        question.values.size(), values);
  }
  if (!question.unit.empty()) text += "  in " + question.unit + "\n";
  return text;
}

std::string stored_text(const labs::Lab& lab, const labs::Question& question) {
  if (question.kind == labs::QuestionKind::kPredict) return "Locked. It is never graded.\n";
  if (!question.model.empty()) return "Stored. The model answer:\n";
  return lab.reduced ? "Stored. Whether it is right, your teacher's pack says.\n" : "Stored.\n";
}

std::string checks_text(const Terminal& terminal, const std::vector<labs::CheckResult>& checks) {
  std::string text;
  size_t later = 0;
  for (const labs::CheckResult& c : checks) {
    if (c.hidden && c.verdict != labs::Verdict::kFail) {
      later++;
      continue;
    }
    text += fmt::format("{}  {}  {}\n", c.id, inked(terminal, ink_of(c.verdict), left(labs::name_of(c.verdict), 12)),
                        lab_prose(terminal, c.claim, 18));
    if (c.verdict == labs::Verdict::kPass) continue;
    if (!c.expected.empty())
      text += fmt::format("      expected {}, observed {}\n", c.expected, c.observed);
    else if (!c.observed.empty())
      text += fmt::format("      observed {}\n", c.observed);
    if (!c.reason.empty()) text += "      " + lab_prose(terminal, c.reason, 6) + "\n";
    if (c.explain)
      text += c.explained.empty() ? fmt::format("      Your explanation counts instead: :explain {} SENTENCE\n", c.id)
                                  : "      Your explanation counts: " + c.explained + "\n";
    if (!c.reason.empty() && !c.look.empty() && c.verdict != labs::Verdict::kSkipped)
      text += "      Look at: " + lab_prose(terminal, labs::look_words(c.look, labs::Program::kTerminal)) +
              (c.look.starts_with("lab/do/") ? ", `:do " + c.look.substr(7) + "`\n" : ", `:look`\n");
  }
  if (later > 0)
    text += later == checks.size() ? std::string("They are said when their questions are answered.\n")
                                   : fmt::format("{} said when their questions are answered.\n",
                                                 later == 1 ? "One more is" : count(later) + " more are");
  return text;
}

nlohmann::ordered_json checks_json(const std::vector<labs::CheckResult>& checks) {
  auto list = nlohmann::ordered_json::array();
  for (const labs::CheckResult& c : checks)
    list.push_back({{"id", c.id},
                    {"verdict", labs::name_of(c.verdict)},
                    {"claim", c.claim},
                    {"expected", c.expected},
                    {"observed", c.observed},
                    {"reason", c.reason},
                    {"look", c.look},
                    {"points", c.points},
                    {"maximum", c.maximum}});
  return list;
}

std::string rings_text(const Snapshot& snapshot) {
  std::string text = "Rings (D device, ✓ done and not yet seen by the guest, G guest):\n";
  for (const RingView& ring : snapshot.rings)
    if (!ring.rows.empty()) text += ring_text(ring);
  return text;
}

std::string machine_text(const Snapshot& snapshot, const labs::LabSession& session, const labs::Window* window) {
  std::string text = rings_text(snapshot);
  if (!snapshot.prices.empty()) text += "Prices of exits on this machine, medians in cycles:\n";
  for (const ExitPriceView& price : snapshot.prices)
    text += price.samples ? fmt::format("  {:<36} {:>10}  {}{}\n", price.name, count(price.median),
                                        name_of(price.provenance), price.nested ? ", nested" : "")
                          : fmt::format("  {:<36} {:>10}  {}\n", price.name, "-", price.how);
  if (!window) return text;
  std::string counters;
  for (const auto& [probe, end] : window->end) {
    if (end.kind != ProbeKind::kCounter || !session.looks_at(probe)) continue;
    auto begin = window->begin.find(probe);
    counters += fmt::format(
        "  {}{:>10} {:>10}\n", left(probe, 36),
        // What is less than it was began anew within the step.
        count(uint64_t(end.number -
                       (begin == window->begin.end() || begin->second.number > end.number ? 0 : begin->second.number))),
        count(uint64_t(end.number)));
  }
  if (!counters.empty()) text += fmt::format("{}{:>10} {:>10}\n", left("Counters", 38), "this step", "in all");
  return text + counters;
}

std::string outcomes_text(const Terminal& terminal, const labs::LabSession& session, const std::string& shown) {
  const auto sentence = [](const std::string& text) { return text + (text.ends_with(".") ? "" : "."); };
  std::string text;
  for (const labs::Question& q : session.lab().questions) {
    if (q.seen != shown) continue;
    const std::string came = session.outcome(q), said = labs::answer_text(q, session.answer_of(q.id));
    if (!came.empty()) text += lab_prose(terminal, "You said: " + sentence(said) + " It was: " + sentence(came)) + "\n";
  }
  return text;
}

std::string hand_in_text(const labs::LabSession& session) {
  const labs::AttemptRow& attempt = session.attempt();
  const std::string whose = attempt.student == labs::student_name() ? "" : " --student '" + attempt.student + "'";
  return "For your teacher, as one file: ringsidectl lab hand-in " + attempt.lab + whose + "\n";
}

std::string beliefs_text(const Terminal& terminal, const labs::LabSession& session) {
  std::string text;
  for (const labs::Misconception& m : session.lab().misconceptions)
    for (const labs::Question& q : session.lab().questions) {
      if (q.kind != labs::QuestionKind::kPredict || labs::belief_of(q, session.answer_of(q.id)) != m.id) continue;
      text += lab_prose(terminal, "\nYou thought: " + m.belief + "\n\nNow you know: **" + m.truth + "**") + "\n";
      break;
    }
  return text;
}

}  // namespace ringside::ctl
