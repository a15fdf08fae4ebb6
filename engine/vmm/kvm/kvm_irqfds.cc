// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/kvm/kvm_irqfds.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <vector>

#include "engine/vmm/kvm/kvm_api.h"

namespace ringside::vmm {
namespace {

constexpr uint32_t gsi_of(uint32_t vcpu, uint32_t line) { return vcpu * spec::kLines + line; }

Error refused(const char* call) {
  Error error{std::string("KVM refuses ") + call + ": " + strerror(errno) + ".", "Nothing was built.",
              "Without the kernel's interrupt controllers: `irqchip=user`", ""};
  error.environment = true;
  return error;
}

}  // namespace

Status KvmIrqfds::set_routes(int vm_fd) {
  constexpr uint32_t kRoutes = spec::kMaxVcpus * spec::kLines;
  std::vector<uint64_t> room((sizeof(kvm_irq_routing) + kRoutes * sizeof(kvm_irq_routing_entry)) / 8);
  auto* routing = reinterpret_cast<kvm_irq_routing*>(room.data());
  routing->nr = kRoutes;
  for (uint32_t vcpu = 0; vcpu < spec::kMaxVcpus; vcpu++)
    for (uint32_t line = 0; line < spec::kLines; line++) {
      kvm_irq_routing_entry& entry = routing->entries[gsi_of(vcpu, line)];
      entry.gsi = gsi_of(vcpu, line), entry.type = KVM_IRQ_ROUTING_MSI;
      entry.u.msi.address_lo = spec::kMessageBase | vcpu << 12,
      entry.u.msi.data = spec::kFirstVector + line;  // SDM vol. 3, 11.11
    }
  if (kvm_ioctl(vm_fd, KVM_SET_GSI_ROUTING, routing) < 0) return refused("KVM_SET_GSI_ROUTING");
  return {};
}

Status KvmIrqfds::open(int vm_fd, uint16_t vcpu) {
  close();
  vm_fd_ = vm_fd, vcpu_ = vcpu;
  for (uint32_t line = 0; line < spec::kLines; line++) {
    fd_[line] = fault_here("eventfd") ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd_[line] < 0) return refused("an eventfd");
    kvm_irqfd irqfd{};
    irqfd.fd = uint32_t(fd_[line]), irqfd.gsi = gsi_of(vcpu, line);
    if (kvm_ioctl(vm_fd, KVM_IRQFD, &irqfd) < 0) return refused("KVM_IRQFD");
  }
  return {};
}

void KvmIrqfds::close() {
  for (uint32_t line = 0; line < spec::kLines; line++) {
    if (fd_[line] < 0) continue;
    kvm_irqfd irqfd{};
    irqfd.fd = uint32_t(fd_[line]), irqfd.gsi = gsi_of(vcpu_, line), irqfd.flags = KVM_IRQFD_FLAG_DEASSIGN;
    (void)kvm_ioctl(vm_fd_, KVM_IRQFD, &irqfd);
    ::close(fd_[line]);
    fd_[line] = -1;
  }
}

void KvmIrqfds::send(uint16_t line) const {
  const uint64_t one = 1;
  if (line < spec::kLines) (void)!write(fd_[line], &one, sizeof one);
}

}  // namespace ringside::vmm
