// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"

namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;
namespace txd = e1000::txd;
using net::DropReason;

constexpr uint64_t kOther = 0x0200'0000'0052;

uint64_t tx_dropped(const GuestE1000& vm, DropReason reason) {
  return vm.nic->tx_drops.by_reason[size_t(reason)].value();
}

TEST_CASE("e1000 transmit: a frame of any length leaves whole", "[sanitize][one-thread]") {
  GuestE1000 vm;
  vm.init();
  for (uint32_t length = 60; length <= 2048; length += length < 140 ? 1 : 97) {
    const Bytes frame = make_frame(length, kOther, length);
    const uint32_t row = vm.put(frame);
    vm.ring_tx();
    REQUIRE(vm.nic->has_work());
    const auto frames = vm.fetch();
    REQUIRE(frames.size() == 1);
    REQUIRE(frames[0] == frame);
    REQUIRE((vm.tx_row(row)[1] & txd::kDd));
    REQUIRE_FALSE(vm.nic->has_work());
  }
  CHECK(vm.balanced());
}

TEST_CASE("e1000 transmit: short frames are padded when TCTL.PSP says so") {
  GuestE1000 vm;
  vm.init();
  const Bytes frame = make_frame(42, kOther);
  vm.put(frame);
  vm.ring_tx();
  Bytes padded = frame;
  padded.resize(60);
  CHECK(vm.fetch() == std::vector<Bytes>{padded});
  vm.write(reg::kTctl, e1000::tctl::kEn);
  vm.put(frame);
  vm.ring_tx();
  CHECK(vm.fetch() == std::vector<Bytes>{frame});
}

TEST_CASE("e1000 transmit: rings of every allowed kind of size wrap") {
  for (uint32_t rows : {8u, 16u, 24u, 104u, 1000u, 4096u}) {
    GuestE1000 vm(8, rows);
    vm.init();
    uint32_t seed = 0;
    for (uint32_t round = 0; round < 3 * rows / 7 + 3; round++) {
      std::vector<Bytes> frames;
      for (uint32_t i = 0; i < 7; i++) frames.push_back(make_frame(60 + i, kOther, seed++)), vm.put(frames.back());
      vm.ring_tx();
      REQUIRE(vm.fetch() == frames);
    }
    CHECK(vm.read(reg::kTdh) == seed % rows);
    CHECK(vm.read(reg::kGptc) == seed);
    CHECK(vm.balanced());
  }
}

TEST_CASE("e1000 transmit: bursts are of 32, and TCTL starts transmission too") {
  GuestE1000 vm;
  vm.init();
  for (int i = 0; i < 50; i++) vm.put(make_frame(60, kOther, i), txd::kEop);
  vm.write(reg::kTctl, 0);
  vm.ring_tx();
  CHECK_FALSE(vm.nic->has_work());
  CHECK(vm.fetch().empty());
  const uint64_t wakes = vm.waker.wakes;
  vm.write(reg::kTctl, e1000::tctl::kEn);
  CHECK(vm.waker.wakes > wakes);
  CHECK(vm.nic->has_work());
  vm.read(reg::kIcr);
  CHECK(vm.fetch().size() == 32);
  CHECK(vm.read(reg::kIcr) == 0);
  CHECK(vm.fetch().size() == 18);
  CHECK(vm.read(reg::kIcr) == e1000::cause::kTxqe);  // nobody asked for a report
  for (uint32_t row = 0; row < 50; row++) CHECK_FALSE((vm.tx_row(row)[1] & txd::kDd));
}

