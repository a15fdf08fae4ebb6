// SPDX-License-Identifier: BSD-3-Clause
// The thorough way and the fast way are two pieces of code for one behaviour: whatever a guest and a switch do, both
// must leave the same bytes in guest memory and the same counters. And at each step point every frame is in exactly one
// place.
#include <random>

#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"

namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;
namespace txd = e1000::txd;

uint32_t mixed_length(std::mt19937& random) {
  const uint32_t kind = random() % 10;
  return kind < 6 ? 60 : kind < 8 ? 14 + random() % 1500 : kind < 9 ? random() % 20 : random() % 9000;
}

void random_receive(GuestE1000& vm, std::mt19937& random) {
  net::Burst burst;
  for (uint32_t n = random() % 33; burst.count < n;) {
    const uint32_t kind = random() % 20, length = std::max(14u, mixed_length(random));
    const uint64_t to = kind < 15 ? GuestE1000::kMac : kind < 17 ? net::kBroadcast : random() & 0xffff'ffffu;
    burst.push(vm.packet(make_frame(length, to, random()), random() % 4 ? 2048 : 200));
    if (random() % 10 == 0) net::set_tag(burst.packets[burst.count - 1], uint16_t(random()));
    vm.given++;
  }
  vm.nic->egress_burst(vm.turn, 0, burst);
  REQUIRE(burst.left() == 0);
}

void random_transmit(GuestE1000& vm, std::mt19937& random, std::vector<Bytes>& out) {
  for (uint32_t n = random() % 10; n; n--) {
    const uint64_t address = random() % 20 ? vm.tx_buffer(random() % 64) + random() % 64 : uint64_t{random()} << 12;
    const uint64_t command =
        random() % 10 ? txd::kEop | (random() % 2 ? txd::kRs : 0) : uint64_t{random() & 0xff} << 24;
    vm.put_raw(address, (mixed_length(random) & 0xffff) | command | uint64_t{random() & 0xffff} << 40);
  }
  vm.ring_tx();
  for (Bytes& frame : vm.fetch()) out.push_back(std::move(frame));
}

void refill(GuestE1000& vm, std::mt19937& random) {
  while (vm.done(vm.rx_next)) {
    *vm.rx_row(vm.rx_next) = random() % 30  ? vm.rx_buffer(vm.rx_next)
                             : random() % 2 ? 0
                                            : ~uint64_t{0} - random() % 5000;
    vm.rx_row(vm.rx_next)[1] = 0;
    vm.rx_next = (vm.rx_next + 1) % vm.rx_rows;
  }
  vm.write(reg::kRdt, (vm.rx_next + vm.rx_rows - 1) % vm.rx_rows);
}

TEST_CASE("e1000: stepped and free leave the same bytes and counters", "[sanitize][one-thread]") {
  for (uint32_t seed = 0; seed < 40; seed++) {
    GuestE1000 free(40, 48), stepped(40, 48);
    RecordingSink sink;
    stepped.turn.sink = &sink;
    std::vector<Bytes> sent[2];
    GuestE1000* both[2] = {&free, &stepped};
    for (int which = 0; which < 2; which++) {
      std::mt19937 random(seed), filler(7);
      GuestE1000& vm = *both[which];
      for (uint64_t at = GuestE1000::kTxBuffers; at < GuestE1000::kTxBuffers + 0x30000; at += 4)
        *reinterpret_cast<uint32_t*>(vm.memory->base() + at) = uint32_t(filler());
      vm.init(seed % 2 ? e1000::rctl::kLpe : 0);
      if (seed % 3 == 0) vm.write(reg::kCtrl, e1000::ctrl::kSlu | e1000::ctrl::kVme);
      if (seed % 5 == 0) vm.write(reg::kRxcsum, 0x300);
      for (int round = 0; round < 60; round++) {
        random_receive(vm, random);
        random_transmit(vm, random, sent[which]);
        if (random() % 3 == 0) refill(vm, random);
        sink.events.clear();
      }
      REQUIRE(vm.balanced());
    }
    REQUIRE(sent[0] == sent[1]);
    REQUIRE(memcmp(free.memory->base(), stepped.memory->base(), GuestE1000::kMemory) == 0);
    for (uint32_t r = 0x4000; r < 0x4100; r += 4) REQUIRE(free.read(r) == stepped.read(r));
    for (uint32_t r : {reg::kIcr, reg::kRdh, reg::kTdh}) REQUIRE(free.read(r) == stepped.read(r));
    for (size_t i = 0; i < size_t(net::DropReason::kCount); i++) {
      CHECK(free.nic->rx_drops.by_reason[i].value() == stepped.nic->rx_drops.by_reason[i].value());
      CHECK(free.nic->tx_drops.by_reason[i].value() == stepped.nic->tx_drops.by_reason[i].value());
    }
    CHECK(free.nic->rx.errors.value() == stepped.nic->rx.errors.value());
    CHECK(free.nic->tx.errors.value() == stepped.nic->tx.errors.value());
  }
}

