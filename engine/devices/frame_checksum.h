// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/net/packet.h"

// Internet checksums over a frame's segments: what a NIC inserts on transmit and checks on receive. Worker's thread.
namespace ringside::devices {

// Ones' complement sum of the frame's bytes from `from` on, `bytes` of them at most, as 16 bits in network order read
// as a number.
uint16_t ones_sum(const net::Packet* packet, uint32_t from, uint32_t bytes = ~0u);

// The packet checksum of an 8254x's receive descriptor: the sum from byte `from` to the frame's end, not inverted
// (SDM 3.2.3.1).
inline uint16_t packet_checksum(const net::Packet* packet, uint32_t from) { return ones_sum(packet, from); }

// Transmit: the checksum from byte `start` to the frame's end goes to byte `offset`. Positions outside the frame do
// nothing.
void insert_checksum(net::Packet* packet, uint32_t start, uint32_t offset);

struct ReceivedChecksums {
  bool ip_checked = false, ip_good = false, l4_checked = false, l4_good = false;
};
// IPv4 header, and TCP or UDP behind it where the datagram is whole.
ReceivedChecksums check_received(const net::Packet* packet);

}  // namespace ringside::devices
