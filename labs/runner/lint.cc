// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/lint.h"

#include <algorithm>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "labs/runner/checks.h"
#include "labs/runner/lab_text.h"
#include "labs/runner/lint_places.h"
#include "labs/runner/predicted.h"
#include "labs/runner/program_words.h"
#include "labs/runner/record_verbs.h"

namespace ringside::labs {
namespace {

constexpr int kMostWords = 20;

// The tokens {key:…} of the window's words.
const std::set<std::string> kKeys = {"run",     "step", "packet", "arrive", "exit",    "slower", "faster", "back",
                                     "forward", "live", "next",   "reset",  "present", "help",   "bigger", "smaller"};

// As a number of its own: 40 stands in "40 rows", and not in "140".
bool has_number(const std::string& text, const std::string& number) {
  for (size_t at = text.find(number); !number.empty() && at != text.npos; at = text.find(number, at + 1))
    if ((at == 0 || !isdigit(uint8_t(text[at - 1]))) &&
        (at + number.size() == text.size() || !isdigit(uint8_t(text[at + number.size()]))))
      return true;
  return false;
}

class Linter {
 public:
  Linter(const Lab& lab, Program program) : lab_(lab), program_(program) {}

  std::vector<Finding> all() {
    for (const Misconception& m : lab_.misconceptions)
      prose(m.line, m.belief, "the belief " + m.id), prose(m.line, m.truth, "the truth about " + m.id);
    questions();
    checks();
    hints();
    attempt(lab_.solution);
    if (lab_.solution.lines.empty()) error(1, "the lab has no solution block");
    std::set<std::string> names;
    for (const Attempt& wrong : lab_.wrong) {
      if (!names.insert(wrong.name).second) error(wrong.line, "there is a wrong attempt `" + wrong.name + "` already");
      if (!lab_.check(wrong.fails)) error(wrong.line, "`fails=" + wrong.fails + "` names no check");
      attempt(wrong);
    }
    for (const Line& text : lab_.texts) prose(text.number, text.text, "this text");
    for (const DoBlock& block : lab_.blocks)
      for (const Line& line : block.commands) tokens(line.number, line.text);
    return found_;
  }

 private:
  void error(int line, const std::string& what) { found_.push_back({line, false, what}); }
  void warn(int line, const std::string& what, const char* rule = "") { found_.push_back({line, true, what, rule}); }

  void belief(int line, const std::string& id) {
    // Beliefs may be counted without a text of their own, but a lab that explains some should not misspell one.
    if (id.find(' ') != std::string::npos) error(line, "`holds = \"" + id + "\"` is no id");
  }

  // The newest step may be an early one that was done again.
  void of_which_step(const Check& check) {
    const Condition& c = check.condition;
    if (check.band == Band::kClaim && c.since.empty() && c.over.empty() && c.at.empty() && lab_.blocks.size() > 1)
      warn(c.line, check.id + " is about whatever step ran last; name the one that it is about: `since = \"ID\"`");
  }

  void since(int line, const std::string& block) {
    if (!block.empty() && !lab_.block(block)) error(line, "`since = \"" + block + "\"` names no do-block");
  }

  void look(int line, const std::string& link) {
    if (const std::string wrong = wrong_link(lab_, link); !wrong.empty())
      error(line, "`look = \"" + link + "\"` " + wrong);
  }

  // "FIGURE@SETTING" names a setting of the block that it looks at.
  void measured(int line, const std::string& name, const std::string& block) {
    const std::string setting = measured_name(name).setting;
    if (setting.empty()) return;
    const DoBlock* found = lab_.block(block);
    if (!found || !found->measure)
      return error(line, "`" + name + "` is measured by a `compare` or `sweep`; expected `since = \"ID\"` of one");
    std::string known;
    for (const Setting& one : found->measure->settings) {
      if (one.id == setting) return;
      known += (known.empty() ? "" : ", ") + one.id;
    }
    error(line, "`" + block + "` has no setting `" + setting + "`; expected one of: " + known);
  }

  void questions() {
    for (const Question& q : lab_.questions) {
      prose(q.line, q.ask, "question " + q.id), prose(q.line, q.model, "the model answer of " + q.id);
      since(q.line, q.since), look(q.line, q.look);
      measured(q.line, q.from, q.since), measured(q.line, q.by, q.since);
      seen(q);
      for (const Option& option : q.options)
        belief(q.line, option.holds), prose(q.line, option.text, "an option of " + q.id),
            prose(q.line, option.reply, "a reply of " + q.id);
      for (const auto& [id, value] : q.holds) belief(q.line, id);
      if (q.kind == QuestionKind::kExplain && q.answers == AnswerKind::kChoice)
        for (const Option& option : q.options)
          if (option.reply.empty() && option.id != q.right)
            warn(q.line, "option `" + option.id + "` of " + q.id + " is wrong and has no reply");
    }
  }

