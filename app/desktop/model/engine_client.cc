// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/engine_client.h"

#include <algorithm>

namespace ringside::desktop {
namespace {

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
    shared_->lines.push_back({command, "", true, true, quiet, shared_->dropped + shared_->lines.size() + 1});
    while (shared_->lines.size() > 200) shared_->lines.pop_front(), ++shared_->dropped;
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
                            shared_->dropped + shared_->lines.size() + 1, status ? Error{} : status.error()});
}

std::vector<EngineClient::Line> EngineClient::lines() const {
  std::vector<Line> all;
  for (const LogLine& l : snapshot_->log) all.push_back({l.command, l.answer, l.ok(), false, is_quiet(l.command)});
  const size_t logged = all.size();
  std::lock_guard lock(shared_->mutex);
  // what the engine's log does not hold: not answered yet, refused, or answered by the window
  for (const Line& l : shared_->lines)
    if (std::none_of(all.begin(), all.begin() + long(logged),
                     [&](const Line& a) { return a.command == l.command && a.answer == l.answer; }))
      all.push_back(l);
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
