// SPDX-License-Identifier: BSD-3-Clause
#include "engine/datapath/vswitch/vswitch.h"

#include <cstring>
#include <vector>

#include "engine/datapath/packet_pool.h"
#include "tests/support/catch.h"
#include "tests/support/eal.h"

using namespace ringside;
using namespace ringside::datapath;
using net::DropReason;

namespace {

constexpr uint64_t kA = 0x0a00'0000'0002, kB = 0x0b00'0000'0002, kC = 0x0c00'0000'0002, kFar = 0xee00'0000'0002;

// Takes everything and remembers VLAN and length.
struct Sink : net::Port {
  uint32_t ingress_burst(Turn&, uint16_t, net::Burst&) override { return 0; }
  void egress_burst(Turn&, uint16_t, net::Burst& burst) override {
    for (; burst.first < burst.count; burst.first++) {
      got.push_back(net::vlan_of(burst.packets[burst.first]));
      rte_pktmbuf_free(burst.packets[burst.first]);
    }
  }
  uint64_t effective_mac() const override { return mac; }
  net::ReceiveMode receive_mode() const override {
    return listens ? net::ReceiveMode::kPromiscuous : net::ReceiveMode::kOwn;
  }
  std::vector<int> got;
  uint64_t mac = 0;
  bool listens = false;
};

struct Bench {
  explicit Bench(SwitchMode mode) : vswitch("s0", mode) {
    test::need_eal();
    static int serial = 0;
    pool = std::move(*PacketPool::create("vswitch_test" + std::to_string(serial++), 511, false));
  }
  ~Bench() { CHECK(pool->in_use() == 0); }

  SwitchPort& plug(Sink& sink, uint64_t mac, PortRules rules = {}, bool uplink = false) {
    sink.mac = mac;
    return *vswitch.add_port("p", &sink, uplink, mac, rules);
  }
  // One frame from `in`; afterwards everything that went in is somewhere.
  void send(SwitchPort& in, uint64_t from, uint64_t to, uint16_t tag = 0, uint32_t length = 60) {
    rte_mbuf* m = rte_pktmbuf_alloc(pool->get());
    uint8_t* data = reinterpret_cast<uint8_t*>(rte_pktmbuf_append(m, uint16_t(length)));
    memset(data, 0, length);
    if (length >= 12) memcpy(data, &to, 6), memcpy(data + 6, &from, 6);
    if (tag) net::set_tag(m, tag);
    forwarder->in.clear();
    forwarder->in.push(m);
    Turn turn{.now = now};
    vswitch.forward(turn, *forwarder, in);
    CHECK(forwarder->in_hand() == 0);
  }
  uint64_t dropped(DropReason reason) const { return forwarder->drops.by_reason[size_t(reason)].value(); }

  VSwitch vswitch;
  std::unique_ptr<PacketPool> pool;
  std::unique_ptr<Forwarder> forwarder = std::make_unique<Forwarder>();
  uint64_t now = 0;
};

}  // namespace

TEST_CASE("vss: known addresses go to their vNIC, unknown ones to the uplink and nowhere else", "[datapath]") {
  Bench bench(SwitchMode::kVss);
  Sink a, b, up;
  SwitchPort& pa = bench.plug(a, kA);
  bench.plug(b, kB);
  SwitchPort& pu = bench.plug(up, 0, {}, true);
  bench.send(pa, kA, kB);
  CHECK(b.got.size() == 1);
  bench.send(pa, kA, kFar);
  CHECK(up.got.size() == 1);
  bench.send(pu, kFar, kA);
  CHECK(a.got.size() == 1);
  bench.send(pu, kFar, kC);
  CHECK(bench.dropped(DropReason::kUnknownDestination) == 1);
  bench.send(pa, kA, kA);
  CHECK(bench.dropped(DropReason::kHairpin) == 1);
  bench.send(pa, kA, kB, 0, 10);
  CHECK(bench.dropped(DropReason::kRunt) == 1);
}

TEST_CASE("a broadcast goes to everybody but the sender, and each copy is in the books", "[datapath]") {
  Bench bench(SwitchMode::kVss);
  Sink a, b, c, up;
  SwitchPort& pa = bench.plug(a, kA);
  bench.plug(b, kB), bench.plug(c, kC), bench.plug(up, 0, {}, true);
  bench.send(pa, kA, net::kBroadcast);
  CHECK((a.got.empty() && b.got.size() == 1 && c.got.size() == 1 && up.got.size() == 1));
  CHECK(bench.forwarder->copied.value() == 2);
}

