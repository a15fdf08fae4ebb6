// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/e1000_steps.h"
#include "tests/support/tcp_frames.h"

// What Linux's e1000 driver does with an 82545EM, in its order, from the data sheet and from what the driver is seen to
// do: probe, reset by the I/O BAR, PHY, rings, interrupts, offloads, statistics, down and up again. It is here so that
// the real one will pass.
namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;
namespace rxd = e1000::rxd;

constexpr uint64_t kOther = 0x0200'0000'0052;
constexpr uint32_t kImsEnable = 0x9d;  // RXT0, TXDW, RXDMT0, RXSEQ, LSC
constexpr uint32_t kBuffers = 16;      // rows that are refilled before RDT is written

class LinuxE1000 : public PlayedE1000 {
 public:
  LinuxE1000() : PlayedE1000(256, 256) {}

  // Bit 31 stands for a register of the driver's that the model does not know.
  uint64_t misuses() const { return nic->register_misuses(); }
  void flush() { read(reg::kStatus); }

  void reset_hw() {
    write(reg::kImc, ~0u);
    write(reg::kRctl, 0);
    write(reg::kTctl, 1u << 3);  // PSP
    flush();
    write_io(reg::kCtrl, read(reg::kCtrl) | 1u << 26);
    write(reg::kManc, read(reg::kManc) & ~(1u << 13));  // no ARP by hardware
    write(reg::kImc, ~0u);
    read(reg::kIcr);
  }

  // Checks the EEPROM's sum, takes the address, finds the PHY.
  void probe() {
    reset_hw();
    uint16_t sum = 0;
    for (uint32_t word = 0; word < 64; word++) sum = uint16_t(sum + eeprom_word(word));
    CHECK(sum == 0xbaba);
    uint64_t mac = 0;
    for (uint32_t word = 0; word < 3; word++) mac |= uint64_t{eeprom_word(word)} << 16 * word;
    CHECK(mac == kMac);
    CHECK((phy(2) << 16 | (phy(3) & 0xfff0)) == 0x01410c20);  // M88E1011
  }

  void init_hw() {
    write(reg::kVet, 0);
    for (uint32_t i = 0; i < reg::kVftaWords; i++) write(reg::kVfta + 4 * i, 0);
    write(reg::kRal, uint32_t(kMac));
    write(reg::kRah, uint32_t(kMac >> 32) | 1u << 31);
    for (uint32_t i = 1; i < 15; i++) write(reg::kRal + 8 * i, 0), write(reg::kRah + 8 * i, 0);
    for (uint32_t i = 0; i < reg::kMtaWords; i++) write(reg::kMta + 4 * i, 0);
    set_up_link();
    write(reg::kFct, 0x8808), write(reg::kFcah, 0x0100), write(reg::kFcal, 0x00c28001);
    write(reg::kFcttv, 0xffff);
    write(reg::kFcrtl, 0), write(reg::kFcrth, 0);
    write(reg::kTxdctl, (read(reg::kTxdctl) & ~0x3f0000u) | 0x01010000);
    read_statistics();
  }

  void set_up_link() {
    write(reg::kCtrl, (read(reg::kCtrl) | 1u << 6) & ~(1u << 11 | 1u << 12));
    const uint32_t ctrl = read(reg::kCtrl);
    write(reg::kCtrl, ctrl | 1u << 31);
    flush();
    write(reg::kCtrl, ctrl);
    flush();
    set_phy(16, (phy(16) & ~0x60u) | 0x60);
    set_phy(20, phy(20) | 0x70);
    set_phy(0, phy(0) | 1u << 15);
    CHECK((phy(0) & 1u << 15) == 0);
    set_phy(4, 0x0de1);
    set_phy(9, 0x0200);
    set_phy(0, phy(0) | 1u << 12 | 1u << 9);
    phy(1);  // a fall of the link sticks: read twice
    CHECK((phy(1) & 0x24) == 0x24);
    CHECK((phy(17) >> 14) == 2);  // 1000
    CHECK((phy(17) & 1u << 13) != 0);
    write(reg::kTctl, (read(reg::kTctl) & ~0x003ff000u) | 0x40u << 12);
    CHECK((read(reg::kStatus) & 0x82) == 0x82);
  }

