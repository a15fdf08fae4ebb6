// SPDX-License-Identifier: BSD-3-Clause
#pragma once

struct rte_mempool;

// ThreadSanitizer builds only; elsewhere all of this is nothing. DPDK's rings order memory by fences, and librte_* is
// not instrumented, so that a packet's way from one worker to another has to be told.
namespace ringside::datapath {

#if defined(__SANITIZE_THREAD__)
extern "C" void __tsan_acquire(void* address);
extern "C" void __tsan_release(void* address);
// What was written before belongs to whoever takes from the same ring.
inline void handed_over(void* ring) { __tsan_release(ring); }
inline void taken_over(void* ring) { __tsan_acquire(ring); }
// Gives an empty mempool, before it is populated, a store that the sanitizer sees. 0, or a negative errno.
int use_visible_store(rte_mempool* pool);
#else
inline void handed_over(void*) {}
inline void taken_over(void*) {}
inline int use_visible_store(rte_mempool*) { return 0; }
#endif

}  // namespace ringside::datapath