TEST_CASE("VLANs: access ports see no tag, the uplink and trunks do, and none leaks into another", "[datapath]") {
  Bench bench(SwitchMode::kVss);
  Sink a, b, other, trunk, up;
  SwitchPort& pa = bench.plug(a, kA, {.vlan = 10});
  bench.plug(b, kB, {.vlan = 10}), bench.plug(other, kC, {.vlan = 20}), bench.plug(trunk, kFar + 2, {.vlan = kTrunk});
  SwitchPort& pu = bench.plug(up, 0, {}, true);
  bench.send(pa, kA, kB);
  CHECK(b.got == std::vector<int>{0});
  bench.send(pa, kA, kC);  // lives in VLAN 20: not known in 10, so it goes out, tagged
  CHECK(other.got.empty());
  CHECK(up.got == std::vector<int>{10});
  bench.send(pu, kFar, kA, 10);
  CHECK(a.got == std::vector<int>{0});
  bench.send(pu, kFar, kA, 20);
  CHECK(a.got.size() == 1);
  CHECK(bench.dropped(DropReason::kVlanMismatch) == 1);
  bench.send(pu, kFar, kFar + 2, 33);
  CHECK(trunk.got == std::vector<int>{33});
  up.got.clear(), trunk.got.clear(), b.got.clear();
  bench.send(pa, kA, net::kBroadcast);
  CHECK(b.got == std::vector<int>{0});
  CHECK(up.got == std::vector<int>{10});
  CHECK(trunk.got == std::vector<int>{10});
  CHECK(other.got.empty());
  bench.send(pa, kA, kB, 10);  // an access port's guest may not tag
  CHECK(bench.dropped(DropReason::kVlanMismatch) == 2);
}

TEST_CASE("security policies: forged transmits, MAC changes, promiscuous mode", "[datapath]") {
  Bench bench(SwitchMode::kVss);
  Sink a, b, spy, up;
  SwitchPort& pa = bench.plug(a, kA, {.mac_changes = false, .forged = false});
  bench.plug(b, kB), bench.plug(up, 0, {}, true);
  bench.plug(spy, kC, {.promiscuous = true});
  bench.send(pa, kFar, kB);
  CHECK(bench.dropped(DropReason::kForgedTransmit) == 1);
  bench.send(pa, kA, kB);
  CHECK((b.got.size() == 1 && spy.got.empty()));
  spy.listens = true;
  bench.send(pa, kA, kB);
  CHECK((b.got.size() == 2 && spy.got.size() == 1));
  a.mac = kFar;  // the guest wrote another address into RAL0
  bench.send(pa, kFar, kB);
  CHECK(bench.dropped(DropReason::kMacChanged) == 1);
}

TEST_CASE("learning: floods what it does not know, learns, forgets after 300 s", "[datapath]") {
  Bench bench(SwitchMode::kLearning);
  Sink a, b, c;
  SwitchPort& pa = bench.plug(a, kA);
  SwitchPort& pb = bench.plug(b, kB);
  bench.plug(c, kC);
  bench.send(pa, kA, kB);
  CHECK((b.got.size() == 1 && c.got.size() == 1));
  bench.send(pb, kB, kA);
  CHECK((a.got.size() == 1 && c.got.size() == 1));
  bench.send(pa, kA, kB);
  CHECK((b.got.size() == 2 && c.got.size() == 1));
  bench.now = uint64_t(400 * kVirtualHz);
  bench.send(pa, kA, kB);
  CHECK((b.got.size() == 3 && c.got.size() == 2));
}

TEST_CASE("the MAC table finds what it was told, with collisions", "[datapath]") {
  MacTable table(256);
  uint32_t kept = 0;
  for (uint64_t i = 0; i < 256; i++)
    kept += table.learn(MacTable::key_of(0x02 | i << 40, 0), uint16_t(i), 0, 0) == MacTable::Learned::kYes;
  CHECK(kept >= 250);
  uint32_t found = 0;
  for (uint64_t i = 0; i < 256; i++) {
    uint16_t port = table.find(MacTable::key_of(0x02 | i << 40, 0));
    CHECK((port == i || port == kNoPort));
    found += port == i;
  }
  CHECK(found == kept);
  CHECK(table.find(MacTable::key_of(0x02, 1)) == kNoPort);
  table.forget_port(7);
  CHECK(table.find(MacTable::key_of(0x02 | uint64_t{7} << 40, 0)) == kNoPort);
}
