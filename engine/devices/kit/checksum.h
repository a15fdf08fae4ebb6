// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/net/packet.h"

// Internet checksums over a frame's segments: what a NIC inserts on transmit and checks on receive. Nothing here trusts
// a position: whatever lies outside the frame is neither read nor written. Worker's thread.
namespace ringside::devices {

inline constexpr uint32_t kToEnd = ~0u;

// Ones' complement sum of the frame's bytes from `from` on, `bytes` of them at most, as 16 bits in network order read
// as a number.
uint16_t ones_sum(const net::Packet* packet, uint32_t from, uint32_t bytes = kToEnd);

// The packet checksum of an 8254x's receive descriptor: the sum from byte `from` to the frame's end, not inverted
// (SDM 3.2.3.1).
inline uint16_t packet_checksum(const net::Packet* packet, uint32_t from) { return ones_sum(packet, from); }

// A checksum that is to be inserted: of the bytes [start, end), into the two bytes at `at`, which count as they are (a
// driver leaves the pseudo header's sum there, or 0). All are offsets in the frame; a data sheet's inclusive end
// (IPCSE, TUCSE) is end - 1, its 0 is kToEnd.
struct ChecksumRange {
  uint32_t start = 0, at = 0, end = kToEnd;
  bool wanted = false;
};

// What stands for a checksum that comes to 0. Both mean the same to who sums up; to UDP, 0 means that there is none
// (RFC 768), and the device does not know what it is told to sum.
enum class ZeroSum : uint8_t { kAsOnes, kPlain };

// Transmit: the checksum of `range` goes to its place, if the frame has the place in its first segment and at least one
// byte of the range; true if so. `add`: what else belongs to the sum, as 16-bit words read as numbers.
bool insert_checksum(net::Packet* packet, const ChecksumRange& range, uint32_t add = 0,
                     ZeroSum zero = ZeroSum::kAsOnes);

struct ReceivedChecksums {
  bool ip_checked = false, ip_good = false, l4_checked = false, l4_good = false;
};
// IPv4 header, and TCP or UDP behind it where the datagram is whole.
ReceivedChecksums check_received(const net::Packet* packet);

}  // namespace ringside::devices
