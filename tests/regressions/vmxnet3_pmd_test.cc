// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/tcp_frames.h"
#include "tests/support/vmxnet3_driver.h"

// What DPDK's vmxnet3 driver does, from its public behaviour: it starts and stops a port without a reset between,
// saves statistics before it activates, and asks for offloads packet by packet.
namespace ringside::test {
namespace {

namespace vmxnet3 = spec::vmxnet3;
namespace cmd = vmxnet3::cmd;
namespace txd = vmxnet3::txd;
namespace rx_mode = vmxnet3::rx_mode;
using net::DropReason;

struct Pmd : Vmxnet3Driver {
  using Vmxnet3Driver::Vmxnet3Driver;

  // Stop and start again: rings are emptied and filled anew, queue control and shared area stay where they are.
  void restart() {
    command(cmd::kQuiesceDev);
    refill();
    REQUIRE(get(cmd::kActivateDev) == 0);
    command(cmd::kUpdateRxMode);
  }
  void refill() {
    for (uint16_t q = 0; q < queues; q++) {
      for (const Which which : {kTx, kTxComp, kRxComp})
        for (uint32_t i = 0; i < (which == kRxComp ? 2 : 1) * kRows; i++) row(q, which, i)[0] = row(q, which, i)[1] = 0;
      for (uint32_t i = 0; i < kRows; i++) {
        row(q, kRx, i)[1] = kBuffer | vmxnet3::rxd::kGen;
        row(q, kRx2, i)[1] = kBuffer | vmxnet3::rxd::kBody | vmxnet3::rxd::kGen;
      }
      side[q] = {};
    }
  }
  // The port's statistics as the driver adds them up: what it saved before each activation, and what the device shows.
  struct Totals {
    uint64_t tx = 0, tx_bytes = 0, rx = 0, rx_bytes = 0, tso = 0, lost = 0;
  };
  Totals shown() {
    command(cmd::kGetStats);
    Totals t;
    for (uint16_t q = 0; q < queues; q++) {
      const vmxnet3::TxStats& s = tx_desc(q).stats;
      const vmxnet3::RxStats& r = rx_desc(q).stats;
      t.tx += s.unicast_packets + s.multicast_packets + s.broadcast_packets;
      t.tx_bytes += s.unicast_bytes + s.multicast_bytes + s.broadcast_bytes;
      t.rx += r.unicast_packets + r.multicast_packets + r.broadcast_packets;
      t.rx_bytes += r.unicast_bytes + r.multicast_bytes + r.broadcast_bytes;
      t.tso += s.tso_packets, t.lost += s.discarded;
    }
    return t;
  }
};

TEST_CASE(
    "DPDK vmxnet3: counters begin at 0 with each activation, so that what the driver saved is not counted twice") {
  Pmd vm;
  vm.init(rx_mode::kUcast | rx_mode::kBcast);
  Pmd::Totals saved;
  const auto add = [&](const Pmd::Totals& t) {
    saved.tx += t.tx, saved.tx_bytes += t.tx_bytes, saved.rx += t.rx, saved.rx_bytes += t.rx_bytes;
    saved.lost += t.lost;
  };
  for (uint32_t round = 1; round <= 3; round++) {
    for (uint32_t i = 0; i < 5 * round; i++) vm.transmit({make_frame(60, i % 3 ? 2 : net::kBroadcast)});
    vm.transmit({make_frame(10, 2)});
    CHECK(vm.sent().size() == 5 * round);
    for (uint32_t i = 0; i < round; i++) vm.send({make_frame(100, i % 2 ? net::kBroadcast : GuestVmxnet3::kMac)});
    const Pmd::Totals t = vm.shown();
    CHECK(t.tx == 5 * round);
    CHECK(t.tx_bytes == 300 * round);
    CHECK(t.rx == round);
    CHECK(t.rx_bytes == 100 * round);
    CHECK(t.lost == 1);
    add(t);
    vm.restart();
    // Without asking, too: the words in memory are the device's.
    CHECK(vm.tx_desc().stats.unicast_packets + vm.tx_desc().stats.broadcast_packets == 0);
    CHECK(vm.rx_desc().stats.unicast_packets == 0);
    CHECK(vm.shown().tx == 0);
  }
  CHECK(saved.tx == 30);
  CHECK(saved.tx_bytes == 1800);
  CHECK(saved.rx == 6);
  CHECK(saved.lost == 3);
  // The machine's books go on over all activations.
  CHECK(vm.nic->tx.frames.value() == 33);
  CHECK(vm.nic->rx.frames.value() == 6);
  CHECK(vm.balanced());
}

TEST_CASE("DPDK vmxnet3: statistics tell segments from frames") {
  Pmd vm;
  vm.init();
  LargeTcp what{.payload = 10'000};
  vm.transmit(pieces_of(make_large(what), {8000}), {.mode = txd::kOmTso, .header = what.header(), .mss = 1000});
  check_segments(what, 1000, data_of(vm.sent()));
  vm.transmit({make_frame(60, 2)});
  CHECK(vm.sent().size() == 1);
  const Pmd::Totals t = vm.shown();
  CHECK(t.tso == 10);
  CHECK(t.tx == 11);
  CHECK(t.lost == 0);
}

// The queue that a TCP flow goes to, and whether its completion carries a hash.
struct Place {
  int queue = -1;
  bool hashed = false;
};
Place place_of(Pmd& vm, uint32_t flow) {
  LargeTcp what{.payload = 10, .id = uint16_t(flow)};
  Bytes frame = make_large(what);
  for (size_t i = 0; i < 6; i++) frame[i] = uint8_t(GuestVmxnet3::kMac >> 8 * i);
  frame[29] = uint8_t(flow);
  vm.send({frame});
  for (uint16_t q = 0; q < vm.queues; q++)
    if (!vm.take(q).empty())
      return {q, (vm.side[q].last_q0 >> vmxnet3::rxc::kRssTypeShift & vmxnet3::rxc::kRssTypeMask) != 0};
  return {};
}

TEST_CASE("DPDK vmxnet3: RSS follows the feature, at an activation without it and at UPDATE_FEATURE") {
  Pmd vm(4);
  vm.init();
  const auto spreads = [&] {
    bool other = false, hashed = false;
    for (uint32_t flow = 0; flow < 40; flow++) {
      const Place place = place_of(vm, flow);
      REQUIRE(place.queue >= 0);
      other |= place.queue != 0, hashed |= place.hashed;
    }
    CHECK(other == hashed);
    return other;
  };
  CHECK(spreads());
  vm.area().upt_features &= ~vmxnet3::feature::kRss;
  vm.restart();
  CHECK_FALSE(spreads());
  // A table alone switches nothing on.
  vm.get(cmd::kUpdateRssidt);
  CHECK_FALSE(spreads());
  vm.area().upt_features |= vmxnet3::feature::kRss;
  vm.command(cmd::kUpdateFeature);
  CHECK(spreads());
  vm.area().upt_features &= ~vmxnet3::feature::kRss;
  vm.command(cmd::kUpdateFeature);
  CHECK_FALSE(spreads());
  vm.area().upt_features |= vmxnet3::feature::kRss;
  vm.restart();
  CHECK(spreads());
  // Every flow to the second queue.
  memset(vm.at<vmxnet3::RssConf>(GuestVmxnet3::kRss)->table, 1, 128);
  CHECK(vm.get(cmd::kUpdateRssidt) == 0);
  for (uint32_t flow = 0; flow < 8; flow++) CHECK(place_of(vm, flow).queue == 1);
  CHECK(vm.balanced());
}

TEST_CASE("DPDK vmxnet3: UDP checksum offload, where a sum of 0 goes out as ones") {
  Pmd vm;
  vm.init();
  Bytes frame = make_frame(62, 2);
  std::fill(frame.begin() + 34, frame.end(), 0);
  frame[42] = 0xff, frame[43] = 0xff;  // with a seed of 0 the sum is 0xffff, and the checksum 0
  vm.transmit({frame}, {.mode = txd::kOmCsum, .header = 34, .mss = 40});
  const auto sent = vm.sent();
  REQUIRE(sent.size() == 1);
  CHECK(int(sent[0].data[40]) == 0xff);
  CHECK(int(sent[0].data[41]) == 0xff);
}

TEST_CASE("DPDK vmxnet3: what a segmentation cannot be is dropped by name, completed, and harms nobody",
          "[sanitize][one-thread]") {
  Pmd vm;
  vm.init();
  const LargeTcp what{.payload = 5000};
  const Bytes frame = make_large(what);
  const uint32_t header = what.header();
  Bytes udp = frame, fragment = frame, version = frame, none = make_frame(5000, 2);
  udp[23] = 17, fragment[20] = 0x20, version[14] = 0x65;
  struct Wrong {
    Bytes data;
    uint32_t header, mss;
    DropReason why;
  };
  const std::vector<Wrong> wrongs = {
      {frame, header, 0, DropReason::kBadDescriptor},
      {frame, 0, 1000, DropReason::kBadDescriptor},
      {frame, 13, 1000, DropReason::kBadDescriptor},
      {frame, header - 4, 1000, DropReason::kBadDescriptor},
      {frame, 1023, 1000, DropReason::kBadDescriptor},
      {Bytes(frame.begin(), frame.begin() + 60), header, 1000, DropReason::kBadDescriptor},
      {udp, header, 1000, DropReason::kBadDescriptor},
      {fragment, header, 1000, DropReason::kBadDescriptor},
      {version, header, 1000, DropReason::kBadDescriptor},
      {none, header, 1000, DropReason::kBadDescriptor},
      {Bytes(frame.begin(), frame.begin() + 13), header, 1000, DropReason::kRunt}};
  for (const Wrong& w : wrongs) {
    const uint64_t before = vm.tx_dropped(w.why);
    vm.transmit({w.data}, {.mode = txd::kOmTso, .header = w.header, .mss = w.mss});
    CHECK(vm.sent().empty());
    CHECK(vm.tx_dropped(w.why) == before + 1);
    CHECK(vm.completions().size() == 1);
    CHECK(vm.balanced());
  }
  // More bytes than a large frame may have, more rows than it may take, a segment longer than a frame.
  vm.transmit(std::vector<Bytes>(6, Bytes(16'000)), {.mode = txd::kOmTso, .header = header, .mss = 1000});
  CHECK(vm.sent().empty());
  CHECK(vm.tx_dropped(DropReason::kOversize) == 1);
  std::vector<Bytes> many = pieces_of(frame, std::vector<size_t>(24, 100));
  REQUIRE(many.size() == 25);
  const uint64_t bad = vm.tx_dropped(DropReason::kBadDescriptor);
  vm.transmit(many, {.mode = txd::kOmTso, .header = header, .mss = 1000});
  CHECK(vm.sent().empty());
  CHECK(vm.tx_dropped(DropReason::kBadDescriptor) == bad + 1);
  LargeTcp long_one{.payload = 40'000};
  vm.transmit(pieces_of(make_large(long_one), {16000, 16000}), {.mode = txd::kOmTso, .header = header, .mss = 16'383});
  CHECK(vm.sent().empty());
  CHECK(vm.tx_dropped(DropReason::kOversize) == 2);
  // One-byte segments: many, but no burst takes more than 32 of them.
  LargeTcp bytes{.payload = 3000};
  vm.transmit(pieces_of(make_large(bytes), {1000}), {.mode = txd::kOmTso, .header = header, .mss = 1});
  CHECK(vm.fetch().size() == 32);
  CHECK(vm.sent().size() == 2968);
  CHECK(vm.balanced());
  CHECK(vm.nic->offloads.cut.value() == 1);
}

TEST_CASE("DPDK vmxnet3: a pool that runs dry in the middle of a frame costs the segments that are left",
          "[sanitize][one-thread]") {
  Pmd vm(1, 128);
  vm.init();
  const LargeTcp what{.payload = 30'000};
  const auto put = [&] {
    vm.transmit(pieces_of(make_large(what), {15'000, 10'000}),
                {.mode = txd::kOmTso, .header = what.header(), .mss = 1000});
  };
  // The switch holds on to what it gets.
  std::vector<net::Packet*> held;
  for (int frames = 0; !vm.tx_dropped(DropReason::kPoolEmpty); frames++) {
    REQUIRE(frames < 5);
    put();
    net::Burst burst;
    vm.nic->ingress_burst(vm.turn, 0, burst);
    vm.fetched += burst.count;
    held.insert(held.end(), burst.packets, burst.packets + burst.count);
    CHECK(vm.balanced());
  }
  CHECK(held.size() % 30 != 0);
  CHECK(held.size() % 30 + vm.tx_dropped(DropReason::kPoolEmpty) == 30);
  CHECK_FALSE(vm.nic->has_work());
  for (net::Packet* packet : held) rte_pktmbuf_free(packet);
  put();
  check_segments(what, 1000, data_of(vm.sent()));
  // A reset of the function: what is still to be cut is lost by name.
  put();
  put();
  CHECK(vm.fetch().size() == 32);
  CHECK(vm.nic->in_hand() == 28);
  vm.nic->reset();
  CHECK(vm.tx_dropped(DropReason::kReset) == 28);
  CHECK(vm.nic->in_hand() == 0);
  CHECK(vm.balanced());
  CHECK(vm.pool->in_use() == 0);
}

}  // namespace
}  // namespace ringside::test
