// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/running/stepper.h"

#include <string>

#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::control;

namespace {

// Does `work` events when told to, or at times of its own.
class Script : public Context {
 public:
  Script(std::string name, int work, uint32_t cycles)
      : Context(std::move(name), ContextKind::kTransmit), work_(work), cycles_(cycles) {}
  bool turn(Turn& turn) override {
    if (due_ != kNever && turn.now >= due_) due_ = kNever, work_ = 1;
    if (!work_) return false;
    for (; work_; work_--) {
      turn.step({.kind = EventKind::kInhale, .cycles = cycles_, .object = this});
      if (wakes_) wakes_->work_++;
    }
    return true;
  }
  Timer timer() const override { return {due_, due_ == kNever ? TimerKind::kNone : kind_}; }
  bool frozen() const override { return frozen_; }

  int work_;
  uint32_t cycles_;
  uint64_t due_ = kNever;
  TimerKind kind_ = TimerKind::kWork;
  bool frozen_ = false;
  Script* wakes_ = nullptr;
};

struct Log {
  std::string names;
  std::vector<uint64_t> begins;
  void operator()(const TimedEvent& e) { names += e.context->name(), begins.push_back(e.begin); }
};

std::unique_ptr<Stepper> stepper_of(const std::vector<Context*>& contexts, uint64_t clock, Stepper::Record record) {
  static const std::atomic<bool> nobody_calls{false};
  std::vector<Stack> stacks;
  auto made = Stepper::create(contexts, clock, std::move(record), {}, nobody_calls, stacks);
  REQUIRE(made.ok());
  return std::move(*made);
}

}  // namespace

TEST_CASE("events of all contexts are merged by virtual time", "[control]") {
  Script a("a", 4, 10), b("b", 2, 25);
  Log log;
  const auto made = stepper_of({&a, &b}, 0, [&](const TimedEvent& e) { log(e); });
  Stepper& stepper = *made;
  while (stepper.advance() == Stepper::Outcome::kEvent) {
  }
  // a at 0, 10, 20, 30; b at 0, 25
  CHECK(log.names == "abaaba");
  CHECK(log.begins == std::vector<uint64_t>{0, 0, 10, 20, 25, 30});
}

TEST_CASE("a context that found nothing looks again when something happened", "[control]") {
  Script b("b", 0, 5), a("a", 1, 10);
  a.wakes_ = &b;
  Log log;
  const auto made = stepper_of({&b, &a}, 0, [&](const TimedEvent& e) { log(e); });
  Stepper& stepper = *made;
  while (stepper.advance() == Stepper::Outcome::kEvent) {
  }
  CHECK(log.names == "ab");
  CHECK(log.begins == std::vector<uint64_t>{0, 10});
}

TEST_CASE("when nothing can run, virtual time jumps to the next timer", "[control]") {
  Script a("a", 0, 10);
  a.due_ = 1000;
  Log log;
  const auto made = stepper_of({&a}, 0, [&](const TimedEvent& e) { log(e); });
  Stepper& stepper = *made;
  CHECK(stepper.advance() == Stepper::Outcome::kEvent);
  CHECK(log.begins == std::vector<uint64_t>{1000});
  CHECK(stepper.advance() == Stepper::Outcome::kIdle);
}

TEST_CASE("poll timers that find nothing don't keep a run from being idle", "[control]") {
  struct Poller : Script {
    using Script::Script;
    bool turn(Turn& turn) override {
      if (turn.now >= due_) due_ = turn.now + 100, polls_++;
      return false;
    }
    int polls_ = 0;
  } poller("p", 0, 1);
  poller.due_ = 100, poller.kind_ = TimerKind::kPoll;
  const auto made = stepper_of({&poller}, 0, [](const TimedEvent&) {});
  Stepper& stepper = *made;
  CHECK(stepper.advance() == Stepper::Outcome::kIdle);
  CHECK(poller.polls_ == 1);
}

TEST_CASE("a frozen context stands in the middle of its turn", "[control]") {
  Script a("a", 3, 10);
  Log log;
  const auto made = stepper_of({&a}, 0, [&](const TimedEvent& e) { log(e); });
  Stepper& stepper = *made;
  REQUIRE(stepper.advance() == Stepper::Outcome::kEvent);
  a.frozen_ = true;
  CHECK(stepper.advance() == Stepper::Outcome::kIdle);
  CHECK(log.names == "a");
  a.frozen_ = false;
  while (stepper.advance() == Stepper::Outcome::kEvent) {
  }
  CHECK(log.names == "aaa");
}

TEST_CASE("a turn that somebody is led through waits while its context is frozen", "[control]") {
  Script a("a", 3, 10), b("b", 1, 10);
  Log log;
  const auto made = stepper_of({&a, &b}, 0, [&](const TimedEvent& e) { log(e); });
  Stepper& stepper = *made;
  REQUIRE(stepper.advance() == Stepper::Outcome::kEvent);
  a.frozen_ = true;
  CHECK(stepper.advance_turn(&a) == Stepper::Outcome::kIdle);
  stepper.finish_turn(&a);
  CHECK(log.names == "a");
  a.frozen_ = false;
  CHECK(stepper.advance_turn(&a) == Stepper::Outcome::kEvent);
  stepper.finish_turn(&a);
  CHECK(log.names == "aaa");
  CHECK(stepper.advance_turn(&a) == Stepper::Outcome::kQuiet);
}

TEST_CASE("a stepper that is destroyed in mid-turn lets everybody finish", "[control]") {
  Script a("a", 5, 10), b("b", 5, 10);
  Log log;
  {
    const auto made = stepper_of({&a, &b}, 0, [&](const TimedEvent& e) { log(e); });
    Stepper& stepper = *made;
    REQUIRE(stepper.advance() == Stepper::Outcome::kEvent);
    REQUIRE(stepper.advance() == Stepper::Outcome::kEvent);
  }
  CHECK(log.names.size() == 10);
  CHECK(a.work_ == 0);
}

TEST_CASE("time that passes outside lets everybody look again behind it", "[control]") {
  struct Poller : Script {
    using Script::Script;
    bool turn(Turn& turn) override {
      polls_.push_back(turn.now);
      return false;
    }
    Timer timer() const override { return {polls_.empty() ? 100 : polls_.back() + 100, TimerKind::kPoll}; }
    std::vector<uint64_t> polls_;
  } poller("p", 0, 1);
  const auto made = stepper_of({&poller}, 0, [](const TimedEvent&) {});
  Stepper& stepper = *made;
  CHECK(stepper.advance() == Stepper::Outcome::kIdle);
  size_t before = poller.polls_.size();
  CHECK(stepper.advance() == Stepper::Outcome::kIdle);
  CHECK(poller.polls_.size() == before);
  uint64_t now = stepper.now();
  for (const uint64_t pass : {5000, 30, 30, 5000}) {
    stepper.let_pass(pass);
    CHECK(stepper.advance() == Stepper::Outcome::kIdle);
    now += pass;
    CHECK(stepper.now() == now);  // and no cycle more, whatever timers there are
    REQUIRE(poller.polls_.size() == before + 1);
    CHECK(poller.polls_[before++] == now);
  }
}
