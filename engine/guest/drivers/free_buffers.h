// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/memory.h"
#include "engine/guest/workload/workload.h"

#define RINGSIDE_GUEST_INLINE inline __attribute__((always_inline))

// What every driver lays out when it comes up: pieces of the heap, and a stack of free buffers. Cold.
namespace ringside::guest {

// Buffers beyond one a row, so that a full transmit ring leaves some to receive with.
inline constexpr uint32_t kSpareBuffers = 64;

// 0: the heap is used up.
template <Platform P>
uint64_t take_heap(P& platform, uint64_t bytes, uint64_t alignment) {
  auto* heap = at<HeapState>(platform, spec::kGuestStateGpa);
  const uint64_t gpa = (heap->next + alignment - 1) & ~(alignment - 1);
  if (gpa > heap->end || bytes > heap->end - gpa) return 0;
  heap->next = gpa + bytes;
  return gpa;
}

// Addresses of free buffers, 8 bytes each. The last one freed is the first one used: it is the one in the cache.
struct FreeStack {
  uint64_t gpa = 0;
  uint32_t count = 0;
};

// `wanted` buffers, or as many as this one's share of the memory that is left holds (`sharers`: this one and those that
// still come); fewer than `least`: false. One cache line lies between two buffers: at a distance of 2,048 bytes all
// frames would begin in two of the 64 sets of a first-level cache, and evict each other.
template <Platform P>
bool lay_buffers(P& platform, uint32_t wanted, uint32_t least, uint32_t buffer_bytes, uint32_t sharers,
                 FreeStack& stack) {
  stack.gpa = take_heap(platform, uint64_t{wanted} * 8, 4096);
  if (!stack.gpa) return false;
  auto* heap = at<HeapState>(platform, spec::kGuestStateGpa);
  const uint64_t stride = buffer_bytes + 64, share = (heap->end - heap->next) / sharers;
  uint64_t count = share < 64 ? 0 : (share - 64) / stride;
  if (count > wanted) count = wanted;
  if (count < least) return false;
  const uint64_t buffers = take_heap(platform, count * stride, 64);
  // The lowest on top.
  for (uint64_t i = 0; i < count; i++) *at<uint64_t>(platform, stack.gpa + i * 8) = buffers + (count - 1 - i) * stride;
  stack.count = uint32_t(count);
  return true;
}

// A completion is asked for every 32nd row, in small rings every rows/4 (rounded down to a power of two), as DPDK does
// it.
inline uint32_t completion_group_mask(uint32_t rows) {
  uint32_t group = 32;
  while (group > rows / 4) group /= 2;
  return group - 1;
}

}  // namespace ringside::guest
