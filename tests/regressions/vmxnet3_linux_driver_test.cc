// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/tcp_frames.h"
#include "tests/support/vmxnet3_driver.h"

// What Linux's vmxnet3 driver does, step by step, from its public behaviour: the order of its registers and commands,
// the layout of its rows, and what it takes for granted of completions.
namespace ringside::test {
namespace {

namespace vmxnet3 = spec::vmxnet3;
namespace bar1 = vmxnet3::bar1;
namespace cmd = vmxnet3::cmd;
namespace rxc = vmxnet3::rxc;
namespace rxd = vmxnet3::rxd;
namespace txd = vmxnet3::txd;
namespace rx_mode = vmxnet3::rx_mode;
using net::DropReason;

struct Linux : Vmxnet3Driver {
  using Vmxnet3Driver::Vmxnet3Driver;

  void allow_vlan(uint16_t vid, bool allowed) {
    uint32_t& word = area().vlan_filter[vid / 32];
    word = allowed ? word | 1u << vid % 32 : word & ~(1u << vid % 32);
    command(cmd::kUpdateVlanFilters);
  }
  // Its receive ring with a large MTU: a head for each frame's beginning, and bodies behind it, in the first ring too.
  void jumbo_rows(uint32_t bodies) {
    for (uint32_t i = 0; i < kRows; i++)
      shared::store_release(row(0, kRx, i) + 1, kBuffer | (i % (bodies + 1) ? rxd::kBody : 0) | rxd::kGen);
  }
  // A completion row, looked at as the driver does before it believes it.
  struct Seen {
    uint32_t row, ring, length;
    bool sop, eop, err;
  };
  std::vector<Seen> completed() {
    std::vector<Seen> all;
    for (;;) {
      const uint64_t* comp = row(0, kRxComp, side[0].rx_comp);
      const uint64_t q1 = shared::load_acquire(comp + 1), q0 = shared::load_relaxed(comp);
      if (bool(q1 & rxc::kGen) != bool(side[0].rx_comp_gen)) return all;
      if (++side[0].rx_comp == 2 * kRows) side[0].rx_comp = 0, side[0].rx_comp_gen ^= 1;
      all.push_back({uint32_t(q0 & rxc::kIndexMask), uint32_t(q0 >> rxc::kQueueShift & rxc::kQueueMask),
                     uint32_t(q1 & rxc::kLengthMask), bool(q0 & rxc::kSop), bool(q0 & rxc::kEop),
                     bool(q1 & rxc::kErr)});
    }
  }
};

TEST_CASE("Linux vmxnet3: probe and open, in its order of registers and commands") {
  Linux vm;
  vm.init();
  vm.command(cmd::kResetDev);
  const uint32_t at = GuestVmxnet3::kBar1;
  const uint32_t revisions = vm.read(at + bar1::kVrrs);
  REQUIRE(revisions & 1);
  vm.write(at + bar1::kVrrs, 1u << 2);
  REQUIRE(vm.read(at + bar1::kUvrs) & 1);
  vm.write(at + bar1::kUvrs, 1);
  CHECK(vm.get(cmd::kGetTxDataDescSize) >= 128);
  CHECK((vm.get(cmd::kGetConfIntr) & vmxnet3::kIntrTypeMask) == vmxnet3::kIntrMsix);
  const uint64_t mac = vm.read(at + bar1::kMacl) | uint64_t{vm.read(at + bar1::kMach)} << 32;
  CHECK(mac == GuestVmxnet3::kMac);
  CHECK(vm.get(cmd::kGetLink) & 1);
  CHECK(vm.nic->register_misuses() == 0);
}

TEST_CASE("Linux vmxnet3: the tag of a frame of several rows stands in its first row") {
  Linux vm;
  vm.init();
  const Bytes frame = make_frame(900, 2);
  // Headers in the data ring's row, the rest in the socket buffer: two rows for an ordinary frame.
  const uint32_t last = vm.transmit(pieces_of(frame, {128}), {.tci = 0x6005});
  const auto sent = vm.sent();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].data == frame);
  CHECK(sent[0].tci == 0x6005);
  CHECK(vm.completions() == std::vector<uint32_t>{last});
  // A tag in the last row alone is none: those bits are not looked at there.
  vm.put(Bytes(frame.begin(), frame.begin() + 128), 0);
  vm.put(Bytes(frame.begin() + 128, frame.end()), txd::kEop | txd::kTi | uint64_t{7} << txd::kTciShift);
  const auto plain = vm.sent();
  REQUIRE(plain.size() == 1);
  CHECK(plain[0].tci == -1);
}

