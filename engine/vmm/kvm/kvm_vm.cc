// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/kvm/kvm_vm.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "engine/vmm/kvm/kvm_api.h"
#include "engine/vmm/kvm/kvm_irqfds.h"
#include "engine/vmm/kvm/kvm_vcpu.h"

namespace ringside::vmm {
namespace {

// Where Intel's KVM keeps pages of its own: below the firmware of a PC, far from RAM and BARs.
constexpr unsigned long kTssAddress = 0xfffbd000;
constexpr uint64_t kIdentityMap = 0xfffbc000;

Error environment(std::string what, std::string remedy) {
  Error error{std::move(what), "Nothing was built.", std::move(remedy), ""};
  error.environment = true;
  return error;
}

constexpr const char* kSoftInstead = "Or let the scenario choose: `vcpu=kvm?` takes a soft vCPU where there is no KVM.";

Error cannot_open(const char* device) {
  const std::string name = device;
  if (errno == EACCES || errno == EPERM)
    return environment(
        name + " exists, but you may not open it. It belongs to the group kvm, and you are not in this group.",
        std::string("For real exits: `sudo usermod -aG kvm \"$USER\"`, then log in again.\n") + kSoftInstead);
  if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
    return environment(
        "There is no " + name + " here, so there are no KVM vCPUs.",
        std::string("For real exits: `sudo modprobe kvm_intel || sudo modprobe kvm_amd`\n") + kSoftInstead);
  return environment(name + " cannot be opened: " + strerror(errno) + ".", kSoftInstead);
}

Error refused(const char* call) {
  const int reason = errno;
  if (reason == ENOMEM)
    return environment(std::string("KVM has too little memory for another VM (") + call + ").",
                       "Fewer or smaller VMs: `memory=16M`");
  return environment(std::string("KVM refuses ") + call + ": " + strerror(reason) + ".", kSoftInstead);
}

}  // namespace

Result<std::unique_ptr<KvmVm>> KvmVm::create(GuestMemory& memory, const MmioBus& bus, GuestImage image, IrqChip chip,
                                             const char* device) {
  std::unique_ptr<KvmVm> vm(new KvmVm(memory, bus, std::move(image)));
  vm->system_ = fault_here("open") ? -1 : ::open(device, O_RDWR | O_CLOEXEC);
  if (vm->system_ < 0) return cannot_open(device);
  if (const int version = kvm_ioctl(vm->system_, KVM_GET_API_VERSION); version != KVM_API_VERSION)
    return environment(std::string(device) + " does not speak KVM's version 12.", kSoftInstead);
  for (unsigned long needed : {KVM_CAP_USER_MEMORY, KVM_CAP_IMMEDIATE_EXIT, KVM_CAP_IRQCHIP})
    if (kvm_ioctl(vm->system_, KVM_CHECK_EXTENSION, needed) <= 0)
      return environment("This kernel's KVM is too old: it lacks extension " + std::to_string(needed) + ".",
                         kSoftInstead);
  const int run_bytes = kvm_ioctl(vm->system_, KVM_GET_VCPU_MMAP_SIZE);
  if (run_bytes < int(sizeof(kvm_run))) return refused("KVM_GET_VCPU_MMAP_SIZE");
  vm->run_bytes_ = uint32_t(run_bytes);
  const int offered = kvm_ioctl(vm->system_, KVM_CHECK_EXTENSION, KVM_CAP_SYNC_REGS);
  vm->sync_regs_ = offered > 0 && offered & KVM_SYNC_X86_REGS;
  vm->chip_ = chip;
  if (Status opened = vm->open(chip); !opened) return opened.error();
  return vm;
}

KvmVm::~KvmVm() {
  close();
  if (system_ >= 0) ::close(system_);
}

Status KvmVm::open(IrqChip chip) {
  fd_ = kvm_ioctl(system_, KVM_CREATE_VM, 0ul);
  if (fd_ < 0) return refused("KVM_CREATE_VM");
  uint64_t identity = kIdentityMap;
  if (kvm_ioctl(fd_, KVM_SET_TSS_ADDR, kTssAddress) < 0 || kvm_ioctl(fd_, KVM_SET_IDENTITY_MAP_ADDR, &identity) < 0)
    return refused("KVM_SET_TSS_ADDR");
  if (chip == IrqChip::kKernel && kvm_ioctl(fd_, KVM_CREATE_IRQCHIP) < 0) return refused("KVM_CREATE_IRQCHIP");
  if (chip == IrqChip::kKernel)
    if (Status routes = KvmIrqfds::set_routes(fd_); !routes) return routes;
  kvm_userspace_memory_region ram{};
  ram.memory_size = memory_.size(), ram.userspace_addr = reinterpret_cast<uint64_t>(memory_.base());
  if (kvm_ioctl(fd_, KVM_SET_USER_MEMORY_REGION, &ram) < 0) return refused("KVM_SET_USER_MEMORY_REGION");
  for (const Doorbell& doorbell : doorbells_)
    if (Status assigned = assign(doorbell, true); !assigned) return assigned;
  return {};
}

void KvmVm::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Status KvmVm::set_irqchip(IrqChip chip) {
  Status prepared = prepare_irqchip(chip);
  if (prepared) keep();
  return prepared;
}

// All or nothing: a VM with fewer vCPUs, or a vCPU without its state, would be one that nobody asked for.
Status KvmVm::prepare_irqchip(IrqChip chip) {
  if (chip == chip_) return {};
  const auto unchanged = [](Error error) {
    error.unchanged = "Its guest stands where it was, as it was.";
    return error;
  };
  for (KvmVcpu* vcpu : vcpus_)
    if (Status saved = vcpu->save(); !saved) return unchanged(saved.error());
  for (KvmVcpu* vcpu : vcpus_) vcpu->step_aside();
  fd_before_ = std::exchange(fd_, -1);
  chip_before_ = std::exchange(chip_, chip);
  Status made = open(chip);
  for (KvmVcpu* vcpu : vcpus_)
    if (made) made = vcpu->open();
  if (made) return made;
  go_back();
  return unchanged(made.error());
}

void KvmVm::keep() {
  if (fd_before_ < 0) return;
  for (KvmVcpu* vcpu : vcpus_) vcpu->settle(chip_before_);
  ::close(std::exchange(fd_before_, -1));
}

void KvmVm::go_back() {
  if (fd_before_ < 0) return;
  for (KvmVcpu* vcpu : vcpus_) vcpu->step_back();
  close();
  fd_ = std::exchange(fd_before_, -1);
  chip_ = chip_before_;
}

Status KvmVm::assign(const Doorbell& doorbell, bool add) {
  kvm_ioeventfd event{};
  event.addr = doorbell.gpa, event.len = doorbell.bytes, event.fd = doorbell.fd;
  event.flags = add ? 0 : KVM_IOEVENTFD_FLAG_DEASSIGN;
  if (kvm_ioctl(fd_, KVM_IOEVENTFD, &event) < 0) return refused("KVM_IOEVENTFD");
  return {};
}

Status KvmVm::add_doorbell(uint64_t gpa, uint32_t bytes, int event_fd) {
  const Doorbell doorbell{gpa, bytes, event_fd};
  if (Status assigned = assign(doorbell, true); !assigned) return assigned;
  doorbells_.push_back(doorbell);
  return {};
}

void KvmVm::remove_doorbell(uint64_t gpa, int event_fd) {
  for (size_t i = 0; i < doorbells_.size(); i++)
    if (doorbells_[i].gpa == gpa && doorbells_[i].fd == event_fd) {
      (void)assign(doorbells_[i], false);
      doorbells_.erase(doorbells_.begin() + long(i));
      return;
    }
}

}  // namespace ringside::vmm
