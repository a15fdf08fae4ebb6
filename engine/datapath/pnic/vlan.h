// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <rte_ether.h>
#include <rte_mbuf.h>

#include <cstring>

#include "engine/net/packet.h"

namespace ringside::datapath {

inline constexpr uint16_t kTagType = 0x0081;  // 0x8100 as it lies in memory, read as a little-endian word

// The outermost tag goes out of the data and into vlan_tci (net/packet.h). A frame whose tag the kernel or the hardware
// took out already is left alone: what its data begins with is a second tag.
inline void strip_vlan(net::Packet* packet) {
  uint8_t* data = net::data_of(packet);
  uint16_t type;
  std::memcpy(&type, data + 12, 2);
  if (type != kTagType) [[likely]]
    return;
  if (net::is_tagged(packet)) return;
  if (packet->data_len < 18) return;  // a tag and nothing behind it: the switch sees the runt as it is
  net::set_tag(packet, uint16_t(data[14] << 8 | data[15]));
  std::memmove(data + 4, data, 12);
  packet->data_off += 4;
  packet->data_len -= 4;
  packet->pkt_len -= 4;
}

// The tag of a tagged frame goes into the data. A frame with other references (flooded) is read-only: a copy gets the
// tag, and the reference is given back. Null: no buffer for the copy, or no room; the frame is then still the caller's.
inline net::Packet* insert_vlan(net::Packet* packet, rte_mempool* pool) {
  net::Packet* tagged = packet;
  if (rte_mbuf_refcnt_read(packet) != 1 || !RTE_MBUF_DIRECT(packet) || rte_pktmbuf_headroom(packet) < 4) {
    tagged = rte_pktmbuf_copy(packet, pool, 0, UINT32_MAX);
    if (!tagged) return nullptr;
    net::trace_id(tagged) = net::trace_id(packet);
    if (packet->ol_flags & net::source_flag) net::set_source(tagged, net::source_of(packet));
    rte_pktmbuf_free(packet);
  }
  uint8_t* data = net::data_of(tagged);
  std::memmove(data - 4, data, 12);
  data[8] = 0x81, data[9] = 0x00;
  data[10] = uint8_t(tagged->vlan_tci >> 8), data[11] = uint8_t(tagged->vlan_tci);
  tagged->data_off -= 4;
  tagged->data_len += 4;
  tagged->pkt_len += 4;
  net::clear_tag(tagged);
  return tagged;
}

}  // namespace ringside::datapath
