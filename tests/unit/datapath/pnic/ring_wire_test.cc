// SPDX-License-Identifier: BSD-3-Clause
#include <rte_ether.h>

#include "tests/unit/datapath/pnic/bench.h"

using namespace ringside;
using namespace ringside::test;
using datapath::SendJob;
using datapath::WireConfig;
using datapath::WireKind;

namespace {

WireConfig ring_config() {
  WireConfig config;
  config.kind = WireKind::kRing;
  return config;
}

// Carries all frames that wait on the wire back to it, as a forwarding VM would.
uint32_t reflect(WireBench& bench) {
  net::Burst burst = bench.in();
  uint32_t count = burst.count;
  bench.out(burst);
  return count;
}

// Looks at wire and generator at each step point.
struct Watch : StepSink {
  WireBench& bench;
  std::vector<StepEvent> events;
  explicit Watch(WireBench& b) : bench(b) {}
  void step(const StepEvent& event) override {
    events.push_back(event);
    CHECK(bench.generator()->sent() == bench.wire->counters().frames_in.value() + bench.wire->in_hand());
  }
};

}  // namespace

TEST_CASE("ring wire: a job's frames arrive once each, in order, and are counted where they are") {
  WireBench bench(ring_config());
  CHECK_FALSE(bench.generator()->turn(bench.turn));
  CHECK(bench.wire->left() == 0);
  CHECK(bench.wire->wakes_itself());
  REQUIRE(bench.wire->send({.frame = {}, .count = 100, .rate_pps = 0}).ok());
  CHECK_FALSE(bench.wire->wakes_itself());
  while (bench.generator()->turn(bench.turn)) {
  }
  CHECK(bench.wire->sent() == 100);
  CHECK(bench.wire->left() == 0);
  CHECK(bench.wire->in_hand() == 100);
  CHECK(bench.wire->has_work());
  uint64_t expected = 1;
  for (net::Burst burst = bench.in(); burst.count; burst = bench.in()) {
    for (uint32_t i = 0; i < burst.count; i++) CHECK(sequence_of(burst.packets[i]) == expected++);
    bench.out(burst);
  }
  CHECK(expected == 101);
  CHECK(bench.wire->in_hand() == 0);
  while (bench.generator()->turn(bench.turn)) {
  }
  CHECK(bench.generator()->received() == 100);
  CHECK(bench.generator()->ours() == 100);
  CHECK(bench.generator()->out_of_order() == 0);
  CHECK(bench.generator()->skipped() == 0);
}

TEST_CASE("ring wire: round trips fall in their power of two, by the clock of the turns") {
  WireBench bench(ring_config());
  for (uint32_t size : {60u, 200u}) {
    SendJob job{.frame = {}, .count = 10, .rate_pps = 0};
    job.frame.size = size;
    REQUIRE(bench.wire->send(job).ok());
    bench.generator()->turn(bench.turn);
    CHECK(reflect(bench) == 10);
    bench.after_us(5);  // 5000 ns: bucket 12
    bench.generator()->turn(bench.turn);
  }
  CHECK(bench.generator()->round_trips(12) == 20);
}

TEST_CASE("ring wire: lost and repeated frames are seen in the sequence") {
  WireBench bench(ring_config());
  REQUIRE(bench.wire->send({.frame = {}, .count = 10, .rate_pps = 0}).ok());
  bench.generator()->turn(bench.turn);
  net::Burst burst = bench.in();
  REQUIRE(burst.count == 10);
  rte_pktmbuf_free(burst.packets[3]);
  burst.packets[3] = burst.packets[9];  // 10 comes early: 4 is missing, then 5 to 9 are late
  burst.count = 9;
  bench.out(burst);
  bench.generator()->turn(bench.turn);
  CHECK(bench.generator()->received() == 9);
  CHECK(bench.generator()->skipped() == 6);
  CHECK(bench.generator()->out_of_order() == 5);
}

TEST_CASE("ring wire: a guest's streams have a sequence each") {
  WireBench bench(ring_config());
  REQUIRE(bench.wire->send({.frame = {}, .count = 10, .rate_pps = 0}).ok());
  bench.generator()->turn(bench.turn);
  net::Burst burst = bench.in();
  REQUIRE(burst.count == 10);
  // 1 to 5 of the streams 0 and 7, in turns; the last one is of no stream that there is.
  for (uint32_t i = 0; i < 10; i++) {
    const uint64_t number = uint64_t{i % 2 ? 7u : 0u} << spec::kStreamShift | (i / 2 + 1);
    memcpy(net::data_of(burst.packets[i]) + spec::kPayloadOffset + 4, &number, 8);
  }
  net::data_of(burst.packets[9])[spec::kPayloadOffset + 11] = 8;
  bench.out(burst);
  bench.generator()->turn(bench.turn);
  CHECK(bench.generator()->received() == 10);
  CHECK(bench.generator()->ours() == 9);
  CHECK(bench.generator()->skipped() == 0);
  CHECK(bench.generator()->out_of_order() == 0);
}

TEST_CASE("ring wire: the generator holds back when its ring is full, and counts only what lies there") {
  WireBench bench(ring_config(), 8192);
  REQUIRE(bench.wire->send({.frame = {}, .count = ~uint64_t{0}, .rate_pps = 0}).ok());
  while (bench.generator()->turn(bench.turn)) {
  }
  CHECK(bench.wire->sent() == 4096);
  CHECK(bench.wire->in_hand() == 4096);
  CHECK(bench.wire->left() == ~uint64_t{0});
  CHECK(bench.generator()->timer().at == kNever);
  CHECK(bench.drain() == 4096);
  CHECK(bench.generator()->timer().at == 0);
  bench.wire->stop();
  CHECK_FALSE(bench.generator()->turn(bench.turn));
}