TEST_CASE("e1000 transmit: frames over several rows, up to 9,018 bytes", "[sanitize][one-thread]") {
  GuestE1000 vm;
  vm.init();
  for (uint32_t length : {60u, 1514u, 2049u, 4096u, 9018u, 16384u}) {
    for (uint32_t part : {2000u, 511u, 1999u}) {
      const Bytes frame = make_frame(length, kOther, length + part);
      for (uint32_t at = 0; at < length; at += part) {
        const uint32_t n = std::min(part, length - at);
        vm.put(Bytes(frame.begin() + at, frame.begin() + at + n), at + n == length ? txd::kEop | txd::kRs : txd::kRs);
        if (at == 2 * part && at + n < length) {  // the doorbell may ring in the middle of a frame
          vm.ring_tx();
          REQUIRE(vm.fetch().empty());
          REQUIRE(vm.nic->in_hand() == 0);
        }
      }
      vm.ring_tx();
      REQUIRE(vm.fetch() == std::vector<Bytes>{frame});
      REQUIRE(vm.balanced());
    }
  }
}

TEST_CASE("e1000 transmit: tags go with the frame, never in its data") {
  GuestE1000 vm;
  vm.init();
  auto fetch_one = [&](uint16_t& tci) {
    net::Burst burst;
    vm.ring_tx();
    REQUIRE(vm.nic->ingress_burst(vm.turn, 0, burst) == 1);
    vm.fetched++;
    tci = burst.packets[0]->vlan_tci;
    const Bytes data = GuestE1000::content(burst.packets[0]);
    rte_pktmbuf_free(burst.packets[0]);
    return data;
  };
  const Bytes frame = make_frame(80, kOther);
  Bytes tagged = frame;
  const uint8_t tag[4] = {0x81, 0x00, 0x20, 0x07};
  tagged.insert(tagged.begin() + 12, tag, tag + 4);
  uint16_t tci;
  vm.put(tagged);
  CHECK(fetch_one(tci) == frame);
  CHECK(tci == 0x2007);
  vm.put(frame, txd::kEop | txd::kVle | uint64_t{0x3009} << 48);  // CTRL.VME is off
  CHECK(fetch_one(tci) == frame);
  CHECK(tci == 0);
  vm.write(reg::kCtrl, e1000::ctrl::kSlu | e1000::ctrl::kVme);
  vm.put(frame, txd::kEop | txd::kVle | uint64_t{0x3009} << 48);
  CHECK(fetch_one(tci) == frame);
  CHECK(tci == 0x3009);
  vm.put(tagged, txd::kEop | txd::kVle | uint64_t{0x3009} << 48);  // two tags: the outer one goes with the frame
  CHECK(fetch_one(tci) == tagged);
  CHECK(tci == 0x3009);
}

TEST_CASE("e1000 transmit: checksum insertion") {
  GuestE1000 vm;
  vm.init();
  for (uint32_t parts : {1u, 3u}) {
    Bytes frame = make_frame(75, kOther, 9);
    frame[40] = frame[41] = 0;
    Bytes expected = frame;
    uint32_t sum = 0;
    for (uint32_t i = 34; i < 75; i += 2) sum += frame[i] << 8 | (i + 1 < 75 ? frame[i + 1] : 0);
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    expected[40] = uint8_t(~sum >> 8), expected[41] = uint8_t(~sum);
    const uint64_t command = txd::kEop | txd::kIc | uint64_t{40} << 16 | uint64_t{34} << 40;
    for (uint32_t i = 0; i < parts; i++)
      vm.put(Bytes(frame.begin() + 25 * i * (parts > 1), i + 1 == parts ? frame.end() : frame.begin() + 25 * (i + 1)),
             i + 1 == parts ? command : 0);
    vm.ring_tx();
    CHECK(vm.fetch() == std::vector<Bytes>{expected});
  }
  // Positions outside the frame do nothing.
  const Bytes frame = make_frame(60, kOther);
  vm.put(frame, txd::kEop | txd::kIc | uint64_t{59} << 16 | uint64_t{14} << 40);
  vm.put(frame, txd::kEop | txd::kIc | uint64_t{14} << 16 | uint64_t{60} << 40);
  vm.ring_tx();
  CHECK(vm.fetch() == std::vector<Bytes>{frame, frame});
}

