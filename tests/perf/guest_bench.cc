// SPDX-License-Identifier: BSD-3-Clause
// Cycles that the guest's driver and forward workload take per frame, on one core: a trivial device gives 32 frames of
// 60 bytes, the guest polls once, the device takes them back. Only the guest's turn is timed. Run: ringside_perf
// "[guest]"
#include <cstdio>

#include "engine/base/clock.h"
#include "tests/support/catch.h"
#include "tests/unit/guest/fake_nic.h"

namespace ringside::test {
namespace {

// What a device does to rings, and nothing else: no registers, no checks, no copies beyond one line.
struct TrivialDevice {
  vmm::GuestMemory& memory;
  FakeNic& nic;
  uint32_t rows, rdh = 0, tdh = 0;

  void give(uint32_t frames) {
    alignas(64) static const uint8_t frame[64] = {0x52, 2, 3, 4, 5, 6, 0x52, 9, 9, 9, 9, 9, 8, 0};
    auto* ring = reinterpret_cast<uint64_t*>(memory.base() + nic.rx_row(0));
    for (uint32_t i = 0; i < frames; i++, rdh = rdh + 1 == rows ? 0 : rdh + 1) {
      memcpy(memory.base() + ring[2 * rdh], frame, 64);
      shared::store_release(&ring[2 * rdh + 1], 60 | e1000::rxd::kDd | e1000::rxd::kEop);
    }
  }
  void take() {
    auto* ring = reinterpret_cast<uint64_t*>(memory.base() + nic.tx_row(0));
    for (const uint32_t end = nic.reg(e1000::reg::kTdt); tdh != end; tdh = tdh + 1 == rows ? 0 : tdh + 1)
      if (ring[2 * tdh + 1] & e1000::txd::kRs)
        shared::store_release(&ring[2 * tdh + 1], ring[2 * tdh + 1] | e1000::txd::kDd);
  }
};

double cycles_per_frame(uint32_t rows, spec::DoorbellMode doorbell, uint32_t refill) {
  FakeVm vm(spec::WorkloadKind::kForward, rows, rows);
  vm.control().doorbell = doorbell, vm.control().refill = refill;
  vm.boot();
  vm.nic().log_on = false;
  TrivialDevice device{*vm.memory, vm.nic(), rows};
  uint64_t best = ~uint64_t{0};  // of many short runs: what others on this core do is no cost of the guest
  constexpr uint32_t kRepeats = 200, kRounds = 500, kFrames = 32;
  for (uint32_t repeat = 0; repeat < kRepeats; repeat++) {
    uint64_t spent = 0;
    for (uint32_t round = 0; round < kRounds; round++) {
      device.give(kFrames);
      Turn turn{.now = vm.now += 1000, .hz = 1e9};
      const uint64_t begin = tsc();
      vm.vcpu.turn(turn);
      spent += tsc() - begin;
      device.take();
    }
    best = std::min(best, spent);
  }
  REQUIRE(vm.report().sent == uint64_t{kRepeats} * kRounds * kFrames);
  return double(best) / kRounds / kFrames;
}

TEST_CASE("guest: cycles per forwarded frame", "[guest]") {
  for (uint32_t rows : {64u, 256u, 1024u}) {
    printf("guest-forward rows=%u batch doorbells, refill 32: %.1f cycles\n", rows,
           cycles_per_frame(rows, spec::DoorbellMode::kBatch, 32));
    printf("guest-forward rows=%u a doorbell a packet, refill 1: %.1f cycles\n", rows,
           cycles_per_frame(rows, spec::DoorbellMode::kPacket, 1));
  }
}

}  // namespace
}  // namespace ringside::test
