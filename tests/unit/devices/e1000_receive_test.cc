// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"

namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;
namespace rctl = e1000::rctl;
namespace rxd = e1000::rxd;
using net::DropReason;

uint64_t rx_dropped(const GuestE1000& vm, DropReason reason) {
  return vm.nic->rx_drops.by_reason[size_t(reason)].value();
}

TEST_CASE("e1000 receive: a frame of any length arrives whole and touches nothing else", "[sanitize][one-thread]") {
  GuestE1000 vm;
  vm.init();
  for (uint32_t length = 14; length <= 1514; length += length < 140 ? 1 : 97) {
    const Bytes frame = make_frame(length, GuestE1000::kMac, length);
    const uint64_t buffer = vm.rx_buffer(vm.rx_next);
    memset(vm.memory->base() + buffer - 8, 0xee, 2064);
    vm.send({frame});
    REQUIRE(vm.bytes(buffer - 8, 8) == Bytes(8, 0xee));
    REQUIRE(vm.bytes(buffer + length, 8) == Bytes(8, 0xee));
    const uint64_t word = vm.rx_row(vm.rx_next)[1];
    REQUIRE(word == (length | rxd::kDd | rxd::kEop | rxd::kIxsm));
    REQUIRE(vm.take() == frame);
  }
  CHECK(vm.nic->rx.frames.value() == vm.given);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 receive: rings of every allowed kind of size wrap") {
  for (uint32_t rows : {8u, 16u, 24u, 64u, 104u, 1000u, 4096u}) {
    GuestE1000 vm(rows, 8);
    vm.init();
    uint32_t seed = 0, taken = 0;
    for (uint32_t round = 0; round < 3 * rows / 7 + 3; round++) {
      std::vector<Bytes> frames;
      for (uint32_t i = 0; i < 7; i++) frames.push_back(make_frame(60 + i, GuestE1000::kMac, seed++));
      vm.send(frames);
      for (uint32_t i = 0; i < 7; i++, taken++) REQUIRE(vm.take() == make_frame(60 + i, GuestE1000::kMac, taken));
    }
    CHECK(vm.read(reg::kRdh) == taken % rows);
    CHECK(vm.nic->rx_drops.total() == 0);
    CHECK(vm.balanced());
  }
}

TEST_CASE("e1000 receive: a full ring drops by name, and counts") {
  GuestE1000 vm(8, 8);
  vm.init();
  vm.send(std::vector<Bytes>(10, make_frame(60, GuestE1000::kMac)));
  CHECK(vm.nic->rx.frames.value() == 7);
  CHECK(rx_dropped(vm, DropReason::kNoDescriptor) == 3);
  CHECK((vm.read(reg::kIcr) & (e1000::cause::kRxo | e1000::cause::kRxt0 | e1000::cause::kRxdmt0)) == 0xd0);
  CHECK(vm.read(reg::kMpc) == 3);
  CHECK(vm.read(reg::kMpc) == 0);
  CHECK(vm.read(reg::kRnbc) == 3);
  CHECK(vm.read(reg::kGprc) == 7);
  CHECK(vm.read(reg::kTpr) == 10);
  CHECK(vm.read(reg::kPrc64) == 7);
  CHECK(vm.read(reg::kGorcl) == 7 * 64);
  CHECK(vm.read(reg::kGorch) == 0);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 receive: off, without a ring, or with a ring outside the memory", "[sanitize][one-thread]") {
  GuestE1000 vm;
  const Bytes frame = make_frame(60, GuestE1000::kMac);
  vm.send({frame});
  CHECK(rx_dropped(vm, DropReason::kRxDisabled) == 1);
  vm.init();
  vm.write(reg::kRctl, 0);
  vm.send({frame});
  CHECK(rx_dropped(vm, DropReason::kRxDisabled) == 2);
  vm.init();
  vm.write(reg::kRdlen, 0);
  vm.send({frame});
  CHECK(rx_dropped(vm, DropReason::kRxDisabled) == 3);
  vm.init();
  vm.write(reg::kRdbah, 0xffffffff);
  vm.send({frame, frame});
  CHECK(rx_dropped(vm, DropReason::kDmaFault) == 2);
  vm.init();
  vm.write(reg::kRdbal, uint32_t(GuestE1000::kMemory) - 16);
  vm.send({frame});
  CHECK(rx_dropped(vm, DropReason::kDmaFault) == 3);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 receive: long frames over several rows and segments", "[sanitize][one-thread]") {
  for (uint32_t bsize : {0u, 1u << 16, 2u << 16, 3u << 16, rctl::kBsex | 3u << 16}) {
    GuestE1000 vm(256, 8);
    vm.init(rctl::kLpe | bsize);
    const uint32_t buffer = e1000::receive_buffer_bytes(rctl::kLpe | bsize);
    for (uint32_t length : {60u, 255u, 256u, 257u, 1514u, 2048u, 2049u, 4096u, 9018u}) {
      const Bytes frame = make_frame(length, GuestE1000::kMac, length);
      for (uint32_t segment : {2048u, 1000u, 97u}) {
        if (buffer > GuestE1000::kBuffer && length > GuestE1000::kBuffer) continue;  // our rows' buffers overlap then
        const uint32_t first = vm.rx_next, rows = (length + buffer - 1) / buffer;
        vm.send(vm.packet(frame, segment));
        for (uint32_t i = 0; i < rows; i++) {
          const uint64_t word = vm.rx_row((first + i) % 256)[1];
          REQUIRE(bool(word & rxd::kEop) == (i + 1 == rows));
          REQUIRE((word & rxd::kLengthMask) == (i + 1 == rows ? length - i * buffer : buffer));
        }
        REQUIRE(vm.take() == frame);
      }
    }
    CHECK(vm.nic->rx_drops.total() == 0);
    CHECK(vm.balanced());
  }
}

