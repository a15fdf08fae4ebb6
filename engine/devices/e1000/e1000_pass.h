// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/devices/e1000/e1000_device.h"

namespace ringside::devices {

// Rows that one burst may take from a transmit ring: a ring full of rows without EOP must not hold the worker.
inline constexpr uint32_t kRowsPerPass = 256;
// How far ahead the next row's buffer is asked for.
inline constexpr uint32_t kAhead = 6;

// A transmit row as it is handed back: done, and none of what an earlier round of the ring left in its status
// (SDM 3.3.3.2).
constexpr uint64_t done_word(uint64_t word) { return (word & ~spec::e1000::txd::kErrorsMask) | spec::e1000::txd::kDd; }

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
  bool late = false;  // a row that wants its report delayed (IDE) was reported
};

}  // namespace ringside::devices
