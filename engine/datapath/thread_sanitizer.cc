// SPDX-License-Identifier: BSD-3-Clause
// cold: ThreadSanitizer builds only
#include "engine/datapath/thread_sanitizer.h"

#if defined(__SANITIZE_THREAD__)
#include <rte_mempool.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <vector>

// The inside of rte_ring, whose order is by fences; what it hands over is told by handed_over() and taken_over().
extern "C" const char* __tsan_default_suppressions() { return "race:__rte_ring_\n"; }

namespace ringside::datapath {
namespace {

struct Store {
  std::mutex mutex;
  std::vector<void*> objects;
};

Store& store_of(const rte_mempool* pool) { return *static_cast<Store*>(pool->pool_data); }

int make(rte_mempool* pool) {
  pool->pool_data = new Store;
  return 0;
}

void destroy(rte_mempool* pool) { delete &store_of(pool); }

int put(rte_mempool* pool, void* const* objects, unsigned count) {
  Store& store = store_of(pool);
  std::lock_guard lock(store.mutex);
  store.objects.insert(store.objects.end(), objects, objects + count);
  return 0;
}

int take(rte_mempool* pool, void** objects, unsigned count) {
  Store& store = store_of(pool);
  std::lock_guard lock(store.mutex);
  if (store.objects.size() < count) return -ENOBUFS;
  std::memcpy(objects, store.objects.data() + store.objects.size() - count, count * sizeof(void*));
  store.objects.resize(store.objects.size() - count);
  return 0;
}

unsigned count(const rte_mempool* pool) {
  Store& store = store_of(pool);
  std::lock_guard lock(store.mutex);
  return unsigned(store.objects.size());
}

}  // namespace

int use_visible_store(rte_mempool* pool) {
  static const int registered = [] {
    rte_mempool_ops ops{};
    std::strcpy(ops.name, "ringside_visible");
    ops.alloc = make, ops.free = destroy, ops.enqueue = put, ops.dequeue = take, ops.get_count = count;
    return rte_mempool_register_ops(&ops);
  }();
  return registered < 0 ? registered : rte_mempool_set_ops_byname(pool, "ringside_visible", nullptr);
}

}  // namespace ringside::datapath
#endif
