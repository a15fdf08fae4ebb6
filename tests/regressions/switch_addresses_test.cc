// SPDX-License-Identifier: BSD-3-Clause
// The MAC table: a vSwitch lost the address of a vNIC whose bucket was full, a learning one forgot an address that
// another worker had seen a second "later", and did not say when it could not learn.
#include <random>
#include <set>

#include "tests/support/catch.h"
#include "tests/support/switch_bench.h"

using namespace ringside;
using datapath::MacTable;
using datapath::SwitchMode;

namespace {

uint64_t random_mac(std::mt19937_64& random) { return (random() & 0xffff'ffff'ffff & ~uint64_t{1}) | 2; }

// Addresses that share the home of `key` in a table of any size, since their whole hash is the same.
std::vector<uint64_t> colliding(size_t count) {
  std::vector<uint64_t> list;
  const uint32_t wanted = rte_hash_crc_8byte(MacTable::key_of(2, 0), 0) & 0xffff;
  for (uint64_t n = 0; list.size() < count; n++)
    if (uint64_t mac = 2 | n << 8; (rte_hash_crc_8byte(MacTable::key_of(mac, 0), 0) & 0xffff) == wanted)
      list.push_back(mac);
  return list;
}

// Each port of a full switch gets the frame that is addressed to it. Returns how many did not.
int lost(const std::vector<uint64_t>& macs, const std::vector<uint16_t>& vlans) {
  test::SwitchBench bench(SwitchMode::kVss);
  std::deque<test::SwitchSink> sinks;
  test::SwitchSink up;
  datapath::SwitchPort& pu = bench.plug(up, 0, {}, true);
  for (size_t i = 0; i < macs.size(); i++) bench.plug(sinks.emplace_back(), macs[i], {.vlan = vlans[i]});
  int missing = 0;
  for (size_t i = 0; i < macs.size(); i++) {
    bench.send(pu, 0xee00'0000'0002, macs[i], vlans[i] && vlans[i] != datapath::kTrunk ? vlans[i] : -1);
    missing += sinks[i].tags.size() != 1;
  }
  return missing;
}

}  // namespace

TEST_CASE("a vSwitch knows every vNIC, whatever their addresses: 3,000 random switches of 63",
          "[sanitize][one-thread]") {
  std::mt19937_64 random(9);
  int missing = 0;
  for (int n = 0; n < 3000; n++) {
    // The tables alone: a switch would only add time.
    MacTable table(4 * 64);
    std::vector<uint64_t> keys;
    for (uint16_t i = 0; i < 63; i++) {
      keys.push_back(MacTable::key_of(random_mac(random), uint16_t(random() % 4)));
      REQUIRE(table.set(keys.back(), i));
    }
    for (uint16_t i = 0; i < 63; i++) missing += table.find(keys[i]) != i;
  }
  CHECK(missing == 0);
}

TEST_CASE("full switches deliver to every port, with addresses that all fall in one bucket, too",
          "[sanitize][one-thread]") {
  std::mt19937_64 random(10);
  for (int n = 0; n < 20; n++) {
    std::vector<uint64_t> macs;
    std::vector<uint16_t> vlans;
    for (int i = 0; i < 63; i++) {
      macs.push_back(random_mac(random));
      vlans.push_back(random() % 4 == 0 ? datapath::kTrunk : uint16_t(random() % 3));
    }
    CHECK(lost(macs, vlans) == 0);
  }
  CHECK(lost(colliding(40), std::vector<uint16_t>(40, 0)) == 0);
}

TEST_CASE("when a port goes, the other ports' addresses stay", "[sanitize][one-thread]") {
  const std::vector<uint64_t> macs = colliding(12);
  test::SwitchBench bench(SwitchMode::kVss);
  std::deque<test::SwitchSink> sinks;
  std::vector<datapath::SwitchPort*> ports;
  for (uint64_t mac : macs) ports.push_back(&bench.plug(sinks.emplace_back(), mac));
  CHECK(bench.vswitch.macs() == 12);
  for (size_t gone = 0; gone + 2 < macs.size(); gone++) {
    bench.vswitch.remove_port(ports[gone]);
    for (size_t i = gone + 1; i + 1 < macs.size(); i++) {
      sinks[i].tags.clear();
      bench.send(*ports.back(), macs.back(), macs[i]);
      CHECK(sinks[i].tags.size() == 1);
    }
  }
}

TEST_CASE("another vNIC behind a port is known under its own address, and the old one is forgotten") {
  test::SwitchBench bench(SwitchMode::kVss);
  test::SwitchSink a, b, c;
  datapath::SwitchPort& pa = bench.plug(a, 0x0a00'0000'0002);
  datapath::SwitchPort& pb = bench.plug(b, 0x0b00'0000'0002);
  bench.vswitch.plug(pb, c, 0x0c00'0000'0002);
  bench.send(pa, 0x0a00'0000'0002, 0x0c00'0000'0002);
  bench.send(pa, 0x0a00'0000'0002, 0x0b00'0000'0002);
  CHECK((b.tags.empty() && c.tags.size() == 1));
  CHECK(bench.dropped(net::DropReason::kUnknownDestination) == 1);
}

TEST_CASE("an entry that another worker stamped a second later is young", "[sanitize][one-thread]") {
  MacTable table(64);
  const uint64_t key = MacTable::key_of(0x0a00'0000'0002, 0);
  REQUIRE(table.learn(key, 7, 1000, 300) == MacTable::Learned::kYes);
  CHECK(table.find(key, 999, 300) == 7);
  CHECK(table.find(key, 1300, 300) == 7);
  CHECK(table.find(key, 1301, 300) == datapath::kNoPort);
  // Nor is it thrown out for another in a full bucket.
  std::vector<uint64_t> macs = colliding(5);
  for (uint16_t i = 0; i < 4; i++)
    REQUIRE(table.learn(MacTable::key_of(macs[i], 0), i, 1000, 300) == MacTable::Learned::kYes);
  CHECK(table.learn(MacTable::key_of(macs[4], 0), 4, 999, 300) == MacTable::Learned::kFull);
  for (uint16_t i = 0; i < 4; i++) CHECK(table.find(MacTable::key_of(macs[i], 0), 999, 300) == i);
  CHECK(table.learn(MacTable::key_of(macs[4], 0), 4, 1301, 300) == MacTable::Learned::kYes);
}

TEST_CASE("a learning switch counts the frames whose address found no place, and floods what is for it",
          "[sanitize][one-thread]") {
  const std::vector<uint64_t> macs = colliding(6);
  test::SwitchBench bench(SwitchMode::kLearning);
  std::deque<test::SwitchSink> sinks;
  std::vector<datapath::SwitchPort*> ports;
  for (uint64_t mac : macs) ports.push_back(&bench.plug(sinks.emplace_back(), mac));
  for (size_t i = 0; i < macs.size(); i++) bench.send(*ports[i], macs[i], net::kBroadcast);
  CHECK(bench.forwarder->not_learned.value() == 2);
  CHECK(bench.vswitch.macs() == 4);
  for (auto& sink : sinks) sink.tags.clear();
  bench.send(*ports[0], macs[0], macs[5]);
  CHECK((sinks[5].tags.size() == 1 && sinks[4].tags.size() == 1));
}
