// SPDX-License-Identifier: BSD-3-Clause
#include <rte_ip.h>

#include <map>

#include "tests/unit/datapath/pnic/bench.h"

using namespace ringside;
using namespace ringside::test;
using datapath::WireConfig;
using datapath::WireKind;

namespace {

WireConfig null_config() {
  WireConfig config;
  config.kind = WireKind::kNull;
  config.frame.source = 0x0000'0100'0002;
  return config;
}

void free_burst(net::Burst& burst) { rte_pktmbuf_free_bulk(burst.packets, burst.count); }

}  // namespace

TEST_CASE("null wire: frames carry the template's addresses, VLAN, a right IPv4 checksum and a sequence") {
  WireConfig config = null_config();
  config.frame.destinations = {0x0a00'0000'0002, 0x0b00'0000'0002};
  config.frame.flows = 2;
  config.frame.vlan = 7;
  WireBench bench(config);
  net::Burst burst = bench.in();
  REQUIRE(burst.count == net::kBurst);
  for (uint32_t i = 0; i < burst.count; i++) {
    net::Packet* packet = burst.packets[i];
    uint8_t* data = net::data_of(packet);
    CHECK(packet->pkt_len == 60);
    CHECK(packet->data_len == 60);
    CHECK(packet->vlan_tci == 7);
    CHECK(net::trace_id(packet) == 0);
    CHECK(net::destination_mac(packet) == config.frame.destinations[i % 2]);
    CHECK(net::source_mac(packet) == config.frame.source);
    CHECK(rte_raw_cksum(data + 14, 20) == 0xffff);
    CHECK((data[34] << 8 | data[35]) == 1024 + int(i / 2 % 2));
    uint32_t magic;
    std::memcpy(&magic, data + spec::kPayloadOffset, 4);
    CHECK(magic == spec::kPayloadMagic);
    CHECK(sequence_of(packet) == i + 1);
  }
  free_burst(burst);
  CHECK(bench.wire->counters().frames_in.value() == 32);
  CHECK(bench.wire->counters().bytes_in.value() == 32 * 60);
}

TEST_CASE("null wire: the rate is exact in virtual time, and the next frame's time is told") {
  WireConfig config = null_config();
  config.rate_pps = 1e6;  // 2600 cycles
  WireBench bench(config);
  CHECK(bench.drain() == 1);
  CHECK(bench.wire->timer().kind == TimerKind::kWork);
  CHECK(bench.wire->timer().at == 2600);
  bench.turn.now = 2599;
  CHECK(bench.drain() == 0);
  bench.turn.now = 2600;
  CHECK(bench.drain() == 1);
  uint32_t all = 2;
  for (int ms = 1; ms <= 1000; ms++) {
    bench.turn.now = uint64_t(ms) * 2'600'000 - 1;
    all += bench.drain();
  }
  CHECK(all == 1'000'000);
}

