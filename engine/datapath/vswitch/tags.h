// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/net/packet.h"

// The tag of a frame as its receivers see it. Worker's thread.
namespace ringside::datapath {

inline constexpr int kNoTag = -1;

// As it came into the switch: what a port sees that overhears it.
inline int tag_as_it_came(const net::Packet* packet) { return net::is_tagged(packet) ? packet->vlan_tci : kNoTag; }

// Where tags are carried: priority and DEI as they came, and the VLAN of its port group. A frame that came without a
// tag into no VLAN has none.
inline int carried_tag(const net::Packet* packet, uint16_t vlan) {
  return net::is_tagged(packet) || vlan ? (net::tci_of(packet) & 0xf000) | vlan : kNoTag;
}

inline void retag(net::Packet* packet, int tag) {
  tag == kNoTag ? net::clear_tag(packet) : net::set_tag(packet, uint16_t(tag));
}

}  // namespace ringside::datapath
