// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// For the .cc files of this folder alone: <linux/kvm.h>, made right for C++.
//
// The kernel's headers of Debian 12 declare flexible arrays by a macro whose empty struct has size 1 in C++: four
// structs come out too large, ioctl numbers (which carry the size) turn wrong, and statistics are misread. A
// zero-length array is what they mean.
#include <linux/stddef.h>
#undef __DECLARE_FLEX_ARRAY
#define __DECLARE_FLEX_ARRAY(type, name) type name[0]

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <linux/kvm.h>
#pragma GCC diagnostic pop

#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <string>

static_assert(sizeof(kvm_cpuid2) == 8 && sizeof(kvm_irq_routing) == 8 && sizeof(kvm_msrs) == 8 &&
              sizeof(kvm_stats_desc) == 16);
static_assert(sizeof(kvm_userspace_memory_region) == 32 && sizeof(kvm_regs) == 144 && sizeof(kvm_sregs) == 312 &&
              sizeof(kvm_interrupt) == 4);
static_assert(sizeof(kvm_irqfd) == 32 && sizeof(kvm_ioeventfd) == 64 && sizeof(kvm_msi) == 32 &&
              sizeof(kvm_mp_state) == 4);

namespace ringside::vmm {

// An ioctl that a signal does not disturb.
inline int kvm_ioctl(int fd, unsigned long request, void* argument = nullptr) {
  int r;
  do r = ioctl(fd, request, argument);
  while (r < 0 && errno == EINTR);
  return r;
}
inline int kvm_ioctl(int fd, unsigned long request, unsigned long argument) {
  return kvm_ioctl(fd, request, reinterpret_cast<void*>(argument));
}

}  // namespace ringside::vmm
