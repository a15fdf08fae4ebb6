// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "engine/api/engine.h"
#include "labs/runner/lab_text.h"

namespace ringside::test {

// A machine that agrees to everything: these tests are about what is kept, and a child has no time to start DPDK.
class AgreeingEngine : public Engine {
 public:
  Answer execute(std::string_view line) override;
  void submit(std::string, std::function<void(const Answer&)>) override {}
  void interrupt() override {}
  Answer load_scenario(const std::string&, const std::string&) override { return {}; }
  Answer execute_from(const Origin&, std::string_view line) override { return execute(line); }
  Answer load_from(const Origin&, const std::string&, const std::string&) override { return {}; }
  std::shared_ptr<const Snapshot> snapshot() override { return cut(); }
  std::shared_ptr<const Snapshot> cut() override;
  void on_event(std::function<void(const EventView&)>) override {}
  std::vector<CommandInfo> commands() const override { return {}; }
  std::vector<std::string> models() const override { return {}; }
  std::vector<RegisterInfo> registers(const std::string&) const override { return {}; }

 private:
  std::mutex mutex_;
  std::string goal_;  // of the latest line with arm=yes: reached at once
  uint64_t serial_ = 0;
};

// An answer of the right form, whatever it says.
std::string some_answer(const labs::Question& question, uint64_t salt);

// What a child process tells its parent once it has been acknowledged: "ATTEMPT ID VALUE".
void acknowledge(int pipe, int64_t attempt, const std::string& id, const std::string& value);

// Lets a child take the lab for ever, kills it so many times at random moments, and looks each time: every acknowledged
// answer is in the progress file, and what follows goes on at the same place. A moment is so many answers, up to six,
// and a little later, or any time before the first. `student` never returns; `salt` is another one each time.
void kill_often(const labs::LabText& text, const std::string& path, int times,
                const std::function<void(int pipe, uint64_t salt)>& student);

}  // namespace ringside::test
