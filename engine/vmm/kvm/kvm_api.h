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

#include "engine/base/fault_injection.h"

static_assert(sizeof(kvm_cpuid2) == 8 && sizeof(kvm_irq_routing) == 8 && sizeof(kvm_msrs) == 8 &&
              sizeof(kvm_stats_desc) == 16);
static_assert(sizeof(kvm_userspace_memory_region) == 32 && sizeof(kvm_regs) == 144 && sizeof(kvm_sregs) == 312 &&
              sizeof(kvm_interrupt) == 4);
static_assert(sizeof(kvm_irqfd) == 32 && sizeof(kvm_ioeventfd) == 64 && sizeof(kvm_msi) == 32 &&
              sizeof(kvm_mp_state) == 4);

namespace ringside::vmm {

// The request's name in KVM's documentation (Documentation/virt/kvm/api.rst).
inline const char* name_of_request(unsigned long request) {
  switch (request) {
#define RINGSIDE_NAMED(name) \
  case name: return #name;
    RINGSIDE_NAMED(KVM_CHECK_EXTENSION)
    RINGSIDE_NAMED(KVM_CREATE_IRQCHIP)
    RINGSIDE_NAMED(KVM_CREATE_VCPU)
    RINGSIDE_NAMED(KVM_CREATE_VM)
    RINGSIDE_NAMED(KVM_ENABLE_CAP)
    RINGSIDE_NAMED(KVM_GET_API_VERSION)
    RINGSIDE_NAMED(KVM_GET_LAPIC)
    RINGSIDE_NAMED(KVM_GET_MP_STATE)
    RINGSIDE_NAMED(KVM_GET_REGS)
    RINGSIDE_NAMED(KVM_GET_SREGS)
    RINGSIDE_NAMED(KVM_GET_STATS_FD)
    RINGSIDE_NAMED(KVM_GET_SUPPORTED_CPUID)
    RINGSIDE_NAMED(KVM_GET_VCPU_MMAP_SIZE)
    RINGSIDE_NAMED(KVM_IOEVENTFD)
    RINGSIDE_NAMED(KVM_IRQFD)
    RINGSIDE_NAMED(KVM_SET_CPUID2)
    RINGSIDE_NAMED(KVM_SET_DEVICE_ATTR)
    RINGSIDE_NAMED(KVM_SET_GSI_ROUTING)
    RINGSIDE_NAMED(KVM_SET_IDENTITY_MAP_ADDR)
    RINGSIDE_NAMED(KVM_SET_LAPIC)
    RINGSIDE_NAMED(KVM_SET_MP_STATE)
    RINGSIDE_NAMED(KVM_SET_REGS)
    RINGSIDE_NAMED(KVM_SET_SREGS)
    RINGSIDE_NAMED(KVM_SET_TSS_ADDR)
    RINGSIDE_NAMED(KVM_SET_USER_MEMORY_REGION)
    RINGSIDE_NAMED(KVM_SET_VCPU_EVENTS)
    RINGSIDE_NAMED(KVM_TRANSLATE)
#undef RINGSIDE_NAMED
    default: return "a KVM ioctl";
  }
}

// An ioctl that a signal does not disturb.
inline int undisturbed_ioctl(int fd, unsigned long request, void* argument) {
  int r;
  do r = ioctl(fd, request, argument);
  while (r < 0 && errno == EINTR);
  return r;
}
// One that a test can make fail: all but KVM_RUN and KVM_INTERRUPT, of which a running guest needs many.
inline int kvm_ioctl(int fd, unsigned long request, void* argument = nullptr) {
  return fault_here(name_of_request(request)) ? -1 : undisturbed_ioctl(fd, request, argument);
}
inline int kvm_ioctl(int fd, unsigned long request, unsigned long argument) {
  return kvm_ioctl(fd, request, reinterpret_cast<void*>(argument));
}

}  // namespace ringside::vmm
