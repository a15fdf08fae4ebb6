// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/e1000_steps.h"
#include "tests/support/tcp_frames.h"

// What DPDK's em poll-mode driver does with an 82545EM, from the data sheet and from what the driver is seen to do. It
// sends by extended descriptors alone, learns of completions from DD, and has one context for its checksums.
namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;
namespace rxd = e1000::rxd;

constexpr uint64_t kOther = 0x0200'0000'0052;
constexpr uint32_t kRsEvery = 32;  // rows between two reports

class EmPmd : public PlayedE1000 {
 public:
  EmPmd() : PlayedE1000(128, 128) {}
  uint64_t misuses() const { return nic->register_misuses(); }

  void probe() {
    reset_hw();
    uint16_t sum = 0;
    for (uint32_t word = 0; word < 64; word++) sum = uint16_t(sum + eeprom_word(word));
    CHECK(sum == 0xbaba);
    CHECK((phy(2) << 16 | (phy(3) & 0xfff0)) == 0x01410c20);
  }

  void reset_hw() {
    write(reg::kImc, ~0u);
    write(reg::kRctl, 0);
    write(reg::kTctl, 1u << 3);
    read(reg::kStatus);
    write(reg::kCtrl, read(reg::kCtrl) | 1u << 26);
    write(reg::kManc, read(reg::kManc) & ~(1u << 13));
    write(reg::kImc, ~0u);
    read(reg::kIcr);
  }

  void start() {
    set_phy(0, phy(0) & ~(1u << 11));
    write(reg::kPba, 0x30);
    reset_hw();
    write(reg::kWuc, 0);
    for (uint32_t i = 0; i < reg::kVftaWords; i++) write(reg::kVfta + 4 * i, 0);
    write(reg::kRal, uint32_t(kMac));
    write(reg::kRah, uint32_t(kMac >> 32) | 1u << 31);
    for (uint32_t i = 0; i < reg::kMtaWords; i++) write(reg::kMta + 4 * i, 0);
    write(reg::kCtrl, (read(reg::kCtrl) | 1u << 6) & ~(1u << 11 | 1u << 12));
    set_phy(0, phy(0) | 1u << 12 | 1u << 9);
    write(reg::kVet, 0x8100);
    // Transmit, then receive, both with the tail at its first place.
    write(reg::kTdbal, uint32_t(kTxRing)), write(reg::kTdbah, 0), write(reg::kTdlen, tx_rows * 16);
    write(reg::kTdt, 0), write(reg::kTdh, 0);
    write(reg::kTxdctl, (read(reg::kTxdctl) & ~0x3f3f3fu) | 1u << 22);
    write(reg::kTctl, 1u << 1 | 1u << 3 | 1u << 24 | 0xf0 | 0x40u << 12);
    write(reg::kRctl, read(reg::kRctl) & ~(1u << 1));
    write(reg::kItr, 0xffff);
    write(reg::kRdbal, uint32_t(kRxRing)), write(reg::kRdbah, 0), write(reg::kRdlen, rx_rows * 16);
    for (uint32_t row = 0; row < rx_rows; row++) {
      shared::store_relaxed(rx_row(row), rx_buffer(row));
      shared::store_release(rx_row(row) + 1, 0);
    }
    write(reg::kRdh, 0), write(reg::kRdt, rx_rows - 1);
    write(reg::kRxcsum, 1u << 8 | 1u << 9);
    write(reg::kRctl, 1u << 1 | 1u << 15 | 1u << 26);  // EN, BAM, SECRC: this driver has the FCS stripped
    rx_next = tx_next = used_ = 0;
    reports_.clear();
    CHECK(link());
  }
  void stop() {
    reset_hw();
    set_phy(0, phy(0) | 1u << 11);
    CHECK_FALSE(link());
  }
  // What eth_link_update asks: the PHY twice, then STATUS.
  bool link() {
    phy(1);
    return phy(1) & 1u << 2 && read(reg::kStatus) & 1u << 1;
  }

