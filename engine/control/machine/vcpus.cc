// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/machine/machine.h"
#include "engine/guest/baremetal/baremetal_image.h"
#include "engine/guest/hosted/hosted_program.h"
#include "engine/vmm/kvm/kvm_vcpu.h"
#include "engine/vmm/soft_vcpu.h"

// The vCPUs of a VM: soft ones, which workers run, or KVM's, which have threads.
namespace ringside::control {

Status Machine::add_vcpus(VmUnit& vm) {
  const VmSpec& spec = vm.spec;
  auto name = [&](uint32_t i) { return spec.name + "/" + std::to_string(i); };
  if (spec.vcpu != VcpuKind::kSoft) {
    auto image = vmm::parse_image(guest::baremetal_image());
    if (!image) return image.error();
    auto kvm = vmm::KvmVm::create(*vm.memory, vm.bus, std::move(*image), vmm::IrqChip::kUser);
    Status added = kvm ? Status() : Status(kvm.error());
    if (kvm) vm.kvm = std::move(*kvm);
    for (uint32_t i = 0; added && i < spec.vcpus; i++) {
      auto vcpu = vmm::KvmVcpu::create(name(i), uint16_t(i), *vm.kvm);
      if (vcpu)
        vm.vcpus.push_back(std::move(*vcpu));
      else
        added = vcpu.error();
    }
    if (added || spec.vcpu == VcpuKind::kKvm) return added;
    vm.note = "A soft vCPU instead of KVM: " + added.error().what;
    vm.vcpus.clear();
    vm.kvm.reset();
  }
  for (uint32_t i = 0; i < spec.vcpus; i++)
    vm.vcpus.push_back(
        std::make_unique<vmm::SoftVcpu>(name(i), *vm.memory, vm.bus, guest::hosted_program(), uint16_t(i)));
  return {};
}

Status Machine::add_doorbells(VmUnit& vm) {
  if (!vm.spec.doorbell_by_eventfd || !vm.kvm) return {};
  std::vector<vmm::KvmDoorbells::Bell> bells;
  for (const auto& bell : vm.nic->silent_doorbells())
    if (const uint64_t gpa = vm.bus.address_of(vm.nic.get(), bell.offset))
      bells.push_back({gpa, bell.bytes, [nic = vm.nic.get(), offset = bell.offset] { nic->doorbell_rung(offset); }});
  auto doorbells = vmm::KvmDoorbells::create(*vm.kvm, std::move(bells));
  if (!doorbells) return doorbells.error();
  vm.doorbells = std::move(*doorbells);
  return {};
}

void Machine::start_vcpus(const std::vector<int>& workers) {
  for (auto& vm : vms_)
    for (auto& vcpu : vm->vcpus) {
      if (vm->kvm) static_cast<vmm::KvmVcpu&>(*vcpu).keep_off(workers);
      vcpu->start();
    }
}

void Machine::ask_vcpus_rest() {
  for (auto& vm : vms_)
    for (auto& vcpu : vm->vcpus) vcpu->ask_rest();
}

void Machine::wait_vcpus_rest() {
  for (auto& vm : vms_)
    for (auto& vcpu : vm->vcpus) vcpu->wait_rest();
}

}  // namespace ringside::control