TEST_CASE("Linux vmxnet3: checksum offload in the first of two rows, with and without a tag") {
  Linux vm;
  vm.init();
  for (const int tci : {-1, 0x2001}) {
    LargeTcp what{.payload = 700, .id = 9};
    // The stack leaves the pseudo header's sum, with the length, in the field.
    const uint32_t l4 = what.header() - what.tcp_at() + what.payload;
    what.checksum = uint16_t((pseudo_sum(what) + l4 - 1) % 0xffff + 1);
    Bytes frame = make_large(what);
    vm.transmit(pieces_of(frame, {what.header()}),
                {.mode = txd::kOmCsum, .header = what.tcp_at(), .mss = what.tcp_at() + 16, .tci = tci});
    const auto sent = vm.sent();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].tci == tci);
    const Bytes& got = sent[0].data;
    const uint32_t pseudo = (pseudo_sum(what) + l4 - 1) % 0xffff + 1;
    CHECK(sum_of(&got[what.tcp_at()], l4, pseudo) == 0xffff);
    CHECK(got.size() == frame.size());
  }
  CHECK(vm.nic->offloads.checksums.value() == 2);
  // A place for the checksum that is not in the frame: said, counted, and nothing is written anywhere.
  for (const auto& [header, place] : {std::pair{34u, 16383u}, std::pair{1023u, 50u}, std::pair{34u, 59u}}) {
    vm.transmit({make_frame(60, 2)}, {.mode = txd::kOmCsum, .header = header, .mss = place});
    CHECK(vm.sent().empty());
  }
  CHECK(vm.tx_dropped(DropReason::kBadDescriptor) == 3);
  CHECK(vm.balanced());
}

TEST_CASE("Linux vmxnet3: TSO over a header row and page fragments", "[sanitize][one-thread]") {
  Linux vm;
  vm.init();
  for (const bool ipv6 : {false, true})
    for (const int tci : {-1, 0x0064})
      for (const uint32_t payload : {1461u, 14'600u, 65'000u}) {
        LargeTcp what{.ipv6 = ipv6, .payload = payload, .flags = 0x99};
        what.checksum = pseudo_sum(what);
        const uint64_t cut = vm.nic->offloads.cut.value(), frames = vm.nic->tx.frames.value();
        const uint32_t last =
            vm.transmit(pieces_of(make_large(what), {what.header(), 4096, 8192, 100, 16000, 16383, 16000}),
                        {.mode = txd::kOmTso, .header = what.header(), .mss = 1448, .tci = tci});
        const auto sent = vm.sent();
        check_segments(what, 1448, data_of(sent));
        for (const SentFrame& f : sent) CHECK(f.tci == tci);
        CHECK(vm.completions() == std::vector<uint32_t>{last});
        CHECK(vm.nic->offloads.cut.value() == cut + 1);
        CHECK(vm.nic->tx.frames.value() == frames + 1);  // sent once
        CHECK(vm.balanced());
      }
}

TEST_CASE("Linux vmxnet3: with a large MTU a short frame takes a head, and the bodies behind it are skipped") {
  Linux vm;
  vm.init();
  vm.jumbo_rows(2);
  const Bytes small = make_frame(300, GuestVmxnet3::kMac), large = make_frame(5000, GuestVmxnet3::kMac);
  vm.send({small, large, small});
  const auto seen = vm.completed();
  REQUIRE(seen.size() == 5);
  const uint32_t rows[] = {0, 3, 4, 5, 6};
  for (size_t i = 0; i < 5; i++) {
    CHECK(seen[i].row == rows[i]);
    CHECK(seen[i].ring == 0);
    CHECK_FALSE(seen[i].err);
    CHECK(seen[i].length > 0);
    CHECK(seen[i].sop == (i != 2 && i != 3));
    CHECK(seen[i].eop == (i != 1 && i != 2));
  }
  CHECK(vm.bytes(vm.rx_buffer(0, 0, 6), 300) == small);
  CHECK(vm.balanced());
}

