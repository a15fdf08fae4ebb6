// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/memory.h"

namespace ringside::guest {

// Network byte order, both ways.
constexpr uint16_t net16(uint16_t v) { return __builtin_bswap16(v); }
constexpr uint32_t net32(uint32_t v) { return __builtin_bswap32(v); }

namespace ethernet {
inline constexpr uint32_t kHeader = 14, kLeastFrame = 60;
inline constexpr uint32_t kDestination = 0, kSource = 6, kType = 12;
inline constexpr uint16_t kIpv4 = 0x0800, kArp = 0x0806;
inline constexpr uint64_t kBroadcast = 0xffffffffffff;

// MAC addresses are numbers with their first byte low.
inline uint64_t mac(const uint8_t* at) { return get32(at) | uint64_t{get16(at + 4)} << 32; }
inline void put_mac(uint8_t* at, uint64_t mac) {
  put32(at, uint32_t(mac));
  put16(at + 4, uint16_t(mac >> 32));
}
inline uint16_t type(const uint8_t* frame) { return net16(get16(frame + kType)); }
inline void put_header(uint8_t* frame, uint64_t destination, uint64_t source, uint16_t type) {
  put_mac(frame + kDestination, destination);
  put_mac(frame + kSource, source);
  put16(frame + kType, net16(type));
}
}  // namespace ethernet

}  // namespace ringside::guest
