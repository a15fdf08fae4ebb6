// SPDX-License-Identifier: BSD-3-Clause
// cold: once a machine
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/result.h"

struct rte_mempool;

namespace ringside::datapath {

// The packet buffers of one machine, or of a port that outlives it (pnic/ethdev.h): mbufs with 2,048 bytes of data room
// behind the usual headroom, unless more is asked for. Built without IOVA
// contiguity unless hugepages are there, since otherwise each mbuf takes a 4 KiB page of its own and the headers share
// one cache set (DESIGN section 6). Engine's thread; the mbufs themselves belong to workers.
class PacketPool {
 public:
  // `room`: bytes of data behind the headroom. `cache`: packets that each worker may keep from the others.
  static Result<std::unique_ptr<PacketPool>> create(const std::string& name, uint32_t packets, bool contiguous,
                                                    uint16_t room = 2048, uint32_t cache = 256);
  ~PacketPool();
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;

  rte_mempool* get() const { return pool_; }
  uint32_t size() const { return size_; }
  // Buffers not in the pool (nor in an lcore's cache): 0 when nothing leaked. Exact at a cut.
  uint32_t in_use() const;

 private:
  PacketPool(rte_mempool* pool, uint32_t size) : pool_(pool), size_(size) {}
  rte_mempool* pool_;
  uint32_t size_;
};

}  // namespace ringside::datapath
