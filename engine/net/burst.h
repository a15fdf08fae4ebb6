// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/net/packet.h"

namespace ringside::net {

inline constexpr uint32_t kBurst = 32;

// Up to 32 frames, plain data. `first` moves as frames are used up, so that a suspended context's frames can be walked.
struct Burst {
  uint32_t first = 0, count = 0;  // frames [first, count) are owned by the burst's holder
  Packet* packets[kBurst];

  uint32_t left() const { return count - first; }
  bool full() const { return count == kBurst; }
  void clear() { first = count = 0; }
  void push(Packet* packet) { packets[count++] = packet; }
};

}  // namespace ringside::net
