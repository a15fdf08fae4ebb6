// SPDX-License-Identifier: BSD-3-Clause
// All that lint says of a text, and what its author silences.
#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "labs/runner/lint.h"

namespace ringside::labs {
namespace {

constexpr std::string_view kOff = "<!-- lint-off:";
constexpr const char* kRules[] = {"sentence", "place", "answer", "number"};

// A comment that silences rules in what follows it: up to and with line `last`.
struct Silence {
  int line = 0, last = 0;
  std::vector<std::string> rules;
};

// "<!-- lint-off: answer, number; why -->": the rules that it names.
std::vector<std::string> rules_in(std::string_view comment) {
  comment.remove_prefix(kOff.size());
  comment = comment.substr(0, std::min(comment.find(';'), comment.find("-->")));
  std::vector<std::string> rules;
  std::string one;
  for (char c : std::string(comment) + ",")
    if (c == ',') {
      if (!one.empty()) rules.push_back(std::exchange(one, {}));
    } else if (!isspace(uint8_t(c))) {
      one += c;
    }
  return rules;
}

std::vector<Silence> silences_in(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::vector<Silence> all;
  for (size_t i = 0; i < lines.size(); i++) {
    if (!lines[i].starts_with(kOff)) continue;
    // What comes next: a block up to its end, else a paragraph up to an empty line.
    size_t at = i + 1;
    while (at < lines.size() &&
           (lines[at].find_first_not_of(" \t\r") == lines[at].npos || lines[at].starts_with("<!--")))
      at++;
    const bool block = at < lines.size() && lines[at].starts_with("```");
    size_t end = at;
    while (end + 1 < lines.size() && (block ? !lines[end + 1].starts_with("```")
                                            : lines[end + 1].find_first_not_of(" \t\r") != lines[end + 1].npos))
      end++;
    all.push_back({int(i) + 1, int(end) + 1, rules_in(lines[i])});
  }
  return all;
}

bool known(const std::string& rule) {
  return std::any_of(std::begin(kRules), std::end(kRules), [&](const char* one) { return rule == one; });
}

// Without what is silenced; with what is wrong about the silencing.
std::vector<Finding> heard(std::vector<Finding> all, const std::string& text) {
  std::vector<Finding> about;
  for (const Silence& silence : silences_in(text)) {
    if (silence.rules.empty())
      about.push_back({silence.line, false, "this comment names no rule; expected sentence, place, answer or number"});
    for (const std::string& rule : silence.rules) {
      const size_t before = all.size();
      std::erase_if(
          all, [&](const Finding& f) { return f.rule == rule && f.line > silence.line && f.line <= silence.last; });
      if (!known(rule))
        about.push_back(
            {silence.line, false, "there is no rule `" + rule + "`; expected sentence, place, answer or number"});
      else if (all.size() == before)
        about.push_back({silence.line, true, "nothing is left to silence here: take `" + rule + "` out"});
    }
  }
  all.insert(all.end(), about.begin(), about.end());
  return all;
}

}  // namespace

Result<std::vector<Finding>> lint_text(const LabText& text) {
  auto variants = count_variants(text);
  if (!variants) return variants.error();
  std::vector<Lab> labs;
  std::vector<Finding> all;
  for (int v = 0; v < *variants; v++) {
    auto lab = parse_lab(text, v, 1);
    if (!lab) return lab.error();
    const size_t before = all.size();
    for (Finding& finding : lint(*lab)) {
      // What holds for every variant is said once; a sentence has other numbers in each, and is the same sentence.
      const auto same = [&](const Finding& f) {
        return f.line == finding.line && (f.what == finding.what || (f.rule == "sentence" && f.rule == finding.rule));
      };
      if (std::none_of(all.begin(), all.begin() + long(before), same)) all.push_back(std::move(finding));
    }
    labs.push_back(std::move(*lab));
  }
  for (Finding& finding : lint_across(labs)) all.push_back(std::move(finding));
  all = heard(std::move(all), text.text);
  std::stable_sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) { return a.line < b.line; });
  return all;
}

std::string line_of(const Finding& finding, const std::string& file) {
  return fmt::format("{}:{}: {}{}{}", file, finding.line, finding.warning ? "warning: " : "", finding.what,
                     finding.rule.empty() ? "" : " [" + finding.rule + "]");
}

}  // namespace ringside::labs
