// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/engine.h"

namespace ringside::desktop {

// The window's side of the engine's door: once a frame the newest snapshot in, at any time a command out. UI thread;
// answers arrive on the engine's thread and are kept under a lock.
class EngineClient {
 public:
  struct Line {
    std::string command, answer;
    bool ok = true, waiting = true, quiet = false;  // quiet: sent by looking at something (watch), not by an action
    uint64_t id = 0;                                // counted from 1; 0 = from the engine's log
    Error error{};                                  // in its three parts, when not ok
    uint64_t behind = 0;                            // the engine's newest log line when it was sent
  };

  explicit EngineClient(Engine& engine);
  ~EngineClient();

  // Takes the newest snapshot; true when it is another than before.
  bool poll();
  const Snapshot& snapshot() const { return *snapshot_; }
  std::shared_ptr<const Snapshot> shared() const { return snapshot_; }

  void send(std::string command, bool quiet = false);
  // A line that the window answered itself.
  void note(std::string command, const Status& status);
  void note(std::string command, std::string answer,
            const Status& status);  // one that was sent by somebody else in this window
  void interrupt() { engine_.interrupt(); }
  // The engine's log and what was sent or said here, in the order in which it came about.
  std::vector<Line> lines() const;
  Line last_action() const;  // what the bottom line shows
  bool waiting() const;      // a command has not been answered yet
  uint64_t actions() const;  // commands that were sent by doing something

  // Asks for the rows of these rings and of no others.
  void watch(const std::vector<std::string>& rings);

  const std::vector<CommandInfo>& commands() const { return commands_; }
  const std::vector<RegisterInfo>& registers(const std::string& model);
  Engine& engine() { return engine_; }

 private:
  uint64_t newest_logged() const { return snapshot_->log.empty() ? 0 : snapshot_->log.back().number; }

  struct Shared {
    std::mutex mutex;
    std::deque<Line> lines;
    uint64_t dropped = 0;  // lines that left the front
    uint64_t sent = 0;     // by an action
  };

  Engine& engine_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<Shared> shared_;  // also held by the callbacks, which may outlive the window
  std::vector<std::string> watched_;
  std::vector<CommandInfo> commands_;
  std::vector<std::pair<std::string, std::vector<RegisterInfo>>> registers_;
};

}  // namespace ringside::desktop
