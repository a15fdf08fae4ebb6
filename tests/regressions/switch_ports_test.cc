// SPDX-License-Identifier: BSD-3-Clause
// A switch had 64 ports. It has 1,024, and what a burst holds does not grow with them.
#include <random>

#include "tests/support/catch.h"
#include "tests/support/switch_bench.h"

using namespace ringside;
using datapath::kMaxPorts;
using datapath::SwitchMode;

namespace {

constexpr uint64_t mac_of(uint64_t port) { return 0x02 | (port & 0xff) << 40 | (port >> 8) << 32; }

// A switch with all its places taken, each port in one of `vlans` VLANs.
struct Full : test::SwitchBench {
  Full(SwitchMode mode, uint16_t vlans) : SwitchBench(mode, 1023) {
    for (uint16_t i = 0; i < kMaxPorts; i++)
      ports.push_back(&plug(sinks.emplace_back(), mac_of(i), {.vlan = uint16_t(i % vlans)}));
  }
  std::deque<test::SwitchSink> sinks;
  std::vector<datapath::SwitchPort*> ports;
};

}  // namespace

TEST_CASE("a switch of 1,024 ports gives each its own, and has no place for another", "[sanitize][one-thread]") {
  Full bench(SwitchMode::kVss, 1);
  test::SwitchSink more;
  CHECK(bench.vswitch.add_port("more", &more, false, mac_of(5000), {}) == nullptr);
  CHECK(bench.vswitch.macs() == kMaxPorts);
  for (uint16_t i = 0; i < kMaxPorts; i++) bench.send(*bench.ports[(i + 1) % kMaxPorts], mac_of(7000), mac_of(i));
  for (auto& sink : bench.sinks) CHECK(sink.tags.size() == 1);
  CHECK(bench.forwarder->drops.total() == 0);
  CHECK(bench.pool->in_use() == 0);
}

TEST_CASE("a flood reaches every port of its VLAN once, by reference and in the order of the frames",
          "[sanitize][one-thread]") {
  for (uint16_t vlans : {1, 2, 64}) {
    Full bench(SwitchMode::kLearning, vlans);
    const size_t members = kMaxPorts / vlans;
    // Three broadcasts in one burst, told apart by their priority... of which access ports see none: by their number.
    bench.forwarder->in.clear();
    for (int n = 0; n < 3; n++) {
      net::Packet* m = rte_pktmbuf_alloc(bench.pool->get());
      memset(rte_pktmbuf_append(m, uint16_t(60 + n)), 0xff, 60u + unsigned(n));
      bench.forwarder->in.push(m);
    }
    Turn turn;
    bench.vswitch.forward(turn, *bench.forwarder, *bench.ports[0]);
    size_t reached = 0;
    for (auto& sink : bench.sinks) {
      CHECK((sink.lengths.empty() || sink.lengths == std::vector<uint32_t>{60, 61, 62}));
      reached += !sink.lengths.empty();
    }
    CHECK(bench.sinks[0].lengths.empty());
    CHECK(reached == members - 1);
    CHECK(bench.forwarder->copied.value() == 3 * (members - 2));
    CHECK(bench.pool->in_use() == 0);
  }
  // 1,024 ports do not need 1,024 bursts.
  CHECK(sizeof(datapath::Forwarder) < 32 * 1024);
}
