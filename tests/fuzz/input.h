// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "tests/support/guest_ring.h"

// What all fuzz targets share. A target is a file <device>_<face>_fuzz.cc with LLVMFuzzerTestOneInput; with clang it is linked with
// libFuzzer, else with plain_driver.cc, which runs a fixed number of inputs made from a fixed seed.
namespace ringside::fuzz {

// Takes numbers from an input; zeros when it is used up.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : at_(data), left_(size) {}
  bool empty() const { return left_ == 0; }
  uint64_t take(unsigned bytes) {
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes && left_; i++, left_--) value |= uint64_t{*at_++} << 8 * i;
    return value;
  }
  uint8_t byte() { return uint8_t(take(1)); }
  // A number that does damage if anything can: near the memory's end, all ones, small, or any.
  uint64_t nasty(uint64_t memory) {
    switch (byte() % 5) {
      case 0: return memory - take(2) % 4096;
      case 1: return ~uint64_t{0} - byte();
      case 2: return byte();
      case 3: return take(2);
      default: return take(8);
    }
  }

 private:
  const uint8_t* at_;
  size_t left_;
};

// A burst each way, as a worker would do it. Vm: GuestE1000 or GuestVmxnet3.
template <class Vm>
void turn(Vm& vm, Input& in, uint64_t mac) {
  static const uint32_t kLengths[] = {14, 60, 200, 1514, 2049, 9018};
  net::Burst burst;
  for (uint32_t n = in.byte() % 8; burst.count < n; vm.given++)
    burst.push(test::make_packet(vm.pool->get(), test::make_frame(kLengths[in.byte() % 6], in.byte() % 3 ? mac : net::kBroadcast), in.byte() % 2 ? 2048 : 300));
  if (burst.count && in.byte() % 4 == 0) burst.packets[0]->vlan_tci = uint16_t(in.take(2));
  vm.turn.now += in.take(2);
  vm.nic->egress_burst(vm.turn, 0, burst);
  if (burst.left()) std::abort();
  vm.nic->service(vm.turn);
  burst.clear();
  vm.nic->ingress_burst(vm.turn, 0, burst);
  vm.fetched += burst.left();
  while (burst.left()) rte_pktmbuf_free(burst.packets[burst.first++]);
  if (!vm.balanced()) std::abort();
}

// Each frame has one place, whatever the guest did; and a reset gives every packet back.
template <class Vm>
void settle(Vm& vm) {
  for (size_t ring = 0; ring < vm.nic->rings().size(); ring++) {
    RingView view;
    vm.nic->inspect_ring(ring, nullptr, view);
    if (view.rows_device + view.rows_done + view.rows_driver + view.rows_error != view.size) std::abort();
  }
  NicView nic;
  vm.nic->inspect(nic);
  vm.nic->reset();
  if (!vm.balanced() || vm.pool->in_use()) std::abort();
}

}  // namespace ringside::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
