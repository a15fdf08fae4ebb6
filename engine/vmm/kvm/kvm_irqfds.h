// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <utility>

#include "engine/base/result.h"
#include "engine/spec/boot_info.h"

namespace ringside::vmm {

// The kernel's interrupt controllers, as whoever raises a line of one vCPU reaches them: an eventfd a line (KVM_IRQFD),
// which KVM turns into the message of that line (KVM_SET_GSI_ROUTING). A write costs its sender about what
// KVM_SIGNAL_MSI does, and can be made by somebody who knows the eventfd only: another process, VFIO. Threads: open and
// close by whoever opens the vCPU; send by any, between the two.
class KvmIrqfds {
 public:
  KvmIrqfds() { fd_.fill(-1); }
  ~KvmIrqfds() { close(); }
  KvmIrqfds(const KvmIrqfds&) = delete;
  KvmIrqfds& operator=(const KvmIrqfds&) = delete;

  // The routes of all vCPUs that a VM can have. Once a VM, after its controllers are made.
  static Status set_routes(int vm_fd);
  Status open(int vm_fd, uint16_t vcpu);
  // What was written before has reached the vCPU's local APIC when it returns.
  void close();
  void swap(KvmIrqfds& other) {
    std::swap(vm_fd_, other.vm_fd_);
    std::swap(vcpu_, other.vcpu_);
    fd_.swap(other.fd_);
  }
  void send(uint16_t line) const;

 private:
  int vm_fd_ = -1;
  uint16_t vcpu_ = 0;
  std::array<int, spec::kLines> fd_;
};

}  // namespace ringside::vmm
