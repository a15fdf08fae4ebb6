// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/netstack/ethernet.h"

// UDP, RFC 768. Offsets count from the UDP header.
namespace ringside::guest::udp {

inline constexpr uint32_t kHeader = 8;
inline constexpr uint32_t kSourcePort = 0, kDestinationPort = 2, kLength = 4, kChecksum = 6;

// Checksum 0: none was computed, which IPv4 allows.
inline void put_header(uint8_t* at, uint16_t source_port, uint16_t destination_port, uint16_t length) {
  put16(at + kSourcePort, net16(source_port));
  put16(at + kDestinationPort, net16(destination_port));
  put16(at + kLength, net16(length));
  put16(at + kChecksum, 0);
}

}  // namespace ringside::guest::udp
