// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/result.h"

namespace ringside::vmm {

// A guest's RAM: a sealed memfd, mapped once, guest-physical address 0 at its start. On both sides of it lies address
// space that nothing may touch: a device that missed a bounds check ends the program, instead of writing over what the
// kernel happened to map there. Built and destroyed by the engine's thread; its bytes are shared by vCPU and worker
// under the rules of base/shared.h.
class GuestMemory {
 public:
  // `bytes`: a multiple of 4 KiB. Pages come when first touched. Error: no memory, or too many files open.
  static Result<std::unique_ptr<GuestMemory>> create(uint64_t bytes);
  ~GuestMemory();
  GuestMemory(const GuestMemory&) = delete;
  GuestMemory& operator=(const GuestMemory&) = delete;

  uint8_t* base() const { return base_; }
  uint64_t size() const { return size_; }
  int fd() const { return fd_; }  // for KVM and vhost-user

  // All bytes 0 again, pages given back: a reboot. Nobody else may touch the memory meanwhile.
  void wipe();

  // Host writes since the bitmap was switched on, a bit a 4 KiB page; null when off. KVM's own log does not see them.
  std::atomic<uint64_t>* dirty_bitmap() const { return dirty_bits_.load(std::memory_order_acquire); }
  // At any time: who writes later, marks. Engine's thread.
  void enable_dirty_bitmap();
  // The word that says where the bitmap is, for who writes often. Any thread.
  const std::atomic<std::atomic<uint64_t>*>& dirty_bits() const { return dirty_bits_; }

 private:
  GuestMemory(uint8_t* reserved, uint8_t* base, uint64_t size, int fd)
      : reserved_(reserved), base_(base), size_(size), fd_(fd) {}
  uint8_t* reserved_;  // the memory with its guards
  uint8_t* base_;
  uint64_t size_;
  int fd_;
  std::vector<std::atomic<uint64_t>> dirty_;
  std::atomic<std::atomic<uint64_t>*> dirty_bits_{nullptr};
};

}  // namespace ringside::vmm
