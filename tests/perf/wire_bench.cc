// SPDX-License-Identifier: BSD-3-Clause
// Cycles a frame of wires alone: `ringside_perf "[wire]"`. The lowest of many short runs, since other things run on the
// machine too.
#include <rte_mbuf.h>

#include <algorithm>
#include <cstdio>

#include "engine/base/clock.h"
#include "engine/datapath/pnic/ethdev.h"
#include "engine/datapath/pnic/generator.h"
#include "engine/datapath/pnic/wire.h"
#include "tests/support/catch.h"
#include "tests/support/eal.h"

#include <rte_ethdev.h>

using namespace ringside;
using namespace ringside::test;

namespace {

constexpr int kRuns = 600, kBursts = 300;

template <class Body>
double cycles_a_frame(Body body) {
  double best = 1e9;
  for (int run = 0; run < kRuns; run++) {
    uint64_t frames = 0, begin = tsc();
    for (int i = 0; i < kBursts; i++) frames += body();
    best = std::min(best, double(tsc() - begin) / double(std::max<uint64_t>(frames, 1)));
  }
  return best;
}

double null_wire(const datapath::FrameTemplate& frame, datapath::PacketPool& pool) {
  datapath::WireConfig config;
  config.name = "w0", config.kind = datapath::WireKind::kNull, config.frame = frame, config.pool = pool.get();
  auto wire = datapath::Wire::create(config);
  REQUIRE(wire.ok());
  return cycles_a_frame([&] {
    net::Burst burst;
    Turn turn{.now = tsc(), .hz = 2.6e9};
    uint32_t count = (*wire)->ingress_burst(turn, 0, burst);
    (*wire)->egress_burst(turn, 0, burst);
    return count;
  });
}

}  // namespace

TEST_CASE("null in, null out", "[wire][perf]") {
  auto pool = make_pool(8192);
  auto bare = datapath::Ethdev::plug("net_null", "size=64,copy=0", {.packets = 8191, .cache = 256});
  REQUIRE(bare.ok());
  double floor = cycles_a_frame([&] {
    rte_mbuf* frames[net::kBurst];
    uint16_t count = rte_eth_rx_burst((*bare)->port(), 0, frames, net::kBurst);
    rte_eth_tx_burst((*bare)->port(), 0, frames, count);
    return count;
  });
  std::printf("net_null alone            %6.1f cycles a frame\n", floor);
  datapath::FrameTemplate frame;
  std::printf("null wire, 60 B           %6.1f\n", null_wire(frame, *pool));
  frame.destinations = {0x02, 0x0102, 0x0202, 0x0302}, frame.flows = 64, frame.vlan = 5;
  std::printf("  4 destinations, VLAN    %6.1f\n", null_wire(frame, *pool));
  frame = {}, frame.imix = true;
  std::printf("  IMIX                    %6.1f\n", null_wire(frame, *pool));
  frame = {}, frame.size = 9018;
  std::printf("  9018 B                  %6.1f\n", null_wire(frame, *pool));
}

TEST_CASE("ring there and back, generator included", "[wire][perf]") {
  auto pool = make_pool(8192);
  datapath::WireConfig config;
  config.name = "w0", config.pool = pool->get();
  auto wire = datapath::Wire::create(config);
  REQUIRE(wire.ok());
  REQUIRE((*wire)->send({.frame = {}, .count = ~uint64_t{0}, .rate_pps = 0}).ok());
  Context& generator = *(*wire)->generator();
  std::printf("ring wire and generator   %6.1f cycles a frame\n", cycles_a_frame([&] {
                Turn turn{.now = tsc(), .hz = 2.6e9};
                generator.turn(turn);
                net::Burst burst;
                uint32_t count = (*wire)->ingress_burst(turn, 0, burst);
                (*wire)->egress_burst(turn, 0, burst);
                return count;
              }));
}
