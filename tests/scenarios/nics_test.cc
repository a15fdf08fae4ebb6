// SPDX-License-Identifier: BSD-3-Clause
// assets/scenarios/nics.scn, which the chart of the talk's claim lives from: the same packets through both models, in
// two regimes.
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

struct Side {
  uint64_t packets = 0, exits = 0;
  double each() const { return packets ? double(exits) / double(packets) : 0; }
};

Side side_of(const Snapshot& s, const std::string& vm) {
  for (const VmView& v : s.vms)
    if (v.name == vm) return {v.nics[0].tx.frames, v.vcpus[0].exits};
  return {};
}

}  // namespace

TEST_CASE("nics.scn: the same packets, fewer exits with VMXNET3, and a smaller difference where doorbells are batched",
          "[scenario]") {
  auto engine = make_engine();
  load_file(*engine, "assets/scenarios/nics.scn");
  run_until(*engine, [](const Snapshot& s) {  // enough of each to compare shares
    return side_of(s, "e1").packets > 20000 && side_of(s, "v1").packets > 20000 && side_of(s, "v32").packets > 20000;
  });
  ask(*engine, "pause");
  const auto s = engine->cut();
  CHECK(s->balance.holds());
  CHECK(s->balance.dropped == 0);  // the loops are closed
  const Side e32 = side_of(*s, "e32"), v32 = side_of(*s, "v32"), e1 = side_of(*s, "e1"), v1 = side_of(*s, "v1");
  for (const auto& [a, b] : {std::pair{e32, v32}, std::pair{e1, v1}}) {
    REQUIRE(a.packets > 1000);
    CHECK(double(a.packets) / double(b.packets) > 0.95);
    CHECK(double(a.packets) / double(b.packets) < 1.05);
  }
  CAPTURE(e32.each(), v32.each(), e1.each(), v1.each());
  CHECK(e1.each() == Approx(1 + 1 / 16.0).epsilon(0.01));  // TDT for each, RDT for each 16th
  CHECK(v1.each() < 0.05 * e1.each());
  CHECK(e32.each() < 0.5 * e1.each());  // batches form
  CHECK(v32.each() < e32.each());
}