TEST_CASE("e1000 receive: too long, and too few rows for a long frame") {
  GuestE1000 vm(8, 8);
  vm.init();
  vm.send({make_frame(1519, GuestE1000::kMac)});
  CHECK(rx_dropped(vm, DropReason::kOversize) == 1);
  CHECK(vm.read(reg::kRoc) == 1);
  vm.init(rctl::kLpe | 3u << 16);
  vm.send({make_frame(9018, GuestE1000::kMac)});  // 36 rows, and 7 are there
  CHECK(rx_dropped(vm, DropReason::kNoDescriptor) == 1);
  for (uint32_t row = 0; row < 8; row++) CHECK_FALSE(vm.done(row));
  CHECK(vm.read(reg::kRdh) == 0);
  const Bytes fits = make_frame(7 * 256, GuestE1000::kMac);
  vm.send({fits});
  CHECK(vm.take() == fits);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 receive: address filters") {
  GuestE1000 vm(512, 8);
  const uint64_t other = 0x0200'0000'0052, group = 0x0100'5e00'0001, group2 = 0xfb00'005e'0001;
  auto arrives = [&](uint64_t destination) {
    const uint64_t before = vm.nic->rx.frames.value();
    vm.send({make_frame(60, destination)});
    return vm.nic->rx.frames.value() != before;
  };
  vm.init();
  CHECK(arrives(GuestE1000::kMac));
  CHECK(arrives(net::kBroadcast));
  CHECK_FALSE(arrives(other));
  CHECK_FALSE(arrives(group));
  vm.write(reg::kRctl, rctl::kEn | rctl::kSecrc);
  CHECK_FALSE(arrives(net::kBroadcast));
  vm.write(reg::kRctl, rctl::kEn | rctl::kSecrc | rctl::kUpe);
  CHECK(arrives(other));
  CHECK_FALSE(arrives(net::kBroadcast));
  CHECK_FALSE(arrives(group2));
  vm.write(reg::kRctl, rctl::kEn | rctl::kSecrc | rctl::kMpe);
  CHECK_FALSE(arrives(other));
  CHECK(arrives(group2));
  for (uint32_t offset = 0; offset < 4; offset++) {
    const uint32_t control = rctl::kEn | rctl::kSecrc | offset << 12, at = e1000::multicast_bit(group2, control);
    vm.write(reg::kRctl, control);
    CHECK_FALSE(arrives(group2));
    vm.write(reg::kMta + at / 32 * 4, 1u << at % 32);
    CHECK(arrives(group2));
    vm.write(reg::kMta + at / 32 * 4, 0);
  }
  vm.write(reg::kRal + 8 * 15, uint32_t(other));
  vm.write(reg::kRah + 8 * 15, uint32_t(other >> 32));
  CHECK_FALSE(arrives(other));
  vm.write(reg::kRah + 8 * 15, uint32_t(other >> 32) | e1000::kRahAv);
  CHECK(arrives(other));
  vm.write(reg::kRah, 0);
  CHECK_FALSE(arrives(GuestE1000::kMac));
  CHECK(vm.read(reg::kBprc) == 1);
  CHECK(vm.read(reg::kMprc) == 5);
  CHECK(vm.nic->rx_drops.total() == rx_dropped(vm, DropReason::kFiltered));
  CHECK(vm.balanced());
}

