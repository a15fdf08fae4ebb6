// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "tests/support/guest_ring.h"

namespace ringside::test {

// A large TCP frame as a driver hands it over for segmentation: no checksums but what `checksum` says.
struct LargeTcp {
  bool ipv6 = false;
  uint32_t payload = 5000;
  uint32_t options = 12;  // bytes of TCP options, a multiple of 4
  uint32_t ip_options = 0;
  uint16_t id = 0xfffe;
  uint32_t sequence = 0xffff'f000;
  uint8_t flags = 0x18;  // ACK, PSH
  uint16_t checksum = 0;

  uint32_t tcp_at() const { return 14 + (ipv6 ? 40 : 20 + ip_options); }
  uint32_t header() const { return tcp_at() + 20 + options; }
};

Bytes make_large(const LargeTcp& what);
// The pseudo header's sum with a length of 0, as Linux and DPDK leave it in the checksum field of such a frame.
uint16_t pseudo_sum(const LargeTcp& what);

// Checks, with sums and lengths of its own, that `segments` are what a receiver may get of that frame: each a valid
// packet of at most `mss` bytes of payload, with numbers and flags as RFC 9293 and RFC 3168 want them, and all of them
// together the frame's payload.
void check_segments(const LargeTcp& what, uint32_t mss, const std::vector<Bytes>& segments);

// The ones' complement sum of bytes, folded: 0xffff where a checksum among them is right.
uint32_t sum_of(const uint8_t* data, size_t bytes, uint32_t start = 0);

}  // namespace ringside::test
