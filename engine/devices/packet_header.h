// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/shared.h"
#include "engine/net/packet.h"

// Packets' headers, read and written in one piece: for device models' hot loops. Worker's thread.
namespace ringside::devices {

// A packet that nobody else holds, of one segment: reference count and segment count lie side by side in the header.
inline constexpr uint32_t kAlone = 0x0001'0001;
inline constexpr uint64_t kNotDirect = RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL;
// What a hot loop leaves to the thorough one: a packet whose data lie elsewhere, and one with a tag (net/packet.h).
inline constexpr uint64_t kNotPlain = kNotDirect | RTE_MBUF_F_RX_VLAN_STRIPPED;
static_assert(offsetof(rte_mbuf, refcnt) == offsetof(rte_mbuf, data_off) + 2 &&
              offsetof(rte_mbuf, nb_segs) == offsetof(rte_mbuf, data_off) + 4);

inline uint64_t rearm_word(const net::Packet* packet) {
  return shared::load_relaxed(reinterpret_cast<const uint64_t*>(&packet->rearm_data));
}

// The header of a fresh packet of one segment.
inline void begin_packet(net::Packet* packet, uint32_t length) {
  constexpr uint64_t kRearm =
      uint64_t{RTE_PKTMBUF_HEADROOM} | uint64_t{kAlone} << 16 | uint64_t{RTE_MBUF_PORT_INVALID} << 48;
  const uint64_t fields[4] = {kRearm, 0, uint64_t{length} << 32,
                              length};  // rearm, flags, type and pkt_len, data_len and VLAN
  static_assert(offsetof(rte_mbuf, ol_flags) == offsetof(rte_mbuf, rearm_data) + 8);
  static_assert(offsetof(rte_mbuf, pkt_len) == offsetof(rte_mbuf, rearm_data) + 20);
  static_assert(offsetof(rte_mbuf, data_len) == offsetof(rte_mbuf, rearm_data) + 24);
  __builtin_memcpy(static_cast<void*>(&packet->rearm_data), fields, sizeof fields);
}

}  // namespace ringside::devices
