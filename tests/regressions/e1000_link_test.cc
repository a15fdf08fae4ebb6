// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"

// The E1000's link: frames passed whatever CTRL.SLU, the PHY or RCTL.LBM said.
namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;
namespace txd = e1000::txd;

constexpr uint64_t kOther = 0x0200'0000'0052;

// By the PHY's own numbers, IEEE 802.3 22.2.4.
constexpr uint32_t kRestart = 1 << 9, kIsolate = 1 << 10, kPowerDown = 1 << 11, kNegotiate = 1 << 12,
                   kPhyLoopback = 1 << 14, kPhyReset = 1 << 15;
constexpr uint32_t kLink = 1 << 2, kNegotiated = 1 << 5;

struct Linked : GuestE1000 {
  Linked() {
    init();
    read(reg::kIcr);
  }
  uint32_t phy(uint32_t number) {
    write(reg::kMdic, e1000::mdic::kOpRead | 1u << e1000::mdic::kPhyShift | number << e1000::mdic::kRegisterShift);
    return read(reg::kMdic) & 0xffff;
  }
  void set_phy(uint32_t number, uint32_t value) {
    write(reg::kMdic,
          e1000::mdic::kOpWrite | 1u << e1000::mdic::kPhyShift | number << e1000::mdic::kRegisterShift | value);
  }
  bool up() { return read(reg::kStatus) & e1000::status::kLu; }
  uint64_t lost(const net::DropCounters& drops) const {
    uint64_t n = 0;
    for (size_t r = 0; r < net::kDropNames.size(); r++)
      if (net::kDropNames[r] == "link_down") n += drops.by_reason[r].value();
    return n;
  }
  // One frame each way. How many came through.
  uint32_t exchange() {
    const uint32_t row = put(make_frame(80, kOther));
    ring_tx();
    const uint32_t left = uint32_t(fetch().size());
    CHECK((tx_row(row)[1] & txd::kDd));
    CHECK_FALSE(nic->has_work());
    send({make_frame(90, kMac)});
    const uint32_t arrived = take().empty() ? 0 : 1;
    CHECK(balanced());
    return left + arrived;
  }
};

TEST_CASE("e1000 link: without CTRL.SLU nothing passes, and the loss has a name", "[sanitize][one-thread]") {
  Linked vm;
  CHECK(vm.up());
  CHECK(vm.exchange() == 2);
  vm.read(reg::kIcr);
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) & ~e1000::ctrl::kSlu);
  CHECK_FALSE(vm.up());
  CHECK(vm.read(reg::kIcr) == e1000::cause::kLsc);
  CHECK(vm.exchange() == 0);
  CHECK(vm.lost(vm.nic->tx_drops) == 1);
  CHECK(vm.lost(vm.nic->rx_drops) == 1);
  CHECK(vm.read(reg::kGptc) == 1);  // the one before
  CHECK(vm.read(reg::kTpr) == 1);
  vm.read(reg::kIcr);
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) | e1000::ctrl::kSlu);
  CHECK(vm.up());
  CHECK(vm.read(reg::kIcr) == e1000::cause::kLsc);
  CHECK(vm.exchange() == 2);
}

TEST_CASE("e1000 link: a PHY that is powered down or isolated has none", "[sanitize][one-thread]") {
  for (uint32_t bit : {kPowerDown, kIsolate}) {
    Linked vm;
    const uint32_t control = vm.phy(0);
    CHECK((vm.phy(1) & (kLink | kNegotiated)) == (kLink | kNegotiated));
    vm.set_phy(0, control | bit);
    CHECK((vm.phy(0) & bit) == bit);
    CHECK_FALSE(vm.up());
    CHECK(vm.read(reg::kIcr) == e1000::cause::kLsc);
    CHECK((vm.phy(1) & (kLink | kNegotiated)) == 0);
    CHECK((vm.phy(17) & 1 << 10) == 0);  // M88E1011: link, in real time
    CHECK(vm.phy(5) == 0);               // of the partner nothing is known
    CHECK(vm.exchange() == 0);
    vm.read(reg::kIcr);
    // A reset of the MAC leaves the PHY as it is.
    vm.write(reg::kCtrl, e1000::ctrl::kRst);
    vm.init();
    CHECK_FALSE(vm.up());
    CHECK(vm.exchange() == 0);
    vm.read(reg::kIcr);
    vm.set_phy(0, control);
    CHECK(vm.up());
    CHECK(vm.read(reg::kIcr) == e1000::cause::kLsc);
    CHECK((vm.phy(1) & kLink) == 0);  // once more: a fall is shown until it was read
    CHECK((vm.phy(1) & kLink) != 0);
    CHECK(vm.exchange() == 2);
  }
}