TEST_CASE("e1000 transmit: a guest's mistakes have names", "[sanitize][one-thread]") {
  GuestE1000 vm;
  vm.init();
  const Bytes frame = make_frame(60, kOther);
  auto send = [&](uint64_t address, uint64_t word) {
    vm.put_raw(address, word);
    vm.ring_tx();
    const auto frames = vm.fetch();
    CHECK(vm.balanced());
    return frames.size();
  };
  const uint64_t eop = txd::kEop | txd::kRs;
  CHECK(send(vm.tx_buffer(0), eop) == 0);  // length 0
  CHECK(tx_dropped(vm, DropReason::kBadDescriptor) == 1);
  CHECK(send(vm.tx_buffer(0), eop | 65535) == 0);
  CHECK(tx_dropped(vm, DropReason::kOversize) == 1);
  CHECK(send(vm.tx_buffer(0), eop | 13) == 0);
  CHECK(tx_dropped(vm, DropReason::kRunt) == 1);
  CHECK(send(GuestE1000::kMemory - 59, eop | 60) == 0);
  CHECK(send(~uint64_t{0}, eop | 60) == 0);
  CHECK(send(uint64_t{1} << 63, eop | 60) == 0);
  CHECK(tx_dropped(vm, DropReason::kDmaFault) == 3);
  CHECK(send(0, eop | 60) == 0);
  CHECK(tx_dropped(vm, DropReason::kBadDescriptor) == 2);
  CHECK(send(vm.tx_buffer(0), eop | txd::kDext | uint64_t{2} << txd::kDtypShift | 60) == 0);
  CHECK(tx_dropped(vm, DropReason::kBadDescriptor) == 3);
  const uint64_t sent = vm.nic->tx.frames.value();
  CHECK(send(vm.tx_buffer(0), txd::kDext | txd::kRs | txd::kEop) == 0);  // a context descriptor is no frame
  CHECK(vm.nic->tx.frames.value() == sent);
  CHECK((vm.tx_row(8)[1] & txd::kDd));
  // The last part of a frame is wild: the whole frame is lost, the next one goes.
  vm.put(frame, txd::kRs);
  vm.put_raw(~uint64_t{0} << 20, 100);
  CHECK(send(vm.tx_buffer(3), eop | 60) == 0);
  CHECK(tx_dropped(vm, DropReason::kDmaFault) == 4);
  vm.put(frame);
  vm.ring_tx();
  CHECK(vm.fetch() == std::vector<Bytes>{frame});
  CHECK(vm.read(reg::kGptc) == 1);
  CHECK(vm.nic->tx.frames.value() == 10);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 transmit: a ring without any EOP holds nobody", "[sanitize][one-thread]") {
  GuestE1000 vm(8, 4096, 256);
  vm.init();
  for (uint32_t i = 0; i < 4095; i++) vm.put_raw(vm.tx_buffer(0), 2048 | (i % 3 ? 0 : txd::kRs));
  vm.ring_tx();
  uint32_t turns = 0;
  for (; vm.nic->has_work(); turns++) {
    CHECK(vm.fetch().empty());
    CHECK(vm.pool->in_use() <= 64);
  }
  CHECK(turns == 16);
  vm.put_raw(vm.tx_buffer(0), 60 | txd::kEop);
  vm.ring_tx();
  CHECK(vm.fetch().empty());
  CHECK(tx_dropped(vm, DropReason::kOversize) == 1);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 transmit: rings outside the memory, tails beyond the ring", "[sanitize][one-thread]") {
  GuestE1000 vm(8, 64);
  vm.init();
  vm.write(reg::kTdbah, 0x80000000);
  vm.write(reg::kTdt, 5);
  CHECK(vm.fetch().empty());
  CHECK_FALSE(vm.nic->has_work());
  CHECK(vm.nic->tx.errors.value() == 5);
  vm.init();
  for (uint32_t row = 0; row < 64; row++) vm.put(make_frame(60, kOther, row));
  vm.write(reg::kTdt, 1000);
  CHECK(vm.read(reg::kTdt) == 63);
  CHECK(vm.nic->register_misuses() == 1);
  CHECK(vm.fetch().size() == 32);
  CHECK(vm.fetch().size() == 31);
  vm.write(reg::kTdlen, 128);  // fewer rows than head and tail say
  CHECK(vm.read(reg::kTdt) == 7);
  CHECK(vm.read(reg::kTdh) == 7);
  vm.write(reg::kTdlen, 0);
  vm.write(reg::kTdt, 3);
  CHECK(vm.read(reg::kTdt) == 3);  // kept for the ring that comes
  CHECK_FALSE(vm.nic->has_work());
  CHECK(vm.fetch().empty());
  CHECK(vm.balanced());
}

