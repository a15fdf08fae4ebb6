// SPDX-License-Identifier: BSD-3-Clause
// cold: built and freed with a machine
#include "engine/datapath/packet_pool.h"

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include <algorithm>
#include <cstring>

#include "engine/datapath/dpdk_compat.h"
#include "engine/datapath/thread_sanitizer.h"

namespace ringside::datapath {
Result<std::unique_ptr<PacketPool>> PacketPool::create(const std::string& name, uint32_t packets, bool contiguous,
                                                       uint16_t room, uint32_t cache) {
  constexpr char kUnchanged[] = "Nothing was built.";
  if (packets < 64 || packets > 4'000'000)
    return Error{"A packet pool of " + std::to_string(packets) + " buffers is not possible.", kUnchanged,
                 "Between 64 and 4000000"};
  // rte_mempool refuses a cache above 2/3 of its objects, and caches of idle lcores must not starve a small pool.
  cache = std::min({cache, packets / 16 * 2, uint32_t(RTE_MEMPOOL_CACHE_MAX_SIZE)});
  const auto bytes = uint16_t(room + RTE_PKTMBUF_HEADROOM);
  uint32_t object = sizeof(rte_mbuf) + bytes;
  unsigned flags = contiguous ? 0 : RTE_MEMPOOL_F_NO_IOVA_CONTIG;
  rte_mempool* pool = dpdk_fault("rte_mempool_create_empty")
                          ? nullptr
                          : rte_mempool_create_empty(name.c_str(), packets, object, cache,
                                                     sizeof(rte_pktmbuf_pool_private), int(rte_socket_id()), flags);
  if (!pool) {
    bool taken = rte_errno == EEXIST, longer = rte_errno == ENAMETOOLONG;
    return Error{"Packet pool " + name + " cannot be made: " + rte_strerror(rte_errno) + ".", kUnchanged,
                 taken    ? "Another pool has this name"
                 : longer ? "A shorter name"
                          : "More memory: --memory 1024"};
  }
  (void)use_visible_store(
      pool);  // a test's matter: without it ThreadSanitizer would cry at each buffer that changes its worker
  rte_pktmbuf_pool_private shape{};
  shape.mbuf_data_room_size = bytes;
  rte_pktmbuf_pool_init(pool, &shape);
  if (int placed = dpdk_fault("rte_mempool_populate_default") ? -rte_errno : rte_mempool_populate_default(pool);
      placed < 0) {
    std::string why = rte_strerror(-placed);
    rte_mempool_free(pool);
    uint64_t need_mb = (uint64_t(packets) * (object + 128) >> 20) + 1;
    return Error{"No memory for " + std::to_string(packets) + " packet buffers, about " + std::to_string(need_mb) +
                     " MB (" + why + ").",
                 kUnchanged, "More memory at the start: --memory 1024"};
  }
  rte_mempool_obj_iter(pool, rte_pktmbuf_init, nullptr);
  return std::unique_ptr<PacketPool>(new PacketPool(pool, packets));
}

PacketPool::~PacketPool() { rte_mempool_free(pool_); }

uint32_t PacketPool::in_use() const { return rte_mempool_in_use_count(pool_); }

}  // namespace ringside::datapath
