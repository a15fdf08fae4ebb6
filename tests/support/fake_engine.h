// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/api/engine.h"

namespace ringside::test {

// A machine that exists on paper only: numbers that agree with each other, for tests of the window. Never in the
// program.
struct FakeOptions {
  int vms = 1;  // web forwards; further ones carry less
  uint32_t rx_rows = 64, tx_rows = 64;
  bool stepped = false;  // else free
  bool running = true;
  bool dropping = false;                   // the first VM doesn't keep up
  bool errors = false;                     // some descriptors are bad
  double taken = 0;                        // share of the worker's CPU that others have
  bool empty = false;                      // no machine at all
  std::function<void(Snapshot&)> adorn{};  // a last hand on each snapshot: tests/support/fake_nics.h
};

class FakeEngine : public Engine {
 public:
  explicit FakeEngine(FakeOptions options = {});

  void advance(double seconds);  // time passes (free) or steps are done (stepped: one a microsecond)
  std::vector<std::string> received() const;

  Answer execute(std::string_view command) override;
  void submit(std::string command, std::function<void(const Answer&)> done = {}) override;
  void interrupt() override {}
  Answer load_scenario(const std::string& name, const std::string& text) override;
  Answer execute_from(const Origin&, std::string_view command) override { return execute(command); }
  Answer load_from(const Origin&, const std::string& name, const std::string& text) override {
    return load_scenario(name, text);
  }
  std::shared_ptr<const Snapshot> snapshot() override;
  std::shared_ptr<const Snapshot> cut() override { return snapshot(); }
  void on_event(std::function<void(const EventView&)>) override {}
  std::vector<CommandInfo> commands() const override;
  std::vector<std::string> models() const override { return {"e1000"}; }
  std::vector<RegisterInfo> registers(const std::string& model) const override;

 private:
  void rebuild();
  VmView make_vm(int index) const;
  RingView make_ring(const VmView& vm, bool receive) const;
  void add_events(Snapshot& s) const;
  void add_exits(Snapshot& s) const;

  mutable std::mutex mutex_;
  FakeOptions options_;
  double seconds_ = 0;
  uint64_t steps_ = 0, serial_ = 0;
  std::vector<std::string> watched_, received_;
  std::vector<LogLine> log_;
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace ringside::test
