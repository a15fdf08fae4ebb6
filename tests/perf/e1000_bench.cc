// SPDX-License-Identifier: BSD-3-Clause
// Cycles that the E1000 takes per frame, each way, on one core: bursts of 32 frames put into the guest's receive ring,
// and taken out of its transmit ring. Only the device's calls are timed; the guest's part is the least a guest can do.
// Run: ringside_perf "[e1000]"
#include <algorithm>
#include <cstdio>

#include "engine/base/clock.h"
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"

namespace ringside::test {
namespace {

namespace reg = spec::e1000::reg;
namespace txd = spec::e1000::txd;
constexpr uint32_t kRepeats = 300, kRounds = 300;

// The best of many short runs: what others do on this core is no cost of the device.
template <class Round>
double best_cycles(Round round, uint32_t frames) {
  uint64_t best = ~uint64_t{0};
  for (uint32_t repeat = 0; repeat < kRepeats; repeat++) {
    uint64_t spent = 0;
    for (uint32_t i = 0; i < kRounds; i++) spent += round();
    best = std::min(best, spent);
  }
  return double(best) / kRounds / frames;
}

double receive_cycles(uint32_t rows, uint32_t length, uint32_t frames) {
  GuestE1000 vm(rows, 64);
  vm.init();
  const Bytes frame = make_frame(length, GuestE1000::kMac);
  net::Burst burst;
  return best_cycles(
      [&] {
        for (uint32_t i = 0; i < frames; i++) {
          net::Packet* p = rte_pktmbuf_alloc(vm.pool->get());
          p->pkt_len = p->data_len = uint16_t(length);
          memcpy(net::data_of(p), frame.data(), length);
          burst.push(p);
        }
        const uint64_t begin = tsc();
        vm.nic->egress_burst(vm.turn, 0, burst);
        const uint64_t spent = tsc() - begin;
        REQUIRE(vm.done((vm.rx_next + frames - 1) % rows));
        for (uint32_t i = 0; i < frames; i++, vm.rx_next = (vm.rx_next + 1) % rows) vm.rx_row(vm.rx_next)[1] = 0;
        vm.write(reg::kRdt, (vm.rx_next + rows - 1) % rows);
        return spent;
      },
      frames);
}

double transmit_cycles(uint32_t rows, uint32_t length, uint32_t frames, uint32_t report_every) {
  GuestE1000 vm(64, rows);
  vm.init();
  const Bytes frame = make_frame(length, 0x52);
  for (uint32_t row = 0; row < rows; row++) memcpy(vm.memory->base() + vm.tx_buffer(row), frame.data(), length);
  net::Burst burst;
  return best_cycles(
      [&] {
        for (uint32_t i = 0; i < frames; i++) {
          const uint64_t report = (vm.tx_next + 1) % report_every ? 0 : txd::kRs;
          vm.put_raw(vm.tx_buffer(vm.tx_next), length | txd::kEop | txd::kIfcs | report);
        }
        vm.ring_tx();
        const uint64_t begin = tsc();
        vm.nic->ingress_burst(vm.turn, 0, burst);
        const uint64_t spent = tsc() - begin;
        REQUIRE(burst.count == frames);
        rte_pktmbuf_free_bulk(burst.packets, burst.count);
        return spent;
      },
      frames);
}

TEST_CASE("e1000: cycles per frame", "[e1000]") {
  for (uint32_t rows : {256u, 1024u})
    for (uint32_t frames : {32u, 8u, 1u})
      std::printf("e1000-receive rows=%u burst=%u 60 bytes: %.1f cycles\n", rows, frames,
                  receive_cycles(rows, 60, frames));
  for (uint32_t length : {124u, 508u, 1514u})
    std::printf("e1000-receive rows=256 burst=32 %u bytes: %.1f cycles\n", length, receive_cycles(256, length, 32));
  for (uint32_t rows : {256u, 1024u})
    for (uint32_t frames : {32u, 8u, 1u})
      std::printf("e1000-transmit rows=%u burst=%u 60 bytes, RS each 32nd: %.1f cycles\n", rows, frames,
                  transmit_cycles(rows, 60, frames, 32));
  std::printf("e1000-transmit rows=256 burst=32 60 bytes, RS each: %.1f cycles\n", transmit_cycles(256, 60, 32, 1));
  for (uint32_t length : {124u, 508u, 1514u})
    std::printf("e1000-transmit rows=256 burst=32 %u bytes: %.1f cycles\n", length,
                transmit_cycles(256, length, 32, 32));
}

TEST_CASE("e1000: an empty poll", "[e1000]") {
  GuestE1000 vm;
  vm.init();
  net::Burst burst;
  std::printf("e1000-poll of an empty transmit ring: %.1f cycles\n",
              best_cycles(
                  [&] {
                    const uint64_t begin = tsc();
                    for (int i = 0; i < 32; i++)
                      vm.nic->interrupt_turn(vm.turn), vm.nic->ingress_burst(vm.turn, 0, burst);
                    return tsc() - begin;
                  },
                  32));
}

}  // namespace
}  // namespace ringside::test
