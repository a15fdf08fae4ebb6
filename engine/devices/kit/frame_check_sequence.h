// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/net/packet.h"

namespace ringside::devices {

// The frame check sequence of a frame as it is on the wire, its tag (EtherType 0x8100) put back in its place:
// IEEE 802.3 3.2.9, CRC-32. On the wire its low byte comes first. The frame has at least 12 bytes in its first segment.
// Worker's thread.
uint32_t frame_check_sequence(const net::Packet* packet);

}  // namespace ringside::devices
