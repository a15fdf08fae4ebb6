// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/rehearsal.h"

#include "labs/runner/lab_toml.h"
#include "labs/runner/records.h"

namespace ringside::labs {
namespace {

constexpr size_t kMostLines = 2000, kMostForms = 1000, kMostInAll = 10'000;

std::vector<std::string> answers_to(const Question* q) {
  std::vector<std::string> all;
  if (!q) return {""};  // as the session fills it in
  if (q->answers == AnswerKind::kSentence || q->answers == AnswerKind::kOrder || q->answers == AnswerKind::kCurve)
    return {"text"};
  for (const Option& option : q->options) all.push_back(option.id);
  all.insert(all.end(), q->places.begin(), q->places.end());
  if (all.empty()) all = {"1", "8", "16", "64", "256", "1024"};  // sizes of rings and bursts, counts, times
  return all;
}

// The line with each answer that may stand in it; empty = there are too many.
std::vector<std::string> forms_of(const Lab& lab, const std::string& text) {
  std::vector<std::string> forms = {""};
  for (size_t at = 0; at < text.size();) {
    const size_t open = text.find("{{", at), close = open == text.npos ? open : text.find("}}", open);
    const std::string plain = text.substr(at, close == text.npos ? text.npos : open - at);
    for (std::string& form : forms) form += plain;
    if (close == text.npos) break;
    const std::string name = text.substr(open + 2, close - open - 2);
    const auto answers = answers_to(name.starts_with("answer:") ? lab.question(name.substr(7)) : nullptr);
    if (forms.size() * answers.size() > kMostForms) return {};
    std::vector<std::string> longer;
    for (const std::string& form : forms)
      for (const std::string& answer : answers) longer.push_back(form + answer);
    forms = std::move(longer);
    at = close + 2;
  }
  return forms;
}

}  // namespace

std::vector<const Line*> commands_of(const Lab& lab) {
  std::vector<const Line*> lines;
  for (const Line& line : lab.start) lines.push_back(&line);
  for (const DoBlock& block : lab.blocks) {
    for (const Line& line : block.commands) lines.push_back(&line);
    if (!block.measure) continue;
    for (const Setting& setting : block.measure->settings)
      for (const Line& line : setting.lines) lines.push_back(&line);
  }
  return lines;
}

Result<std::vector<RehearsedLine>> lines_to_rehearse(const Lab& lab) {
  const std::vector<const Line*> lines = commands_of(lab);
  if (lines.size() > kMostLines)
    return at_line(
        lab.file, lines[kMostLines]->number,
        "This lab has " + std::to_string(lines.size()) + " commands; " + std::to_string(kMostLines) + " at most.");
  std::vector<RehearsedLine> rehearsed;
  size_t forms = 0;
  for (const Line* line : lines) {
    rehearsed.push_back({line->number, forms_of(lab, command_in(line->text)), tried(line->text).has_value()});
    forms += rehearsed.back().forms.size();
    if (rehearsed.back().forms.empty() || forms > kMostInAll)
      return at_line(lab.file, line->number, "Too many different answers may stand in this line.",
                     "Expected at most " + std::to_string(kMostForms) + " forms of it.");
  }
  return rehearsed;
}

Status rehearse_lab(const Lab& lab, const Origin& origin, const Rehearse& rehearse) {
  if (!rehearse)
    return Error{"A lab of a pack is not opened without a rehearsal.", "Nothing was started.", "", lab.file};
  auto lines = lines_to_rehearse(lab);
  return lines ? rehearse(origin, lab.file, *lines) : Status(lines.error());
}

Status rehearse_packed(const LabText& text, const Lab& lab, const Rehearse& rehearse) {
  return text.packed ? rehearse_lab(lab, Origin::elsewhere(text.folder), rehearse) : Status{};
}

}  // namespace ringside::labs