TEST_CASE("e1000 link: a new negotiation and a reset of the PHY are a change of the link") {
  Linked vm;
  vm.set_phy(0, kNegotiate | kRestart | 0x0140);
  CHECK(vm.up());
  CHECK(vm.read(reg::kIcr) == e1000::cause::kLsc);
  CHECK((vm.phy(0) & kRestart) == 0);
  vm.set_phy(0, kPowerDown);
  vm.read(reg::kIcr);
  vm.set_phy(0, kPhyReset);
  CHECK(vm.up());
  CHECK(vm.phy(0) == 0x1140);
  CHECK(vm.read(reg::kIcr) == e1000::cause::kLsc);
  vm.set_phy(0, kPowerDown);
  vm.read(reg::kIcr);
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) | e1000::ctrl::kPhyRst);
  CHECK(vm.up());
  CHECK(vm.read(reg::kIcr) == e1000::cause::kLsc);
  // Without SLU the MAC looks away.
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) & ~e1000::ctrl::kSlu);
  vm.read(reg::kIcr);
  vm.set_phy(0, kPhyReset);
  CHECK(vm.read(reg::kIcr) == 0);
  // Power on starts anew.
  vm.set_phy(0, kPowerDown);
  vm.nic->reset();
  CHECK((vm.phy(1) & kLink) != 0);
}

TEST_CASE("e1000 link: in loopback frames come back and do not leave", "[sanitize][one-thread]") {
  const int kind = GENERATE(0, 1, 2);  // RCTL.LBM: MAC, transceiver; the PHY's own
  Linked vm;
  auto set = [&](bool on) {
    const uint32_t lbm = kind == 0 ? 1u << 6 : 3u << 6;
    if (kind == 2)
      vm.set_phy(0, (vm.phy(0) & ~kPhyLoopback) | (on ? kPhyLoopback : 0));
    else
      vm.write(reg::kRctl, (vm.read(reg::kRctl) & ~(3u << 6)) | (on ? lbm : 0));
  };
  set(true);
  vm.write(reg::kIms, e1000::cause::kRxt0);
  std::vector<Bytes> sent;
  for (uint32_t i = 0; i < 40; i++) {
    // For itself, for all, and for another, whom the filter keeps out.
    sent.push_back(make_frame(60 + i, i % 3 == 0 ? GuestE1000::kMac : i % 3 == 1 ? net::kBroadcast : kOther, i));
    vm.put(sent.back());
  }
  vm.ring_tx();
  while (vm.nic->has_work()) CHECK(vm.fetch().empty());
  CHECK(vm.lines.pending() != 0);
  for (uint32_t i = 0; i < 40; i++)
    if (i % 3 != 2) REQUIRE(vm.take() == sent[i]);
  CHECK(vm.take().empty());
  const auto rx = [&] { return vm.nic->rx.frames.value() + vm.nic->rx_drops.total(); };
  CHECK(vm.nic->tx.frames.value() == 40);
  CHECK(vm.nic->tx_drops.total() == 0);
  CHECK(rx() == 40);
  // Nothing comes in from outside.
  vm.send({make_frame(80, GuestE1000::kMac)});
  CHECK(vm.take().empty());
  CHECK(vm.lost(vm.nic->rx_drops) == 1);
  set(false);
  vm.put(make_frame(80, GuestE1000::kMac));
  vm.ring_tx();
  CHECK(vm.fetch().size() == 1);
  CHECK(vm.take().empty());
}

TEST_CASE("e1000 link: the MAC's loopback needs no link") {
  Linked vm;
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) & ~e1000::ctrl::kSlu);
  vm.write(reg::kRctl, vm.read(reg::kRctl) | 1u << 6);
  const Bytes frame = make_frame(80, GuestE1000::kMac);
  vm.put(frame);
  vm.ring_tx();
  CHECK(vm.fetch().empty());
  CHECK(vm.take() == frame);
}

}  // namespace
}  // namespace ringside::test
