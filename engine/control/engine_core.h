// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/api/engine.h"
#include "engine/control/commands/command_table.h"
#include "engine/control/jobs.h"
#include "engine/control/picture/board.h"
#include "engine/control/running/clockwork.h"
#include "engine/control/running/goal_runner.h"
#include "engine/control/scene.h"
#include "engine/probes/probe_index.h"
#include "engine/vmm/kvm/exit_prices.h"

namespace ringside::control {

// The engine's own thread and what it owns: the scene, what lets it run, what shows it. Everything here is called by
// that thread, except where a comment says otherwise.
class EngineCore {
 public:
  explicit EngineCore(const EngineOptions& options);
  ~EngineCore();
  EngineCore(const EngineCore&) = delete;

  // --- any thread
  Jobs& jobs() { return jobs_; }
  Board& board() { return board_; }

  // --- requests. `interrupts`: of jobs(), when the request was made
  using Done = std::function<void(const Answer&)>;
  void command(const Origin& origin, const std::string& line, uint64_t interrupts, Done done);
  Answer load(const Origin& origin, const std::string& name, const std::string& text, uint64_t interrupts);
  std::shared_ptr<const Snapshot> take_cut();

  // --- what commands work with
  Scene& scene() { return *scene_; }
  Status ensure_machine();
  bool has_machine() const { return scene_->machine != nullptr; }
  Machine& machine() { return *scene_->machine; }
  Clockwork& clockwork() { return clockwork_; }
  // Everybody rests during `change`, which succeeds or has changed nothing; then all go on as before. When they cannot,
  // `undo` takes the change back. `new_contexts`: how many it brings, at most.
  Status change_at_rest(const std::function<Status()>& change, const std::function<void()>& undo = {},
                        size_t new_contexts = 0);
  // A scenario is being loaded, and a line of it may still fail: the scene goes then, as if it had never been.
  bool may_be_undone() const { return aside_ != nullptr; }
  uint32_t worker_count() const;  // that it has, or before DPDK is started will have
  Status set_goal(Goal goal);
  void arm(Goal goal, std::string text) { goals_.arm(*scene_, std::move(goal), std::move(text)); }
  // The command of the goal that `by` ended before it was reached; "" = none was under way.
  std::string end_goal(Ended ended, const std::string& by);
  // The same where the mode has changed meanwhile. `ran`: run_seconds() before.
  std::string end_goal(Ended ended, const std::string& by, double ran);
  Answer reload();
  // A command that takes long calls this now and then, so that others are answered meanwhile. False: it was stopped.
  bool answer_others(const std::string& what);
  bool stopped() const { return stopped_; }
  // The request under way was, since it was made: by interrupt(), or the program's end.
  bool interrupted() const { return jobs_.interrupts() != interrupts_ || jobs_.closed(); }
  vmm::ExitPrices prices;  // as measured in this process; empty = not yet

 private:
  using Lines = std::vector<std::pair<int, ParsedCommand>>;
  void thread_main();
  void pump();
  void show(bool now);
  std::shared_ptr<Snapshot> picture(bool exact);
  void answer(const Done& done, const std::string& command, const Answer& answer);
  // `short_of`: how it ended when the result is an error.
  Result<std::string> apply(const ParsedCommand& command, Ended* short_of);
  Status rehearse(const Origin& origin, ParsedCommand& parsed);
  Answer refused_while_busy() const;
  Answer run_lines(const std::string& name, const Lines& lines, bool& applied);
  Answer wait_for_goal();
  void answer_one(std::chrono::milliseconds patience);
  void on_event(Scene& scene, const TimedEvent& event);
  void take_down(Scene& scene);

  EngineOptions options_;
  Jobs jobs_;
  Board board_;
  CommandLog log_;
  probes::ProbeIndex index_;
  Clockwork clockwork_;
  GoalRunner goals_;
  std::unique_ptr<Scene> scene_;
  std::unique_ptr<Scene> aside_;  // the one before, while a scenario is loaded
  uint64_t interrupts_ = 0;       // when the request under way was made
  std::string busy_;              // what is under way and not to be disturbed: "first.scn, line 7, `run until=idle`,"
  bool stopped_ = false;          // `pause` or interrupt() has ended that
  bool moving_ = true;            // something may have changed since the newest picture: time ran, or a job was done
  uint64_t serial_ = 0, machines_ = 0, leaked_ = 0;
  std::thread thread_;
};

}  // namespace ringside::control
