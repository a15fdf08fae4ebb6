// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/workload/workload.h"

namespace ringside::guest {

// The Internet checksum (RFC 1071) of bytes that come in pieces. It does not depend on byte order: words are added as
// they lie in memory, and the result is stored as it lies in the register.
class Checksum {
 public:
  void add(const uint8_t* bytes, uint32_t count) {
    uint64_t sum = 0;
    for (; count >= 8; count -= 8, bytes += 8) {
      const uint64_t word = get64(bytes);
      sum += (word & 0xffffffff) + (word >> 32);
    }
    for (; count >= 2; count -= 2, bytes += 2) sum += get16(bytes);
    if (count) sum += *bytes;
    uint16_t folded = fold(sum);
    // A piece that begins at an odd place has its bytes the other way round.
    if (odd_) folded = uint16_t(folded << 8 | folded >> 8);
    odd_ ^= count & 1;
    sum_ += folded;
  }

  // The sum's complement: what goes into the header, or 0 when the bytes carried a right checksum.
  uint16_t value() const { return uint16_t(~fold(sum_)); }

 private:
  static uint16_t fold(uint64_t sum) {
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return uint16_t(sum);
  }

  uint64_t sum_ = 0;
  bool odd_ = false;
};

inline uint16_t checksum(const uint8_t* bytes, uint32_t count) {
  Checksum sum;
  sum.add(bytes, count);
  return sum.value();
}

// Of `count` bytes of a frame, from `offset` on. The caller knows that the frame has them.
inline uint16_t checksum(const Frame& frame, uint32_t offset, uint32_t count) {
  Checksum sum;
  for (uint32_t i = 0; i < frame.parts && count; i++) {
    const Part& part = frame.part[i];
    if (offset >= part.bytes) {
      offset -= part.bytes;
      continue;
    }
    const uint32_t here = part.bytes - offset < count ? part.bytes - offset : count;
    sum.add(part.data + offset, here);
    count -= here;
    offset = 0;
  }
  return sum.value();
}

// The checksum after one 16-bit word, as it lies in memory, changed from `before` to `after` (RFC 1624, equation 3).
inline uint16_t checksum_after(uint16_t sum, uint16_t before, uint16_t after) {
  uint32_t s = uint32_t(uint16_t(~sum)) + uint16_t(~before) + after;
  s = (s & 0xffff) + (s >> 16);
  s = (s & 0xffff) + (s >> 16);
  return uint16_t(~s);
}

}  // namespace ringside::guest