TEST_CASE("null wire: an odd rate keeps its count over ten seconds") {
  WireConfig config = null_config();
  config.rate_pps = 3'333;
  WireBench bench(config);
  uint64_t all = 0;
  for (bench.turn.now = 0; bench.turn.now < uint64_t(10 * kVirtualHz);) {
    all += bench.drain();
    bench.turn.now = bench.wire->timer().at;
  }
  CHECK(all == 33'330);
}

TEST_CASE("null wire: a job of a count ends, and stop and start hold and go on") {
  WireBench bench(null_config());
  CHECK(bench.wire->left() == ~uint64_t{0});
  bench.wire->stop();
  CHECK(bench.in().count == 0);
  CHECK(bench.wire->left() == 0);
  datapath::SendJob job{.frame = null_config().frame, .count = 50, .rate_pps = 0};
  REQUIRE(bench.wire->send(job).ok());
  net::Burst burst = bench.in();
  CHECK(burst.count == 32);
  free_burst(burst);
  bench.wire->stop();
  CHECK_FALSE(bench.wire->has_work());
  bench.wire->start();
  CHECK(bench.wire->left() == 18);
  CHECK(bench.drain() == 18);
  CHECK(bench.wire->timer().at == kNever);
}

TEST_CASE("null wire: a closed loop never has more than its window unanswered, and learns of its own losses") {
  WireConfig config = null_config();
  config.window = 40;
  // Somewhere in the machine our frames are dropped, and others that are none of ours.
  net::LossBook book;
  net::DropCounters drops;
  book.add(&drops);
  config.source = 3, config.losses = &book, config.frame.source = net::mac_of_source(3);
  WireBench bench(config);
  std::vector<net::Burst> open;
  uint32_t unanswered = 0;
  for (int round = 0; round < 200; round++) {
    net::Burst burst = bench.in();
    unanswered += burst.count;
    REQUIRE(unanswered <= 40);
    if (burst.count) open.push_back(burst);
    if (round % 3 == 2 && !open.empty()) {
      unanswered -= open.front().count;
      if (round % 2) {
        for (uint32_t i = 0; i < open.front().count; i++)
          drops.add(net::DropReason::kNoDescriptor, open.front().packets[i]);
        drops.add(net::DropReason::kNoDescriptor, 1000);
        free_burst(open.front());
      } else {
        bench.out(open.front());
      }
      open.erase(open.begin());
    }
  }
  CHECK(bench.wire->counters().frames_in.value() > 400);
  CHECK(drops.lost_of[3].value() > 0);
  for (net::Burst& burst : open) free_burst(burst);
}

TEST_CASE("null wire: jumbo frames are chains, and hold no byte of another frame") {
  WireConfig config = null_config();
  config.frame.size = 9018;
  WireBench bench(config);
  for (int round = 0; round < 4; round++) {
    net::Burst burst = bench.in();
    REQUIRE(burst.count == 32);
    for (uint32_t i = 0; i < burst.count; i++) {
      net::Packet* packet = burst.packets[i];
      REQUIRE(rte_mbuf_check(packet, 1, nullptr) == 0);
      CHECK(packet->pkt_len == 9018);
      CHECK(packet->nb_segs == 5);
      std::vector<uint8_t> bytes = bytes_of(packet);
      CHECK(std::count(bytes.begin() + 64, bytes.end(), 0) == 9018 - 64);
      for (net::Packet* s = packet; s; s = s->next) std::memset(rte_pktmbuf_mtod(s, void*), 0xee, s->data_len);
    }
    bench.out(burst);
  }
  CHECK(bench.wire->counters().bytes_out.value() == 4 * 32 * 9018);
}

TEST_CASE("null wire: an empty pool holds frames back and counts none") {
  WireConfig config = null_config();
  config.frame.size = 4096;
  WireBench bench(config, 128);
  std::vector<net::Burst> held;
  for (int i = 0; i < 10; i++) held.push_back(bench.in());
  uint64_t frames = 0;
  for (net::Burst& burst : held) frames += burst.count;
  CHECK(frames == bench.wire->counters().frames_in.value());
  CHECK(frames <= 64);
  CHECK(frames >= 32);
  for (net::Burst& burst : held) free_burst(burst);
}

TEST_CASE("null wire: IMIX is 7:4:1") {
  WireConfig config = null_config();
  config.frame.imix = true;
  REQUIRE_FALSE(null_config().frame.imix);
  WireBench bench(config);
  REQUIRE(bench.wire->send({.frame = config.frame, .count = 1200, .rate_pps = 0}).ok());
  std::map<uint32_t, int> sizes;
  for (net::Burst burst = bench.in(); burst.count; burst = bench.in()) {
    for (uint32_t i = 0; i < burst.count; i++) sizes[burst.packets[i]->pkt_len]++;
    free_burst(burst);
  }
  CHECK(sizes == std::map<uint32_t, int>{{60, 700}, {590, 400}, {1514, 100}});
}
