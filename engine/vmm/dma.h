// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <cstring>

#include "engine/base/shared.h"
#include "engine/vmm/guest_memory.h"

namespace ringside::vmm {

// Memory as one PCI function sees it (DESIGN section 4). Without an IOMMU an IOVA is a guest-physical address, and each
// call is one predicted branch and the access. Every call checks its bounds: false (or null) means a DMA fault, and
// nothing was touched. Threads: the worker that holds the queue's gate. Nobody keeps a pointer from here beyond a
// burst.
class DmaSpace {
 public:
  DmaSpace() = default;
  explicit DmaSpace(GuestMemory& memory) : base_(memory.base()), size_(memory.size()), dirty_(&memory.dirty_bits()) {}

  bool contains(uint64_t iova, uint64_t bytes) const { return bytes <= size_ && iova <= size_ - bytes; }

  bool read(uint64_t iova, void* to, uint32_t bytes) const {
    if (!contains(iova, bytes)) [[unlikely]]
      return false;
    memcpy(to, base_ + iova, bytes);
    return true;
  }
  bool write(uint64_t iova, const void* from, uint32_t bytes) const {
    if (!contains(iova, bytes)) [[unlikely]]
      return false;
    memcpy(base_ + iova, from, bytes);
    mark_dirty(iova, bytes);
    return true;
  }

  // A bounds-checked window for copying a buffer, valid until the end of the burst; null = DMA fault.
  const uint8_t* readable(uint64_t iova, uint32_t bytes) const {
    return contains(iova, bytes) ? base_ + iova : nullptr;
  }
  uint8_t* writable(uint64_t iova, uint32_t bytes) const {
    if (!contains(iova, bytes)) [[unlikely]]
      return nullptr;
    mark_dirty(iova, bytes);
    return base_ + iova;
  }

  // Ring words: 8 bytes, aligned (base/shared.h rule 1).
  bool load64(uint64_t iova, uint64_t& value) const {
    if (!contains(iova, 8) || (iova & 7)) [[unlikely]]
      return false;
    value = shared::load_acquire(reinterpret_cast<const uint64_t*>(base_ + iova));
    return true;
  }
  bool store64_release(uint64_t iova, uint64_t value) const {
    if (!contains(iova, 8) || (iova & 7)) [[unlikely]]
      return false;
    shared::store_release(reinterpret_cast<uint64_t*>(base_ + iova), value);
    mark_dirty(iova, 8);
    return true;
  }
  // Shared words of 4 bytes, aligned. The store is one side of a pair (base/shared.h rule 3): what is loaded after it,
  // is loaded after it.
  bool load32(uint64_t iova, uint32_t& value) const {
    if (!contains(iova, 4) || (iova & 3)) [[unlikely]]
      return false;
    value = std::atomic_ref<uint32_t>(*reinterpret_cast<uint32_t*>(base_ + iova)).load(std::memory_order_acquire);
    return true;
  }
  bool store32_ordered(uint64_t iova, uint32_t value) const {
    if (!contains(iova, 4) || (iova & 3)) [[unlikely]]
      return false;
    std::atomic_ref<uint32_t>(*reinterpret_cast<uint32_t*>(base_ + iova)).store(value, std::memory_order_seq_cst);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    mark_dirty(iova, 4);
    return true;
  }
  void prefetch(uint64_t iova) const {
    if (contains(iova, 64)) __builtin_prefetch(base_ + iova, 1);
  }

 private:
  static constexpr std::atomic<std::atomic<uint64_t>*> kNeverDirty{nullptr};

  void mark_dirty(uint64_t iova, uint64_t bytes) const {
    if (std::atomic<uint64_t>* bits = dirty_->load(std::memory_order_acquire)) [[unlikely]]
      mark_pages(bits, iova, bytes);
  }
  static void mark_pages(std::atomic<uint64_t>* bits, uint64_t iova, uint64_t bytes) {
    if (!bytes) return;
    for (uint64_t page = iova >> 12; page <= (iova + bytes - 1) >> 12; page++)
      bits[page / 64].fetch_or(uint64_t{1} << (page % 64), std::memory_order_relaxed);
  }

  uint8_t* base_ = nullptr;
  uint64_t size_ = 0;
  // The memory's word and not what it says now: the bitmap may be switched on while this is in use.
  const std::atomic<std::atomic<uint64_t>*>* dirty_ = &kNeverDirty;
};

}  // namespace ringside::vmm
