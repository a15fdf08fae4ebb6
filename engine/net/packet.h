// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>

#include <cstdint>

namespace ringside::net {

// A frame: DPDK's mbuf, used as it is (DESIGN section 4). What is meaningful at a port: the data of all segments,
// without FCS; vlan_tci (a tag never lies in the data inside a switch); hash.rss; checksum flags; trace_id().
using Packet = rte_mbuf;

// The trace id of a frame, 0 = none: a dynamic field of the mbuf, registered by datapath/eal once. Worker's thread.
extern int trace_id_offset;
inline uint32_t& trace_id(Packet* packet) { return *RTE_MBUF_DYNFIELD(packet, trace_id_offset, uint32_t*); }

// VLAN of a frame inside a switch: 0 = untagged.
inline uint16_t vlan_of(const Packet* packet) { return packet->vlan_tci & 0x0fff; }

inline uint8_t* data_of(Packet* packet) { return rte_pktmbuf_mtod(packet, uint8_t*); }

// Destination address as a number: first byte of the address in the low byte. Reads 8 bytes of the frame, which has at
// least 14.
inline uint64_t destination_mac(const Packet* packet) {
  uint64_t word;
  __builtin_memcpy(&word, rte_pktmbuf_mtod(packet, const uint8_t*), 8);
  return word & 0xffff'ffff'ffff;
}

// Source address, likewise: bytes 6 to 11, reads bytes 4 to 11.
inline uint64_t source_mac(const Packet* packet) {
  uint64_t word;
  __builtin_memcpy(&word, rte_pktmbuf_mtod(packet, const uint8_t*) + 4, 8);
  return word >> 16;
}

// The group bit: broadcast and multicast.
inline bool is_group(uint64_t mac) { return mac & 1; }
inline constexpr uint64_t kBroadcast = 0xffff'ffff'ffff;

}  // namespace ringside::net
