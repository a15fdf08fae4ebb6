// SPDX-License-Identifier: BSD-3-Clause
#include "labs/grade/replay.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "engine/base/visible.h"
#include "labs/grade/flags.h"
#include "labs/runner/session.h"

namespace ringside::labs {
namespace {

constexpr size_t kMostDifferences = 5;
constexpr double kLineSeconds = 10;

// A rate or a share of a clock is another one each time.
bool is_exact(const std::string& probe, const Value& v) { return v.kind != ProbeKind::kGauge || !is_of_time(probe); }

void compare(const std::string& block, const char* moment, const Values& was, const Values& is, Replayed& r) {
  const auto differs = [&](const std::string& probe, const std::string& now, const std::string& then) {
    if (r.differs.size() < kMostDifferences)
      r.differs.push_back(fmt::format("{}, {}: {} is {}, and {} was handed in", block, moment,
                                      excerpt(visible_line(probe), 60), now, excerpt(visible_line(then), 40)));
  };
  for (const auto& [probe, v] : is) {
    const auto at = was.find(probe);
    if (!is_exact(probe, v) || probe == kMachineValue) continue;
    if (at == was.end())
      differs(probe, value_text(v), "nothing");
    else if (value_text(at->second) != value_text(v))
      differs(probe, value_text(v), value_text(at->second));
  }
  for (const auto& [probe, v] : was)
    if (!is.count(probe) && is_exact(probe, v) && probe != kMachineValue) differs(probe, "not there", value_text(v));
}

const Step& step_of_block(const Lab& lab, const std::string& block) {
  static const Step kNone;
  for (const Step& step : lab.steps)
    for (const Item& item : step.items)
      if (item.kind == ItemKind::kDo && lab.blocks[item.index].id == block) return step;
  return kNone;
}

// The lab's own lines of a step, as they stood when it ran: {{answer:p4}} is the newest of before.
std::vector<std::string> own_lines(const DoBlock& block, const std::map<std::string, std::string>& answers) {
  std::vector<std::string> lines;
  for (const Line& line : block.commands)
    lines.push_back(fill_in(line.text, [&](const std::string& name) {
      const auto at = name.starts_with("answer:") ? answers.find(name.substr(7)) : answers.end();
      return at == answers.end() ? std::string() : at->second;
    }));
  return lines;
}

bool lets_run_free(const DoBlock& block) {
  return std::any_of(block.commands.begin(), block.commands.end(),
                     [](const Line& line) { return line.text.find("mode=free") != std::string::npos; });
}

bool is_stepped(Engine& engine) { return engine.cut()->mode != RunMode::kFree; }

}  // namespace

Result<Replayed> replay_lab(Engine& engine, const HandIn& all, const HandedLab& handed, const LabText& text,
                            const Rehearse& rehearse) {
  Replayed replayed;
  auto store = ProgressStore::open({.path = ":memory:"});
  if (!store) return store.error();
  auto lab = parse_lab(text, handed.attempt.variant, handed.attempt.seed);
  if (!lab) return lab.error();
  // The lines were run in this variant; whether it is the student's is another matter.
  auto session = LabSession::open(engine, **store, text,
                                  {.student = all.student,
                                   .variant = handed.attempt.variant,
                                   .line_seconds = kLineSeconds,
                                   .rehearse = rehearse,
                                   .machine = machine_of(all, handed, *lab)});
  if (!session) return session.error();
  LabSession& s = **session;
  std::map<std::string, std::string> answers;
  for (const Deed& deed : deeds_of(handed)) {
    if (deed.kind == DeedKind::kAnswer) {
      const AnswerRow& row = handed.answers[deed.index];
      answers[row.question] = row.value;
      const Question* q = s.lab().question(row.question);
      if (q && q->kind == QuestionKind::kPredict) (void)s.answer(row.question, row.value);
    }
    if (deed.kind != DeedKind::kRun) continue;
    const RunRow& row = handed.runs[deed.index];
    const DoBlock* block = s.lab().block(row.block);
    if (!block) return replayed.stopped = "It has a step that this edition has not.", replayed;
    if (const std::string lacks = missing_part(step_of_block(*lab, row.block).needs, this_machine()); !lacks.empty())
      return replayed.stopped = row.block + ": " + lacks, replayed;
    if (const DoBlock& own = *lab->block(row.block); !own.edit && row.commands != own_lines(own, answers))
      return replayed.differs.push_back(row.block + " was run with other lines than the lab's own"), replayed;
    if (block->measure) return replayed.stopped = row.block + " measures, and that is never the same twice.", replayed;
    if (Status ran = s.run_block(row.block, row.commands); !ran && ran.error().environment)
      return replayed.cut_short = excerpt(visible_line(row.block + ": " + ran.error().what)), replayed;
    else if (!ran)
      return replayed.failed = excerpt(visible_line(row.block + ": " + ran.error().what)), replayed;
    if (!is_stepped(engine)) {
      if (!lets_run_free(*block)) replayed.cut_short = row.block + " lets run free what the lab steps through.";
      return replayed.stopped = row.block + " runs free.", replayed;
    }
    const Window* window = s.evidence().of(row.block);
    replayed.runs++;
    compare(row.block, "before", row.window.begin, window->begin, replayed);
    compare(row.block, "after", row.window.end, window->end, replayed);
  }
  return replayed;
}

}  // namespace ringside::labs
