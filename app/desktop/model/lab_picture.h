// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "labs/runner/checks.h"
#include "labs/runner/lab.h"
#include "labs/runner/progress.h"
#include "labs/runner/session.h"

namespace ringside::desktop {

// A lab as the panel shows it: plain data, made anew after each request, never changed afterwards.
struct LabPicture {
  // One line of the list of labs.
  struct Card {
    std::string id, title, promise, block;  // block: "Rings and exits", or the title of its pack
    std::string name;                       // under which it is opened: nobody else has it
    std::string here, why;                  // what this machine gives of it: "live", and a sentence
    int number = 0, minutes = 0;
    size_t all = 0;  // questions and steps
    labs::LabProgress progress{};
  };
  std::vector<Card> cards;
  std::vector<std::string> left_out;  // packs that cannot be read
  std::optional<size_t> go_on;        // the card that was worked at last and is not done

  std::shared_ptr<const labs::Lab> lab;  // null = none is open
  int64_t attempt = 0;                   // in the progress file
  int number = 0;                        // its place in the list; 0 = a pack's
  std::string block;                     // as its card has it
  bool resumed = false, changed = false;
  std::string handed;               // the file that this lab was handed in by, since it was opened
  std::string opened;               // the name that it was opened by
  bool preview = false;             // an author's text, which is read again when it is saved; nothing is kept
  std::optional<Error> text_error;  // what was saved last cannot be read; `lab` is of what was good before
  bool kept = true;                 // false: answers live in this process only
  std::vector<std::string> texts;   // of the lab, with what the student said filled in
  size_t place = 0;                 // where the session is; 0 = at the beginning

  struct Given {
    std::string value, reply;       // reply: what belongs to the answer, such as the model answer
    std::string look;               // a number that was read wrong: where it stands
    std::string outcome;            // a prediction: what came; empty until the lab has shown it
    std::vector<std::string> mark;  // what the student ticks by himself
    std::optional<bool> correct;
    std::optional<int> sure;
    double points = 0;
  };
  std::map<std::string, Given> answers;
  std::set<std::string> ran;                              // do-blocks that were run to their end
  std::map<std::string, std::vector<std::string>> lines;  // of each block, as they would run now
  std::map<std::string, std::vector<labs::Tried>> tried;  // of each block that was run: its lines that may be refused
  std::map<std::string, labs::MeasuredChart> charts;      // of blocks that have measured
  std::map<std::string, std::string> recorded;            // of those, what another machine measured, and why
  std::set<std::string> unclear;                          // questions about what was measured and says nothing
  size_t measured = 0;                                    // how often something was, since this window began
  std::map<std::string, int> hints;                       // levels seen
  std::vector<labs::CheckResult> checks;
  labs::Score score;

  // The do-block under way.
  struct Running {
    std::string block;
    std::vector<std::string> lines;
    size_t at = 0;                                     // the line that is armed or being sent
    bool armed = false;                                // waits for the student's steps
    uint64_t since = 0;                                // serial of the snapshot at which it was armed
    std::string goal{};                                // as the machine calls what is armed
    std::optional<labs::MeasureProgress> measuring{};  // its lines have run, and time is measured
  };
  std::optional<Running> running;

  std::optional<Error> refused;  // the latest request was refused …
  std::string refused_at;        // … at this question or block; "" = the lab or the progress as a whole
  bool may_begin_anew = false;   // the progress file is damaged, and a copy was kept
  bool no_progress = false;      // the progress file cannot be used
  uint64_t serial = 0;

  // Answered, and not wrong; or run to its end.
  bool settled(const labs::Item& item) const {
    if (item.kind == labs::ItemKind::kDo) return ran.count(lab->blocks[item.index].id);
    if (item.kind != labs::ItemKind::kQuestion) return true;
    const auto given = answers.find(lab->questions[item.index].id);
    return given != answers.end() && given->second.correct.value_or(true);
  }
  // The first item that is not settled; as many as there are when all is done.
  size_t first_open() const {
    if (!lab) return 0;
    const auto items = lab->items();
    size_t at = 0;
    while (at < items.size() && settled(items[at])) ++at;
    return at;
  }
  // A prediction has to be locked before anything runs.
  bool run_locked() const {
    if (!lab) return false;
    const auto items = lab->items();
    const size_t at = first_open();
    return at < items.size() && items[at].kind == labs::ItemKind::kQuestion &&
           lab->questions[items[at].index].kind == labs::QuestionKind::kPredict;
  }
  bool waits_for_run() const {
    if (!lab || running) return false;
    const auto items = lab->items();
    const size_t at = first_open();
    return at < items.size() && items[at].kind == labs::ItemKind::kDo;
  }
};

}  // namespace ringside::desktop
