// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/guest_vmxnet3.h"

namespace ringside::test {
namespace {

namespace vmxnet3 = spec::vmxnet3;
namespace rxc = vmxnet3::rxc;
namespace rx_mode = vmxnet3::rx_mode;
using net::DropReason;

uint64_t rx_drops_of(const GuestVmxnet3& vm, DropReason reason) {
  return vm.nic->rx_drops.by_reason[size_t(reason)].value();
}

TEST_CASE("vmxnet3 receive: frames of one row, many rounds of both rings") {
  GuestVmxnet3 vm;
  vm.init();
  for (uint32_t i = 0; i < 5 * GuestVmxnet3::kRows; i++) {
    const Bytes frame = make_frame(60 + i % 1400, GuestVmxnet3::kMac, i);
    vm.send({frame});
    CHECK(vm.take() == frame);
  }
  CHECK(vm.take().empty());
  CHECK(vm.balanced());
}

TEST_CASE("vmxnet3 receive: a long frame begins in the first ring and goes on in the second") {
  GuestVmxnet3 vm;
  vm.init();
  for (uint32_t i = 0; i < 40; i++) {
    const Bytes frame = make_frame(9018, GuestVmxnet3::kMac, i);
    vm.send({frame});
    CHECK(vm.take() == frame);
    CHECK((vm.side[0].last_q0 >> rxc::kQueueShift & rxc::kQueueMask) ==
          1);  // queue 0 of the second ring, one queue in all
  }
  CHECK(vm.nic->rx.descriptors.value() == 200);
  CHECK(vm.balanced());
}

TEST_CASE("vmxnet3 receive: no row, no frame; and nothing of it is written") {
  GuestVmxnet3 vm;
  vm.init();
  std::vector<Bytes> many(GuestVmxnet3::kRows + 5, make_frame(60, GuestVmxnet3::kMac));
  vm.send(many);
  CHECK(rx_drops_of(vm, DropReason::kNoDescriptor) == 5);
  for (uint32_t i = 0; i < GuestVmxnet3::kRows; i++) CHECK(vm.take() == many[0]);
  CHECK(vm.take().empty());
  // The second ring runs dry in the middle of a frame.
  for (int i = 0; i < 16; i++) vm.send({make_frame(9018, GuestVmxnet3::kMac)});
  vm.send({make_frame(9018, GuestVmxnet3::kMac)});
  CHECK(rx_drops_of(vm, DropReason::kNoDescriptor) == 6);
  for (int i = 0; i < 16; i++) CHECK(vm.take().size() == 9018);
  CHECK(vm.take().empty());
  CHECK(vm.balanced());
}

TEST_CASE("vmxnet3 receive: filters by mode, and what is too long or too short") {
  GuestVmxnet3 vm;
  vm.init(rx_mode::kUcast, 0, 1500);
  vm.send({make_frame(60, 0x1234), make_frame(60, net::kBroadcast), make_frame(60, 0x01),
           make_frame(1519, GuestVmxnet3::kMac), make_frame(1518, GuestVmxnet3::kMac)});
  CHECK(rx_drops_of(vm, DropReason::kFiltered) == 3);
  CHECK(rx_drops_of(vm, DropReason::kOversize) == 1);
  CHECK(vm.take().size() == 1518);
  vm.area().rx_mode = rx_mode::kPromisc;
  vm.command(vmxnet3::cmd::kUpdateRxMode);
  CHECK(vm.nic->receive_mode() == net::ReceiveMode::kPromiscuous);
  vm.send({make_frame(60, 0x1234), make_frame(60, net::kBroadcast)});
  CHECK(vm.take().size() == 60);
  CHECK(vm.take().size() == 60);
  vm.area().rx_mode = rx_mode::kMcast;
  const uint8_t group[6] = {0x01, 0, 0x5e, 0, 0, 7};
  memcpy(vm.memory->base() + 0xc000, group, 6);
  vm.area().multicast_table = 0xc000, vm.area().multicast_bytes = 6;
  vm.command(vmxnet3::cmd::kUpdateMacFilters);
  vm.send({make_frame(60, 0x0700'005e'0001), make_frame(60, 0x0800'005e'0001)});
  CHECK(vm.take().size() == 60);
  CHECK(vm.take().empty());
  vm.command(vmxnet3::cmd::kQuiesceDev);
  vm.send({make_frame(60, GuestVmxnet3::kMac)});
  CHECK(rx_drops_of(vm, DropReason::kRxDisabled) == 1);
  CHECK(vm.balanced());
}

TEST_CASE("vmxnet3 receive: a tag is stripped where the driver asks for it, else it stands in the data") {
  GuestVmxnet3 vm;
  for (bool strip : {false, true}) {
    vm.init(rx_mode::kUcast, strip ? vmxnet3::feature::kRxVlan : 0);
    vm.area().vlan_filter[0] = 1u << 7;
    vm.command(vmxnet3::cmd::kUpdateVlanFilters);
    net::Burst burst;
    burst.push(make_packet(vm.pool->get(), make_frame(60, GuestVmxnet3::kMac)));
    net::set_tag(burst.packets[0], 0x2007);
    vm.given++;
    vm.nic->egress_burst(vm.turn, 0, burst);
    const Bytes got = vm.take();
    REQUIRE(got.size() == (strip ? 60u : 64u));
    if (strip) {
      CHECK(vm.side[0].last_q1 & rxc::kTs);
      CHECK((vm.side[0].last_q1 >> rxc::kTciShift & 0xffff) == 0x2007);
    } else {
      CHECK(got[12] == 0x81);
      CHECK(got[15] == 0x07);
    }
  }
  CHECK(vm.balanced());
}

TEST_CASE("vmxnet3 receive: rows that make no sense come back with an error, and the host is unharmed") {
  GuestVmxnet3 vm;
  vm.init();
  shared::store_relaxed(vm.row(0, GuestVmxnet3::kRx, 0), GuestVmxnet3::kMemory - 8);
  shared::store_release(vm.row(0, GuestVmxnet3::kRx, 1) + 1, 2048 | vmxnet3::rxd::kBody | vmxnet3::rxd::kGen);
  vm.send({make_frame(60, GuestVmxnet3::kMac), make_frame(60, GuestVmxnet3::kMac), make_frame(60, GuestVmxnet3::kMac)});
  CHECK(rx_drops_of(vm, DropReason::kDmaFault) == 1);
  CHECK(vm.nic->rx.frames.value() == 2);  // a body where a frame should begin is skipped
  vm.take();
  CHECK(vm.side[0].last_q1 & rxc::kErr);
  for (const uint32_t row : {2u, 3u}) {
    CHECK(vm.take().size() == 60);
    CHECK((vm.side[0].last_q0 & rxc::kIndexMask) == row);
  }
  CHECK(vm.balanced());
}

TEST_CASE("Toeplitz: the test vectors that came with the definition of receive-side scaling") {
  const uint8_t key[40] = {0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
                           0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
                           0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa};
  const net::ToeplitzKey ready = net::ready_key(key);
  uint32_t words[3] = {0x420995bb /* 66.9.149.187 */, 0xa18e6450 /* 161.142.100.80 */, 2794u << 16 | 1766};
  CHECK(net::toeplitz(words, 3, ready) == 0x51ccc178);
  CHECK(net::toeplitz(words, 2, ready) == 0x323e8fc2);
}

TEST_CASE("vmxnet3 receive: RSS spreads flows over queues, keeps each in its own and in order, and tells the hash") {
  GuestVmxnet3 vm(4);
  vm.init();
  vm.area().command_info[0] = vmxnet3::rss::kFieldUdpIpv4;
  vm.command(vmxnet3::cmd::kSetRssFields);
  std::vector<Bytes> frames;
  for (uint32_t i = 0; i < 96; i++) {
    Bytes frame = make_frame(80, GuestVmxnet3::kMac, 5);
    frame[12] = 8, frame[13] = 0, frame[14] = 0x45, frame[20] = frame[21] = 0, frame[23] = 17;
    frame[34] = uint8_t(i % 16), frame[35] = uint8_t(i % 16 * 7);  // sixteen flows
    frame[60] = uint8_t(i);
    frames.push_back(frame);
  }
  vm.send(frames);
  std::vector<int> queue_of(16, -1), last(16, -1);
  uint32_t taken = 0, used = 0;
  for (uint16_t q = 0; q < 4; q++) {
    bool any = false;
    for (Bytes frame; !(frame = vm.take(q)).empty(); taken++, any = true) {
      const uint32_t flow = frame[34];
      CHECK((queue_of[flow] == -1 || queue_of[flow] == q));
      CHECK(int(frame[60]) > last[flow]);
      queue_of[flow] = q, last[flow] = frame[60];
      CHECK((vm.side[q].last_q0 >> rxc::kRssTypeShift & rxc::kRssTypeMask) == net::kHashUdpIpv4);
      CHECK((vm.side[q].last_q0 >> rxc::kRssHashShift & 127) % 4 == q);
    }
    used += any;
  }
  CHECK(taken == 96);
  CHECK(used >= 3);
  CHECK(vm.balanced());
}

}  // namespace
}  // namespace ringside::test