  void up() {
    set_phy(0, phy(0) & ~(1u << 11));  // power
    reset_hw();
    write(reg::kWuc, 0);
    init_hw();
    // Transmit: length, base, tail and head, in this order.
    write(reg::kTdlen, tx_rows * 16);
    write(reg::kTdbah, 0), write(reg::kTdbal, uint32_t(kTxRing));
    write(reg::kTdt, 0), write(reg::kTdh, 0);
    write(reg::kTipg, 0x00602008);
    write(reg::kTidv, 8), write(reg::kTadv, 32);
    write(reg::kTctl, read(reg::kTctl) | 1u << 1 | 1u << 3 | 1u << 24 | 0xf0);
    // Receive. SECRC stays 0: four bytes are cut off every frame later on.
    write(reg::kRctl, 1u << 15);
    write(reg::kRdtr, 0), write(reg::kRadv, 8);
    write(reg::kItr, 1'000'000'000 / (20'000 * 256));
    write(reg::kRdlen, rx_rows * 16);
    write(reg::kRdbah, 0), write(reg::kRdbal, uint32_t(kRxRing));
    write(reg::kRdt, 0), write(reg::kRdh, 0);
    write(reg::kRxcsum, read(reg::kRxcsum) | 1u << 9);
    write(reg::kRctl, read(reg::kRctl) | 1u << 1);
    for (uint32_t row = 0; row < rx_rows; row++) {
      shared::store_relaxed(rx_row(row), rx_buffer(row));
      shared::store_release(rx_row(row) + 1, 0);
      if (row % kBuffers == kBuffers - 1) write(reg::kRdt, row);
    }
    rx_next = tx_next = 0;
    write(reg::kIms, kImsEnable);
    flush();
    write(reg::kIcs, 1u << 2);  // looks at the link at once
    CHECK(interrupt() == 1u << 2);
  }

  void down() {
    write(reg::kRctl, read(reg::kRctl) & ~(1u << 1));
    write(reg::kTctl, read(reg::kTctl) & ~(1u << 1));
    flush();
    write(reg::kImc, ~0u);
    flush();
    reset_hw();
    init_hw();
    set_phy(0, phy(0) | 1u << 11);
    CHECK((read(reg::kStatus) & 2) == 0);
  }

  // The handler: the causes, or 0 when it was somebody else's.
  uint32_t interrupt() {
    const uint32_t causes = read(reg::kIcr);
    if (!causes) return 0;
    write(reg::kImc, ~0u);
    flush();
    write(reg::kIms, kImsEnable);
    flush();
    return causes;
  }

  // One frame, without the four bytes that the driver cuts off. `status`: of its last row.
  Bytes receive(uint64_t* status = nullptr) {
    Bytes frame;
    while (done(rx_next)) {
      const uint64_t word = shared::load_acquire(rx_row(rx_next) + 1);
      const uint8_t* from = memory->base() + shared::load_relaxed(rx_row(rx_next));
      frame.insert(frame.end(), from, from + (word & 0xffff));
      if (status) *status = word;
      shared::store_release(rx_row(rx_next) + 1, 0);
      if (rx_next % kBuffers == 0) write(reg::kRdt, rx_next ? rx_next - 1 : rx_rows - 1);
      rx_next = (rx_next + 1) % rx_rows;
      if (word & rxd::kEop) break;
    }
    if (frame.size() > 4) frame.resize(frame.size() - 4);
    return frame;
  }

  // A frame whose TCP or UDP checksum the device is to insert. Its place holds the pseudo header's sum.
  void send_checked(const Bytes& frame, uint32_t start, uint32_t offset) {
    put_context({.tucss = start, .tucso = start + offset, .command = ext::kTcp});
    put_frame(frame, ext::kTxsm | ext::kIde, 4096);
    ring_tx();
  }
  // One that it is to cut. The driver leaves four bytes for a row of their own, against early write-backs.
  uint32_t send_cut(const LargeTcp& what, uint32_t mss, uint64_t command = 0) {
    const uint32_t tcp = what.tcp_at();
    put_context({.ipcss = 14,
                 .ipcso = what.ipv6 ? 0u : 24u,
                 .ipcse = what.ipv6 ? 0 : tcp - 1,
                 .tucss = tcp,
                 .tucso = tcp + 16,
                 .paylen = what.payload,
                 .hdrlen = what.header(),
                 .mss = mss,
                 .command = ext::kTse | ext::kTcp | (what.ipv6 ? 0 : ext::kIp)});
    const Bytes frame = make_large(what);
    const uint64_t all = ext::kTse | ext::kTxsm | (what.ipv6 ? 0 : ext::kIxsm) | command;
    const size_t begin = frame.size() - 4;
    for (size_t at = 0; at < begin; at += 2048)
      put(Bytes(frame.begin() + long(at), frame.begin() + long(std::min(at + 2048, begin))), ext::kData | all);
    const uint32_t row = put(Bytes(frame.begin() + long(begin), frame.end()),
                             ext::kData | all | ext::kEop | ext::kIfcs | ext::kRs | ext::kIde);
    ring_tx();
    return row;
  }

  struct Statistics {
    uint64_t gprc, gorc, gptc, gotc, tpr, tor, rlec, roc, mpc, tsctc, tsctfc;
  };
  // Everything that the driver's two-second timer reads, once.
  Statistics read_statistics() {
    Statistics s{};
    auto pair = [this](uint32_t low) {
      const uint64_t value = read(low);
      return value | uint64_t{read(low + 4)} << 32;
    };
    for (uint32_t o : {0x4000u, 0x4010u, 0x4014u, 0x4018u, 0x401cu, 0x4020u, 0x4028u, 0x4030u, 0x4038u, 0x4040u})
      (o == 0x4010 ? s.mpc : o == 0x4040 ? s.rlec : s.tsctfc) += read(o);
    for (uint32_t o = 0x4048; o <= 0x4070; o += 4) read(o);
    s.gprc = read(0x4074), read(0x4078), read(0x407c), s.gptc = read(0x4080);
    s.gorc = pair(0x4088), s.gotc = pair(0x4090);
    for (uint32_t o : {0x40a0u, 0x40a4u, 0x40a8u, 0x40acu, 0x40b0u, 0x40b4u, 0x40b8u, 0x40bcu})
      if (const uint32_t v = read(o); o == 0x40ac) s.roc = v;
    s.tor = pair(0x40c0), pair(0x40c8), s.tpr = read(0x40d0), read(0x40d4);
    for (uint32_t o = 0x40d8; o <= 0x40f4; o += 4) read(o);
    s.tsctc = read(0x40f8), s.tsctfc += read(0x40fc);
    for (uint32_t o : {0x4004u, 0x4008u, 0x400cu, 0x4034u, 0x403cu}) read(o);
    return s;
  }
};

