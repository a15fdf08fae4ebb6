// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/placement/load_watch.h"

#include "tests/support/catch.h"

using namespace ringside::control;
using Advice = LoadWatch::Advice;

namespace {

// Time and counters as a test wants them: two contexts, on workers 0 and 1.
struct Load {
  LoadWatch watch{2, 1e9};
  LoadSample sample{0, {0, 0}, {0, 1}, 0, {0, 0}};
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

TEST_CASE("load: a worker whose CPU others had is not idle, and such a window tells nothing", "[plan]") {
  Load load;
  for (int i = 0; i < 10; i++) {
    load.sample.waited[1] += 0.5;
    CHECK(load.window(1.0, 0.1) == Advice::kStay);
  }
  CHECK(load.window(1.0, 0.1) == Advice::kStay);
  load.sample.waited[0] += 0.05;  // hardly
  CHECK(load.window(1.0, 0.1) == Advice::kStay);
  CHECK(load.window(1.0, 0.1) == Advice::kTryAnew);
  load.watch.trying(1);
  CHECK(load.window(0.6, 0.6) == Advice::kStay);  // nobody's
  for (int i = 0; i < 5; i++) {
    load.sample.waited[0] += 0.9;
    CHECK(load.window(0.1, 0.6, 100) == Advice::kStay);  // on trial: not its fault
  }
  CHECK(load.window(0.6, 0.6, 2000) == Advice::kStay);
  CHECK(load.window(0.6, 0.6, 2000) == Advice::kStay);
  CHECK(load.window(0.6, 0.6, 2000) == Advice::kSettle);
  CHECK(load.watch.best() == 1);
}

TEST_CASE("load: something that happens every other second does not keep a trial from its end", "[plan]") {
  Load load;
  const auto disturbed = [&] {
    load.sample.waited[1] += 0.5;
    CHECK(load.window(0.9, 0.1, 10) == Advice::kStay);
  };
  for (int i = 0; i < 2; i++) {
    disturbed();
    CHECK(load.window(1.0, 0.1) == Advice::kStay);
  }
  disturbed();
  CHECK(load.window(1.0, 0.1) == Advice::kTryAnew);
  load.watch.trying(1);
  disturbed();  // the window of the move: nobody's in any case
  for (int i = 0; i < 2; i++) {
    CHECK(load.window(0.6, 0.6, 2000) == Advice::kStay);
    disturbed();
  }
  CHECK(load.window(0.6, 0.6, 2000) == Advice::kSettle);
  CHECK(load.watch.rates() == std::vector<double>{1000, 2000});
}

TEST_CASE("load: both busy, both idle or half and half is not lopsided", "[plan]") {
  const auto [first, second] = GENERATE(table<double, double>({{1.0, 0.9}, {0.1, 0.0}, {0.7, 0.1}, {0.9, 0.6}}));
  Load load;
  for (int i = 0; i < 20; i++) CHECK(load.window(first, second) == Advice::kStay);
}

namespace {

// Lopsided until it is said, with so many frames a window; then so many candidates, the first placed at once.
void begin_round(Load& load, int candidates, uint64_t frames = 1000) {
  for (int i = 0; i < 2; i++) REQUIRE(load.window(1.0, 0.1, frames) == Advice::kStay);
  REQUIRE(load.window(1.0, 0.1, frames) == Advice::kTryAnew);
  load.watch.trying(candidates);
}

// A trial whole: the window of the move, which counts for nobody, and three of such a rate.
Advice trial(Load& load, uint64_t frames) {
  REQUIRE(load.window(0.9, 0.9, 77) == Advice::kStay);
  for (int i = 0; i < 2; i++) REQUIRE(load.window(0.9, 0.9, frames) == Advice::kStay);
  return load.window(0.9, 0.9, frames);
}

bool stays(Load& load, int windows = 20) {
  for (int i = 0; i < windows; i++)
    if (load.window(1.0, 0.1) != Advice::kStay) return false;
  return true;
}

}  // namespace

TEST_CASE("load: candidates have their turn one after the other, and the best of them holds", "[plan]") {
  using Rates = std::vector<uint64_t>;
  // Rates of the candidates, beside 1,000 before; the best, 0: as it was.
  const auto [rates, best] = GENERATE(table<Rates, int>({
      {{800}, 0},
      {{969}, 0},
      {{970}, 1},  // as much as before will do: the fullest worker has less to do
      {{1500}, 1},
      {{800, 700, 2000}, 3},
      {{800, 1100, 900}, 2},
      {{1100, 1000, 900}, 1},   // it gets worse
      {{1000, 1000, 1000}, 1},  // a tie: the first
      {{1000, 1030, 1020}, 1},  // not 3 % more
      {{1000, 1031, 1050}, 2},  // 3 % more than the first, and then not than the second
      {{1000, 1031, 1062}, 3},  // each 3 % more
      {{900, 950, 960}, 0},     // none
      {{0, 0, 0}, 0},           // nothing moves any more
      {{900, 980, 1005}, 2},    // what did not pay leads nobody
  }));
  Load load;
  begin_round(load, int(rates.size()));
  for (size_t c = 0; c < rates.size(); c++) {
    CHECK(load.watch.on_trial() == int(c + 1));
    CHECK(trial(load, rates[c]) == (c + 1 < rates.size() ? Advice::kTryNext : Advice::kSettle));
  }
  CHECK(load.watch.on_trial() == 0);
  CHECK(load.watch.best() == best);
  REQUIRE(load.watch.rates().size() == rates.size() + 1);
  CHECK(load.watch.rates()[0] == Approx(1000));
  for (size_t c = 0; c < rates.size(); c++) CHECK(load.watch.rates()[c + 1] == Approx(double(rates[c])));
}

TEST_CASE("load: after a round that brought nothing nothing is tried until the machine is another", "[plan]") {
  Load load;
  begin_round(load, 2);
  CHECK(trial(load, 900) == Advice::kTryNext);
  CHECK(trial(load, 800) == Advice::kSettle);
  CHECK(stays(load));
  load.watch.forget();
  CHECK(load.watch.shares().empty());
  (void)load.window(1.0, 0.1);
  begin_round(load, 1);
}

TEST_CASE("load: three rounds that brought something, and no fourth", "[plan]") {
  Load load;
  for (int round = 0; round < 3; round++) {
    begin_round(load, 1, 1000);
    CHECK(trial(load, 1100) == Advice::kSettle);
    CHECK(load.watch.best() == 1);
    CHECK(load.window(1.0, 0.1) == Advice::kStay);  // that of the last move
  }
  CHECK(stays(load));
}

TEST_CASE("load: what is balanced after a round is left alone", "[plan]") {
  Load load;
  begin_round(load, 1);
  CHECK(trial(load, 1500) == Advice::kSettle);
  for (int i = 0; i < 10; i++) CHECK(load.window(0.6, 0.5, 1500) == Advice::kStay);
}

TEST_CASE("load: contexts that vanish in the middle of a trial end it, and all is measured anew", "[plan]") {
  Load load;
  begin_round(load, 2);
  (void)load.window(0.9, 0.9);
  (void)load.window(0.9, 0.9);
  load.sample.busy_cycles.pop_back(), load.sample.worker.pop_back();
  load.sample.seconds += 0.1;
  CHECK(load.watch.look(load.sample) == Advice::kStay);
  CHECK(load.watch.on_trial() == 0);
  CHECK(load.watch.shares().empty());
  CHECK(load.watch.rates().empty());
  for (int i = 1; i <= 3; i++) {
    load.sample.seconds += 1, load.sample.busy_cycles[0] += 1'000'000'000, load.sample.frames += 1000;
    CHECK(load.watch.look(load.sample) == (i == 3 ? Advice::kTryAnew : Advice::kStay));
  }
}

TEST_CASE("load: nobody may move in the middle of a trial: it ends, and a later round counts from nothing", "[plan]") {
  Load load;
  begin_round(load, 2);
  (void)load.window(0.9, 0.9);
  load.watch.end_round();
  CHECK(load.watch.on_trial() == 0);
  for (int i = 0; i < 10; i++) {
    CHECK(load.window(1.0, 0.1) == Advice::kStay);
    load.watch.end_round();
  }
  CHECK(load.window(1.0, 0.1) == Advice::kStay);
  CHECK(load.window(1.0, 0.1) == Advice::kStay);
  CHECK(load.window(1.0, 0.1) == Advice::kTryAnew);
}

TEST_CASE("load: a pause or stepping in the middle of a trial is no window of it", "[plan]") {
  Load load;
  begin_round(load, 1);
  (void)load.window(0.9, 0.9, 77);
  CHECK(load.window(0.9, 0.9, 990) == Advice::kStay);
  load.watch.interrupted();
  load.sample.frames += 1'000'000;  // moved while stepping: nobody's rate
  load.sample.seconds += 0.3;
  CHECK(load.watch.look(load.sample) == Advice::kStay);
  CHECK(load.watch.on_trial() == 1);
  CHECK(load.watch.shares().size() == 2);
  CHECK(load.window(0.9, 0.9, 990) == Advice::kStay);
  CHECK(load.window(0.9, 0.9, 990) == Advice::kSettle);
  CHECK(load.watch.rates()[1] == Approx(990));
}

TEST_CASE("load: a move that is refused ends the round for good", "[plan]") {
  Load load;
  begin_round(load, 3);
  load.watch.give_up();
  CHECK(load.watch.on_trial() == 0);
  CHECK(stays(load));
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
  LoadSample sample{0, {0}, {0}, 0, {}};
  for (int i = 1; i < 20; i++) {
    sample.seconds = i, sample.busy_cycles[0] += 1'000'000'000;
    CHECK(watch.look(sample) == Advice::kStay);
  }
}