  // What shows a prediction's outcome; without `right` it is what was read there.
  void seen(const Question& q) {
    if (q.kind != QuestionKind::kPredict) return;
    if (q.seen.empty()) return warn(q.line, q.id + " is never laid beside what came; expected `seen = \"ID\"`");
    const Question* shows = lab_.question(q.seen);
    if (!shows && !lab_.block(q.seen) && !lab_.check(q.seen))
      error(q.line, "`seen = \"" + q.seen + "\"` names no question, do-block or check");
    if (const Check* check = lab_.check(q.seen); check && check->hidden)
      warn(q.line, "a student's pack does not have " + q.seen + ", so what came of " + q.id + " is not shown there");
    const bool measured = q.answers == AnswerKind::kOrder || q.answers == AnswerKind::kCurve;
    for (const std::string& what : wrong_with_prediction(lab_, q)) error(q.line, what);
    if (!measured && q.right.empty() &&
        (!shows || shows->answers != AnswerKind::kNumber || q.answers != AnswerKind::kNumber))
      error(q.line, q.id + ": `seen` shows no number that is what came; expected `right = \"…\"` beside it");
  }

  void condition(const Condition& c, const std::string& of) {
    if (const std::string lacks = planned_verb(c.verb); !lacks.empty())
      return error(c.line, of + ": `" + c.verb + "` is not possible yet: the engine does not record " + lacks +
                               "; expected one of: " + verb_list());
    if (!is_verb(c.verb)) error(c.line, of + ": there is no verb `" + c.verb + "`; expected one of: " + verb_list());
    if (c.verb == "within" && c.tolerance.empty())
      error(c.line, of + ": `within` needs a tolerance, and the reason for it");
    if (c.verb == "ratio" && c.to.empty()) error(c.line, of + ": `ratio` needs `to = \"PROBE\"`");
    const DoBlock* block = lab_.block(c.since);
    const bool sweep = block && block->measure && block->measure->sweep;
    if (c.verb == "monotonic" && c.over.size() < 2 && !sweep)
      error(c.line, of + ": `monotonic` needs `over = [\"BLOCK\", \"BLOCK\"]`, or `since` a sweep");
    if (c.verb != "op_refused") measured(c.line, c.of, c.since);
    measured(c.line, c.to, c.since);
    for (const std::string& name : c.among) measured(c.line, name, c.since);
    if (c.verb == "unchanged" && !c.among.empty() && c.tolerance.empty())
      error(c.line, of + ": what is measured is never quite the same; `unchanged` needs a tolerance and its reason");
    const bool bounds = c.verb == "ratio" && (!c.least.empty() || !c.most.empty());
    if ((c.verb == "dominates" || c.verb == "fair") && c.among.size() < 2)
      error(c.line, of + ": `" + c.verb + "` needs `among = [\"PROBE\", \"PROBE\"]`");
    for (const std::string& what : wrong_with_records(lab_, c)) error(c.line, of + ": " + what);
    if (c.value.empty() && !bounds && !is_about_records(c.verb) && c.verb != "unchanged" && c.verb != "monotonic" &&
        c.verb != "dominates" && c.verb != "no_packets_at")
      error(c.line, of + ": `" + c.verb + "` needs a value");
    if (c.verb != "state_equal") {  // its moments name them
      since(c.line, c.since);
      for (const std::string& over : c.over) since(c.line, over);
    }
    prose(c.line, c.otherwise, "`else` of " + of);
  }

  void checks() {
    for (const Check& check : lab_.checks) {
      condition(check.condition, "check " + check.id), of_which_step(check);
      for (const Condition& need : check.needs) condition(need, "a need of check " + check.id);
      look(check.condition.line, check.look);
      if (!check.after.empty() && !lab_.check(check.after))
        error(check.condition.line, "`after = \"" + check.after + "\"` names no check");
      else if (!check.hidden && !check.after.empty() && lab_.check(check.after)->hidden)
        error(check.condition.line,
              check.id + " comes after " + check.after + ", which a student's pack does not have");
      // What a prediction asks for, and this check tells of: on failure the student still looks for it.
      for (const Question& q : lab_.questions)
        if (q.seen == check.id && has_number(check.condition.otherwise, check.condition.value))
          error(check.condition.line, "`else` of check " + check.id + " gives away " + check.condition.value);
      if (check.band == Band::kClaim && check.claim.empty())
        error(check.condition.line, "check " + check.id + " claims nothing; expected `claim = \"…\"`");
      prose(check.condition.line, check.claim, "the claim of " + check.id);
    }
  }