TEST_CASE("Linux e1000: probe, up, pings, down and up again, with no access that the model does not know",
          "[sanitize][one-thread]") {
  LinuxE1000 vm;
  vm.probe();
  for (int round = 0; round < 3; round++) {
    vm.up();
    vm.read_statistics();
    for (uint32_t i = 0; i < 40; i++) {
      const Bytes request = make_frame(98, GuestE1000::kMac, i), reply = make_frame(98, kOther, i);
      vm.send({request});
      REQUIRE(vm.receive() == request);
      vm.put_frame(reply, 0);
      vm.ring_tx();
      REQUIRE(vm.fetch() == std::vector<Bytes>{reply});
    }
    const auto s = vm.read_statistics();
    CHECK(s.gprc == 40);
    CHECK(s.gorc == 40 * 102);
    CHECK(s.tpr == 40);
    CHECK(s.tor == s.gorc);
    CHECK(s.gptc == 40);
    CHECK(s.gotc == 40 * 102);
    CHECK(s.rlec + s.roc + s.mpc + s.tsctc + s.tsctfc == 0);
    CHECK(vm.read_statistics().gorc == 0);
    vm.down();
    vm.send({make_frame(98, GuestE1000::kMac)});
    CHECK(vm.read_statistics().tpr == 0);
  }
  CHECK(vm.misuses() == 0);
  CHECK(vm.balanced());
}

