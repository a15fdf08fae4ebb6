// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/vmm/guest_clock.h"
#include "engine/vmm/guest_memory.h"
#include "engine/vmm/kvm/guest_image.h"
#include "engine/vmm/mmio_bus.h"

namespace ringside::vmm {

class KvmVcpu;

// Who keeps a VM's interrupt controllers (DESIGN section 5). kUser: the vCPU's own thread injects; HLT and interrupt
// windows come to us and are recorded; the only way to step. kKernel: KVM has a local APIC a vCPU; an interrupt is one
// write by whoever raises it, and HLT and windows stay in the kernel, where they are only counted.
enum class IrqChip : uint8_t { kUser, kKernel };
constexpr const char* name_of(IrqChip chip) { return chip == IrqChip::kUser ? "user" : "kernel"; }

// A VM of /dev/kvm: its memory is the guest's memfd, its address space beyond RAM leads to the bus. Engine's thread;
// vCPUs stand.
class KvmVm {
 public:
  // Error: no /dev/kvm, no right to open it, or no memory; marked as the environment's.
  static Result<std::unique_ptr<KvmVm>> create(GuestMemory& memory, const MmioBus& bus, GuestImage image, IrqChip chip,
                                               const char* device = "/dev/kvm");
  ~KvmVm();
  KvmVm(const KvmVm&) = delete;
  KvmVm& operator=(const KvmVm&) = delete;

  // An interrupt controller cannot be added to a VM that has vCPUs: the VM is made anew, and its vCPUs go on where they
  // stood. The new one is complete before the old one goes. Error: KVM refuses it, and all is as it was.
  Status set_irqchip(IrqChip chip);
  // The same for several VMs that shall change together or not at all: each is prepared, and then all keep what was
  // prepared, or all go back to what they had. Neither can fail; where nothing was prepared it does nothing.
  Status prepare_irqchip(IrqChip chip);
  void keep();
  void go_back();
  IrqChip irqchip() const { return chip_; }

  // Writes of `bytes` at `gpa` are answered in the kernel by a write to `event_fd`: an exit still, but not to user
  // space, and the value is lost. Kept when the VM is made anew. Error: KVM refuses it, and there is no such doorbell.
  Status add_doorbell(uint64_t gpa, uint32_t bytes, int event_fd);
  void remove_doorbell(uint64_t gpa, int event_fd);

  // Code, page tables, descriptor tables, clock: what a guest finds when it starts (spec/boot_info.h).
  void load_guest();
  void set_clock(uint64_t base_ns, uint64_t base_tsc, uint64_t ns_fraction);

  GuestClock& clock() { return clock_; }

  // A vCPU of it failed: the whole VM executes nothing until it is reset. Any thread.
  bool broken() const { return broken_.load(std::memory_order_seq_cst); }
  void set_broken(bool broken) { broken_.store(broken, std::memory_order_seq_cst); }

  GuestMemory& memory() { return memory_; }
  const MmioBus& bus() const { return bus_; }
  const GuestImage& image() const { return image_; }
  int fd() const { return fd_; }
  int system_fd() const { return system_; }
  uint32_t run_bytes() const { return run_bytes_; }
  bool has_sync_regs() const { return sync_regs_; }

 private:
  friend class KvmVcpu;
  struct Doorbell {
    uint64_t gpa;
    uint32_t bytes;
    int fd;
  };
  KvmVm(GuestMemory& memory, const MmioBus& bus, GuestImage image)
      : memory_(memory), bus_(bus), image_(std::move(image)) {}
  Status open(IrqChip chip);
  void close();
  Status assign(const Doorbell& doorbell, bool add);

  GuestMemory& memory_;
  const MmioBus& bus_;
  const GuestImage image_;
  int system_ = -1, fd_ = -1;
  int fd_before_ = -1;  // prepared: the VM that was, until it is given up
  IrqChip chip_before_ = IrqChip::kUser;
  uint32_t run_bytes_ = 0;
  bool sync_regs_ = false;
  IrqChip chip_ = IrqChip::kUser;
  std::vector<KvmVcpu*> vcpus_;
  std::vector<Doorbell> doorbells_;
  GuestClock clock_;
  std::atomic<bool> broken_{false};
};

}  // namespace ringside::vmm
