// SPDX-License-Identifier: BSD-3-Clause
// What shows only when a lab's variants lie side by side.
#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "labs/runner/lint.h"

namespace ringside::labs {
namespace {

// Something that a student reads, and from where on: `order` counts items, and an answer's model stands behind it.
struct Read {
  int line = 0;
  size_t order = 0;
  bool early = false;             // before any answer is given: no reply, hint, claim or reason
  std::string part = {};          // the round that it belongs to: "one sleep", "Transfer"
  std::vector<std::string> said;  // by variant
};

// A question, and what is right by variant.
struct Asked {
  const Question* question = nullptr;
  size_t order = 0;
  std::vector<std::string> right;  // "7 packets", an option's text; empty = nothing that could be found
};

using Words = std::vector<std::string>;

// Words as they are compared: small letters, without punctuation and marks at either end.
Words words_in(const std::string& text) {
  Words words;
  std::string one;
  const auto mark = [](char c) { return std::ispunct(static_cast<unsigned char>(c)) && c != '%' && c != '-'; };
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    while (!word.empty() && mark(word.back())) word.pop_back();
    while (!word.empty() && mark(word.front())) word.erase(0, 1);
    for (char& c : word) c = char(std::tolower(static_cast<unsigned char>(c)));
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

bool holds(const Words& text, const Words& phrase) {
  return !phrase.empty() && std::search(text.begin(), text.end(), phrase.begin(), phrase.end()) != text.end();
}

bool is_number(const std::string& word) { return !word.empty() && word.find_first_not_of("0123456789") == word.npos; }

std::string answer_in_solution(const Lab& lab, const std::string& question) {
  for (const Line& line : lab.solution.lines) {
    const auto words = words_of(line.text);
    if (words.size() == 3 && words[0] == "answer" && words[1] == question) return words[2];
  }
  return {};
}

// What would give a question away when it is read before. A bare number stands in many places; with its unit it tells.
// Of an option, its words, when there are enough of them to be nothing else.
std::string telling(const Lab& lab, const Question& q) {
  if (q.answers == AnswerKind::kNumber) {
    const std::string right = !q.right.empty()                                      ? q.right
                              : q.kind == QuestionKind::kPredict && !q.seen.empty() ? answer_in_solution(lab, q.seen)
                                                                                    : answer_in_solution(lab, q.id);
    return q.unit.empty() || !is_number(right) ? "" : right + " " + q.unit;
  }
  constexpr size_t kEnough = 4;
  for (const Option& option : q.options)
    if (q.answers == AnswerKind::kChoice && option.id == q.right && words_in(option.text).size() >= kEnough)
      return option.text;
  return {};
}

class Across {
 public:
  explicit Across(const std::vector<Lab>& labs) : labs_(labs) {
    if (labs_.empty()) return;
    // A field that holds text may change what a lab consists of; then its variants cannot be laid side by side.
    for (const Lab& lab : labs_)
      if (lab.steps.size() != labs_[0].steps.size() || lab.items().size() != labs_[0].items().size() ||
          lab.texts.size() != labs_[0].texts.size() || lab.questions.size() != labs_[0].questions.size() ||
          lab.hints.size() != labs_[0].hints.size() || lab.checks.size() != labs_[0].checks.size() ||
          lab.blocks.size() != labs_[0].blocks.size())
        return;
    collect();
    answers();
    if (labs_.size() > 1) numbers();
  }
  std::vector<Finding> found;

 private:
  template <class Text>
  void read(int line, size_t order, bool early, Text text) {
    Read one{line, order, early, part_, {}};
    for (const Lab& lab : labs_) one.said.push_back(text(lab));
    if (std::any_of(one.said.begin(), one.said.end(), [](const std::string& s) { return !s.empty(); }))
      reads_.push_back(std::move(one));
  }

  void collect() {
    const Lab& first = labs_[0];
    size_t order = 0;
    for (const Step& step : first.steps) {
      part_ = step.name.empty() ? step.kind : step.name;
      for (const Item& item : step.items) {
        order++;
        if (item.kind == ItemKind::kText)
          lines_of_text(item.index, order);
        else if (item.kind == ItemKind::kQuestion)
          question(item.index, order);
        else
          part_of_[first.blocks[item.index].id] = part_;
      }
    }
    for (size_t i = 0; i < first.hints.size(); i++) {
      const Check* check = first.check(first.hints[i].of);
      part_ = part_of_[check ? check->condition.since : first.hints[i].of];
      read(first.hints[i].line, 0, false, [&](const Lab& lab) {
        std::string all;
        for (const std::string& level : lab.hints[i].levels) all += level + "\n";
        return all;
      });
    }
    for (size_t i = 0; i < first.checks.size(); i++) {
      part_ = part_of_[first.checks[i].condition.since];
      read(first.checks[i].condition.line, 0, false,
           [&](const Lab& lab) { return lab.checks[i].claim + "\n" + lab.checks[i].condition.otherwise; });
    }
  }

  void question(size_t i, size_t order) {
    const Question& q = labs_[0].questions[i];
    part_of_[q.id] = part_;
    read(q.line, order, true, [&](const Lab& lab) { return lab.questions[i].ask; });
    read(q.line, order, true, [&](const Lab& lab) { return lab.questions[i].model; });
    for (size_t o = 0; o < q.options.size(); o++)
      read(q.line, order, false, [&](const Lab& lab) {
        const auto& options = lab.questions[i].options;
        return o < options.size() ? options[o].text + " " + options[o].reply : std::string();
      });
    Asked asked{&q, order, {}};
    for (const Lab& lab : labs_) asked.right.push_back(telling(lab, lab.questions[i]));
    asked_.push_back(std::move(asked));
  }

  // Line by line, so that a finding has its own.
  void lines_of_text(size_t text, size_t order) {
    const std::string& first = labs_[0].texts[text].text;
    const long lines = 1 + std::count(first.begin(), first.end(), '\n');
    for (long i = 0; i < lines; i++)
      read(labs_[0].texts[text].number + int(i), order, true, [&](const Lab& lab) {
        std::istringstream in(lab.texts[text].text);
        std::string line;
        for (long at = 0; at <= i; at++)
          if (!std::getline(in, line)) return std::string();
        return line;
      });
  }

  void answers() {
    for (const Asked& asked : asked_) {
      const Question& q = *asked.question;
      if (std::any_of(asked.right.begin(), asked.right.end(), [](const std::string& s) { return s.empty(); })) continue;
      for (const Read& one : reads_) {
        if (!one.early || one.order >= asked.order) continue;
        bool all = true;
        for (size_t v = 0; all && v < labs_.size(); v++) all = holds(words_in(one.said[v]), words_in(asked.right[v]));
        if (!all) continue;
        found.push_back({one.line, true,
                         fmt::format("\"{}\" stands here, and is the answer to {} (line {}), which is asked later",
                                     asked.right[0], q.id, q.line),
                         "answer"});
        break;
      }
    }
  }

  // The field of which a word is the value in each variant; "" = none, or it is the same for all.
  std::string field_of(const std::vector<Words>& said, size_t at) const {
    for (const auto& [field, value] : labs_[0].fields) {
      bool all = true, differs = false;
      for (size_t v = 0; all && v < labs_.size(); v++) {
        const auto here = labs_[v].fields.find(field);
        all = here != labs_[v].fields.end() && here->second == said[v][at];
        differs |= all && here->second != value;
      }
      if (all && differs) return field;
    }
    return {};
  }

  // "20 packets", typed, where {{sent}} packets are meant: the number stands before the same word as a field does in
  // the same round, and is what some students have of it, but not all. Far away it may be another number.
  void numbers() {
    struct Typed {
      int line = 0;
      std::string number, unit;  // unit: with its round
    };
    std::vector<Typed> typed;
    std::map<std::string, std::set<std::string>> fields;  // by unit and round
    for (const Read& one : reads_) {
      std::vector<Words> said;
      for (const std::string& text : one.said) said.push_back(words_in(text));
      if (std::any_of(said.begin(), said.end(), [&](const Words& w) { return w.size() != said[0].size(); })) continue;
      if (one.part.empty()) continue;
      const Words& words = said[0];
      for (size_t i = 0; i + 1 < words.size(); i++) {
        if (!is_number(words[i]) || is_number(words[i + 1])) continue;
        if (const std::string field = field_of(said, i); !field.empty()) {
          fields[words[i + 1] + "\n" + one.part].insert(field);
          continue;
        }
        // "8 rows less" is a difference, and no amount.
        const std::string behind = i + 2 < words.size() ? words[i + 2] : "";
        if (behind == "less" || behind == "more" || behind == "fewer") continue;
        if (std::all_of(said.begin(), said.end(), [&](const Words& w) { return w[i] == words[i]; }))
          typed.push_back({one.line, words[i], words[i + 1] + "\n" + one.part});
      }
    }
    for (const Typed& one : typed)
      for (const std::string& field : fields[one.unit])
        if (const std::string has = who_has(field, one.number); !has.empty()) {
          found.push_back({one.line, true,
                           fmt::format("\"{} {}\" is typed here for every student, and only {} it as {{{{{}}}}}; "
                                       "expected {{{{{}}}}}",
                                       one.number, one.unit.substr(0, one.unit.find('\n')), has, field, field),
                           "number"});
          break;
        }
  }

  // "variant 2 has", of a field that differs; "" = none has.
  std::string who_has(const std::string& field, const std::string& value) const {
    std::string names;
    size_t count = 0;
    for (size_t v = 0; v < labs_.size(); v++)
      if (labs_[v].fields.at(field) == value) names += (count++ ? ", " : "") + std::to_string(v + 1);
    if (count == 0 || count == labs_.size()) return {};
    return count == 1 ? "variant " + names + " has" : "variants " + names + " have";
  }

  const std::vector<Lab>& labs_;
  std::vector<Read> reads_;
  std::vector<Asked> asked_;
  std::string part_;                            // at which collect() is
  std::map<std::string, std::string> part_of_;  // of questions and blocks
};

}  // namespace

std::vector<Finding> lint_across(const std::vector<Lab>& variants) { return Across(variants).found; }

}  // namespace ringside::labs
