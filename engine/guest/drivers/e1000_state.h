// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/guest/drivers/free_buffers.h"
#include "engine/spec/boot_info.h"
#include "engine/spec/e1000.h"

namespace ringside::guest {

namespace e1000 = spec::e1000;

// All that the E1000 driver remembers, in guest memory: a page a NIC. Addresses are guest-physical.
struct E1000State {
  uint64_t bar, mac;
  uint64_t rx_ring, tx_ring;
  // Addresses of free buffers, 8 bytes each. The last one freed is the first one used: it is the one in the cache.
  uint64_t free_stack;
  uint32_t free_count;
  uint32_t buffer_bytes;
  uint32_t max_frame;
  uint32_t rx_rows, tx_rows;
  uint32_t rx_next;        // the row whose DD is looked at next
  uint32_t rx_held;        // rows refilled and not yet given to the device by RDT
  uint32_t rx_discarding;  // in the middle of a frame with more parts than a frame can have
  uint32_t tx_next;        // the row that is written next
  uint32_t tx_clean;       // the oldest row whose buffer is not free yet
  uint32_t tx_group_mask;  // rows in a completion group - 1: RS is asked for once a group
  uint32_t polling;        // interrupt mode: the handler masked the NIC, and the main loop polls it until it is empty
};

inline constexpr uint64_t e1000_state_gpa(uint32_t nic) { return spec::kGuestStateGpa + 0x1000 * (1 + uint64_t{nic}); }
static_assert(e1000_state_gpa(spec::kMaxNics) <= spec::kGuestHeapGpa && sizeof(E1000State) <= 0x1000);

inline constexpr uint32_t kE1000MinRows = 8, kE1000MaxRows = 4096;  // in steps of 8: RDLEN and TDLEN count 128 bytes
inline constexpr uint32_t kE1000SpareBuffers = kSpareBuffers;

}  // namespace ringside::guest
