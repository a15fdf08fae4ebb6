// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/api/engine.h"
#include "labs/runner/checks.h"
#include "labs/runner/judging.h"
#include "labs/runner/lab.h"
#include "labs/runner/lab_text.h"
#include "labs/runner/measure.h"
#include "labs/runner/measured_chart.h"
#include "labs/runner/program_words.h"
#include "labs/runner/recording.h"
#include "labs/runner/records.h"
#include "labs/runner/rehearsal.h"
#include "labs/runner/store.h"

namespace ringside::labs {

class Deadline;

struct SessionOptions {
  std::string student;
  std::optional<int> variant;          // from 0; else drawn by lab and student
  bool anew = false;                   // a new attempt even if one is under way
  Program program = Program::kWindow;  // whose words the lab says
  double line_seconds = 60;  // a line that waits for something, such as `run until=idle`, is ended after so long
  Rehearse rehearse = {};    // a lab of a pack is not opened without
  Recording recorded = {};   // windows of blocks that are not measured, but taken from here
  std::optional<LabMachine> machine = {};  // what it can do; else this one, as it is
};

// How an answer was taken: what to say about it, and what it earned.
struct Reply {
  std::optional<bool> correct;    // empty for predictions and sentences: they are not graded
  std::string text;               // what belongs to the answer: the reply to a wrong option, or the model answer
  std::vector<std::string> mark;  // a sentence: what the student checks by himself
  std::string look;               // a number that was read wrong: where it stands, "rings/web.nic0.rx"
  double points = 0;
};

// What belongs to an answer, told again when a lab is taken up.
Reply reply_to(const Question& question, const std::string& value, std::optional<bool> correct,
               Program program = Program::kWindow);

// An answer as a person reads it: an option's text, a number with its unit, an order by its options' texts, a curve by
// its shape and heights.
std::string answer_text(const Question& question, const std::string& value);
// Where an observation is read; "" where it is no reading.
std::string look_of(const Question& question);
// The same in words: "Rings, web.nic0.rx".
std::string look_words(const std::string& look, Program program = Program::kWindow);

// Whose hints help with a question, a check or a step: of a step, those of the check that looks at it; "" = none.
std::string hints_for(const Lab& lab, const std::string& id);

// The misconception that an answer shows; "" = none.
std::string belief_of(const Question& question, const std::string& value);

struct Score {
  double points = 0;
  int maximum = 0;
  int later = 0;  // what this edition of the lab cannot judge; not in the maximum
};

// A walk through one lab: context, predict (locked), do, observe, explain, transfer. What it has acknowledged is in the
// store. One thread at a time; the calls that move the machine wait for it.
class LabSession {
 public:
  // Goes on where this student stopped, or begins. The machine is not touched before it is needed.
  static Result<std::unique_ptr<LabSession>> open(Engine& engine, ProgressStore& store, const LabText& text,
                                                  const SessionOptions& options);

  const Lab& lab() const { return lab_; }
  bool resumed() const { return resumed_; }
  bool lab_changed() const { return lab_changed_; }  // since the student's latest attempt: so this one is new
  const AttemptRow& attempt() const { return attempt_; }
  // Whose lines a lab's are, changed by the student or not: somebody else's (engine/api/origin.h). What the student
  // types into a console is his own, and not limited.
  const Origin& origin() const { return origin_; }

  // The first question or do-block that is still to do, as an index of lab().items(); items().size() when all is done.
  size_t place() const;
  bool done(const Item& item) const;
  // Done, and not wrong: what was read or explained wrong is asked again. The first item of which that is not true.
  bool settled(const Item& item) const;
  size_t first_open() const;
  // The prediction without which this block may not run, or "".
  std::string missing_prediction(const std::string& block) const;

  // An answer as text: "3", the id of an option, a place, a sentence, "a > b = c", "falling" or "100 60 40". An
  // observation or explanation can be corrected, a prediction not.
  Result<Reply> answer(const std::string& question, const std::string& given, std::optional<int> sure = {},
                       double seconds = 0);
  // How many of a sentence's marks the student ticks.
  Result<Reply> mark(const std::string& question, int ticked);
  std::string answer_of(const std::string& question) const;  // "" = none yet
  std::optional<bool> correct(const std::string& question) const;
  // What came of a prediction, as a person says it: "31 packets", an option's text. "" until the lab has shown it.
  std::string outcome(const Question& prediction) const;
  const AnswerRow* row_of(const std::string& question) const;               // null = none yet
  bool ran(const std::string& block) const { return lines_.count(block); }  // to its end, at least once
  // What an observation looks at, frozen when its do-block ended; empty = that has not run.
  std::optional<Value> observed(const Question& question) const;
  // It was measured, and the windows say nothing: `not clear` is an answer then, and does not count.
  bool may_be_unclear(const Question& question) const;

