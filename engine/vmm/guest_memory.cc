// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/guest_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "engine/base/fault_injection.h"

namespace ringside::vmm {
namespace {
// The memory begins at a multiple of this, as a huge page would; what lies before it, a page at least, and behind it is
// a guard.
constexpr uint64_t kGuard = 2 << 20;
}  // namespace

Result<std::unique_ptr<GuestMemory>> GuestMemory::create(uint64_t bytes) {
  auto fail = [&](const char* call) {
    return Error{std::string("The guest's memory (") + std::to_string(bytes >> 20) + " MiB) cannot be had: " + call +
                     ": " + strerror(errno) + ".",
                 "Nothing was built.",
                 errno == EMFILE || errno == ENFILE ? "Fewer VMs, or more open files: `ulimit -n 4096`"
                                                    : "Give the VM less memory: memory=16M",
                 ""};
  };
  int fd = fault_here("memfd_create") ? -1 : memfd_create("ringside-guest", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return fail("memfd_create");
  if (fault_here("ftruncate") || ftruncate(fd, off_t(bytes)) != 0 ||
      fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
    Error error = fail("ftruncate");
    close(fd);
    return error;
  }
  void* reserved = fault_here("mmap") ? MAP_FAILED
                                      : mmap(nullptr, bytes + 2 * kGuard, PROT_NONE,
                                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) {
    Error error = fail("mmap");
    close(fd);
    return error;
  }
  uint8_t* const first = static_cast<uint8_t*>(reserved);
  uint8_t* const base = first + (kGuard - reinterpret_cast<uintptr_t>(first) % kGuard);
  if (fault_here("mmap") || mmap(base, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED) {
    Error error = fail("mmap");
    munmap(reserved, bytes + 2 * kGuard);
    close(fd);
    return error;
  }
  return std::unique_ptr<GuestMemory>(new GuestMemory(first, base, bytes, fd));
}

GuestMemory::~GuestMemory() {
  munmap(reserved_, size_ + 2 * kGuard);
  close(fd_);
}

void GuestMemory::wipe() {
  // MADV_REMOVE punches the pages out of the memfd; where a kernel refuses, clearing them by hand means the same.
  if (madvise(base_, size_, MADV_REMOVE) != 0) memset(base_, 0, size_);
}

void GuestMemory::enable_dirty_bitmap() {
  if (dirty_bitmap()) return;
  dirty_ = std::vector<std::atomic<uint64_t>>((size_ / 4096 + 63) / 64);
  dirty_bits_.store(dirty_.data(), std::memory_order_release);
}

}  // namespace ringside::vmm
