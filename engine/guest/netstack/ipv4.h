// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/netstack/checksum.h"
#include "engine/guest/netstack/ethernet.h"

// IPv4, RFC 791. Offsets count from the IPv4 header.
namespace ringside::guest::ipv4 {

inline constexpr uint32_t kHeader = 20;
inline constexpr uint32_t kVersion = 0, kTotalLength = 2, kFragment = 6, kTtl = 8, kProtocol = 9, kChecksum = 10,
                          kSource = 12, kDestination = 16;
inline constexpr uint8_t kVersion4 = 0x45;  // and a header of five words: no options
inline constexpr uint8_t kIcmp = 1, kUdp = 17, kDefaultTtl = 64;
inline constexpr uint16_t kDontFragment = 0x4000, kFragmented = 0x3fff;  // MF or an offset

// A whole datagram without options, with a right header checksum, that fits into `bytes`.
inline bool is_whole(const uint8_t* at, uint32_t bytes) {
  const uint32_t total = net16(get16(at + kTotalLength));
  return at[kVersion] == kVersion4 && total >= kHeader && total <= bytes &&
         !(net16(get16(at + kFragment)) & kFragmented) && checksum(at, kHeader) == 0;
}

inline void put_checksum(uint8_t* at) {
  put16(at + kChecksum, 0);
  put16(at + kChecksum, checksum(at, kHeader));
}

inline void put_header(uint8_t* at, uint16_t total, uint8_t protocol, uint32_t source, uint32_t destination) {
  put16(at + kVersion, kVersion4);
  put16(at + kTotalLength, net16(total));
  put16(at + 4, 0);  // identification: not fragmented
  put16(at + kFragment, net16(kDontFragment));
  at[kTtl] = kDefaultTtl;
  at[kProtocol] = protocol;
  put32(at + kSource, net32(source));
  put32(at + kDestination, net32(destination));
  put_checksum(at);
}

// The way back: addresses exchanged, a new time to live.
inline void turn_round(uint8_t* at) {
  const uint32_t source = get32(at + kSource);
  put32(at + kSource, get32(at + kDestination));
  put32(at + kDestination, source);
  at[kTtl] = kDefaultTtl;
  put_checksum(at);
}

}  // namespace ringside::guest::ipv4