  const Evidence& evidence() const { return evidence_; }
  // By its name, and not only as part of a state.
  bool looks_at(const std::string& probe) const { return probes_.count(probe); }
  // Why what is shown of a measuring block was recorded on another machine; "" = it was measured here.
  std::string recorded_of(const std::string& block) const;
  // What a measuring block found when it ran last; empty where it has not.
  MeasuredChart chart_of(const DoBlock& block) const;

  // A block's lines as they would run: {{answer:p4}} filled in, as changed the last time.
  std::vector<std::string> lines_of(const std::string& block) const;
  // The machine goes to where the block begins: everything before it is run again when need be. Then the caller may
  // execute the lines itself (a window, on the student's keys), and ends the block.
  Status begin_block(const std::string& block, const std::vector<std::string>& lines = {});
  Status end_block();
  // What the machine said to line `at` (from 0) of the block under way. True: the block goes on, for it was done, or it
  // was tried (labs/runner/records.h) and refused, which is kept with the block.
  bool goes_on(size_t at, const std::string& line, const Answer& answer);
  void abandon_block();  // it is not counted; the machine stands somewhere within it
  // Why line `at` (from 0) of a block was refused, with its place.
  Error line_error(const std::string& block, size_t at, const Answer& answer) const;
  // A student who looks for a value is not told the nearest one that is possible: it may be the one.
  std::string remedy_told(const std::string& block, const std::string& remedy) const;
  // All of it. `said` hears each line and its answer; before the line it is called with no answer.
  using Said = std::function<void(const std::string& line, const Answer* answer)>;
  // `heard` is told how a measurement goes, and ends it by answering false.
  using MeasureHeard = std::function<bool(const MeasureProgress&)>;
  Status run_block(const std::string& block, const std::vector<std::string>& lines = {}, const Said& said = {},
                   const MeasureHeard& heard = {});
  // The same for who executes the lines itself: after them, and before end_block(). A block that measures nothing is
  // left alone.
  Status measure_block(const MeasureHeard& heard = {});
  // The machine of this place in the lab, from the start block on. Answers stay.
  Status reset();

  // The next level of the hints that help with a question, a check or a step; "" when all were given. What has none,
  // and what has not been reached, is refused with those that can be asked for.
  Result<std::string> hint(const std::string& of);
  int hint_level(const std::string& of) const;

  // Judges what was run. A check that stays inconclusive in three runs asks for an explanation, which then counts.
  static constexpr int kTries = 3;
  // Of one answer, and of a step's lines together, bytes: what a hand-in takes, and more than anybody needs.
  static constexpr size_t kMostAnswer = 4'000, kMostLines = 32'000;
  Result<std::vector<CheckResult>> check();
  // Questions that the check's claim would answer are still open, or were answered wrong: those up to the step that
  // follows what it looks at.
  bool tells_too_early(const Check& check) const;
  Status explain_check(const std::string& check, const std::string& sentence);
  Score score() const;  // of the questions

  // What a run leaves in words that need {{answer:…}} filled in.
  std::string filled(const std::string& text) const;

 private:
  LabSession(Engine& engine, ProgressStore& store, Lab lab, AttemptRow attempt, Origin origin);
  Status load();
  static Status fits_in(const std::string& answer);
  Status go_to(const std::string& block);
  Status load_start();
  Answer in_time(Answer answer, Deadline& deadline) const;
  Status redo(const DoBlock& block);
  void show_kept(Window& window);
  Status execute(const DoBlock& block, const std::vector<std::string>& lines, const Said& said);
  size_t order_of(const std::string& block) const;
  bool reached(const std::string& of) const;
  void count_tries(const std::string& block);  // which has just been run

  Engine& engine_;
  ProgressStore& store_;
  const Lab lab_;
  const AttemptRow attempt_;
  const Origin origin_;
  const std::set<std::string> probes_;
  double line_seconds_ = 60;
  Recording recorded_;
  Recording kept_;                    // of the blocks that this machine cannot measure; never stored
  std::set<std::string> shows_kept_;  // blocks whose newest windows are of those
  std::string lacking_;               // why no check can be judged here
  Program program_ = Program::kWindow;
  std::string machine_;
  bool resumed_ = false, lab_changed_ = false;
  std::map<std::string, AnswerRow> answers_;               // the newest of each question
  std::map<std::string, std::vector<std::string>> lines_;  // of each block, as it ran last
  std::map<std::string, int> hints_;
  std::map<std::string, int> inconclusive_;  // runs of what a check looks at in which it was
  size_t runs_ = 0, judged_ = 0;             // do-blocks run; how many of them a verdict was stored for
  Evidence evidence_;
  std::optional<size_t> machine_at_;  // blocks 0 … that have been run on the machine; empty = not loaded
  RunMode mode_ = RunMode::kFree;     // how time runs in this lab, since then
  std::optional<RunRow> open_;        // the block under way
  Values open_tried_;                 // what came of its lines that were tried
  uint64_t open_since_ = 0;           // the newest event when it began
};

}  // namespace ringside::labs