TEST_CASE("Linux vmxnet3: of a frame that fails in a later row, the rows before are ordinary and the last says so") {
  Linux vm;
  vm.init();
  vm.jumbo_rows(2);
  shared::store_relaxed(vm.row(0, GuestVmxnet3::kRx, 1), GuestVmxnet3::kMemory - 8);
  vm.send({make_frame(5000, GuestVmxnet3::kMac), make_frame(60, GuestVmxnet3::kMac)});
  const auto seen = vm.completed();
  REQUIRE(seen.size() == 3);
  // The driver takes a first row of no length for one that was skipped, and then insists that it is the last, too.
  CHECK((seen[0].sop && !seen[0].eop && !seen[0].err));
  CHECK(seen[0].length == GuestVmxnet3::kBuffer);
  CHECK((!seen[1].sop && seen[1].eop && seen[1].err));
  CHECK((seen[0].row == 0 && seen[1].row == 1));
  // The ring goes on with the next head; row 2 was skipped.
  CHECK((seen[2].sop && seen[2].eop && !seen[2].err && seen[2].row == 3));
  CHECK(vm.rx_dropped(DropReason::kDmaFault) == 1);
  CHECK(vm.balanced());
  // A frame whose only row is bad: first, last, and wrong.
  shared::store_relaxed(vm.row(0, GuestVmxnet3::kRx, 6), 0);
  vm.send({make_frame(60, GuestVmxnet3::kMac)});
  const auto one = vm.completed();
  REQUIRE(one.size() == 1);
  CHECK((one[0].sop && one[0].eop && one[0].err && one[0].row == 6));
}

TEST_CASE("Linux vmxnet3: the VLAN filter holds with stripping switched off, and not in promiscuous mode") {
  Linux vm;
  for (const bool strip : {true, false}) {
    vm.init(rx_mode::kUcast | rx_mode::kBcast, strip ? vmxnet3::feature::kRxVlan : 0);
    vm.area().vlan_filter[0] = 1;  // untagged
    vm.allow_vlan(100, true);
    const Bytes frame = make_frame(60, GuestVmxnet3::kMac);
    const uint64_t filtered = vm.rx_dropped(DropReason::kFiltered);
    vm.send_tagged(frame, 0x4064);
    CHECK(vm.take().size() == (strip ? 60u : 64u));
    vm.send_tagged(frame, 0x4065);
    CHECK(vm.take().empty());
    CHECK(vm.rx_dropped(DropReason::kFiltered) == filtered + 1);
    vm.send_tagged(frame, 0xe000);  // a priority tag belongs to no VLAN
    CHECK(vm.take().size() == (strip ? 60u : 64u));
    vm.send({frame});
    CHECK(vm.take() == frame);
    vm.allow_vlan(100, false);
    vm.send_tagged(frame, 0x4064);
    CHECK(vm.take().empty());
    // Promiscuous: the driver clears the whole table.
    memset(vm.area().vlan_filter, 0, sizeof vm.area().vlan_filter);
    vm.area().rx_mode |= rx_mode::kPromisc;
    vm.command(cmd::kUpdateRxMode), vm.command(cmd::kUpdateVlanFilters);
    vm.send_tagged(frame, 0x4064);
    CHECK(vm.take().size() == (strip ? 60u : 64u));
  }
  CHECK(vm.balanced());
}

TEST_CASE(
    "Linux vmxnet3: a torn packet stops the queue, and quiesce, reset, activate start it anew; a cut frame is sent "
    "to its end",
    "[sanitize][one-thread]") {
  Linux vm;
  vm.init();
  LargeTcp what{.payload = 60'000};
  vm.transmit(pieces_of(make_large(what), {what.header(), 16000, 16000, 16000}),
              {.mode = txd::kOmTso, .header = what.header(), .mss = 1000});
  std::vector<Bytes> sent = vm.fetch();
  CHECK(sent.size() == 32);
  CHECK(vm.nic->in_hand() == 28);
  CHECK(vm.balanced());
  vm.put(make_frame(60, 2), 0);  // no end, and nothing behind it
  vm.command(cmd::kQuiesceDev);
  vm.command(cmd::kResetDev);
  // What the device has taken is on its way already.
  CHECK(vm.nic->has_work());
  for (const SentFrame& f : vm.sent()) sent.push_back(f.data);
  check_segments(what, 1000, sent);
  CHECK(vm.nic->in_hand() == 0);
  vm.init();
  vm.put(make_frame(60, 2), 0);
  CHECK(vm.sent().empty());
  CHECK(vm.tx_desc().status.stopped == 1);
  vm.write(GuestVmxnet3::kBar1 + bar1::kEcr, vmxnet3::ecr::kTqErr);
  vm.init();
  vm.transmit({make_frame(60, 2)});
  CHECK(vm.sent().size() == 1);
  CHECK(vm.balanced());
}

}  // namespace
}  // namespace ringside::test