  // Frames in mbufs of `part` bytes. RS once in 32 rows, and no other way to learn that one is done.
  void transmit(const Bytes& frame, uint64_t options = 0, size_t part = 2048) {
    for (size_t at = 0; at < frame.size(); at += part) {
      const size_t n = std::min(part, frame.size() - at);
      const bool last = at + n == frame.size(), report = last && ++used_ >= kRsEvery;
      used_ += last ? 0 : 1;
      if (report) reports_.push_back(tx_next), used_ = 0;
      put(Bytes(frame.begin() + long(at), frame.begin() + long(at + n)),
          ext::kData | ext::kIfcs | options | (last ? ext::kEop : 0) | (report ? ext::kRs : 0));
    }
  }
  void context(uint32_t l2, uint32_t l3, uint32_t place, bool ip, bool tcp) {
    used_++;
    put_context({.ipcss = l2,
                 .ipcso = l2 + 10,
                 .ipcse = ip ? l2 + l3 - 1 : 0,
                 .tucss = l2 + l3,
                 .tucso = place ? l2 + l3 + place : 0,
                 .command = (ip ? ext::kIp : 0) | (tcp ? ext::kTcp : 0)});
  }
  // The rows that asked for a report, all of them done: their status is cleared, as the driver does.
  bool clean() {
    for (uint32_t row : reports_) {
      if (status(row) != 1) return false;
      tx_row(row)[1] &= 0xffff'ffff;
    }
    reports_.clear();
    return true;
  }

 private:
  uint32_t used_ = 0;
  std::vector<uint32_t> reports_;
};

TEST_CASE("em PMD: probe, start, frames both ways, stop and start again", "[sanitize][one-thread]") {
  EmPmd vm;
  vm.probe();
  for (int round = 0; round < 3; round++) {
    vm.start();
    for (uint32_t burst = 0; burst < 40; burst++) {
      std::vector<Bytes> frames;
      for (uint32_t i = 0; i < 16; i++) {
        frames.push_back(make_frame(60 + 13 * i, kOther, burst * 16 + i));
        vm.transmit(frames.back(), 0, i % 4 == 3 ? 90 : 2048);
      }
      vm.ring_tx();
      REQUIRE(vm.fetch_all() == frames);
      REQUIRE(vm.clean());
      for (Bytes& frame : frames) {
        for (uint32_t i = 0; i < 6; i++) frame[i] = uint8_t(GuestE1000::kMac >> 8 * i);
        vm.send({frame});
        REQUIRE(vm.take() == frame);
      }
    }
    CHECK(vm.nic->tx_drops.total() == 0);
    vm.stop();
  }
  CHECK(vm.misuses() == 0);
  CHECK(vm.balanced());
}

