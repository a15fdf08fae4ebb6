// SPDX-License-Identifier: BSD-3-Clause
// The switch lost what it should carry: priority and DEI of a tag, and priority tags altogether.
#include "engine/datapath/pnic/vlan.h"
#include "tests/support/catch.h"
#include "tests/support/switch_bench.h"

using namespace ringside;
using datapath::SwitchMode;

namespace {

constexpr uint64_t kA = 0x0a00'0000'0002, kB = 0x0b00'0000'0002, kFar = 0xee00'0000'0002;
// No tag, priority tags with and without a priority, VLANs with PCP and DEI.
const std::vector<int> kTags = {-1, 0, 0xa000, 0x1000, 10, 0xe00a, 0xf00a, 20};

}  // namespace

TEST_CASE("tags leave a trunk and an uplink as they came, to one receiver or to many", "[sanitize][one-thread]") {
  for (SwitchMode mode : {SwitchMode::kVss, SwitchMode::kLearning}) {
    test::SwitchBench bench(mode);
    test::SwitchSink trunk, other, up;
    datapath::SwitchPort& pt = bench.plug(trunk, kA, {.vlan = datapath::kTrunk});
    bench.plug(other, kB, {.vlan = datapath::kTrunk});
    datapath::SwitchPort& pu = bench.plug(up, 0, {}, true);
    for (int tag : kTags) bench.send(pu, kFar, kA, tag);
    CHECK(trunk.tags == kTags);
    trunk.tags.clear(), other.tags.clear(), up.tags.clear();
    for (int tag : kTags) bench.send(pt, kA, kFar, tag);
    CHECK(up.tags == kTags);
    other.tags.clear();
    for (int tag : kTags) bench.send(pu, kFar, net::kBroadcast, tag);
    CHECK(trunk.tags == kTags);
    CHECK(other.tags == kTags);
    up.tags.clear();
    for (int tag : kTags) bench.send(pt, kA, net::kBroadcast, tag);
    CHECK(up.tags == kTags);
    CHECK(bench.pool->in_use() == 0);
  }
}

TEST_CASE("an access port's guest may set a priority, which leaves with its port group's VLAN",
          "[sanitize][one-thread]") {
  test::SwitchBench bench(SwitchMode::kVss);
  test::SwitchSink a, b, up;
  datapath::SwitchPort& pa = bench.plug(a, kA, {.vlan = 10});
  bench.plug(b, kB, {.vlan = 10}), bench.plug(up, 0, {}, true);
  bench.send(pa, kA, kFar, 0xa000);
  bench.send(pa, kA, kFar);
  CHECK(up.tags == std::vector<int>{0xa00a, 10});
  bench.send(pa, kA, kB, 0xa000);
  CHECK(b.tags == std::vector<int>{-1});
  bench.send(pa, kA, kFar, 0xa00a);
  CHECK(bench.dropped(net::DropReason::kVlanMismatch) == 1);
}

TEST_CASE("a tag that was taken out already is not replaced by the one behind it", "[sanitize][one-thread]") {
  test::SwitchBench bench(SwitchMode::kVss);
  net::Packet* packet = rte_pktmbuf_alloc(bench.pool->get());
  uint8_t* data = reinterpret_cast<uint8_t*>(rte_pktmbuf_append(packet, 64));
  memset(data, 0, 64);
  data[12] = 0x81, data[15] = 20;  // what af_packet gives of a frame with two tags: the kernel has the first
  net::set_tag(packet, 0);
  datapath::strip_vlan(packet);
  CHECK(test::tag_of(packet) == 0);
  CHECK(packet->pkt_len == 64);
  rte_pktmbuf_free(packet);
}
