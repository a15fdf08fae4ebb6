// SPDX-License-Identifier: BSD-3-Clause
// cold: built with a ring wire
#include "engine/datapath/pnic/wire_rings.h"

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include <string>

#include "engine/datapath/dpdk_compat.h"

namespace ringside::datapath {
namespace {

rte_ring* make_ring(uint32_t rows) {
  static uint64_t number = 0;
  const std::string name = "wire_ring" + std::to_string(number++);
  if (dpdk_fault("rte_ring_create")) return nullptr;
  return rte_ring_create(name.c_str(), rows, int(rte_socket_id()), RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ);
}

void free_with_frames(rte_ring* ring) {
  void* frame;
  while (ring && rte_ring_dequeue(ring, &frame) == 0) rte_pktmbuf_free(static_cast<rte_mbuf*>(frame));
  rte_ring_free(ring);
}

}  // namespace

Result<std::unique_ptr<WireRings>> WireRings::create(uint32_t rows) {
  std::unique_ptr<WireRings> rings(new WireRings);
  rings->in_ = make_ring(rows);
  if (rings->in_) rings->out_ = make_ring(rows);
  if (!rings->out_)
    return Error{"No memory for the rings of a wire: " + std::string(rte_strerror(rte_errno)) + ".", kNothingBuilt,
                 "More memory at the start: --memory 1024"};
  return rings;
}

WireRings::~WireRings() {
  free_with_frames(in_);
  free_with_frames(out_);
}

}  // namespace ringside::datapath
