// SPDX-License-Identifier: BSD-3-Clause
// The name of a drop depended on bystanders: a promiscuous port beside made some unknown_destination vlan_mismatch,
// though it got none of those frames.
#include <map>

#include "tests/support/catch.h"
#include "tests/support/switch_bench.h"

using namespace ringside;
using datapath::SwitchMode;
using net::DropReason;

namespace {

constexpr uint64_t kA = 0x0a00'0000'0002, kB = 0x0b00'0000'0002, kSpy = 0x0c00'0000'0002, kFar = 0xee00'0000'0002;
constexpr uint64_t kLldp = 0x0e00'00c2'8001;

struct Seen {
  std::map<std::string, uint64_t> drops;
  uint64_t overheard = 0, dropped = 0;  // frames
};

// Frames of all kinds from the uplink and from a vNIC; with or without a listener of VLAN `listens` beside.
Seen seen(bool uplink, int listens) {
  test::SwitchBench bench(SwitchMode::kVss, 511, false);
  test::SwitchSink a, b, spy, up;
  datapath::SwitchPort* pu = uplink ? &bench.plug(up, 0, {}, true) : nullptr;
  datapath::SwitchPort& pa = bench.plug(a, kA, {.vlan = 10});
  bench.plug(b, kB, {.vlan = 20});
  if (listens >= 0) bench.plug(spy, kSpy, {.vlan = uint16_t(listens), .promiscuous = true});
  spy.mode = net::ReceiveMode::kPromiscuous;
  for (int tag : {-1, 0, 0xa000, 10, 0xe00a, 20, 30, 4095})
    for (uint64_t to : {kA, kB, kFar, kLldp}) {
      if (pu) bench.send(*pu, kFar, to, tag);
      bench.send(pa, kA, to, tag);
    }
  bench.send(pa, kA, kB, -1, 13);
  const uint64_t delivered = a.tags.size() + b.tags.size() + up.tags.size() + spy.tags.size();
  CHECK(bench.sent + bench.forwarder->copied.value() == delivered + bench.forwarder->drops.total());
  CHECK(bench.pool->in_use() == 0);
  Seen result;
  result.overheard = bench.forwarder->overheard.value(), result.dropped = bench.forwarder->drops.total();
  for (size_t r = 0; r < size_t(DropReason::kCount); r++)
    if (uint64_t n = bench.dropped(DropReason(r))) result.drops[std::string(name_of(DropReason(r)))] = n;
  return result;
}

}  // namespace

TEST_CASE("drops have the same names and numbers whoever listens, and the books are exact", "[sanitize][one-thread]") {
  for (bool uplink : {true, false}) {
    const Seen alone = seen(uplink, -1);
    CHECK(alone.drops.size() == 5);
    for (int vlan : {0, 10, 20, 4095}) {
      INFO("uplink " << uplink << ", listener in VLAN " << vlan);
      const Seen beside = seen(uplink, vlan);
      // What it does not hear is dropped as before; what it hears is not lost.
      CHECK(beside.dropped + beside.overheard == alone.dropped);
      if (!beside.overheard) CHECK(beside.drops == alone.drops);
      for (const auto& [name, frames] : beside.drops) CHECK(frames <= alone.drops.at(name));
      CHECK((beside.overheard > 0) == (uplink || vlan == 10 || vlan == 4095));
    }
  }
}

TEST_CASE("a frame of another VLAN is a vlan_mismatch, an address that nobody has an unknown_destination") {
  for (int listener : {-1, 40, 4095}) {
    test::SwitchBench bench(SwitchMode::kVss);
    test::SwitchSink a, spy, up;
    datapath::SwitchPort& pu = bench.plug(up, 0, {}, true);
    bench.plug(a, kA, {.vlan = 10});
    if (listener >= 0) bench.plug(spy, kSpy, {.vlan = uint16_t(listener), .promiscuous = true});
    spy.mode = net::ReceiveMode::kPromiscuous;
    for (int tag : {-1, 0, 0xa000, 20, 4095, 30, 31}) bench.send(pu, kFar, kA, tag);
    const bool hears = listener == datapath::kTrunk;
    CHECK(bench.dropped(DropReason::kVlanMismatch) == (hears ? 0 : 7));
    bench.send(pu, kFar, kB, 10);
    CHECK(bench.dropped(DropReason::kUnknownDestination) == (hears ? 0 : 1));
    CHECK(spy.tags.size() == (hears ? 8 : 0));
    CHECK(bench.forwarder->overheard.value() == spy.tags.size());
    CHECK(bench.forwarder->copied.value() == 0);
  }
}

TEST_CASE("what a promiscuous port overhears bears its tag as it came", "[sanitize][one-thread]") {
  test::SwitchBench bench(SwitchMode::kVss);
  test::SwitchSink a, spy, up;
  datapath::SwitchPort& pu = bench.plug(up, 0, {}, true);
  bench.plug(a, kA, {.vlan = 10});
  bench.plug(spy, kSpy, {.vlan = 10, .promiscuous = true});
  spy.mode = net::ReceiveMode::kPromiscuous;
  bench.send(pu, kFar, kA, 0xe00a);
  CHECK(a.tags == std::vector<int>{-1});
  CHECK(spy.tags == std::vector<int>{0xe00a});
  bench.send(pu, kFar, kSpy, 0xe00a);  // meant for it: its port group is an access port's
  CHECK(spy.tags == std::vector<int>{0xe00a, -1});
  CHECK(bench.pool->in_use() == 0);
}
