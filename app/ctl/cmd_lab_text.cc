// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/cmd_lab_text.h"

#include <fmt/format.h>

#include "app/ctl/number_format.h"

namespace ringside::ctl {
namespace {

constexpr int kRowsPerLine = 16;

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

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

std::string ring_text(const RingView& ring) {
  std::string text = fmt::format("  {}, {} rows", ring.name, ring.size);
  for (const PointerView& p : ring.pointers) text += fmt::format(", {} = {}", p.name, p.index);
  text += "\n";
  for (size_t row = 0; row < ring.rows.size(); row++) {
    if (row % kRowsPerLine == 0) text += fmt::format("    {:>4}: ", row);
    text += mark_of(ring.rows[row].state);
    text += row % kRowsPerLine == kRowsPerLine - 1 || row + 1 == ring.rows.size() ? "\n" : " ";
  }
  return text;
}

// "*device owns*": a terminal has no slanted letters that one could count on.
std::string without_emphasis(std::string text) {
  for (size_t at = 0; (at = text.find('*', at)) != text.npos;) {
    const size_t end = text.find('*', at + 1);
    const bool pair = end != text.npos && end > at + 1 && text[at + 1] != ' ' && text[end - 1] != ' ';
    if (!pair) {
      at++;
      continue;
    }
    text.erase(end, 1), text.erase(at, 1);
    at = end - 1;
  }
  return text;
}

Ink ink_of(labs::Verdict verdict) {
  return verdict == labs::Verdict::kPass ? Ink::kGood : verdict == labs::Verdict::kFail ? Ink::kBad : Ink::kWarning;
}

}  // namespace

std::string lab_prose(const Terminal& terminal, const std::string& markdown) {
  std::string text = markdown, result;
  replace_all(text, "{key:step}", "Enter");
  replace_all(text, "{key:run}", "Enter");
  replace_all(text, "{key:reset}", ":reset");
  bool bold = false;
  for (size_t at = 0;;) {
    const size_t next = text.find("**", at);
    result += inked(terminal, bold ? Ink::kBold : Ink::kPlain, without_emphasis(text.substr(at, next - at)));
    if (next == text.npos) return result;
    at = next + 2, bold = !bold;
  }
}

std::string question_text(const Terminal& terminal, const labs::Question& question) {
  const char* kind = question.kind == labs::QuestionKind::kPredict   ? "Predict"
                     : question.kind == labs::QuestionKind::kObserve ? "Observe"
                                                                     : "Explain";
  std::string text = "\n" + inked(terminal, Ink::kBold, fmt::format("{} {}: ", kind, question.id)) +
                     lab_prose(terminal, question.ask) + "\n";
  int number = 0;
  for (const labs::Option& option : question.options)
    text += fmt::format("  {}  {}\n", ++number, lab_prose(terminal, option.text));
  for (const std::string& place : question.places) text += fmt::format("  {}  {}\n", ++number, place);
  if (!question.unit.empty()) text += "  in " + question.unit + "\n";
  return text;
}

std::string checks_text(const Terminal& terminal, const std::vector<labs::CheckResult>& checks) {
  std::string text;
  for (const labs::CheckResult& c : checks) {
    text += fmt::format("{}  {}  {}\n", c.id, inked(terminal, ink_of(c.verdict), left(labs::name_of(c.verdict), 12)),
                        c.hidden ? "(said when its questions are answered)" : lab_prose(terminal, c.claim));
    if (!c.expected.empty()) text += fmt::format("      expected {}, observed {}\n", c.expected, c.observed);
    if (!c.reason.empty()) text += "      " + lab_prose(terminal, c.reason) + "\n";
    if (c.explain)
      text += c.explained.empty() ? fmt::format("      Your explanation counts instead: :explain {} SENTENCE\n", c.id)
                                  : "      Your explanation counts: " + c.explained + "\n";
    if (!c.reason.empty() && !c.look.empty()) text += "      Look at: " + c.look + "\n";
  }
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

std::string machine_text(const Snapshot& snapshot, const labs::Window* window) {
  std::string text = "Rings (D device, ✓ done and not yet seen by the guest, G guest):\n";
  for (const RingView& ring : snapshot.rings)
    if (!ring.rows.empty()) text += ring_text(ring);
  if (!window) return text;
  text += "Counters, since this step began:\n";
  for (const auto& [probe, end] : window->end) {
    if (end.kind != ProbeKind::kCounter) continue;
    auto begin = window->begin.find(probe);
    text += fmt::format("  {:<36} {:>10}\n", probe,
                        count(uint64_t(end.number - (begin == window->begin.end() ? 0 : begin->second.number))));
  }
  return text;
}

}  // namespace ringside::ctl
