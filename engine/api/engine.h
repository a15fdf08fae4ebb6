// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/answer.h"
#include "engine/api/origin.h"
#include "engine/api/snapshot.h"
#include "engine/base/result.h"

namespace ringside {

struct EngineOptions {
  int workers = 0;           // 0 = as fits the machine: one on two CPUs (DESIGN section 6)
  std::vector<int> cpus;     // CPUs for the workers; empty = chosen
  uint32_t memory_mb = 512;  // for packets, without hugepages
  bool hugepages = false;
  // Whether seconds in which other programs had a worker's CPU say anything about where contexts should be. Where there
  // are no others, as in a test on a machine that is always busy.
  bool judge_busy_seconds = false;
  std::vector<std::string> eal_args;  // what stood behind "--"
};

// The documentation of a command, from the command table.
struct CommandInfo {
  std::string verb;     // "vm add"
  std::string usage;    // "vm add name=NAME nic=e1000 switch=NAME …"
  std::string summary;  // one sentence
  std::string applies;  // "live", "quiesce", "rebuild"
  struct Key {
    std::string name, kind, fallback, meaning;
    bool required = false;
  };
  std::vector<Key> keys;
};

// The only door to the engine for app, labs and scenario tests: text in, snapshots out. Safe from any thread.
// One engine a process (DPDK can be started once); machines come and go in it.
class Engine {
 public:
  // What of them can be known to be wrong before anything is started.
  static Status check(const EngineOptions& options);
  // Starts nothing that needs DPDK: that happens with the first command that needs a machine. Fails as check() does.
  static Result<std::unique_ptr<Engine>> create(const EngineOptions& options);
  virtual ~Engine() = default;

  // Applies one command and waits for its answer. `run` answers when the run has started, or, with until= or for=,
  // ended.
  virtual Answer execute(std::string_view command) = 0;
  // The same without waiting; `done`, if given, is called by the engine's thread.
  virtual void submit(std::string command, std::function<void(const Answer&)> done = {}) = 0;
  // Ends what was asked for before this moment and is under way or still waits for its turn, at the next event or
  // breath boundary: it is answered with kStopped. What is asked for later is not touched.
  virtual void interrupt() = 0;

  // Checks every line, and applies them all or none. `name` is what errors call the text: "first.scn". A line that was
  // stopped or given up ends the loading: the machine stands where that line left it.
  virtual Answer load_scenario(const std::string& name, const std::string& text) = 0;

  // The same two for lines of a file, whose captures are named from there, and for lines that somebody else wrote, such
  // as a lab's: what they may do is checked before anything is applied, and what they may not is refused.
  virtual Answer execute_from(const Origin& origin, std::string_view command) = 0;
  virtual Answer load_from(const Origin& origin, const std::string& name, const std::string& text) = 0;

  // The newest picture; never null. Asking keeps the collector going at up to 60 Hz for the next half second.
  virtual std::shared_ptr<const Snapshot> snapshot() = 0;
  // A new picture of this moment, with every owner stopped at a breath boundary, so that the balance is exact.
  virtual std::shared_ptr<const Snapshot> cut() = 0;

  // Every event from now on goes to `sink` too (stepped and paced), called by the engine's thread. Empty = no more.
  virtual void on_event(std::function<void(const EventView&)> sink) = 0;

  virtual std::vector<CommandInfo> commands() const = 0;
  virtual std::vector<std::string> models() const = 0;                              // "e1000"
  virtual std::vector<RegisterInfo> registers(const std::string& model) const = 0;  // empty = unknown model
};

}  // namespace ringside
