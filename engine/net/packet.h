// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>

#include <cstdint>

namespace ringside::net {

// A frame: DPDK's mbuf, used as it is (DESIGN section 4). What is meaningful at a port: the data of all segments,
// without FCS; its tag (below); hash.rss; checksum flags; trace_id().
using Packet = rte_mbuf;

// The trace id of a frame, 0 = none: a dynamic field of the mbuf, registered by datapath/eal once. Worker's thread.
extern int trace_id_offset;
inline uint32_t& trace_id(Packet* packet) { return *RTE_MBUF_DYNFIELD(packet, trace_id_offset, uint32_t*); }

// Which closed loop (a wire with a window) a frame belongs to: it waits for an answer to it, or must learn that there
// will be none. 0 = none. A loop's frames come from its own address, and an answer is what goes there; a guest can lie
// with that, as it can with answers. Where addresses do not say it (frames of a capture or of an interface, copies for
// who only overhears) the frame itself does: a flag of the mbuf, which a fresh buffer does not have, and a dynamic
// field behind it. Both registered by datapath/eal once.
inline constexpr uint32_t kSources = 32;  // numbers 1 to 31
extern int source_offset;
extern uint64_t source_flag;
// The address from which source number `n` sends, 1 to kMostSenders: 02:00:00:ee:HH:LL, its high byte and its low one;
// first byte in the low byte.
inline constexpr uint32_t kMostSenders = 0xffff;
inline constexpr uint64_t kSourceMacs = 0x0000'ee00'0002;
constexpr uint64_t mac_of_source(uint32_t n) {
  return kSourceMacs | uint64_t{n >> 8 & 0xff} << 32 | uint64_t{n & 0xff} << 40;
}
// The loop that has an address, 0 = none. `mac`: first byte in the low byte, 6 bytes.
constexpr uint32_t source_at(uint64_t mac) {
  const uint32_t n = uint32_t(mac >> 40);
  return (mac & 0xff'ffff'ffff) == kSourceMacs && n < kSources ? n : 0;
}
// The loop from or to which a frame goes that begins at `data`, of which 14 bytes are there; 0 = none.
inline uint32_t source_in(const uint8_t* data) {
  uint64_t to, from;
  __builtin_memcpy(&to, data, 8);
  __builtin_memcpy(&from, data + 4, 8);
  const uint32_t n = source_at(to & 0xffff'ffff'ffff);
  return n ? n : source_at(from >> 16);
}
inline void set_source(Packet* packet, uint32_t n) {
  packet->ol_flags |= source_flag;
  *RTE_MBUF_DYNFIELD(packet, source_offset, uint8_t*) = uint8_t(n);
}
inline uint32_t source_of(const Packet* packet) {
  if (packet->ol_flags & source_flag) [[unlikely]]
    return *RTE_MBUF_DYNFIELD(packet, source_offset, const uint8_t*);
  return packet->data_len < 14 ? 0 : source_in(rte_pktmbuf_mtod(packet, const uint8_t*));
}

// The 802.1Q tag (EtherType 0x8100) of a frame inside a switch. It never lies in the data: its 16 bits (PCP << 13 |
// DEI << 12 | VLAN ID, IEEE 802.1Q 9.6) stand in vlan_tci, and RTE_MBUF_F_RX_VLAN_STRIPPED says that there is one.
// (RTE_MBUF_F_RX_VLAN alone is what drivers say of a frame whose tag is still in its data.) The flag alone says so,
// never the number: a tag of VLAN 0 and priority 0 is a tag, and vlan_tci of an untagged frame means nothing. Whoever
// takes a tag out of the data, out of a descriptor, or makes one up, calls set_tag(); whoever puts it into the data, or
// shows it to a guest in a descriptor, asks is_tagged(). An outer tag of another EtherType (0x88a8, 0x9100) and a tag
// behind the first are data. The packet's holder may call these; a frame with other references is read-only.
inline constexpr uint64_t kTagFlags = RTE_MBUF_F_RX_VLAN | RTE_MBUF_F_RX_VLAN_STRIPPED;
inline bool is_tagged(const Packet* packet) { return packet->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED; }
inline void set_tag(Packet* packet, uint16_t tci) {
  packet->vlan_tci = tci;
  packet->ol_flags |= kTagFlags;
}
inline void clear_tag(Packet* packet) {
  packet->vlan_tci = 0;
  packet->ol_flags &= ~kTagFlags;
}
// Its 16 bits; 0 where there is no tag.
inline uint16_t tci_of(const Packet* packet) { return is_tagged(packet) ? packet->vlan_tci : uint16_t(0); }
// VLAN ID of a frame: 0 = untagged, or a priority tag.
inline uint16_t vlan_of(const Packet* packet) { return tci_of(packet) & 0x0fff; }

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