TEST_CASE("e1000 transmit: an empty pool drops by name, and recovers") {
  GuestE1000 vm(8, 256, 64);
  vm.init();
  std::vector<net::Packet*> held;
  while (net::Packet* p = rte_pktmbuf_alloc(vm.pool->get())) held.push_back(p);
  vm.put(make_frame(60, kOther));
  vm.put(make_frame(60, kOther));
  vm.ring_tx();
  CHECK(vm.fetch().empty());
  CHECK(tx_dropped(vm, DropReason::kPoolEmpty) == 2);
  CHECK(vm.nic->tx.frames.value() == 2);
  for (net::Packet* p : held) rte_pktmbuf_free(p);
  vm.put(make_frame(60, kOther));
  vm.ring_tx();
  CHECK(vm.fetch().size() == 1);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 transmit: a lost answer to a closed loop is known as that loop's, however it was lost") {
  GuestE1000 vm(8, 256, 64);
  vm.init();
  const uint64_t loop = net::mac_of_source(3);
  const auto lost = [&] { return vm.nic->tx_drops.lost_of[3].value(); };
  std::vector<net::Packet*> held;
  while (net::Packet* p = rte_pktmbuf_alloc(vm.pool->get())) held.push_back(p);
  vm.put(make_frame(60, loop));
  vm.put(make_frame(60, kOther));
  vm.ring_tx();
  CHECK(vm.fetch().empty());
  CHECK(tx_dropped(vm, DropReason::kPoolEmpty) == 2);
  CHECK(lost() == 1);
  for (net::Packet* p : held) rte_pktmbuf_free(p);
  vm.put(make_frame(10, loop));  // too short for a header
  vm.ring_tx();
  CHECK(vm.fetch().empty());
  CHECK(tx_dropped(vm, DropReason::kRunt) == 1);
  CHECK(lost() == 1);  // nobody can say whose
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) & ~spec::e1000::ctrl::kSlu);
  vm.put(make_frame(60, loop));
  vm.ring_tx();
  CHECK(vm.fetch().empty());
  CHECK(tx_dropped(vm, DropReason::kLinkDown) == 1);
  CHECK(lost() == 2);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 transmit: what a reset finds is dropped, and the pool is full again") {
  GuestE1000 vm(8, 64, 128);
  vm.init();
  vm.put(make_frame(1000, kOther), 0);
  vm.put(make_frame(2000, kOther), 0);
  vm.ring_tx();
  CHECK(vm.fetch().empty());
  CHECK(vm.pool->in_use() > 0);
  SECTION("by the guest: the worker gives up the frame at its next turn") {
    vm.write(reg::kCtrl, e1000::ctrl::kRst);
    CHECK(vm.nic->tx.frames.value() == 0);
    CHECK(vm.fetch().empty());
  }
  SECTION("by the host") { vm.nic->reset(); }
  CHECK(tx_dropped(vm, DropReason::kReset) == 1);
  CHECK(vm.balanced());
  vm.init();
  vm.put(make_frame(60, kOther));
  vm.ring_tx();
  CHECK(vm.fetch().size() == 1);
  vm.nic->reset();
  CHECK(vm.pool->in_use() == 0);
}

}  // namespace
}  // namespace ringside::test
