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
  s.mode = mode;
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
  const uint64_t epoch = h.epoch();
  h.add(at(3.1, 5));  // counters went back
  CHECK(h.epoch() == epoch + 1);
  CHECK_FALSE(h.known());
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

TEST_CASE("virtual time counts from the beginning", "[history]") {
  History h;
  h.add(at(0, 0, RunMode::kStepped));
  h.add(at(1e-6, 1, RunMode::kStepped));
  h.add(at(2e-6, 2, RunMode::kStepped));
  CHECK(h.rate("in") == Approx(1e6).epsilon(0.01));
}
