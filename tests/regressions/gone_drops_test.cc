// SPDX-License-Identifier: BSD-3-Clause
// What a NIC had dropped stood at no place any more once its VM was gone: a balance with "+ dropped 85", and no line of
// drops.
#include "engine/figures/derived.h"
#include "engine/figures/totals.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

// All drops stand somewhere; those at VMs that are gone.
uint64_t gone_of(const Snapshot& s) {
  uint64_t all = 0, gone = 0;
  for (const figures::PlacedDrop& drop : figures::drops_of(s)) {
    all += drop.frames;
    if (drop.place == "VMs that are gone") gone += drop.frames;
  }
  CHECK(all == s.balance.dropped);
  CHECK(s.balance.holds());
  return gone;
}

void drop_and_go(Engine& engine, const std::string& nic) {
  load(engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web switch=s0 workload=sink nic=" + nic +
           " mac=02:00:00:00:00:01\nrun mode=stepped\nvm pause name=web\nsend to=web count=100\n"
           "run until=idle\n");
  CHECK(gone_of(*engine.cut()) == 0);
  const uint64_t dropped = engine.cut()->balance.dropped;
  REQUIRE(dropped > 50);
  for (const char* change : {"memory=32M", "memory=64M"}) {  // another one in its place shows what it had dropped
    ask(engine, std::string("vm set name=web ") + change);
    ask(engine, "send to=web count=100");
    ask(engine, "run until=idle");
    CHECK(gone_of(*engine.cut()) == 0);
  }
  const uint64_t by_then = engine.cut()->balance.dropped;
  CHECK(by_then > dropped + 100);
  ask(engine, "vm remove name=web");
  const auto s = engine.cut();
  CHECK(gone_of(*s) == s->balance.dropped);
  CHECK(s->balance.dropped >= by_then);
  uint64_t named = 0;
  for (const auto& figure : figures::derive(*s, nullptr))
    if (figure.name.starts_with("drops.VMs that are gone.")) named += uint64_t(figure.number());
  CHECK(named == s->balance.dropped);
  ask(engine, "vm add name=web nic=e1000 switch=s0");
  CHECK(gone_of(*engine.cut()) == s->balance.dropped);
}

}  // namespace

TEST_CASE("what a VM dropped stands at a place when it is gone", "[regression]") {
  auto engine = make_engine(1);
  for (const char* nic : {"e1000 rx_ring=8", "vmxnet3 rx_ring=32"}) {
    INFO(nic);
    drop_and_go(*engine, nic);
  }
}
