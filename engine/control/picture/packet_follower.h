// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>

#include "engine/base/event.h"

namespace ringside::control {

// Follows frames through guest memory, where no mbuf carries their trace id: by NIC, ring and row, valid until the row
// is written again (DESIGN section 6). A soft vCPU handles one frame after the other, so that the frame it took last is
// the one it writes next. Stepped and paced running; the thread that holds the baton.
class PacketFollower {
 public:
  // Fills in event.packet where it is known from the row or from what the guest has at hand. `guest`: the VM that the
  // event belongs to.
  void annotate(const void* guest, StepEvent& event);
  // The number under which people see a frame: counted in the order in which frames were first seen, from 1; 0 stays 0.
  uint32_t number(uint32_t trace_id);
  // The frame that lies in a row of the guest's transmit ring; one that nobody saw written was under way before time
  // was stepped, and counts from here on.
  uint32_t frame_in(const void* guest, uint8_t ring, uint32_t row);
  // Time ran free: what was known of the rows is of frames that have left since.
  void forget_rows() { guests_.clear(); }

 private:
  struct Rows {
    std::map<uint32_t, uint32_t> receive, transmit;  // row, queue and ring -> trace id
    std::map<const void*, uint32_t> at_hand;         // vCPU -> trace id
  };
  uint32_t fresh();

  std::map<const void*, Rows> guests_;
  std::map<uint32_t, uint32_t> numbers_;
  uint32_t built_ = 0, seen_ = 0;
};

}  // namespace ringside::control
