// SPDX-License-Identifier: BSD-3-Clause
// A lab taken from an author's text: it is read again when it is saved. What was answered stays as long as it fits, in
// memory only.
#include <algorithm>

#include "app/desktop/model/lab_worker.h"
#include "labs/runner/catalog.h"

namespace ringside::desktop {
namespace {

bool same_lines(const std::vector<labs::Line>& a, const std::vector<labs::Line>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const labs::Line& x, const labs::Line& y) { return x.text == y.text; });
}

bool same_measure(const labs::Measure& a, const labs::Measure& b) {
  return a.sweep == b.sweep && a.rounds == b.rounds && a.windows == b.windows && a.window_ms == b.window_ms &&
         std::equal(a.settings.begin(), a.settings.end(), b.settings.begin(), b.settings.end(),
                    [](const labs::Setting& x, const labs::Setting& y) {
                      return x.id == y.id && same_lines(x.lines, y.lines);
                    });
}

// What ran says the same: nothing before it, and nothing of it, has changed.
bool same_block(const labs::DoBlock& a, const labs::DoBlock& b) {
  return a.id == b.id && same_lines(a.commands, b.commands) && a.measure.has_value() == b.measure.has_value() &&
         (!a.measure || same_measure(*a.measure, *b.measure));
}

}  // namespace

// What comes along is called by id, number or folder first, as everywhere.
bool LabWorker::is_preview(const std::string& name) const {
  if (!labs::names_a_text(name)) return false;
  const auto own = labs::find_shipped(name);
  return !own || !*own;
}

bool LabWorker::open_preview() {
  auto store = labs::ProgressStore::open({.path = ":memory:"});
  if (!take(store ? Status{} : Status{store.error()}, "")) return false;
  preview_store_ = std::move(*store);
  watch_.emplace(wanted_);
  read_preview(*watch_->look());
  return true;
}

bool LabWorker::look() {
  if (!watch_) return false;
  auto text = watch_->look();
  if (text) read_preview(std::move(*text));
  return text.has_value();
}

void LabWorker::read_preview(Result<labs::LabText> text) {
  const auto wrong = [&](Error error) {
    error.unchanged.clear();
    text_error_ = std::move(error);
    if (!session_) take(*text_error_, "");
  };
  if (!text) return wrong(text.error());
  const auto parsed = labs::parse_lab(*text, 0, 1);
  if (!parsed) return wrong(parsed.error());
  const std::shared_ptr<const labs::Lab> before = lab_;
  const labs::AttemptRow earlier = session_ ? session_->attempt() : labs::AttemptRow{};
  auto last = std::move(session_);
  if (!open_session(*preview_store_, *text, true)) {
    const Error error = *refused_;
    if ((session_ = std::move(last))) refused_.reset();
    return wrong(error);
  }
  running_.reset(), text_error_.reset();
  if (before) carry_over(*before, earlier, *text);
  lab_ = std::make_shared<labs::Lab>(session_->lab());
  check();
  publish();  // its text can be read while the machine is built
  take(session_->reset(), "");
  hear_({before ? "lab read again" : "lab open " + session_->attempt().lab, "ok"});
}

// Runs as long as the blocks before them are as they were; answers as far as the new text takes them, judged by it.
void LabWorker::carry_over(const labs::Lab& before, const labs::AttemptRow& earlier, const labs::LabText& text) {
  const labs::Lab& now = session_->lab();
  const labs::AttemptRow& attempt = session_->attempt();
  const auto runs = preview_store_->runs(earlier.id);
  const auto answers = preview_store_->answers(earlier.id);
  if (!runs || !answers) return;
  size_t same = 0;
  if (same_lines(before.start, now.start) && earlier.variant == attempt.variant && earlier.seed == attempt.seed)
    while (same < std::min(before.blocks.size(), now.blocks.size()) &&
           same_block(before.blocks[same], now.blocks[same]))
      same++;
  for (const labs::RunRow& run : *runs)
    for (size_t i = 0; i < same; i++)
      if (now.blocks[i].id == run.block) (void)preview_store_->add_run(attempt.id, run);
  if (!open_session(*preview_store_, text, false)) return;
  for (const labs::AnswerRow& row : *answers) (void)session_->answer(row.question, row.value, row.sure, row.seconds);
}

}  // namespace ringside::desktop
