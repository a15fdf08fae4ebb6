// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/placement/load_watch.h"

#include "tests/support/catch.h"

using namespace ringside::control;
using Advice = LoadWatch::Advice;

namespace {

// Time and counters as a test wants them: two contexts, on workers 0 and 1.
struct Load {
  LoadWatch watch{2, 1e9};
  LoadSample sample{0, {0, 0}, {0, 1}, 0};
  // A window in which the workers were busy for such shares, and so many frames moved.
  Advice window(double first, double second, uint64_t frames = 1000) {
    sample.seconds += 1.0;
    sample.busy_cycles[0] += uint64_t(first * 1e9), sample.busy_cycles[1] += uint64_t(second * 1e9);
    sample.frames += frames;
    return watch.look(sample);
  }
  Load() { (void)watch.look(sample); }
};

}  // namespace

TEST_CASE("load: lopsided for three windows in a row, and not before", "[plan]") {
  Load load;
  CHECK(load.window(1.0, 0.1) == Advice::kStay);
  CHECK(load.window(1.0, 0.1) == Advice::kStay);
  CHECK(load.window(0.2, 0.1) == Advice::kStay);  // a pause begins the count anew
  CHECK(load.window(1.0, 0.1) == Advice::kStay);
  CHECK(load.window(1.0, 0.1) == Advice::kStay);
  CHECK(load.window(1.0, 0.1) == Advice::kTryAnew);
  CHECK(load.watch.ends().fullest == 0);
  CHECK(load.watch.ends().most == Approx(1.0));
  CHECK(load.watch.shares()[1] == Approx(0.1));
}

TEST_CASE("load: both busy, both idle or half and half is not lopsided", "[plan]") {
  const auto [first, second] = GENERATE(table<double, double>({{1.0, 0.9}, {0.1, 0.0}, {0.8, 0.1}, {0.9, 0.6}}));
  Load load;
  for (int i = 0; i < 20; i++) CHECK(load.window(first, second) == Advice::kStay);
}

TEST_CASE("load: a change that did not pay is taken back, once, and that is the end of it", "[plan]") {
  Load load;
  for (int i = 0; i < 2; i++) CHECK(load.window(1.0, 0.1) == Advice::kStay);
  REQUIRE(load.window(1.0, 0.1) == Advice::kTryAnew);
  load.watch.changed();
  CHECK(load.window(0.9, 0.9, 300) == Advice::kStay);  // the window in which the workers rested
  CHECK(load.window(0.9, 0.9, 800) == Advice::kStay);
  CHECK(load.window(0.9, 0.9, 800) == Advice::kStay);
  CHECK(load.window(0.9, 0.9, 800) == Advice::kGoBack);
  for (int i = 0; i < 20; i++) CHECK(load.window(1.0, 0.1) == Advice::kStay);
  load.watch.forget();
  CHECK(load.watch.shares().empty());
}

TEST_CASE("load: a change that paid stays", "[plan]") {
  Load load;
  for (int i = 0; i < 2; i++) (void)load.window(1.0, 0.1);
  REQUIRE(load.window(1.0, 0.1) == Advice::kTryAnew);
  load.watch.changed();
  for (int i = 0; i < 10; i++) CHECK(load.window(0.6, 0.5, 1500) == Advice::kStay);
}

TEST_CASE("load: looks that come too early, and counters that went back, are no windows", "[plan]") {
  Load load;
  load.sample.seconds = 0.5, load.sample.busy_cycles = {500'000'000, 0};
  CHECK(load.watch.look(load.sample) == Advice::kStay);
  CHECK(load.watch.shares().empty());
  load.sample.seconds = 1.0;
  CHECK(load.watch.look(load.sample) == Advice::kStay);
  CHECK(load.watch.shares()[0] == Approx(0.5));
  load.sample.seconds = 0.1, load.sample.busy_cycles = {0, 0};
  CHECK(load.watch.look(load.sample) == Advice::kStay);
  load.sample = {2, {1, 2, 3}, {0, 1, 1}, 0};
  CHECK(load.watch.look(load.sample) == Advice::kStay);
  CHECK(load.watch.shares().empty());
}

TEST_CASE("load: with one worker there is nothing to balance", "[plan]") {
  LoadWatch watch(1, 1e9);
  LoadSample sample{0, {0}, {0}, 0};
  for (int i = 1; i < 20; i++) {
    sample.seconds = i, sample.busy_cycles[0] += 1'000'000'000;
    CHECK(watch.look(sample) == Advice::kStay);
  }
}
