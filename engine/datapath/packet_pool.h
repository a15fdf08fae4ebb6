// SPDX-License-Identifier: BSD-3-Clause
// cold: once a machine
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/result.h"

struct rte_mempool;

namespace ringside::datapath {

// The packet buffers of one machine: mbufs with 2,048 bytes of data room behind the usual headroom. Built without IOVA
// contiguity unless hugepages are there, since otherwise each mbuf takes a 4 KiB page of its own and the headers share
// one cache set (DESIGN section 6). Engine's thread; the mbufs themselves belong to workers.
class PacketPool {
 public:
  static Result<std::unique_ptr<PacketPool>> create(const std::string& name, uint32_t packets, bool contiguous);
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