TEST_CASE("em PMD: IPv4, TCP and UDP checksums, one context for many frames", "[sanitize][one-thread]") {
  EmPmd vm;
  vm.probe();
  vm.start();
  for (bool tcp : {true, false}) {
    vm.context(14, 20, tcp ? 16 : 6, true, tcp);
    std::vector<Bytes> frames;
    for (uint32_t i = 0; i < 8; i++) {
      LargeTcp what{.payload = 100 + i};
      Bytes frame = make_large(what);
      const uint32_t bytes = uint32_t(frame.size()) - 34, place = tcp ? 50 : 40;
      frame[16] = uint8_t((bytes + 20) >> 8), frame[17] = uint8_t(bytes + 20);
      frame[24] = frame[25] = 0;
      if (!tcp) frame[23] = 17, frame[38] = uint8_t(bytes >> 8), frame[39] = uint8_t(bytes);
      const uint32_t pseudo = sum_of(frame.data() + 26, 8, (tcp ? 6 : 17) + bytes);
      frame[place] = uint8_t(pseudo >> 8), frame[place + 1] = uint8_t(pseudo);
      vm.transmit(frame, ext::kIxsm | ext::kTxsm, 50);
      frames.push_back(frame);
    }
    vm.ring_tx();
    const auto sent = vm.fetch_all();
    REQUIRE(sent.size() == 8);
    for (const Bytes& frame : sent) {
      const uint32_t bytes = uint32_t(frame.size()) - 34;
      CHECK(sum_of(frame.data() + 14, 20) == 0xffff);
      CHECK(sum_of(frame.data() + 34, bytes, sum_of(frame.data() + 26, 8, (tcp ? 6 : 17) + bytes)) == 0xffff);
    }
    // What left comes in again, and the receiver finds both checksums right.
    for (Bytes frame : sent) {
      for (uint32_t i = 0; i < 6; i++) frame[i] = uint8_t(GuestE1000::kMac >> 8 * i);
      vm.send({frame});
      const uint64_t word = vm.rx_row(vm.rx_next)[1];
      CHECK((word & (rxd::kIpcs | rxd::kTcpcs)) == (rxd::kIpcs | rxd::kTcpcs));
      CHECK((word & rxd::kErrorsMask) == 0);
      CHECK(vm.take() == frame);
    }
  }
  CHECK(vm.nic->offloads.checksums.value() == 16);
  CHECK(vm.misuses() == 0);
}

TEST_CASE("em PMD: VLAN insertion and stripping", "[sanitize][one-thread]") {
  EmPmd vm;
  vm.probe();
  vm.start();
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) | 1u << 30);
  const Bytes frame = make_frame(200, kOther);
  vm.transmit(frame, ext::kVle | uint64_t{0x2005} << 48, 70);
  vm.transmit(frame, ext::kVle);  // a priority tag of 0
  vm.transmit(frame);
  vm.ring_tx();
  net::Burst burst;
  REQUIRE(vm.nic->ingress_burst(vm.turn, 0, burst) == 3);
  for (uint32_t i = 0; i < 3; i++) {
    CHECK(net::is_tagged(burst.packets[i]) == (i < 2));
    CHECK(net::tci_of(burst.packets[i]) == (i == 0 ? 0x2005 : 0));
    CHECK(GuestE1000::content(burst.packets[i]) == frame);
    rte_pktmbuf_free(burst.packets[i]);
  }
}

TEST_CASE("em PMD: its statistics, read in its order, agree", "[sanitize][one-thread]") {
  EmPmd vm;
  vm.probe();
  vm.start();
  for (uint32_t offset = reg::kCrcerrs; offset <= reg::kTsctfc; offset += 4)
    if (std::string(vm.nic->register_name(offset)) != "") vm.read(offset);
  for (uint32_t i = 0; i < 10; i++) {
    vm.send({make_frame(60, GuestE1000::kMac), make_frame(60, kOther), make_frame(1600, GuestE1000::kMac)});
    CHECK(vm.take().size() == 60);
    vm.transmit(make_frame(60, kOther));
  }
  vm.ring_tx();
  CHECK(vm.fetch_all().size() == 10);
  CHECK(vm.read(reg::kRlec) == 10);
  CHECK(vm.read(reg::kGprc) == 10);
  CHECK(vm.read(reg::kGptc) == 10);
  CHECK(vm.read(reg::kGorcl) == 640);
  CHECK(vm.read(reg::kGorch) == 0);
  CHECK(vm.read(reg::kGotcl) == 640);
  CHECK(vm.read(reg::kGotch) == 0);
  CHECK(vm.read(reg::kRoc) == 10);
  CHECK(vm.read(reg::kTorl) == 10 * (64 + 64 + 1604));
  CHECK(vm.read(reg::kTorh) == 0);
  CHECK(vm.read(reg::kTpr) == 30);
  CHECK(vm.read(reg::kGorcl) + vm.read(reg::kGotcl) + vm.read(reg::kTorl) == 0);
  CHECK(vm.misuses() == 0);
}

}  // namespace
}  // namespace ringside::test