  void hints() {
    for (const Hints& hints : lab_.hints) {
      if (!lab_.question(hints.of) && !lab_.check(hints.of))
        error(hints.line, "the hints `" + hints.of + "` hang on no question and no check");
      for (const std::string& level : hints.levels) prose(hints.line, level, "a hint of " + hints.of);
    }
  }

  void attempt(const Attempt& attempt) {
    for (const Line& line : attempt.lines) {
      const auto words = words_of(line.text);
      if (words.size() < 2)
        error(line.number,
              "`" + line.text + "` is not possible here; expected `answer ID VALUE`, `do ID` or `expect pass ID …`");
      else if (words[0] == "answer" && !lab_.question(words[1]))
        error(line.number, "there is no question `" + words[1] + "`");
      else if (words[0] == "do" && !lab_.block(words[1]))
        error(line.number, "there is no do-block `" + words[1] + "`");
      else if (words[0] == "expect")
        for (size_t i = 2; i < words.size(); i++)
          if (!lab_.check(words[i])) error(line.number, "there is no check `" + words[i] + "`");
    }
  }

  void tokens(int line, const std::string& text) {
    fill_in(text, [&](const std::string& name) {
      const std::string id = name.starts_with("answer:") ? name.substr(7) : name;
      if (!lab_.question(id)) error(line, "{{" + name + "}} names no question");
      return std::string();
    });
    for (size_t at = text.find("{key:"); at != text.npos; at = text.find("{key:", at + 1)) {
      const std::string key = text.substr(at + 5, text.find('}', at) - at - 5);
      if (!kKeys.count(key)) error(line, "there is no key {key:" + key + "}");
    }
  }

  // Sentences of at most 20 words. Tables are not prose.
  void prose(int line, const std::string& text, const std::string& where) {
    tokens(line, text);
    if (const std::string word = foreign_word(program_, text); !word.empty())
      error(line, program_ == Program::kTerminal
                      ? where + " says \"" + word + "\", which the terminal has not; expected {window:…}{terminal:…}"
                      : where + " says \"" + word + "\", which the window has not; expected {window:…}{terminal:…}");
    for (const std::string& wrong : wrong_places(program_, text)) warn(line, where + " " + wrong, "place");
    std::istringstream in(text);
    int number = line;
    Sentence sentence;
    for (std::string one; std::getline(in, one); number++) {
      if (one.starts_with("|")) continue;
      if (one.empty() || begins_an_entry(one)) count(sentence, where), sentence = {};
      std::istringstream stream(one);
      for (std::string word; stream >> word;) {
        if (word == ">" || word == "-" || word == "=" || word == "+") continue;
        if (sentence.words == 0) sentence.line = number;
        sentence.words++;
        sentence.said += (sentence.said.empty() ? "" : " ") + word;
        const size_t last = word.find_last_not_of("*\")'_");
        const char end = last == word.npos ? ' ' : word[last];
        if (end != '.' && end != '?' && end != '!' && end != ':' && end != ';') continue;
        count(sentence, where), sentence = {};
      }
    }
    count(sentence, where);
  }

  struct Sentence {
    int line = 0, words = 0;
    std::string said;
  };

  // Of a list: "- a row", "2. a row".
  static bool begins_an_entry(const std::string& line) {
    const size_t at = line.find_first_not_of(" ");
    if (at == line.npos) return false;
    const size_t end = line.find_first_not_of("0123456789", at);
    return line.compare(at, 2, "- ") == 0 || (end != line.npos && end > at && line.compare(end, 2, ". ") == 0);
  }

  void count(const Sentence& s, const std::string& where) {
    if (s.words > kMostWords)
      warn(s.line, fmt::format("{} has a sentence of {} words; {} at most: \"{}\"", where, s.words, kMostWords, s.said),
           "sentence");
  }

  const Lab& lab_;
  const Program program_;  // whose words are read
  std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> lint(const Lab& lab) {
  std::vector<Finding> all;
  for (const Program program : {Program::kWindow, Program::kTerminal}) {
    Lab said = lab;
    speak(said, program);
    for (Finding& finding : Linter(said, program).all())
      if (std::none_of(all.begin(), all.end(),
                       [&](const Finding& f) { return f.line == finding.line && f.what == finding.what; }))
        all.push_back(std::move(finding));
  }
  std::stable_sort(all.begin(), all.end(), [](const Finding& a, const Finding& b) { return a.line < b.line; });
  return all;
}

}  // namespace ringside::labs
