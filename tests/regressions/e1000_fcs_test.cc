// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"

// RCTL.SECRC (SDM 13.4.22): with 0 the frame check sequence is in the buffer and in the length. Linux's driver leaves
// it 0 and cuts four bytes off every frame; the model never wrote them, so that it cut off the frame's end.
namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;
namespace rctl = e1000::rctl;
namespace rxd = e1000::rxd;

// CRC-32 of IEEE 802.3 3.2.9, bit by bit, as it follows a frame on the wire.
Bytes with_fcs(Bytes frame) {
  uint32_t rest = ~0u;
  for (uint8_t byte : frame)
    for (int bit = 0; bit < 8; bit++) {
      const bool out = (rest ^ byte >> bit) & 1;
      rest = rest >> 1 ^ (out ? 0xedb88320 : 0);
    }
  for (int i = 0; i < 4; i++) frame.push_back(uint8_t(~rest >> 8 * i));
  return frame;
}

Bytes with_tag(Bytes frame, uint16_t tci) {
  const uint8_t tag[4] = {0x81, 0x00, uint8_t(tci >> 8), uint8_t(tci)};
  frame.insert(frame.begin() + 12, tag, tag + 4);
  return frame;
}

struct Keeping : GuestE1000 {
  explicit Keeping(uint32_t rctl = 0) {
    init();
    write(reg::kRctl, (read(reg::kRctl) & ~rctl::kSecrc) | rctl);
  }
};

TEST_CASE("e1000 FCS: the test's own CRC is the standard's") {
  const Bytes check = {'1', '2', '3', '4', '5', '6', '7', '8', '9'};  // its CRC-32 is 0xcbf43926
  CHECK(with_fcs(check) == Bytes{'1', '2', '3', '4', '5', '6', '7', '8', '9', 0x26, 0x39, 0xf4, 0xcb});
}

TEST_CASE("e1000 FCS: SECRC 0 leaves it in buffer and length, SECRC 1 strips it", "[sanitize][one-thread]") {
  Keeping vm;
  for (uint32_t length = 14; length <= 1514; length += length < 80 ? 1 : 61) {
    const Bytes frame = make_frame(length, GuestE1000::kMac, length);
    vm.send({frame});
    CHECK((vm.rx_row(vm.rx_next)[1] & rxd::kLengthMask) == length + 4);
    REQUIRE(vm.take() == with_fcs(frame));
    vm.send(vm.packet(frame, 33));  // in many segments
    REQUIRE(vm.take() == with_fcs(frame));
  }
  vm.write(reg::kRctl, vm.read(reg::kRctl) | rctl::kSecrc);
  const Bytes frame = make_frame(100, GuestE1000::kMac);
  vm.send({frame});
  CHECK(vm.take() == frame);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 FCS: of a tagged frame it is the one that was on the wire", "[sanitize][one-thread]") {
  Keeping vm;
  const Bytes frame = make_frame(200, GuestE1000::kMac);
  auto arrive = [&] {
    net::Packet* packet = vm.packet(frame, 90);
    net::set_tag(packet, 0x600a);
    vm.send(packet);
  };
  arrive();
  CHECK(vm.take() == with_fcs(with_tag(frame, 0x600a)));
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) | e1000::ctrl::kVme);
  arrive();
  const Bytes wire = with_fcs(with_tag(frame, 0x600a));
  Bytes expected = frame;
  expected.insert(expected.end(), wire.end() - 4, wire.end());
  CHECK(vm.take() == expected);
}

TEST_CASE("e1000 FCS: it may need a row of its own", "[sanitize][one-thread]") {
  // Buffers of 256 bytes: a frame of 510 bytes and its FCS fill two rows and 2 bytes of a third.
  Keeping vm(3u << rctl::kBsizeShift);
  const Bytes frame = make_frame(510, GuestE1000::kMac);
  vm.send({frame});
  CHECK((vm.rx_row(1)[1] & rxd::kEop) == 0);
  CHECK((vm.rx_row(2)[1] & rxd::kLengthMask) == 2);
  CHECK(vm.take() == with_fcs(frame));
  // The longest frame there is, in the smallest buffers: 65 rows.
  GuestE1000 big(128);
  big.init();
  big.write(reg::kRctl, rctl::kEn | rctl::kLpe | 3u << rctl::kBsizeShift);
  const Bytes jumbo = make_frame(e1000::kMaxFrame, GuestE1000::kMac);
  big.send(big.packet(jumbo));
  CHECK(big.take() == with_fcs(jumbo));
  CHECK(big.balanced());
}

// What Linux's driver does with every frame: the last four bytes are no data.
TEST_CASE("e1000 FCS: a driver that always cuts four bytes sees whole frames") {
  Keeping vm;
  const Bytes ping = make_frame(98, GuestE1000::kMac);
  for (int i = 0; i < 10; i++) {
    vm.send({ping});
    Bytes seen = vm.take();
    REQUIRE(seen.size() >= 4);
    seen.resize(seen.size() - 4);
    CHECK(seen == ping);
  }
}

}  // namespace
}  // namespace ringside::test
