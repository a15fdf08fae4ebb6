// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/history.h"

#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::desktop;

namespace {

Snapshot at(double seconds, uint64_t frames, RunMode mode = RunMode::kFree) {
  static uint64_t serial = 0;
  Snapshot s;
  s.serial = ++serial;
  s.mode = mode, s.state = RunState::kRunning;
  (mode == RunMode::kFree ? s.run_ns : s.virtual_ns) = uint64_t(seconds * 1e9);
  WireView w;
  w.name = "w0";
  w.frames_in = frames;
  s.wires = {w};
  s.balance.sent = frames;
  return s;
}

}  // namespace

TEST_CASE("a rate is what grew, by the time that ran", "[history]") {
  History h;
  h.add(at(1, 1000));
  CHECK_FALSE(h.known());
  CHECK(h.rate("in") == 0);
  for (int i = 1; i <= 20; ++i) h.add(at(1 + i * 0.1, 1000 + uint64_t(i) * 500));
  CHECK(h.known());
  CHECK(h.rate("in") == Approx(5000).epsilon(0.01));
  CHECK(h.rate("wire.w0.in") == Approx(5000).epsilon(0.01));
  CHECK(h.rate("no such thing") == 0);
}

TEST_CASE("live figures change four times a second", "[history]") {
  History h;
  h.add(at(1, 0));
  h.add(at(1.1, 100));
  const double first = h.rate("in");
  h.add(at(1.2, 1000));
  CHECK(h.rate("in") == first);
  h.add(at(1.4, 1000));
  CHECK(h.rate("in") != first);
}

TEST_CASE("a pause leaves no gap, a new machine starts anew", "[history]") {
  History h;
  for (int i = 0; i <= 20; ++i) h.add(at(1 + i * 0.1, uint64_t(i) * 100));
  const double running = h.rate("in");
  for (int i = 0; i < 10; ++i) h.add(at(3, 2000));  // time stands
  CHECK(h.rate("in") == running);
  Snapshot stands = at(3, 2000);
  stands.serial += 1000, stands.state = RunState::kPaused;
  h.add(stands);
  CHECK_FALSE(h.rated());  // what stands has counts
  CHECK(h.rate("in") == 0);
  CHECK(h.amount("in") == 2000);
  CHECK(h.moved("in"));  // and keeps what each packet took in its last second
  h.add(at(3.3, 2300));
  CHECK(h.rated());
  const uint64_t epoch = h.epoch();
  h.add(at(3.1, 5));  // counters went back
  CHECK(h.epoch() == epoch + 1);
  CHECK_FALSE(h.known());
}

TEST_CASE("one look at a machine that stands is a count, and what runs on from there has a rate", "[history]") {
  History h;
  Snapshot over = at(1, 1000);
  over.state = RunState::kIdle;
  h.add(over);
  CHECK(h.known());
  CHECK_FALSE(h.rated());
  CHECK(h.amount("in") == 1000);
  h.add(at(1.1, 1500));
  CHECK(h.rated());
  CHECK(h.amount("in") == Approx(5000));
}

TEST_CASE("the same snapshot counts once", "[history]") {
  History h;
  const Snapshot s = at(1, 10);
  h.add(s);
  h.add(s);
  CHECK_FALSE(h.known());
}

TEST_CASE("a curve has its newest value last and says what it does not know", "[history]") {
  History h;
  for (int i = 0; i <= 100; ++i) h.add(at(1 + i * 0.1, uint64_t(i) * 100));
  const std::vector<float> curve = h.curve("in", 60);
  REQUIRE(curve.size() == 60);
  CHECK(curve.front() < 0);
  CHECK(curve.back() == Approx(1000).epsilon(0.1));
}

// A finite scenario lost what each of its packets took a second after its last one.
TEST_CASE("a load that has ended keeps what each of its packets took", "[history]") {
  History h;
  for (int i = 0; i <= 60; ++i) h.add(at(1 + i * 0.1, 100 * uint64_t(std::min(i, 20))));
  CHECK(h.rate("in") == 0);
  CHECK(h.delta("in") == 0);
  CHECK(h.grown("in", "in") == 2000);
  for (int i = 1; i <= 5; ++i) h.add(at(7.1 + i * 0.3, 2000 + 30 * uint64_t(i)));
  CHECK(h.grown("in", "in") == h.delta("in"));  // and a new one counts for itself
  CHECK(h.grown("in", "in") < 200);
}

TEST_CASE("in virtual time there are counts and no rates", "[history]") {
  History h;
  h.add(at(0, 0, RunMode::kStepped));
  h.add(at(1e-6, 1, RunMode::kStepped));
  h.add(at(2e-6, 2, RunMode::kStepped));
  CHECK_FALSE(h.rated());
  CHECK(h.rate("in") == 0);
  CHECK(h.amount("in") == 2);
  CHECK(h.amount_text(12345, nullptr) == "12\u2009345");
  CHECK(h.per_second("pps", "frames") == "frames");
}

TEST_CASE("the first second after steps has no rate", "[history]") {
  History h;
  Snapshot stepped = at(0, 5, RunMode::kStepped);
  stepped.steps = 40;
  h.add(stepped);
  for (int i = 1; i < 30; i++) {
    Snapshot free = at(i * 0.1, 5 + 10 * uint64_t(i));
    free.steps = 40;
    h.add(free);
  }
  CHECK(h.rated());
  CHECK(h.rate("in") == Approx(100).epsilon(0.2));
  Snapshot again = at(2.91, 300, RunMode::kStepped);
  again.steps = 45;
  h.add(again);
  CHECK_FALSE(h.rated());
  Snapshot on = at(3.2, 340);
  on.steps = 45;
  h.add(on);
  CHECK_FALSE(h.rated());
  CHECK(h.amount("in") == 340);
}

TEST_CASE("figures of one sum are of one stretch of time", "[history]") {
  History h;
  for (int i = 0; i <= 20; ++i) {
    Snapshot s = at(1 + i * 0.1, 3'000'000 + uint64_t(i) * 1000);
    s.wires[0].name = "old", s.wires[0].frames_in = 3'000'000;
    WireView now = s.wires[0];
    now.name = "new", now.frames_in = uint64_t(i) * 1000;
    s.wires.push_back(now);
    h.add(s);
  }
  CHECK(h.moved("wire.new.in"));
  CHECK_FALSE(h.moved("wire.old.in"));
  CHECK(h.since(true, "wire.old.in") == 0);
  CHECK(h.since(true, "wire.new.in") == Approx(10'000).epsilon(0.01));
  CHECK(h.since(false, "wire.old.in") == 3'000'000);
}
