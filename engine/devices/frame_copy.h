// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace ringside::devices {

// Copies a piece of a fixed size, known when compiled: one or two wide loads and stores.
template <unsigned kBytes>
inline void copy_fixed(uint8_t* to, const uint8_t* from) {
  __builtin_memcpy(to, from, kBytes);
}

// Copies a frame, exactly `bytes` bytes: most are at most 64, so that two overlapping pieces do. A call of memcpy would
// cost as much as all the rest of a small frame.
inline void copy_frame(uint8_t* to, const uint8_t* from, uint32_t bytes) {
  if (bytes <= 64) [[likely]] {
    if (bytes >= 32) [[likely]] {
      copy_fixed<32>(to, from);
      copy_fixed<32>(to + bytes - 32, from + bytes - 32);
    } else if (bytes >= 16) {
      copy_fixed<16>(to, from);
      copy_fixed<16>(to + bytes - 16, from + bytes - 16);
    } else if (bytes >= 8) {
      copy_fixed<8>(to, from);
      copy_fixed<8>(to + bytes - 8, from + bytes - 8);
    } else {
      for (uint32_t i = 0; i < bytes; i++) to[i] = from[i];
    }
    return;
  }
  uint32_t at = 0;
  for (; at + 64 < bytes; at += 64) copy_fixed<64>(to + at, from + at);
  copy_fixed<64>(to + bytes - 64, from + bytes - 64);
}

}  // namespace ringside::devices
