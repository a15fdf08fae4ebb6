// SPDX-License-Identifier: BSD-3-Clause
// What `ringsidectl bench scale` compares, and that the machine takes it.
#include "app/ctl/bench/scale_runs.h"

#include <set>
#include <sstream>

#include "app/ctl/scenario_file.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/patience.h"

namespace ringside::ctl {

TEST_CASE("scale: each placement by hand names every context once, on a worker that there is") {
  const ScaleShape shape = GENERATE(ScaleShape::kChains, ScaleShape::kFanOut);
  const bool generator = GENERATE(false, true);
  const int workers = GENERATE(1, 2, 5), vms = GENERATE(1, 3, 8);
  const ScaleSize size{shape, generator, vms, workers};
  INFO(size.text());
  const auto hands = hand_placements(size);
  if (workers == 1) CHECK(hands.size() == 1);
  if (workers > 1) CHECK(hands.size() >= 3);
  std::set<std::string> different;
  const int wires = shape == ScaleShape::kChains ? vms : 1;
  for (const HandPlacement& hand : hands) {
    different.insert(hand.lines);
    std::set<std::string> contexts;
    std::istringstream lines(hand.lines);
    int count = 0;
    for (std::string line; std::getline(lines, line); count++) {
      const size_t from = line.find('"') + 1, to = line.find('"', from);
      contexts.insert(line.substr(from, to - from));
      const int worker = std::stoi(line.substr(line.find("worker=") + 7));
      CHECK(worker >= 1);
      CHECK(worker <= workers);
    }
    CHECK(count == 2 * vms + wires * (generator ? 2 : 1));
    CHECK(contexts.size() == size_t(count));
  }
  CHECK(different.size() == hands.size());
}

TEST_CASE("scale: sizes double, and the largest is what was asked for") {
  CHECK(doublings(1) == std::vector<int>{1});
  CHECK(doublings(15) == std::vector<int>{1, 2, 4, 8, 15});
  CHECK(doublings(64) == std::vector<int>{1, 2, 4, 8, 16, 32, 64});
}

TEST_CASE("scale: a size is found by the name that the results have") {
  for (const ScaleShape shape : {ScaleShape::kChains, ScaleShape::kFanOut})
    for (const bool generator : {false, true}) {
      const ScaleSize size{shape, generator, 15, 4};
      INFO(size.name());
      const auto again = scale_size(size.name());
      REQUIRE(again.ok());
      CHECK(again->text() == size.text());
    }
  CHECK(ScaleSize{ScaleShape::kFanOut, true, 16, 4}.name() == "fan_out.ring.v16.w4");
  for (const char* wrong : {"", "chains", "chains.null", "chains.null.v1", "chains.null.v1.w0", "chains.null.v0.w1",
                            "chains.null.v01.w1", "chains.null.v1.w1 ", "chains.null.v9999.w1", "chains.pcap.v1.w1",
                            "fan-out.null.v1.w1", "chains.null.v1.w65", "chains.null.v-1.w1", "v1.w1"}) {
    INFO(wrong);
    CHECK(!scale_size(wrong).ok());
  }
}

TEST_CASE("scale: every placement by hand is one that the engine takes, and frames come back") {
  auto engine = test::make_engine(3);
  for (const ScaleShape shape : {ScaleShape::kChains, ScaleShape::kFanOut})
    for (const bool generator : {false, true}) {
      const ScaleSize size{shape, generator, 3, 3};
      for (const HandPlacement& hand : hand_placements(size)) {
        INFO(size.text() << ": " << hand.name);
        test::load(*engine, scale_scenario(size) + hand.lines + "run mode=free for=20ms\n");
        // Where other programs have the CPUs, a worker may not have run in so short a time.
        const auto frames_came_back = [&] {
          test::ask(*engine, "run for=20ms");
          return engine->cut()->wires.at(0).frames_out > 0;
        };
        CHECK(test::eventually(frames_came_back));
        CHECK(engine->cut()->balance.holds());
      }
    }
}

TEST_CASE("ctl: lines before the first run") {
  CHECK(before_run("a\nrun x\nrun y\n", "b\n") == "a\nb\nrun x\nrun y\n");
  CHECK(before_run("a\n", "b\n") == "a\n");
}

}  // namespace ringside::ctl
