// SPDX-License-Identifier: BSD-3-Clause
#include <cstring>

#include "engine/control/machine/device_registry.h"
#include "engine/control/machine/machine.h"

// What the host lays into a guest's memory before boot, and while it runs (spec/boot_info.h).
namespace ringside::control {

spec::GuestControl& VmUnit::control() const {
  return *reinterpret_cast<spec::GuestControl*>(memory->base() + spec::kControlGpa);
}
const spec::GuestReport& VmUnit::report(size_t vcpu) const {
  return *reinterpret_cast<const spec::GuestReport*>(memory->base() + spec::report_gpa(uint32_t(vcpu)));
}

VmUnit::Account VmUnit::account() const {
  Account sum;
  for (size_t i = 0; i < vcpus.size(); i++) {
    const spec::GuestReport& r = report(i);
    sum.received += shared::load_relaxed(&r.received), sum.sent += shared::load_relaxed(&r.sent);
    sum.errors += shared::load_relaxed(&r.verify_errors) + shared::load_relaxed(&r.driver_errors);
    sum.out_of_order += shared::load_relaxed(&r.out_of_order), sum.interrupts += shared::load_relaxed(&r.interrupts);
  }
  return sum;
}

void VmUnit::crash(spec::Crash how) {
  auto& word = reinterpret_cast<spec::MachineWords*>(memory->base() + spec::kMachineGpa)->crash;
  std::atomic_ref<uint32_t>(reinterpret_cast<uint32_t&>(word)).store(uint32_t(how), std::memory_order_relaxed);
}

void apply_exit_cost(VmUnit& vm) {
  for (auto& vcpu : vm.vcpus)
    if (vm.spec.calibrated && vcpu->exits_modelled())
      vcpu->set_exit_costs(*vm.spec.calibrated);
    else
      vcpu->set_exit_cost(vm.spec.exit_cost);
}

void write_control(VmUnit& vm, uint64_t peer_mac) {
  spec::GuestControl& c = vm.control();
  auto set32 = [](auto& word, auto value) {
    std::atomic_ref<uint32_t>(reinterpret_cast<uint32_t&>(word)).store(uint32_t(value), std::memory_order_relaxed);
  };
  auto set64 = [](uint64_t& word, uint64_t value) {
    std::atomic_ref<uint64_t>(word).store(value, std::memory_order_relaxed);
  };
  const VmSpec& s = vm.spec;
  set32(c.doorbell, s.doorbell);
  set32(c.batch, s.batch);
  set32(c.refill, s.refill);
  set32(c.ipv4, s.ipv4);
  set32(c.generate_size, s.size);
  set32(c.generate_flows, s.flows);
  set64(c.generate_gap_ns, s.rate_pps > 0 ? uint64_t(1e9 / s.rate_pps) : 0);
  set64(c.peer_mac, peer_mac);
  set64(c.generate_count, s.count);
  apply_exit_cost(vm);
}

namespace {

void write_boot_info(VmUnit& vm, uint64_t peer_mac) {
  spec::BootInfo info{};
  info.magic = spec::kBootMagic;
  info.memory_bytes = vm.memory->size();
  info.nic_count = 1;
  info.workload = vm.spec.workload;
  info.driver = vm.spec.driver;
  info.promiscuous = vm.spec.promiscuous;
  info.vcpu_count = uint32_t(vm.vcpus.size());
  spec::BootNic& nic = info.nics[0];
  nic.model = find_nic_model(vm.spec.nic.model)->guest_driver;
  nic.irq_line = 0;
  for (const vmm::MmioBus::Range& range : vm.bus.ranges())
    (range.at == 0 ? nic.bar0 : nic.bar[nic.bars++]) = range.base;
  nic.queues = vm.spec.nic.queues;
  nic.rx_rows = vm.spec.nic.rx_rows;
  nic.tx_rows = vm.spec.nic.tx_rows;
  nic.rx_buffer_bytes = 2048;
  nic.max_frame_bytes = longest_frame(vm.spec.nic);
  memcpy(vm.memory->base() + spec::kBootInfoGpa, &info, sizeof info);
  write_control(vm, peer_mac);
  for (auto& vcpu : vm.vcpus) vcpu->set_exit_cost(0);  // until it has booted
  vm.received_at_boot = vm.nic->rx.frames.value(), vm.sent_at_boot = vm.nic->tx.frames.value();
}

}  // namespace

// The guest boots here, before time runs: the first step of a lesson is a packet's and not a driver's start. The exits
// of booting are counted apart, so that exits per packet speaks of packets.
void boot_vm(VmUnit& vm, uint64_t peer_mac) {
  write_boot_info(vm, peer_mac);
  std::vector<vmm::ExitLog::Totals> before;
  for (auto& vcpu : vm.vcpus) before.push_back(vcpu->exits.totals());
  // Link up is its driver's first interrupt, and belongs to the start too; a generator would begin to send.
  for (auto& vcpu : vm.vcpus) vcpu->power_on(vm.spec.workload != spec::WorkloadKind::kGenerate);
  for (size_t i = 0; i < vm.vcpus.size(); i++) {
    vm.boot_exits += vm.vcpus[i]->exits.take_back(before[i]);
  }
  apply_exit_cost(vm);
}

Status reboot_vm(VmUnit& vm, const VmSpec& spec, uint64_t peer_mac) {
  // Booting is looked at exit by exit; a change of mode brings the kernel's interrupt controllers back.
  if (vm.kvm)
    if (Status changed = vm.kvm->set_irqchip(vmm::IrqChip::kUser); !changed) return changed;
  const VmUnit::Account account = vm.account();
  vm.before.received += account.received, vm.before.sent += account.sent, vm.before.errors += account.errors;
  vm.before.out_of_order += account.out_of_order, vm.before.interrupts += account.interrupts;
  bool paused = vm.paused();
  vm.set_paused(false);
  vm.nic->reset();
  for (auto& vcpu : vm.vcpus) vcpu->interrupts.clear_line(0), vcpu->reset();
  vm.memory->wipe();
  vm.spec = spec;
  boot_vm(vm, peer_mac);
  vm.set_paused(paused);
  return {};
}

}  // namespace ringside::control
