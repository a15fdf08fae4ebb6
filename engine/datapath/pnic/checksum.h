// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/net/packet.h"

namespace ringside::datapath {

// A frame from a local interface (veth, bridge) may carry a TCP or UDP checksum that the kernel left to "hardware" that
// does not exist: the field holds only the pseudo header's sum. The AF_PACKET socket sees the frame before anybody
// would complete it, and net_af_packet does not say so. Completes it where the field is just that sum (of a whole frame
// with a right checksum one in 65,536 looks so, and comes out unchanged). True when something was completed. IPv4 and
// IPv6 without extension headers, first segment only.
bool complete_checksum(net::Packet* packet);

// False when the kernel cut the frame: its IPv4 or IPv6 header, behind tags or not, tells of more bytes than there are
// (segmentation left to hardware).
bool is_whole(const net::Packet* packet);

}  // namespace ringside::datapath
