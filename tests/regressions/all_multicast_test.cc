// SPDX-License-Identifier: BSD-3-Clause
// A guest that asked for all multicast (RCTL.MPE, ALL_MULTI) was given the unicast frames of others.
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"
#include "tests/support/guest_vmxnet3.h"
#include "tests/support/switch_bench.h"

using namespace ringside;
using net::ReceiveMode;

TEST_CASE("all multicast is every group frame, and no unicast frame for others", "[sanitize][one-thread]") {
  constexpr uint64_t kA = 0x0a00'0000'0002, kB = 0x0b00'0000'0002, kSpy = 0x0c00'0000'0002;
  test::SwitchBench bench(datapath::SwitchMode::kVss);
  test::SwitchSink a, b, spy;
  datapath::SwitchPort& pa = bench.plug(a, kA);
  bench.plug(b, kB), bench.plug(spy, kSpy, {.promiscuous = true});
  for (auto [mode, frames] : {std::pair(ReceiveMode::kOwn, 1), std::pair(ReceiveMode::kAllMulticast, 1),
                              std::pair(ReceiveMode::kPromiscuous, 2)}) {
    spy.mode = mode, spy.tags.clear();
    bench.send(pa, kA, kB);
    bench.send(pa, kA, 0x0100'005e'0001);
    CHECK(int(spy.tags.size()) == frames);
  }
  CHECK(b.tags.size() == 6);
}

TEST_CASE("a NIC tells all multicast from promiscuous") {
  namespace rctl = spec::e1000::rctl;
  namespace rx_mode = spec::vmxnet3::rx_mode;
  test::GuestE1000 e1000;
  e1000.init(rctl::kMpe);
  CHECK(e1000.nic->receive_mode() == ReceiveMode::kAllMulticast);
  e1000.init(rctl::kMpe | rctl::kUpe);
  CHECK(e1000.nic->receive_mode() == ReceiveMode::kPromiscuous);
  test::GuestVmxnet3 vmxnet3;
  vmxnet3.init(rx_mode::kUcast | rx_mode::kAllMulti, 0, 1500);
  CHECK(vmxnet3.nic->receive_mode() == ReceiveMode::kAllMulticast);
  vmxnet3.init(rx_mode::kUcast | rx_mode::kPromisc, 0, 1500);
  CHECK(vmxnet3.nic->receive_mode() == ReceiveMode::kPromiscuous);
  vmxnet3.init(rx_mode::kUcast, 0, 1500);
  CHECK(vmxnet3.nic->receive_mode() == ReceiveMode::kOwn);
}
