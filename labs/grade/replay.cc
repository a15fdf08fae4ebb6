// SPDX-License-Identifier: BSD-3-Clause
#include "labs/grade/replay.h"

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
  for (const auto& [probe, v] : is) {
    const auto at = was.find(probe);
    if (at == was.end() || !is_exact(probe, v) || value_text(at->second) == value_text(v)) continue;
    if (r.differs.size() < kMostDifferences)
      r.differs.push_back(fmt::format("{}, {}: {} is {}, and {} was handed in", block, moment, probe, value_text(v),
                                      excerpt(visible_line(value_text(at->second)), 40)));
  }
}

bool is_stepped(Engine& engine) { return engine.cut()->mode != RunMode::kFree; }

}  // namespace

Result<Replayed> replay_lab(Engine& engine, const HandIn& all, const HandedLab& handed, const LabText& text,
                            const Rehearse& rehearse) {
  Replayed replayed;
  auto store = ProgressStore::open({.path = ":memory:"});
  if (!store) return store.error();
  // The lines were run in this variant; whether it is the student's is another matter.
  auto session = LabSession::open(
      engine, **store, text,
      {.student = all.student, .variant = handed.attempt.variant, .line_seconds = kLineSeconds, .rehearse = rehearse});
  if (!session) return session.error();
  LabSession& s = **session;
  for (const Deed& deed : deeds_of(handed)) {
    if (deed.kind == DeedKind::kAnswer) {
      const AnswerRow& row = handed.answers[deed.index];
      const Question* q = s.lab().question(row.question);
      if (q && q->kind == QuestionKind::kPredict) (void)s.answer(row.question, row.value);
    }
    if (deed.kind != DeedKind::kRun) continue;
    const RunRow& row = handed.runs[deed.index];
    const DoBlock* block = s.lab().block(row.block);
    if (!block) return replayed.stopped = "It has a step that this edition has not.", replayed;
    if (block->measure) return replayed.stopped = row.block + " measures, and that is never the same twice.", replayed;
    if (Status ran = s.run_block(row.block, row.commands); !ran)
      return replayed.failed = excerpt(visible_line(row.block + ": " + ran.error().what)), replayed;
    if (!is_stepped(engine)) return replayed.stopped = row.block + " runs free.", replayed;
    const Window* window = s.evidence().of(row.block);
    replayed.runs++;
    compare(row.block, "before", row.window.begin, window->begin, replayed);
    compare(row.block, "after", row.window.end, window->end, replayed);
  }
  return replayed;
}

}  // namespace ringside::labs
