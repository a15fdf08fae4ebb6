// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/netstack/checksum.h"

// ICMP echo, RFC 792. Offsets count from the ICMP header.
namespace ringside::guest::icmp {

inline constexpr uint32_t kHeader = 8;
inline constexpr uint32_t kType = 0, kCode = 1, kChecksum = 2;
inline constexpr uint8_t kEchoReply = 0, kEchoRequest = 8;

// Request to reply, in place; of all the data only the type changes, and so the checksum is corrected and not made
// anew.
inline void answer(uint8_t* at) {
  const uint16_t before = get16(at + kType);
  at[kType] = kEchoReply;
  put16(at + kChecksum, checksum_after(get16(at + kChecksum), before, get16(at + kType)));
}

}  // namespace ringside::guest::icmp