TEST_CASE("e1000: at every step point every frame is in exactly one place") {
  for (uint32_t seed = 100; seed < 110; seed++) {
    GuestE1000 vm(24, 48);
    vm.init(e1000::rctl::kLpe);
    RecordingSink sink;
    std::mt19937 random(seed);
    net::Burst burst;
    uint64_t points = 0;
    sink.also = [&](const StepEvent& e) {
      points++;
      if (e.ring == 1) REQUIRE(vm.nic->rx.frames.value() + vm.nic->rx_drops.total() + burst.left() == vm.given);
      if (e.ring == 2)
        REQUIRE(vm.nic->tx.frames.value() == vm.nic->tx_drops.total() + vm.fetched + burst.left() + vm.nic->in_hand());
      CHECK(e.object == vm.nic.get());
    };
    vm.turn.sink = &sink;
    for (int round = 0; round < 50; round++) {
      burst.clear();
      for (uint32_t n = random() % 33; burst.count < n; vm.given++)
        burst.push(vm.packet(make_frame(std::max(14u, mixed_length(random)), GuestE1000::kMac)));
      vm.nic->egress_burst(vm.turn, 0, burst);
      refill(vm, random);
      for (uint32_t n = random() % 40; n; n--)
        vm.put_raw(vm.tx_buffer(random() % 64), mixed_length(random) | (random() % 3 ? txd::kEop | txd::kRs : 0));
      vm.ring_tx();
      burst.clear();
      vm.nic->ingress_burst(vm.turn, 0, burst);
      while (burst.left()) rte_pktmbuf_free(burst.packets[burst.first++]), vm.fetched++;
    }
    CHECK(points > 1000);
    CHECK(vm.balanced());
  }
}

TEST_CASE("e1000: the steps of one frame each way") {
  GuestE1000 vm(8, 8);
  vm.init();
  RecordingSink sink;
  vm.turn.sink = &sink;
  net::Packet* p = vm.packet(make_frame(100, GuestE1000::kMac));
  net::trace_id(p) = 77;
  vm.send(p);
  REQUIRE(sink.events.size() == 4);
  CHECK(sink.events[0].kind == EventKind::kDeviceReadRow);
  CHECK(sink.events[1].kind == EventKind::kDeviceWriteBuffer);
  CHECK(sink.events[1].a == vm.rx_buffer(0));
  CHECK(sink.events[1].length == 100);
  CHECK(sink.events[2].kind == EventKind::kDeviceWriteBack);
  CHECK(sink.events[2].packet == 77);
  CHECK(sink.events[3].kind == EventKind::kInterrupt);
  sink.events.clear();
  vm.put(make_frame(60, 2));
  vm.ring_tx();
  net::Burst burst;
  vm.nic->ingress_burst(vm.turn, 0, burst);
  REQUIRE(sink.events.size() == 4);
  CHECK(sink.events[0].kind == EventKind::kDeviceReadRow);
  CHECK(sink.events[0].a == vm.tx_buffer(0));
  CHECK(sink.events[0].packet == 1000);
  CHECK(sink.events[1].kind == EventKind::kDeviceReadBuffer);
  CHECK(sink.events[2].kind == EventKind::kDeviceWriteBack);
  CHECK((sink.events[2].b & txd::kDd));
  CHECK(sink.events[3].kind == EventKind::kInterrupt);
  CHECK(net::trace_id(burst.packets[0]) == 1000);
  rte_pktmbuf_free(burst.packets[0]);
}

}  // namespace
}  // namespace ringside::test
