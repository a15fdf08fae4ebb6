// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "labs/handin/hand_in.h"
#include "labs/pack/pack_file.h"
#include "labs/runner/checks.h"

// Hand-ins judged again, by the teacher's labs, from what was measured. What the student's file says of right, points
// and verdicts is not looked at, but for saying where it differs. Any thread.
namespace ringside::labs {

// "Look at this": never a verdict, and no point is taken away.
struct Flag {
  std::string code;  // "chain", "seed", "variant", "clock", "order", "same-windows", "version", "replay" …
  std::string what;  // a sentence
};

struct GradedAnswer {
  std::string question, step, kind, ask, value, text, at_utc;  // text: as a person reads it
  std::optional<bool> right;                                   // nothing = nobody judges it: a prediction, a sentence
  std::string belief;                                          // the misconception that it shows
  std::optional<int> sure;
  double seconds = 0;
  double marked = -1;  // a sentence: the share of its marks that the student ticked himself; -1 = none
  bool last = false;   // the one that counts
  int points = 0, maximum = 0;
  int place = 0;  // of its question in the lab
};

// What a student may believe, and the questions that show it: " p1 p2 ".
struct Belief {
  std::string id, text, questions;
};

// Where time went: from what was done before to this, without long breaks.
struct Spent {
  std::string step;
  double seconds = 0;
};

struct GradedLab {
  std::string student, lab, pack, title, version;  // version: the lab's hash as it was handed in
  std::string begun_utc, ended_utc, made_utc, file, digest;
  std::string edition;  // what it was graded by: the pack's hash, or the lab's
  int attempt = 1, variant = 0;
  double score = 0;
  int maximum = 0;
  std::vector<CheckResult> checks;
  std::vector<GradedAnswer> answers;  // in the order of time
  std::vector<Spent> spent;           // by step, in the lab's order
  std::vector<Belief> beliefs;
  std::map<std::string, int> hints;  // of what -> how many levels
  int predictions_locked = 0;
  std::vector<Flag> flags;
  std::vector<std::string> windows;  // a digest of each run's raw windows that were measured

  std::string key() const { return pack.empty() ? lab : pack + "/" + lab; }
  int hints_used() const;
};

// What the student's machine could do, by what the runs say of each that they were made on: the last one, and one
// before where something was done there that the last one cannot. Of an older attempt, what the hand-in says of the
// machine that it was made on.
LabMachine machine_of(const HandIn& all, const HandedLab& handed, const Lab& lab);

// Which text a hand-in's lab is graded by; nothing = none that is known here.
using LabSource = std::function<Result<std::optional<LabText>>(const HandedLab&)>;
LabSource shipped_source();                  // labs that come with Ringside
LabSource pack_source(const Pack& teacher);  // those of this teacher's pack

// One lab of a hand-in. `edition`: the hash of the pack; "" = that of the lab's text.
Result<GradedLab> grade_lab(const HandIn& all, const HandedLab& handed, const LabText& text,
                            const std::string& edition);

// What only shows beside each other: the same measured windows in the hands of two students.
void compare_students(std::vector<GradedLab>& all);

}  // namespace ringside::labs
