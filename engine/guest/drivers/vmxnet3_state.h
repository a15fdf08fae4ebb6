// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/guest/drivers/free_buffers.h"
#include "engine/spec/boot_info.h"
#include "engine/spec/vmxnet3.h"

namespace ringside::guest {

namespace vmxnet3 = spec::vmxnet3;

// A queue pair as the driver sees it. Addresses are guest-physical. One vCPU serves it, and nobody else touches it.
struct Vmxnet3QueueState {
  uint64_t rx_ring[2], rx_comp, tx_ring, tx_comp, tx_data;
  uint64_t tx_desc;  // TxQueueDesc: threshold and deferred count
  uint64_t free_stack;
  uint32_t free_count;
  uint32_t rx_rows[2], rx_comp_rows, tx_rows;
  uint32_t rx_comp_next, rx_comp_gen;
  uint32_t rx_discarding;  // in the middle of a frame with more parts than a frame can have
  uint32_t tx_next, tx_gen, tx_clean;
  uint32_t tx_comp_next, tx_comp_gen;
  uint32_t tx_group_mask;
  uint32_t polling;  // interrupt mode: the vector is masked, and the main loop polls until the ring is empty
};

// All that the VMXNET3 driver remembers, in guest memory: a page a NIC.
struct Vmxnet3State {
  uint64_t bar0, bar1, msix, mac;
  uint64_t shared_area, rss_conf;
  uint32_t buffer_bytes, max_frame, queues;
  uint32_t intx;  // interrupts come by the line, and ICR says whose they are
  Vmxnet3QueueState queue[vmxnet3::kMaxTxQueues];
};
inline constexpr uint64_t vmxnet3_state_gpa(uint32_t nic) {
  return spec::kGuestStateGpa + 0x1000 * (1 + uint64_t{nic});
}
static_assert(vmxnet3_state_gpa(spec::kMaxNics) <= spec::kMachineGpa && sizeof(Vmxnet3State) <= 0x1000);

inline constexpr uint8_t vmxnet3_event_vector(uint32_t queues) { return uint8_t(queues + 1); }

// Which queue pairs a vCPU serves: every vcpus-th from its own number on.
inline constexpr uint32_t kVmxnet3Queues = vmxnet3::kMaxTxQueues;

}  // namespace ringside::guest
