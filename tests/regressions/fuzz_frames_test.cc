// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fuzz/frames.h"
#include "tests/support/catch.h"

// A burst of clones of the longest frames in the shortest segments needs 10,900 packets, and the fuzzers' switch has
// 8,192: the target reported its own poverty as a find.
namespace ringside::fuzz {

TEST_CASE("the fuzzers' switch has a packet for every burst") {
  Frames frames;
  auto nics = test::make_pool(2048);
  // A clone (0x88) of 16,384 bytes (length 26) for this NIC (0), no IPv4 (type 3), in segments of 97 bytes (6).
  static constexpr uint8_t kStep[] = {0x88, 26, 0, 3, 6};
  std::vector<net::Packet*> burst;
  for (int i = 0; i < 32; i++) {
    Input in(kStep, sizeof kStep);
    burst.push_back(frames.make(in, nics->get(), 0x0100'0000'0052));
    CHECK(burst.back()->pkt_len == 16384);
  }
  CHECK(burst.front()->nb_segs == 169);
  for (net::Packet* packet : burst) rte_pktmbuf_free(packet);
  CHECK(frames.all_back());
}

}  // namespace ringside::fuzz