TEST_CASE("ring wire: what the far end does not take is dropped as wire_full") {
  WireBench bench(ring_config(), 8192);
  for (int i = 0; i < 130; i++) {
    net::Burst burst;
    burst.clear();
    while (!burst.full()) burst.push(bench.frame(60));
    bench.out(burst);
  }
  CHECK(bench.wire->counters().frames_out.value() == 4096);
  CHECK(bench.wire->drops.by_reason[size_t(net::DropReason::kWireFull)].value() == 64);
}

TEST_CASE("ring wire: a rate in virtual time, and a window") {
  WireConfig config = ring_config();
  config.window = 4;
  WireBench bench(config);
  REQUIRE(bench.wire->send({.frame = {}, .count = 1000, .rate_pps = 1e6}).ok());
  for (uint64_t us = 0; us < 3; us++) {
    bench.turn.now = us * 2600;
    CHECK(bench.generator()->turn(bench.turn));
    CHECK_FALSE(bench.generator()->turn(bench.turn));
    CHECK(bench.generator()->sent() == us + 1);
    CHECK(bench.generator()->timer().at == (us + 1) * 2600);
  }
  bench.turn.now = 50 * 2600;
  while (bench.generator()->turn(bench.turn)) {
  }
  CHECK(bench.generator()->sent() == 4);
  CHECK(bench.generator()->timer().at == kNever);
  CHECK(reflect(bench) == 4);
  bench.generator()->turn(bench.turn);
  CHECK(bench.generator()->sent() == 8);
}

TEST_CASE("ring wire: tags are put in on the way out and taken off on the way in") {
  WireBench bench(ring_config());
  net::Packet* original = bench.frame(70);
  std::vector<uint8_t> before = bytes_of(original);
  net::Burst burst;
  burst.clear();
  net::set_tag(original, 0x6007);  // priority 3, VLAN 7
  burst.push(original);
  bench.out(burst);
  CHECK(bench.wire->counters().bytes_out.value() == 74);
  // Flooded: the other reference must not see the tag.
  net::Packet* flooded = bench.frame(70);
  net::set_tag(flooded, 9);
  rte_mbuf_refcnt_update(flooded, 1);
  burst.clear();
  burst.push(flooded);
  bench.out(burst);
  CHECK(bytes_of(flooded) == before);
  CHECK(rte_mbuf_refcnt_read(flooded) == 1);
  rte_pktmbuf_free(flooded);

  SendJob job{.frame = {}, .count = 1, .rate_pps = 0};
  job.frame.vlan = 5;
  REQUIRE(bench.wire->send(job).ok());
  bench.generator()->turn(bench.turn);
  CHECK(bench.generator()->received() == 2);
  net::Burst in = bench.in();
  REQUIRE(in.count == 1);
  CHECK(in.packets[0]->vlan_tci == 5);
  bench.out(in);  // goes out with the tag in its data, and is still recognised
  bench.generator()->turn(bench.turn);
  CHECK(bench.generator()->ours() == 1);
}

TEST_CASE("ring wire: stepped, each frame is a step point with all counted, and two runs are alike") {
  std::vector<std::vector<StepEvent>> runs;
  for (int run = 0; run < 2; run++) {
    WireBench bench(ring_config());
    Watch watch(bench);
    bench.turn.sink = &watch;
    SendJob job{.frame = {}, .count = 40, .rate_pps = 2e6};
    job.frame.imix = true;
    REQUIRE(bench.wire->send(job).ok());
    for (int turn = 0; turn < 100; turn++) {
      bench.turn.now = uint64_t(turn) * 1000;
      bench.generator()->turn(bench.turn);
      net::Burst burst = bench.in();
      for (uint32_t i = 0; i < burst.count; i++) CHECK(net::trace_id(burst.packets[i]) != 0);
      bench.out(burst);
    }
    CHECK(bench.generator()->received() == 40);
    runs.push_back(watch.events);
  }
  REQUIRE(runs[0].size() == 120);
  REQUIRE(runs[1].size() == 120);
  for (size_t i = 0; i < 120; i++) {
    CHECK(runs[0][i].kind == runs[1][i].kind);
    CHECK(runs[0][i].a == runs[1][i].a);
    CHECK(runs[0][i].length == runs[1][i].length);
    CHECK(runs[0][i].packet == runs[1][i].packet);
  }
  CHECK(runs[0][0].kind == EventKind::kWireIn);
  CHECK(runs[0][0].a == 1);
  CHECK(runs[0][1].kind == EventKind::kWireReceive);
  CHECK(runs[0][1].packet == runs[0][0].packet);
  CHECK(runs[0][2].kind == EventKind::kWireOut);
}

TEST_CASE("ring wire: jumbo frames go round") {
  WireBench bench(ring_config());
  SendJob job{.frame = {}, .count = 8, .rate_pps = 0};
  job.frame.size = 9018;
  REQUIRE(bench.wire->send(job).ok());
  bench.generator()->turn(bench.turn);
  net::Burst burst = bench.in();
  REQUIRE(burst.count == 8);
  CHECK(burst.packets[0]->nb_segs == 5);
  bench.out(burst);
  bench.generator()->turn(bench.turn);
  CHECK(bench.generator()->ours() == 8);
}
