// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <vector>

#include "engine/vmm/kvm/kvm_vcpu.h"

namespace ringside::vmm {

// A guest of a few hand-written instructions, and KVM_RUN bare: nothing between two exits but what the caller does. EBX
// holds the address of a register beyond RAM, EDX a port that nobody owns. Each interrupt vector writes that port once
// and returns. Used for measuring, and in tests for guests that no driver would be. One thread.
class MicroGuest {
 public:
  static constexpr uint32_t kRegister = 0xe000'0000, kPort = 0x600;

  // `body` is repeated `times` over, `after` follows once, then it all begins again. `sti`: with interrupts let in.
  struct Code {
    std::vector<uint8_t> body;
    uint32_t times = 1;
    std::vector<uint8_t> after{};
    bool sti = false;
  };
  static Result<std::unique_ptr<MicroGuest>> create(const Code& code, IrqChip chip);

  // The next exit. False: the vCPU cannot go on, or not within 0.75 s of CPU time (of the thread that made the guest).
  bool run();
  // The next exit by the way that a VM's exits take.
  void dispatch();
  // An interrupt goes in with the next run(). False: the guest does not let it in.
  bool inject(uint8_t vector);
  // Kernel's controllers: sends one. Any thread.
  void signal(uint8_t vector);
  bool enable_hypercall_exits();
  uint32_t exit_reason() const;

  MmioBus& bus() { return bus_; }
  KvmVm& vm() { return *vm_; }
  KvmVcpu& vcpu() { return *vcpu_; }
  GuestMemory& memory() { return *memory_; }

 private:
  MicroGuest() = default;
  std::unique_ptr<GuestMemory> memory_;
  MmioBus bus_;
  std::vector<uint8_t> code_;
  std::unique_ptr<KvmVm> vm_;
  std::unique_ptr<KvmVcpu> vcpu_;
};

}  // namespace ringside::vmm
