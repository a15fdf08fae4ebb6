// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"

// The E1000's statistics against SDM 13.7: what was wrong were the moment at which 64-bit registers reset, octets
// without tags, totals that disagreed, length errors that were not counted, and registers that drivers read and the
// model did not know.
namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;
namespace txd = e1000::txd;

constexpr uint64_t kOther = 0x0200'0000'0052;
constexpr uint32_t kFcs = 4, kTag = 4;

void send_tagged(GuestE1000& vm, const Bytes& frame, uint16_t tci) {
  net::Packet* packet = vm.packet(frame);
  net::set_tag(packet, tci);
  vm.send(packet);
}

uint64_t read64(GuestE1000& vm, uint32_t low) {
  const uint64_t value = vm.read(low);
  return value | uint64_t{vm.read(low + 4)} << 32;
}

TEST_CASE("e1000 statistics: a 64-bit register resets when its high half is read, and only then",
          "[sanitize][one-thread]") {
  GuestE1000 vm;
  vm.init();
  vm.send({make_frame(100, GuestE1000::kMac)});
  vm.put(make_frame(200, kOther));
  vm.ring_tx();
  REQUIRE(vm.fetch().size() == 1);
  const std::pair<uint32_t, uint32_t> registers[] = {
      {reg::kGorcl, 100 + kFcs}, {reg::kTorl, 100 + kFcs}, {reg::kGotcl, 200 + kFcs}, {reg::kTotl, 200 + kFcs}};
  for (const auto& [low, octets] : registers) {
    INFO("register " << low);
    CHECK(vm.read(low) == octets);
    CHECK(vm.read(low) == octets);  // the low half alone clears nothing
    CHECK(vm.read(low + 4) == 0);
    CHECK(vm.read(low) == 0);
    CHECK(vm.read(low + 4) == 0);
  }
  vm.send({make_frame(60, GuestE1000::kMac)});
  CHECK(vm.read(reg::kGorch) == 0);  // the high half alone: the low one is gone with it
  CHECK(vm.read(reg::kGorcl) == 0);
  CHECK(vm.read(reg::kTorl) == 64);
}

TEST_CASE("e1000 statistics: octets and size classes are those of the wire, with tag and FCS",
          "[sanitize][one-thread]") {
  GuestE1000 vm;
  vm.init();
  const uint32_t vme = GENERATE(0u, e1000::ctrl::kVme);
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) | vme);
  send_tagged(vm, make_frame(60, GuestE1000::kMac), 0x2007);
  CHECK(vm.read(reg::kPrc64) == 0);
  CHECK(vm.read(reg::kPrc64 + 4) == 1);  // 68 bytes
  CHECK(read64(vm, reg::kGorcl) == 60 + kTag + kFcs);
  CHECK(read64(vm, reg::kTorl) == 60 + kTag + kFcs);
  Bytes frame = make_frame(60, kOther);
  if (!vme) frame.insert(frame.begin() + 12, {0x81, 0x00, 0x20, 0x07});
  vm.put(frame, txd::kEop | txd::kRs | txd::kVle | uint64_t{0x2007} << txd::kSpecialShift);
  vm.ring_tx();
  REQUIRE(vm.fetch().size() == 1);
  CHECK(vm.read(reg::kPtc64) == 0);
  CHECK(vm.read(reg::kPtc64 + 4) == 1);
  CHECK(read64(vm, reg::kGotcl) == 60 + kTag + kFcs);
  CHECK(read64(vm, reg::kTotl) == 60 + kTag + kFcs);
}

TEST_CASE("e1000 statistics: total packets and total octets count the same frames, wanted or not",
          "[sanitize][one-thread]") {
  GuestE1000 vm(8);
  vm.init();
  vm.send({make_frame(100, GuestE1000::kMac)});   // good
  vm.send({make_frame(300, kOther)});             // filtered
  vm.send({make_frame(1600, GuestE1000::kMac)});  // oversize
  send_tagged(vm, make_frame(80, kOther), 5);     // filtered, tagged
  CHECK(vm.read(reg::kTpr) == 4);
  CHECK(read64(vm, reg::kTorl) == 100 + 300 + 1600 + 80 + kTag + 4 * kFcs);
  CHECK(vm.read(reg::kGprc) == 1);
  CHECK(read64(vm, reg::kGorcl) == 100 + kFcs);
  // Missed for want of a descriptor: received all the same.
  for (int i = 0; i < 8; i++) vm.send({make_frame(60, GuestE1000::kMac)});
  CHECK(vm.read(reg::kMpc) == 2);
  CHECK(vm.read(reg::kTpr) == 8);
  CHECK(read64(vm, reg::kTorl) == 8 * 64);
  // A receiver that is off counts nothing.
  vm.write(reg::kRctl, 0);
  vm.send({make_frame(60, GuestE1000::kMac)});
  CHECK(vm.read(reg::kTpr) == 0);
  CHECK(read64(vm, reg::kTorl) == 0);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 statistics: length errors are counted, too long and too short") {
  GuestE1000 vm;
  vm.init();
  vm.send({make_frame(1519, GuestE1000::kMac), make_frame(10, GuestE1000::kMac)});
  CHECK(vm.read(reg::kRlec) == 2);
  CHECK(vm.read(reg::kRoc) == 1);
  CHECK(vm.read(reg::kRuc) == 1);
  CHECK(vm.read(reg::kRlec) == 0);
}

TEST_CASE("e1000 statistics: no register that Linux's or DPDK's driver reads is a misuse") {
  GuestE1000 vm;
  vm.init();
  const uint64_t before = vm.nic->register_misuses();
  // What their statistics and "clear all counters" paths go through on an 82545EM: 0x4000 to 0x40fc with the holes of
  // SDM table 13-2, management counters included.
  for (uint32_t offset = reg::kCrcerrs; offset <= reg::kTsctfc; offset += 4) {
    const bool hole = offset == 0x4024 || offset == 0x402c || offset == 0x4044 || offset == 0x4084 ||
                      offset == 0x4098 || offset == 0x409c;
    if (!hole) vm.read(offset);
  }
  CHECK(vm.nic->register_misuses() == before);
  CHECK(std::string(vm.nic->register_name(0x40b4)) == "MGTPRC");
  CHECK(std::string(vm.nic->register_name(0x40b8)) == "MGTPDC");
  CHECK(std::string(vm.nic->register_name(0x40bc)) == "MGTPTC");
}

}  // namespace
}  // namespace ringside::test
