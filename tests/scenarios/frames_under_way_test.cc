// SPDX-License-Identifier: BSD-3-Clause
// Frames that lay in rings when time stood had no number while others had one, and a row that was written while time
// ran free had the number of a frame that had left long before.
#include <map>
#include <set>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("frames that were under way when time stood have numbers, and nobody else's", "[scenario]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n"
       "vm add name=web nic=e1000 switch=s0 driver=poll doorbell=batch workload=forward rx_ring=64 tx_ring=64\n"
       "send to=web count=forever rate=2Mpps size=60\nrun mode=free seed=1\n");
  std::set<uint32_t> before;
  for (int round = 0; round < 3; ++round) {
    ask(*engine, "run mode=free for=20ms");
    ask(*engine, "run mode=stepped");
    const uint64_t from = engine->cut()->steps;
    ask(*engine, "step n=300");
    const auto s = engine->cut();
    std::set<uint32_t> now;
    size_t rows = 0;
    for (const EventView& e : s->events) {
      if (e.number <= from) continue;
      if (e.kind != EventKind::kDriverTakeRow && e.kind != EventKind::kDeviceReadRow) continue;
      CAPTURE(round, e.number, e.who, e.what);
      CHECK(e.packet != 0);
      CHECK(before.count(e.packet) == 0);
      now.insert(e.packet), ++rows;
    }
    CHECK(rows > 10);
    before.merge(now);
  }
}

TEST_CASE("what ends with idleness names the step at which it stands", "[scenario]") {
  auto engine = make_engine();
  load(*engine,
       "switch add name=s0\n"
       "vm add name=a nic=e1000 switch=s0 driver=poll doorbell=packet workload=generate peer=b count=1 size=60\n"
       "vm add name=b nic=e1000 switch=s0 driver=poll workload=sink\nrun mode=stepped seed=7\n");
  ask(*engine, "step n=11");
  const std::string idle = ask(*engine, "run until=idle");
  CHECK(idle == "ok, idle at step " + std::to_string(engine->cut()->events.back().number));
  // And who lets time run freely from there is told that the steps end.
  CHECK(ask(*engine, "run mode=free").find("steps are not kept") != std::string::npos);
}
