// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// One lab, for one variant: plain data, as written in its lab.md. {{answer:p4}} and {key:step} are still in the texts,
// all else is filled in. `line` is where a thing stands in the file.
namespace ringside::labs {

struct Line {
  int number = 0;
  std::string text;
};

struct Requirements {
  int cores = 1, mem_mb = 512;
  std::string kvm = "no";
};

struct Misconception {
  std::string id, belief, truth;
  int line = 0;
};

struct Option {
  std::string id, text, reply, holds;
  std::string of = {};  // of an order: what is measured of it, "FIGURE@SETTING"
};

enum class QuestionKind { kPredict, kObserve, kExplain };
constexpr const char* name_of(QuestionKind kind) {
  return kind == QuestionKind::kPredict ? "predict" : kind == QuestionKind::kObserve ? "observe" : "explain";
}
enum class AnswerKind { kNumber, kChoice, kPoint, kSentence, kOrder, kCurve };

struct Question {
  std::string id, ask;
  QuestionKind kind = QuestionKind::kPredict;
  AnswerKind answers = AnswerKind::kNumber;
  std::string unit, from, since, right, model;
  std::string look;  // where an observation is read: "rings/web.nic0.rx"; empty: as `from` says
  std::string seen;  // a prediction: the question, do-block or check that shows what came
  std::vector<Option> options;
  std::vector<std::string> places, mark;
  std::vector<std::string> values;           // a curve: those of its sweep
  std::map<std::string, std::string> holds;  // belief -> the number that shows it
  bool range = false;
  // A prediction that lies on a measured chart: of which figure, and how the number is meant there.
  std::string chart;         // "rate.db.received"; empty = on none
  std::string as = "value";  // value: of the figure; ratio: second setting by first; point: along a sweep
  std::string by;            // an observation of one setting divided by this figure
  std::string below;         // an observation of a sweep: the first value at which `from` is below this figure
  int points = 0, line = 0;
};

// One of the settings that a measuring block goes through: the lines that bring the machine to it.
struct Setting {
  std::string id, name;  // "vmxnet3", "VMXNET3"
  std::vector<Line> lines;
};

// A figure that a block draws, "cycles_per_packet.web/0: cycles a packet, guest".
struct ChartLine {
  std::string figure, caption;  // caption: empty = its name is all there is to say
};

// What a block measures once its lines have run: `compare`, two settings A B A B; `sweep`, one setting over values,
// forth and back.
struct Measure {
  bool sweep = false;
  std::string of;  // a sweep: what changes, "batch"
  std::vector<Setting> settings;
  std::vector<ChartLine> chart;  // the first one is the large one
  int rounds = 2, windows = 4;   // windows: of a setting in a round
  int window_ms = 100;
};

struct DoBlock {
  std::string id;
  bool edit = false;  // the student may change its lines
  std::vector<Line> commands;
  int line = 0;
  std::optional<Measure> measure;
  std::string recorded{};  // why this machine cannot measure it: what was measured on another one is shown instead
};

// From a nudge to the whole way.
struct Hints {
  std::string of;
  std::vector<std::string> levels;
  int line = 0;
};

struct Condition {
  std::string verb, of, to, value, tolerance, because, since, otherwise;
  std::string least, most;         // `ratio`: instead of a value
  std::vector<std::string> over;   // do-blocks, for verbs that compare several
  std::vector<std::string> among;  // probes, likewise
  std::vector<std::string> path;   // `path_is`: the places, in their order
  std::vector<std::string> at;     // `state_equal`: two moments, "sleep begin", "wake end"
  std::string reason;              // `op_refused`: words of the reason
  int nth = 0;                     // `op_refused`: which line of the block; 0 = the one that `of` begins
  int line = 0;
};

enum class Band { kEnvironment, kTopology, kTraffic, kClaim };

struct Check {
  std::string id, claim, look, after;
  Band band = Band::kClaim;
  Condition condition;
  std::vector<Condition> needs;
  std::vector<std::string> accepts;  // provenance; empty = as the lab says
  std::string requires_what;         // "kvm", "bare"
  std::string skipped;               // why it cannot be judged here
  int points = 0;
  bool hidden = false;  // only a teacher's pack has it
};

// The solution, or a wrong attempt: lines such as `answer p1 device`, `do sleep skip=1`, `expect pass c1 c2`.
struct Attempt {
  std::string name, fails;  // "" for the solution
  std::vector<Line> lines;
  int line = 0;
};

enum class ItemKind { kText, kQuestion, kDo };

// What stands in a step, in the order of the file. `index` counts within Lab::texts, questions or blocks.
struct Item {
  ItemKind kind = ItemKind::kText;
  size_t index = 0;
};

struct Step {
  std::string kind, name;  // "Predict", "one packet"
  std::vector<Item> items;
  int line = 0;
  std::string needs{};  // "kvm": without it the step is left out
};

struct Lab {
  std::string id, title, promise, short_of_time, scaffold, next, hash;
  int minutes = 0, variant = 0, variants = 0;  // variant counts from 0
  uint64_t seed = 1;
  std::map<std::string, int> plan;  // minutes by part
  Requirements requirements;
  size_t bytes = 0;      // of its text with the variant's values in place
  bool reduced = false;  // a student's edition: what its author withholds is not in it
  std::vector<std::string> accepts;
  std::map<std::string, std::string> fields;  // of this variant

  std::vector<Line> start;
  std::vector<Misconception> misconceptions;
  std::vector<Step> steps;
  std::vector<Line> texts;
  std::vector<Question> questions;
  std::vector<DoBlock> blocks;
  std::vector<Hints> hints;
  std::vector<Check> checks;
  std::vector<Line> watch;  // probes that are recorded with each do-block, though nothing here looks at them
  Attempt solution;
  std::vector<Attempt> wrong;
  std::string teacher, file;

  // By its id, wherever it stands.
  const Question* question(const std::string& name) const { return find(questions, name); }
  const DoBlock* block(const std::string& name) const { return find(blocks, name); }
  const Check* check(const std::string& name) const { return find(checks, name); }
  // Questions and blocks in the order of the file: a walk through the lab.
  std::vector<Item> items() const {
    std::vector<Item> all;
    for (const Step& step : steps) all.insert(all.end(), step.items.begin(), step.items.end());
    return all;
  }

 private:
  template <class T>
  static const T* find(const std::vector<T>& list, const std::string& name) {
    for (const T& one : list)
      if (one.id == name) return &one;
    return nullptr;
  }
};

}  // namespace ringside::labs
