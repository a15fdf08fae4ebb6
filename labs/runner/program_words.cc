// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/program_words.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace ringside::labs {
namespace {

constexpr std::string_view kMarks[] = {"{window:", "{terminal:"};

// Behind the brace that closes the one before `at`; tokens such as {key:step} may stand between.
size_t closed(std::string_view text, size_t at) {
  for (int open = 1; at < text.size(); at++) {
    open += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
    if (open == 0) return at + 1;
  }
  return text.npos;
}

bool letter(char c) { return std::isalpha(static_cast<unsigned char>(c)); }

// As a word of its own, in any case; a name ("Topology") as it is written.
bool has_word(const std::string& text, std::string_view word) {
  const bool name = std::isupper(static_cast<unsigned char>(word[0]));
  const auto same = [&](char a, char b) {
    return name ? a == b : std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  for (auto from = text.begin();;) {
    const auto at = std::search(from, text.end(), word.begin(), word.end(), same);
    if (at == text.end()) return false;
    const auto end = at + long(word.size());
    if ((at == text.begin() || !letter(*(at - 1))) && (end == text.end() || !letter(*end) || !letter(word.back())))
      return true;
    from = at + 1;
  }
}

}  // namespace

std::string said_in(Program program, std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    size_t mark = text.npos, which = 0;
    for (size_t i = 0; i < std::size(kMarks); i++)
      if (const size_t found = text.find(kMarks[i], at); found < mark) mark = found, which = i;
    const size_t inside = mark == text.npos ? mark : mark + kMarks[which].size();
    const size_t end = mark == text.npos ? mark : closed(text, inside);
    if (end == text.npos) return result.append(text.substr(at));
    result.append(text.substr(at, mark - at));
    if (Program(which) == program) result.append(text.substr(inside, end - 1 - inside));
    at = end;
  }
  return result;
}

void speak(Lab& lab, Program program) {
  const auto say = [&](std::string& text) { text = said_in(program, text); };
  for (Line& text : lab.texts) say(text.text);
  for (Misconception& m : lab.misconceptions) say(m.belief), say(m.truth);
  for (Question& q : lab.questions) {
    say(q.ask), say(q.model);
    for (Option& option : q.options) say(option.text), say(option.reply);
    for (std::string& mark : q.mark) say(mark);
  }
  for (Hints& hints : lab.hints)
    for (std::string& level : hints.levels) say(level);
  for (Check& check : lab.checks) {
    say(check.claim), say(check.condition.otherwise);
    for (Condition& need : check.needs) say(need.otherwise);
  }
}

std::string foreign_word(Program program, const std::string& text) {
  static const std::vector<std::string> in_terminal = {"{key:",      "click",     "panel",      "mouse",
                                                       "the window", "Press *",   "Reset lab",  "on the terminal",
                                                       "Topology",   "Registers", "Throughput", "in Exits"};
  static const std::vector<std::string> in_window = {"terminal", ":hint", ":do", ":reset", ":check", ":look"};
  for (const std::string& word : program == Program::kTerminal ? in_terminal : in_window)
    if (has_word(text, word)) return word;
  return {};
}

}  // namespace ringside::labs
