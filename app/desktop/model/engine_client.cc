// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/engine_client.h"

#include <algorithm>

namespace ringside::desktop {
namespace {

constexpr size_t kKept = 200;

// Sent by looking at something, not by doing something.
bool is_quiet(const std::string& command) { return command.rfind("watch", 0) == 0 || command.rfind("unwatch", 0) == 0; }

}  // namespace

EngineClient::EngineClient(Engine& engine)
    : engine_(engine),
      snapshot_(engine.snapshot()),
      shared_(std::make_shared<Shared>()),
      commands_(engine.commands()) {}

EngineClient::~EngineClient() = default;

bool EngineClient::poll() {
  auto newest = engine_.snapshot();
  if (newest->serial == snapshot_->serial) return false;
  snapshot_ = std::move(newest);
  return true;
}

void EngineClient::send(std::string command, bool quiet) {
  uint64_t number = 0;
  {
    std::lock_guard lock(shared_->mutex);
    if (!quiet) ++shared_->sent;
    shared_->lines.push_back(
        {command, "", true, true, quiet, shared_->dropped + shared_->lines.size() + 1, {}, newest_logged()});
    while (shared_->lines.size() > kKept) shared_->lines.pop_front(), ++shared_->dropped;
    number = shared_->dropped + shared_->lines.size() - 1;
  }
  engine_.submit(std::move(command), [shared = shared_, number](const Answer& answer) {
    std::lock_guard lock(shared->mutex);
    if (number < shared->dropped) return;
    Line& line = shared->lines[number - shared->dropped];
    line.answer = answer.ok() ? answer.text : answer.error.what.empty() ? answer.text : answer.error.text();
    line.ok = answer.ok();
    if (!answer.ok()) line.error = answer.error.what.empty() ? Error{answer.text} : answer.error;
    line.waiting = false;
  });
}

void EngineClient::note(std::string command, const Status& status) {
  note(std::move(command), status ? "ok" : status.error().text(), status);
}

void EngineClient::note(std::string command, std::string answer, const Status& status) {
  std::lock_guard lock(shared_->mutex);
  shared_->lines.push_back({std::move(command), std::move(answer), status.ok(), false, false,
                            shared_->dropped + shared_->lines.size() + 1, status ? Error{} : status.error(),
                            newest_logged()});
  while (shared_->lines.size() > kKept) shared_->lines.pop_front(), ++shared_->dropped;
}

// A line of one's own stands where the log has it. What the log does not have (not answered yet, refused, said by the
// window, or so old that it left the log) stands behind what was sent before it.
std::vector<EngineClient::Line> EngineClient::lines() const {
  std::lock_guard lock(shared_->mutex);
  const auto& log = snapshot_->log;
  std::vector<bool> own(log.size());
  std::vector<std::pair<uint64_t, Line>> placed;  // behind which line of the log
  uint64_t at = 0;
  for (const Line& l : shared_->lines) {
    at = std::max(at, l.behind);
    for (size_t i = 0; i < log.size() && !l.waiting; i++) {
      if (own[i] || log[i].number <= l.behind || log[i].command != l.command || log[i].answer != l.answer) continue;
      own[i] = true, at = std::max(at, log[i].number);
      break;
    }
    placed.emplace_back(at, l);
  }
  std::vector<Line> all;
  size_t i = 0;
  const auto log_up_to = [&](uint64_t number) {
    for (; i < log.size() && log[i].number <= number; i++)
      if (!own[i]) all.push_back({log[i].command, log[i].answer, log[i].ok(), false, is_quiet(log[i].command)});
  };
  for (auto& [behind, line] : placed) log_up_to(behind), all.push_back(std::move(line));
  log_up_to(~uint64_t{0});
  return all;
}

EngineClient::Line EngineClient::last_action() const {
  std::lock_guard lock(shared_->mutex);
  for (auto it = shared_->lines.rbegin(); it != shared_->lines.rend(); ++it)
    if (!it->quiet || !it->ok) return *it;
  for (auto it = snapshot_->log.rbegin(); it != snapshot_->log.rend(); ++it)
    if (!is_quiet(it->command)) return {it->command, it->answer, it->ok(), false, false};
  return {"", "", true, false, false};
}

bool EngineClient::waiting() const {
  std::lock_guard lock(shared_->mutex);
  return std::any_of(shared_->lines.begin(), shared_->lines.end(), [](const Line& l) { return l.waiting; });
}

uint64_t EngineClient::actions() const {
  std::lock_guard lock(shared_->mutex);
  return shared_->sent;
}

void EngineClient::watch(const std::vector<std::string>& rings) {
  if (rings == watched_) return;
  for (const std::string& ring : watched_)
    if (std::find(rings.begin(), rings.end(), ring) == rings.end()) send("unwatch ring=" + ring, true);
  for (const std::string& ring : rings)
    if (std::find(watched_.begin(), watched_.end(), ring) == watched_.end()) send("watch ring=" + ring, true);
  watched_ = rings;
}

const std::vector<RegisterInfo>& EngineClient::registers(const std::string& model) {
  for (auto& [name, rows] : registers_)
    if (name == model) return rows;
  return registers_.emplace_back(model, engine_.registers(model)).second;
}

}  // namespace ringside::desktop