TEST_CASE("Linux e1000: TCP by checksum and segmentation offload, IPv4 and IPv6", "[sanitize][one-thread]") {
  LinuxE1000 vm;
  vm.probe();
  vm.up();
  for (bool ipv6 : {false, true})
    for (uint32_t payload : {1449u, 2896u, 14480u, 40000u}) {
      LargeTcp what{.ipv6 = ipv6, .payload = payload};
      what.checksum = pseudo_sum(what);
      const uint32_t row = vm.send_cut(what, 1448);
      const auto segments = vm.fetch_all();
      REQUIRE(segments.size() == (payload + 1447) / 1448);
      check_segments(what, 1448, segments);
      CHECK((vm.tx_row(row)[1] >> 32 & 0xf) == 1);
      // An acknowledgment: a small frame with a context of its own in between.
      LargeTcp ack{.ipv6 = ipv6, .payload = 0, .flags = 0x10};
      Bytes frame = make_large(ack);
      const uint32_t tcp = ack.tcp_at(), bytes = uint32_t(frame.size()) - tcp, from = ipv6 ? 22 : 26,
                     addresses = ipv6 ? 32 : 8;
      const uint32_t pseudo = sum_of(frame.data() + from, addresses, 6 + bytes);
      frame[tcp + 16] = uint8_t(pseudo >> 8), frame[tcp + 17] = uint8_t(pseudo);
      vm.send_checked(frame, tcp, 16);
      const auto sent = vm.fetch_all();
      REQUIRE(sent.size() == 1);
      CHECK(sum_of(sent[0].data() + tcp, bytes, sum_of(sent[0].data() + from, addresses, 6 + bytes)) == 0xffff);
    }
  const auto s = vm.read_statistics();
  CHECK(s.tsctc == 8);
  CHECK(s.tsctfc == 0);
  CHECK(vm.misuses() == 0);
  CHECK(vm.nic->tx_drops.total() == 0);
  CHECK(vm.balanced());
}

TEST_CASE("Linux e1000: VLANs by descriptor, with the filter on", "[sanitize][one-thread]") {
  LinuxE1000 vm;
  vm.probe();
  vm.up();
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) | 1u << 30);
  vm.write(reg::kRctl, (vm.read(reg::kRctl) | 1u << 18) & ~(1u << 19));
  for (uint32_t id : {0u, 100u})
    vm.write(reg::kVfta + 4 * (id / 32), vm.read(reg::kVfta + 4 * (id / 32)) | 1u << id % 32);
  auto arrive = [&](uint16_t tci) {
    net::Packet* packet = vm.packet(make_frame(98, GuestE1000::kMac));
    net::set_tag(packet, tci);
    vm.send(packet);
    uint64_t status = 0;
    const Bytes frame = vm.receive(&status);
    return frame == make_frame(98, GuestE1000::kMac) && status & rxd::kVp ? int(status >> 48) : -1;
  };
  CHECK(arrive(0x6064) == 0x6064);
  CHECK(arrive(0) == 0);
  CHECK(arrive(101) == -1);
  LargeTcp what{.payload = 5000};
  what.checksum = pseudo_sum(what);
  vm.send_cut(what, 1448, ext::kVle | uint64_t{0x6064} << 48);
  net::Burst burst;
  REQUIRE(vm.nic->ingress_burst(vm.turn, 0, burst) == 4);
  for (uint32_t i = 0; i < 4; i++) {
    CHECK(net::is_tagged(burst.packets[i]));
    CHECK(burst.packets[i]->vlan_tci == 0x6064);
    rte_pktmbuf_free(burst.packets[i]);
  }
  CHECK(vm.misuses() == 0);
}

TEST_CASE("Linux e1000: ethtool's loopback test", "[sanitize][one-thread]") {
  LinuxE1000 vm;
  vm.may_loop = true;
  vm.probe();
  vm.up();
  // As for every 82545: the PHY loops back, at a forced gigabit.
  vm.set_phy(0, 0x4140);
  vm.write(reg::kCtrl, (vm.read(reg::kCtrl) & ~(3u << 8)) | 1u << 11 | 1u << 12 | 2u << 8 | 1);
  vm.write(reg::kRctl, vm.read(reg::kRctl) | 1u << 3 | 1u << 4);
  for (int round = 0; round < 2; round++) {
    for (uint32_t i = 0; i < 64; i++) vm.put(make_frame(1024, kOther, i), ext::kEop | ext::kIfcs | ext::kRs);
    vm.ring_tx();
    while (vm.nic->has_work()) CHECK(vm.fetch().empty());
    for (uint32_t i = 0; i < 64; i++) REQUIRE(vm.receive() == make_frame(1024, kOther, i));
  }
  vm.set_phy(0, 0x9140);
  vm.put(make_frame(80, kOther), ext::kEop | ext::kRs);
  vm.ring_tx();
  CHECK(vm.fetch().size() == 1);
  CHECK(vm.misuses() == 0);
}

}  // namespace
}  // namespace ringside::test
