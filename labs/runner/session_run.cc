// SPDX-License-Identifier: BSD-3-Clause
// The session's half that moves the machine: start, do-blocks, replay.
#include "labs/runner/session.h"

#include <fmt/format.h>

#include "labs/runner/deadline.h"

namespace ringside::labs {

size_t LabSession::order_of(const std::string& block) const {
  for (size_t i = 0; i < lab_.blocks.size(); i++)
    if (lab_.blocks[i].id == block) return i;
  return lab_.blocks.size();
}

std::vector<std::string> LabSession::lines_of(const std::string& block) const {
  if (auto ran = lines_.find(block); ran != lines_.end()) return ran->second;
  std::vector<std::string> lines;
  if (const DoBlock* found = lab_.block(block))
    for (const Line& line : found->commands) lines.push_back(filled(line.text));
  return lines;
}

// What was ended because its time was over says so.
Answer LabSession::in_time(Answer answer, Deadline& deadline) const {
  if (answer.ended != Ended::kStopped || !deadline.passed()) return answer;
  answer.error.what =
      fmt::format("This was ended after {} s: it waited for something that did not come.", line_seconds_);
  answer.error.remedy = "Let it send fewer frames, or run for= a shorter time.";
  return answer;
}

Status LabSession::load_start() {
  // Every line at its number, so that an error points into the lab's own file.
  std::string text;
  int at = 1;
  for (const Line& line : lab_.start) {
    for (; at < line.number; at++) text += "\n";
    text += filled(line.text);
  }
  Deadline deadline(engine_, line_seconds_);
  return in_time(engine_.load_from(origin_, lab_.file, text + "\n"), deadline).status();
}

Status LabSession::execute(const DoBlock& block, const std::vector<std::string>& lines, const Said& said) {
  for (size_t i = 0; i < lines.size(); i++) {
    if (said) said(lines[i], nullptr);
    Deadline deadline(engine_, line_seconds_);
    const Answer answer = in_time(engine_.execute_from(origin_, command_in(lines[i])), deadline);
    if (said) said(lines[i], &answer);
    if (!goes_on(i, lines[i], answer)) return line_error(block.id, i, answer);
  }
  return {};
}

bool LabSession::goes_on(size_t at, const std::string& line, const Answer& answer) {
  const auto command = labs::tried(line);
  if (!command || !(answer.ok() || was_refused(answer))) return answer.ok();
  const Tried t{at + 1, *command, !answer.ok(), answer.error.what.empty() ? answer.text : answer.error.what};
  if (open_) open_tried_[tried_name(t)] = tried_value(t);
  return true;
}

std::string LabSession::remedy_told(const std::string& block, const std::string& remedy) const {
  const DoBlock* found = lab_.block(block);
  return found && found->edit && remedy.starts_with("Nearest: ") ? "Change the line, and run it again." : remedy;
}

Error LabSession::line_error(const std::string& block, size_t at, const Answer& answer) const {
  Error error = answer.error;
  if (error.what.empty()) error.what = answer.text;
  const DoBlock* found = lab_.block(block);
  error.remedy = remedy_told(block, error.remedy);
  if (found && !found->edit && at < found->commands.size())
    error.place = lab_.file + ":" + std::to_string(found->commands[at].number);
  else
    error.place = "step " + block + ", line " + std::to_string(at + 1);
  if (error.unchanged.empty()) error.unchanged = "The step was not counted as run.";
  return error;
}

void LabSession::abandon_block() { open_.reset(), machine_at_.reset(); }

// What a block left behind, and not what it measured: that is kept.
Status LabSession::redo(const DoBlock& block) {
  if (!block.recorded.empty()) return {};
  if (Status ran = execute(block, lines_[block.id], {}); !ran || !block.measure) return ran;
  std::vector<std::string> last;
  const Measure& m = *block.measure;
  for (const Line& line : m.sweep ? m.settings.front().lines : m.settings.back().lines)
    last.push_back(filled(line.text));
  last.push_back("pause");
  return execute(block, last, {});
}

// The machine as it is after all blocks before `block` were run once, in the order of the file. The stepped engine does
// the same again for the same seed, so that a lab can be left and taken up anywhere.
Status LabSession::go_to(const std::string& block) {
  const size_t wanted = order_of(block);
  // Who has let a stepped machine run free is brought back: else what a step proves would depend on the hour.
  if (!machine_at_ || *machine_at_ != wanted || engine_.cut()->mode != mode_) {
    machine_at_.reset();
    if (Status loaded = load_start(); !loaded) return loaded;
    for (size_t i = 0; i < wanted; i++)
      if (lines_.count(lab_.blocks[i].id))
        if (Status again = redo(lab_.blocks[i]); !again) return again;
    machine_at_ = wanted;
    mode_ = engine_.cut()->mode;
  }
  return {};
}

Status LabSession::begin_block(const std::string& block, const std::vector<std::string>& lines) {
  const DoBlock* found = lab_.block(block);
  if (!found) return Error{"There is no step `" + block + "` in this lab.", "Nothing was run.", "", ""};
  if (const std::string missing = missing_prediction(block); !missing.empty())
    return Error{"First say what you expect: question " + missing + ".", "Nothing was run.",
                 "Answer it; a prediction is never graded.", ""};
  RunRow run{block, lines.empty() ? lines_of(block) : lines, {}};
  size_t bytes = 0;
  for (const std::string& line : run.commands) bytes += line.size() + 1;
  if (bytes > kMostLines)
    return Error{fmt::format("The lines of this step are too long: {} bytes.", bytes), "Nothing was run.",
                 fmt::format("{} bytes at most are kept.", kMostLines), ""};
  for (size_t i = 0; i < run.commands.size(); i++)
    if (const std::string why = cannot_be_tried(run.commands[i]); !why.empty())
      return line_error(block, i, Answer::refused({why, "Nothing was run.", "Take the `try` away.", ""}));
  // What was recorded needs no machine, and this one may not even carry it there.
  if (found->recorded.empty())
    if (Status there = go_to(block); !there) return there;
  const auto now = engine_.cut();
  run.window = {block, freeze(*now, probes_), {}, {}};
  open_ = std::move(run), open_tried_.clear();
  open_since_ = now->events.empty() ? 0 : now->events.back().number;
  return {};
}

// Windows of another machine stand in for those that cannot be measured here. They go into no store, so that nobody can
// take them for the student's; a block that was measured on a machine that could keeps its own.
void LabSession::show_kept(Window& window) {
  const DoBlock* block = lab_.block(window.block);
  const auto kept = kept_.find(window.block);
  shows_kept_.erase(window.block);
  if (!block || block->recorded.empty() || !window.samples.empty() || kept == kept_.end()) return;
  window.samples = kept->second;
  shows_kept_.insert(window.block);
}

std::string LabSession::recorded_of(const std::string& block) const {
  return shows_kept_.count(block) ? lab_.block(block)->recorded : "";
}

Status LabSession::end_block() {
  if (!open_) return Error{"No step is under way.", "Nothing was stored.", "", ""};
  RunRow run = std::move(*open_);
  open_.reset();
  const auto now = engine_.cut();
  run.window.end = freeze(*now, probes_);
  run.window.end.merge(open_tried_);
  // It decides what the student could do at all, and is in the chain with the rest.
  run.window.end[kMachineValue] = {ProbeKind::kText, 0, machine_, Provenance::kMeasured};
  if (looks_at(kPacketPath))
    if (auto path = packet_path(*now, open_since_)) run.window.end[kPacketPath] = std::move(*path);
  if (lab_.block(run.block)->recorded.empty()) {
    machine_at_ = order_of(run.block) + 1;
    mode_ = engine_.cut()->mode;
  }
  if (Status stored = store_.add_run(attempt_.id, run); !stored) return stored;
  lines_[run.block] = run.commands;
  runs_++;
  show_kept(run.window);
  evidence_.add(std::move(run.window));
  count_tries(run.block);
  return {};
}

Status LabSession::measure_block(const MeasureHeard& heard) {
  if (!open_) return Error{"No step is under way.", "Nothing was stored.", "", ""};
  const DoBlock& block = *lab_.block(open_->block);
  if (!block.measure || !block.recorded.empty()) return {};
  if (const auto kept = recorded_.find(block.id); kept != recorded_.end()) {
    open_->window.samples = kept->second;
    engine_.execute_from(origin_, "pause");
    return {};
  }
  const SendLine send = [&](const std::string& line) -> Status {
    Deadline deadline(engine_, line_seconds_);
    const Answer answer = in_time(engine_.execute_from(origin_, filled(line)), deadline);
    return answer.ok() ? Status{} : Status{line_error(block.id, block.commands.size(), answer)};
  };
  auto samples = measure(engine_, *block.measure, probes_, send, heard);
  // The machine stands when nothing is measured: what is read then does not run away.
  engine_.execute_from(origin_, "pause");
  if (!samples) {
    Error error = samples.error();
    if (error.place.empty()) error.place = fmt::format("{}:{}", lab_.file, block.line);
    abandon_block();
    return error;
  }
  open_->window.samples = std::move(*samples);
  return {};
}

Status LabSession::run_block(const std::string& block, const std::vector<std::string>& lines, const Said& said,
                             const MeasureHeard& heard) {
  if (Status begun = begin_block(block, lines); !begun) return begun;
  const DoBlock& found = *lab_.block(block);
  if (found.recorded.empty())
    if (Status ran = execute(found, open_->commands, said); !ran) {
      abandon_block();
      return ran;
    }
  if (Status measured = measure_block(heard); !measured) return measured;
  return end_block();
}

Status LabSession::reset() {
  open_.reset(), machine_at_.reset();
  for (const Item& item : lab_.items())
    if (item.kind == ItemKind::kDo && !done(item)) {
      const DoBlock& next = lab_.blocks[item.index];
      return next.recorded.empty() ? go_to(next.id) : Status{};  // it needs no machine
    }
  return lab_.blocks.empty() ? load_start() : go_to(lab_.blocks.back().id);
}

}  // namespace ringside::labs