TEST_CASE("e1000 receive: tags are put back, or go into the descriptor") {
  GuestE1000 vm;
  vm.init();
  const Bytes frame = make_frame(60, GuestE1000::kMac);
  auto tagged = [&](uint16_t tci) {
    net::Packet* p = vm.packet(frame, 30);
    if (tci) net::set_tag(p, tci);
    vm.send(p);
  };
  tagged(0x6064);
  Bytes expected = frame;
  const uint8_t tag[4] = {0x81, 0x00, 0x60, 0x64};
  expected.insert(expected.begin() + 12, tag, tag + 4);
  CHECK(vm.take() == expected);
  vm.write(reg::kCtrl, e1000::ctrl::kSlu | e1000::ctrl::kVme);
  tagged(0x6064);
  const uint64_t word = vm.rx_row(vm.rx_next)[1];
  CHECK((word & rxd::kVp));
  CHECK(word >> 48 == 0x6064);
  CHECK(vm.take() == frame);
  vm.write(reg::kRctl, rctl::kEn | rctl::kSecrc | rctl::kVfe);
  tagged(100);
  CHECK(rx_dropped(vm, DropReason::kFiltered) == 1);
  vm.write(reg::kVfta + 100 / 32 * 4, 1u << 100 % 32);
  tagged(100);
  CHECK(vm.take() == frame);
  vm.send({frame});  // untagged frames pass the VLAN filter
  CHECK(vm.take() == frame);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 receive: checksums are looked at when RXCSUM asks") {
  GuestE1000 vm;
  vm.init();
  vm.write(reg::kRxcsum, e1000::rxcsum::kIpOffload | e1000::rxcsum::kTuOffload | 14);
  // An IPv4 UDP datagram of 8 + 4 bytes, made by hand: 10.0.0.1:1 to 10.0.0.2:2, payload "abcd".
  Bytes f = make_frame(60, GuestE1000::kMac);
  const uint8_t ip[32] = {0x45, 0, 0, 32, 0, 0, 0, 0, 64, 17, 0x66, 0xcb, 10,  0,   0,   1,
                          10,   0, 0, 2,  0, 1, 0, 2, 0,  12, 0x27, 0x0a, 'a', 'b', 'c', 'd'};
  f[12] = 8, f[13] = 0;
  std::copy(ip, ip + 32, f.begin() + 14);
  auto status = [&](const Bytes& frame) {
    vm.send({frame});
    const uint64_t word = vm.rx_row(vm.rx_next)[1];
    vm.take();
    return word & ~uint64_t{0xffff'ffff};
  };
  const uint64_t good = rxd::kDd | rxd::kEop | rxd::kIpcs | rxd::kTcpcs;
  CHECK(status(f) == good);
  f[14 + 8] = 63;
  CHECK(status(f) == (good | rxd::kIpe));
  f[14 + 8] = 64, f[14 + 28] = 'x';
  CHECK(status(f) == (good | rxd::kTcpe));
  f[14 + 26] = f[14 + 27] = 0;  // UDP without a checksum
  CHECK(status(f) == (rxd::kDd | rxd::kEop | rxd::kIpcs));
  CHECK(status(make_frame(60, GuestE1000::kMac)) == (rxd::kDd | rxd::kEop | rxd::kIxsm));
  CHECK(vm.balanced());
}

TEST_CASE("e1000 receive: null and wild buffers", "[sanitize][one-thread]") {
  GuestE1000 vm(16, 8);
  vm.init();
  const Bytes frame = make_frame(60, GuestE1000::kMac);
  *vm.rx_row(0) = 0;
  *vm.rx_row(2) = GuestE1000::kMemory - 59;
  *vm.rx_row(3) = ~uint64_t{0} - 10;
  vm.send({frame, frame, frame, frame});
  CHECK(vm.rx_row(0)[1] == rxd::kDd);  // stepped over
  CHECK((vm.rx_row(1)[1] & rxd::kEop));
  CHECK(vm.rx_row(2)[1] == (rxd::kDd | rxd::kEop | rxd::kRxe));
  CHECK(vm.rx_row(3)[1] == (rxd::kDd | rxd::kEop | rxd::kRxe));
  CHECK(vm.bytes(vm.rx_buffer(4), 60) == frame);
  CHECK(rx_dropped(vm, DropReason::kDmaFault) == 2);
  CHECK(vm.nic->rx.frames.value() == 2);
  CHECK(vm.nic->rx.errors.value() == 3);
  for (uint32_t row = 0; row < 16; row++) *vm.rx_row(row) = 0;
  vm.send({frame});
  CHECK(rx_dropped(vm, DropReason::kBadDescriptor) == 1);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 receive: buffers come back to the pool") {
  GuestE1000 vm(64, 64, 512);
  vm.init();
  net::Packet* shared = vm.packet(make_frame(60, net::kBroadcast));
  rte_mbuf_refcnt_update(shared, 1);  // as a flooded frame
  vm.send(shared);
  CHECK(vm.pool->in_use() == 1);
  rte_pktmbuf_free(shared);
  for (int i = 0; i < 100; i++)
    vm.send({make_frame(60, GuestE1000::kMac), make_frame(60, 2), make_frame(3000, GuestE1000::kMac)});
  CHECK(vm.pool->in_use() == 0);
  CHECK(vm.balanced());
}

}  // namespace
}  // namespace ringside::test
