// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <cstring>

#include "engine/devices/e1000/e1000_device.h"

namespace ringside::devices {

// Rows that one burst may take from a transmit ring: a ring full of rows without EOP must not hold the worker.
inline constexpr uint32_t kRowsPerPass = 256;
// And bytes, the last row's beyond: frames that are gathered and then dropped fill no burst.
inline constexpr uint32_t kBytesPerPass = 1 << 20;
// The transmit ring's number in step events.
inline constexpr uint8_t kTxRing = 2;
// How far ahead the next row's buffer is asked for.
inline constexpr uint32_t kAhead = 6;

// A transmit row as it is handed back: done, and none of what an earlier round of the ring left in its status
// (SDM 3.3.3.2).
constexpr uint64_t done_word(uint64_t word) { return (word & ~spec::e1000::txd::kErrorsMask) | spec::e1000::txd::kDd; }

// Whether a frame whose first row this is will be cut into segments.
constexpr bool is_cut(uint64_t word) {
  constexpr uint64_t kCut = spec::e1000::txd::kDext | spec::e1000::txd::kData | spec::e1000::txd::kTse;
  return (word & (kCut | spec::e1000::txd::kDtypMask)) == kCut;
}

// A tag in a frame's data becomes its own: inside a switch none lies there (net/packet.h). False: nothing is behind it.
inline bool take_tag(net::Packet* frame) {
  uint8_t* data = net::data_of(frame);
  if (data[12] != spec::e1000::kVlanEtherType >> 8 || data[13] != (spec::e1000::kVlanEtherType & 0xff)) return true;
  if (frame->pkt_len < spec::e1000::kMinFrame + kTagBytes) return false;
  net::set_tag(frame, uint16_t(data[14] << 8 | data[15]));
  memmove(data + 4, data, 12);
  rte_pktmbuf_adj(frame, kTagBytes);
  return true;
}

// One burst's work with a ring, under the queue's gate. The window is valid until the burst's end (vmm/dma.h).
struct RingPass {
  vmm::DmaSpace dma;     // a copy: the compiler may keep it in registers
  const uint64_t* ring;  // 2 qwords a row
  uint64_t base;
  uint32_t owned;  // rows that the device owns and has not taken
  uint32_t causes = 0;

  uint64_t address(uint32_t row) const { return shared::load_relaxed(ring + 2 * row); }
  uint64_t word(uint32_t row) const { return shared::load_relaxed(ring + 2 * row + 1); }
  // Hands the row back: everything written before is seen by whoever sees the word.
  void hand_back(uint32_t row, uint64_t word) const {
    dma.store64_release(base + spec::e1000::kRowBytes * uint64_t{row} + 8, word);
  }
};

struct E1000Device::RxPass : RingPass {
  bool placed = false;
};

struct E1000Device::TxPass : RingPass {
  bool late = false;    // a row that wants its report delayed (IDE) was reported
  uint32_t copied = 0;  // bytes, the thorough way
};

}  // namespace ringside::devices
