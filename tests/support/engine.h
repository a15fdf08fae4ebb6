// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/api/engine.h"

namespace ringside::test {

// An engine of its own for a test's process, with `workers` workers.
std::unique_ptr<Engine> make_engine(int workers = 1);

// Loads lines as a scenario called "test.scn"; the test fails when it is refused.
// `file`: in whose folder the lines' captures lie.
void load(Engine& engine, const std::string& lines, const std::string& file = "");
// Executes a command; the test fails when it is refused. Returns the answer's text.
std::string ask(Engine& engine, const std::string& command);
// Loads a file of assets/scenarios or a path from the repository's root.
void load_file(Engine& engine, const std::string& path);

double probe(const Snapshot& snapshot, const std::string& name);
// Each number of the picture stands under the name that it gets when all is named anew, and says the same of itself.
void check_names(const Snapshot& snapshot);

// Runs on in pieces of 20 ms until the condition holds at a cut; the test fails when it never does. For what takes as
// long as it takes: a busy machine may give a worker nothing for any number of milliseconds.
void run_until(Engine& engine, const std::function<bool(const Snapshot&)>& condition, const std::string& how = "");

// Collects events while it lives.
class Events {
 public:
  explicit Events(Engine& engine);
  ~Events();
  std::vector<EventView> list;
  // "1 a/0 build frame" … a line an event: stop, who, what, detail, virtual time.
  std::string text() const;
  // The stops of the path in the order in which they were first reached.
  std::vector<int> stops() const;

 private:
  Engine& engine_;
};

}  // namespace ringside::test
