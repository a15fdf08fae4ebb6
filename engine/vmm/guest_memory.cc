// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/guest_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace ringside::vmm {

Result<std::unique_ptr<GuestMemory>> GuestMemory::create(uint64_t bytes) {
  auto fail = [&](const char* call) {
    return Error{std::string("The guest's memory (") + std::to_string(bytes >> 20) + " MiB) cannot be had: " + call + ": " + strerror(errno) + ".",
                 "Nothing was built.", "Give the VM less memory: memory=16M", ""};
  };
  int fd = memfd_create("ringside-guest", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return fail("memfd_create");
  if (ftruncate(fd, off_t(bytes)) != 0) {
    Error error = fail("ftruncate");
    close(fd);
    return error;
  }
  void* base = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (base == MAP_FAILED) {
    Error error = fail("mmap");
    close(fd);
    return error;
  }
  return std::unique_ptr<GuestMemory>(new GuestMemory(static_cast<uint8_t*>(base), bytes, fd));
}

GuestMemory::~GuestMemory() {
  munmap(base_, size_);
  close(fd_);
}

void GuestMemory::wipe() {
  // MADV_REMOVE punches the pages out of the memfd; where a kernel refuses, clearing them by hand means the same.
  if (madvise(base_, size_, MADV_REMOVE) != 0) memset(base_, 0, size_);
}

void GuestMemory::enable_dirty_bitmap() {
  if (dirty_.empty()) dirty_ = std::vector<std::atomic<uint64_t>>((size_ / 4096 + 63) / 64);
}

}  // namespace ringside::vmm
