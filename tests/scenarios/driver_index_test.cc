// SPDX-License-Identifier: BSD-3-Clause
// Where the driver stands in its rings: an index that no register shows.
#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

const RingView& ring_of(const Snapshot& s, const char* name) {
  const auto ring = std::find_if(s.rings.begin(), s.rings.end(), [&](const RingView& r) { return r.name == name; });
  REQUIRE(ring != s.rings.end());
  return *ring;
}

const PointerView& pointer(const RingView& ring, bool hollow, bool by_driver) {
  const auto p = std::find_if(ring.pointers.begin(), ring.pointers.end(),
                              [&](const PointerView& q) { return q.hollow == hollow && q.by_driver == by_driver; });
  REQUIRE(p != ring.pointers.end());
  return *p;
}

void forwarder(Engine& engine, const std::string& mode) {
  load(engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n"
       "vm add name=web nic=e1000 switch=s0 rx_ring=16 tx_ring=16 refill=1 workload=forward\nwatch "
       "ring=web.nic0.tx\nwatch ring=web.nic0.rx\nrun mode=" +
           mode + "\n");
}

}  // namespace

TEST_CASE("the driver's index moves with each row that it takes or cleans", "[scenario]") {
  auto engine = make_engine();
  forwarder(*engine, "stepped");
  ask(*engine, "send to=web count=24 rate=200kpps");
  int taken = 0, cleaned = 0;
  for (int i = 0; i < 1200; ++i) {
    if (!engine->execute("step").ok()) break;
    const auto s = engine->cut();
    const EventView& e = s->events.back();
    if (e.kind == EventKind::kDriverTakeRow) {
      ++taken;
      CAPTURE(e.number, e.row);
      CHECK(pointer(ring_of(*s, "web.nic0.rx"), true, true).index == uint32_t(e.row + 1) % 16);
    } else if (e.kind == EventKind::kDriverCleanRow) {
      ++cleaned;
      CAPTURE(e.number, e.row);
      const RingView& tx = ring_of(*s, "web.nic0.tx");
      CHECK(pointer(tx, true, true).index == uint32_t(e.row + 1) % 16);
      CHECK(tx.rows[size_t(e.row)].state == RowState::kDriver);
    }
  }
  CHECK(taken == 24);
  CHECK(cleaned >= 16);
}

TEST_CASE("a transmit row that was cleaned is the driver's, though DD still stands in it", "[scenario]") {
  auto engine = make_engine();
  forwarder(*engine, "stepped");
  ask(*engine, "send to=web count=40 rate=200kpps");
  ask(*engine, "run until=idle");
  const auto s = engine->cut();
  const RingView& tx = ring_of(*s, "web.nic0.tx");
  REQUIRE(tx.rows.size() == 16);
  const uint32_t clean = pointer(tx, true, true).index, head = pointer(tx, false, false).index;
  uint32_t done = 0, stale = 0;
  for (uint32_t i = 0; i < 16; ++i) {
    const bool waiting = (i + 16 - clean) % 16 < (head + 16 - clean) % 16;
    CAPTURE(i, clean, head);
    const bool reported = tx.rows[i].qword[1] >> 32 & 1;
    if (tx.rows[i].state == RowState::kDone) {
      ++done;
      CHECK(waiting);
    }
    if (!waiting && reported) {
      ++stale;
      CHECK(tx.rows[i].state == RowState::kDriver);
    }
  }
  CHECK(stale > 0);
  CHECK(done == tx.rows_done);
  CHECK(tx.rows_done + tx.rows_device + tx.rows_driver + tx.rows_error == 16);
}

TEST_CASE("at full speed rows are counted once, and no index of another moment is shown", "[scenario]") {
  auto engine = make_engine();
  forwarder(*engine, "free");
  ask(*engine, "send to=web count=forever");
  for (int i = 0; i < 50; ++i) {
    const auto s = engine->snapshot();
    for (const RingView& r : s->rings) {
      CHECK((r.exact ||
             std::none_of(r.pointers.begin(), r.pointers.end(), [](const PointerView& p) { return p.hollow; })));
      CHECK(r.rows_done + r.rows_device + r.rows_driver + r.rows_error == r.size);
    }
    ask(*engine, "run for=2ms");
  }
}
