// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/machine/machine.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "engine/control/commands/command_table.h"
#include "engine/control/machine/device_registry.h"

namespace ringside::control {
namespace {

// 2^n - 1 is what rte_mempool packs best. Each worker's cache keeps up to 384 from the others.
constexpr uint32_t kPoolPackets = 8191, kPacketsPerWorker = 1024;
constexpr uint64_t kBarBase = 0xe000'0000, kBarStep = 0x0010'0000;
constexpr uint64_t kPortBase = 0xc000;  // of the NIC's I/O BAR, where it has one

Error no_room(const std::string& what, const std::string& remedy) {
  return Error{what, "Nothing was built.", remedy, ""};
}

}  // namespace

VmUnit::~VmUnit() {
  if (vswitch && port) vswitch->remove_port(port);
  context.reset();
  doorbells.reset();
  nic.reset();
  vcpus.clear();
  kvm.reset();
}

vmm::Vcpu* VmUnit::vcpu_of(const Context* one) const {
  for (const auto& vcpu : vcpus)
    if (vcpu->is(one)) return vcpu.get();
  return nullptr;
}

void VmUnit::set_paused(bool paused) {
  for (const auto& vcpu : vcpus) vcpu->set_paused(paused);
}

void VmUnit::watch(const std::set<std::string>& rings) {
  for (size_t n = 0; n < nic->rings().size(); n++) {
    const bool wanted = rings.contains(nic_name() + "." + nic->rings()[n].name);
    if (wanted != nic->ring_watch(n).wanted.load(std::memory_order_relaxed)) nic->watch(n, wanted);
  }
}

Result<std::unique_ptr<Machine>> Machine::create(uint64_t serial, bool contiguous, uint32_t workers) {
  std::unique_ptr<Machine> machine(new Machine());
  const uint32_t packets = std::max(kPoolPackets, std::bit_ceil(workers * kPacketsPerWorker + 1) - 1);
  auto pool = datapath::PacketPool::create("pool" + std::to_string(serial), packets, contiguous);
  if (!pool) return pool.error();
  machine->pool_ = std::move(*pool);
  return machine;
}

Machine::~Machine() { unplug(); }

uint32_t Machine::unplug() {
  drop_crossings();
  vms_.clear();
  for (auto& unit : wires_) unit->context.reset();
  wires_.clear();
  switches_.clear();
  uint32_t missing = pool_ ? pool_->in_use() : 0;
  for (const auto& pool : port_pools_)
    if (pool.use_count() == 1) missing += pool->in_use();
  port_pools_.clear();
  return missing;
}

void Machine::keep_ports() {
  for (auto& unit : wires_) unit->wire->keep_port();
  aside_ = nullptr;
}

void Machine::keep_outputs() {
  for (auto& unit : wires_) unit->wire->keep_output();
}

uint32_t Machine::packets_in_use() const {
  uint32_t all = pool_->in_use();
  for (const auto& pool : port_pools_) all += pool->in_use();
  return all;
}

Result<std::unique_ptr<WireUnit>> Machine::build_wire(const datapath::WireConfig& given) {
  datapath::WireConfig config = given;
  config.pool = pool_->get();
  config.losses = &losses_;
  std::vector<const datapath::Wire*> others;
  for (const auto& unit : wires_) others.push_back(unit->wire.get());
  std::vector<datapath::Wire*> aside;
  if (aside_)
    for (const auto& unit : aside_->wires_) aside.push_back(unit->wire.get());
  auto wire = datapath::Wire::create(config, others, aside);
  if (!wire) return wire.error();
  auto unit = std::make_unique<WireUnit>();
  unit->wire = std::move(*wire);
  return unit;
}

void Machine::plug_wire(std::unique_ptr<WireUnit> wire) {
  losses_.add(&wire->wire->drops);
  if (auto buffers = wire->wire->port_buffers()) port_pools_.push_back(std::move(buffers));
  wires_.push_back(std::move(wire));
}

void Machine::unplug_wire(const std::string& name) {
  if (WireUnit* unit = wire(name)) losses_.remove(&unit->wire->drops);
  std::erase_if(wires_, [&](const auto& unit) { return unit->wire->config().name == name; });
}

void Machine::add_switch(const SwitchSpec& spec) {
  auto vswitch = std::make_unique<datapath::VSwitch>(spec.name, spec.mode, spec.relays_reserved);
  if (!spec.uplink.empty()) {
    WireUnit* unit = wire(spec.uplink);
    unit->vswitch = vswitch.get();
    unit->port = vswitch->add_port(spec.uplink, unit->wire.get(), true, 0, {});
    if (const datapath::WireConfig& config = unit->wire->config(); config.window) {
      unit->port->loop = config.source, unit->port->losses = &losses_;
      unit->port->player = config.kind == datapath::WireKind::kPcap;
    }
    unit->context =
        std::make_unique<datapath::PortContext>("rx " + spec.uplink, ContextKind::kReceive, *vswitch, *unit->port);
    losses_.add(&unit->context->forwarder().drops);
  }
  switches_.push_back(std::move(vswitch));
}

void Machine::remove_switch(const std::string& name) {
  for (auto& unit : wires_)
    if (unit->vswitch && unit->vswitch->name() == name) {
      losses_.remove(&unit->context->forwarder().drops);
      unit->context.reset();
      unit->vswitch = nullptr;
      unit->port = nullptr;
    }
  std::erase_if(switches_, [&](const auto& vswitch) { return vswitch->name() == name; });
  retired_at_.erase(name);
}

Result<std::unique_ptr<VmUnit>> Machine::build_vm(const VmSpec& spec, uint64_t peer_mac) {
  auto vm = std::make_unique<VmUnit>();
  vm->spec = spec;
  auto memory = vmm::GuestMemory::create(spec.memory_bytes);
  if (!memory) return memory.error();
  vm->memory = std::move(*memory);
  const RegisteredNic* registered = find_nic_model(spec.nic.model);
  vm->model = registered->info;
  if (Status added = add_vcpus(*vm); !added) return added.error();
  if (vm->vcpus.size() > 1) vm->bus.share();
  devices::NicConfig config;
  config.name = vm->nic_name();
  config.mac = spec.nic.mac;
  config.index = 0;
  config.dma = vmm::DmaSpace(*vm->memory);
  config.interrupts = &vm->vcpus[0]->interrupts;
  config.pool = pool_->get();
  config.queues = uint16_t(spec.nic.queues);
  config.intx = spec.nic.intx;
  for (const auto& vcpu : vm->vcpus) config.vcpus.push_back(&vcpu->interrupts);
  vm->nic = registered->info->create(config);
  for (const devices::BarInfo& bar : vm->nic->bars())
    if (!(bar.io ? vm->bus.map_ports(kPortBase, bar.size, vm->nic.get(), 0, bar.at)
                 : vm->bus.map(kBarBase + bar.number * kBarStep, bar.size, vm->nic.get(), 0, bar.at)))
      return no_room("The NIC's registers find no place.", "");
  if (Status added = add_doorbells(*vm); !added) return added.error();
  vm->nic->set_tx_threshold(spec.nic.tx_threshold);
  boot_vm(*vm, peer_mac);
  return vm;
}

Status Machine::plug_vm(std::unique_ptr<VmUnit>& vm, const datapath::PortRules& rules) {
  const NicSpec& nic = vm->spec.nic;
  vm->vswitch = vswitch(nic.switch_name);
  vm->port = vm->vswitch->add_port(vm->nic_name(), vm->nic.get(), false, nic.mac, rules);
  if (!vm->port)
    return no_room(
        "Switch " + nic.switch_name + " has no free port: it has " + std::to_string(datapath::kMaxPorts) + ".",
        "switch add name=s1");
  vm->context =
      std::make_unique<datapath::PortContext>("tx " + vm->nic_name(), ContextKind::kTransmit, *vm->vswitch, *vm->port);
  vm->context->set_backend(backend_cycles_);
  sum_up_losses(*vm, true);
  losses_.add(&vm->context->forwarder().drops);
  vms_.push_back(std::move(vm));
  return {};
}

// What the VM's NIC drops counts in closed loops, from now on or no more.
void Machine::sum_up_losses(const VmUnit& vm, bool whether) {
  if (!whether) return losses_.remove(&vm.nic->rx_drops), losses_.remove(&vm.nic->tx_drops);
  losses_.add(&vm.nic->rx_drops);
  losses_.add(&vm.nic->tx_drops, vswitch(vm.spec.nic.switch_name)->player());
}

std::unique_ptr<VmUnit> Machine::unplug_newest_vm() {
  drop_crossings();
  auto vm = std::move(vms_.back());
  vms_.pop_back();
  sum_up_losses(*vm, false);
  losses_.remove(&vm->context->forwarder().drops);
  return vm;
}

void Machine::exchange_vm(std::unique_ptr<VmUnit>& fresh) {
  std::unique_ptr<VmUnit>& place = place_of(fresh->spec.name);
  sum_up_losses(*place, false);
  sum_up_losses(*fresh, true);
  fresh->vswitch = place->vswitch;
  fresh->port = std::exchange(place->port, nullptr);
  fresh->context = std::move(place->context);
  fresh->vswitch->plug(*fresh->port, *fresh->nic, fresh->spec.nic.mac);
  std::swap(place, fresh);
}

void Machine::set_backend(uint32_t cycles) {
  backend_cycles_ = cycles;
  for (auto& vm : vms_) vm->context->set_backend(cycles);
}

void Machine::remove_vm(VmUnit& vm) {
  drop_crossings();
  std::unique_ptr<VmUnit>& place = place_of(vm.spec.name);
  auto gone = std::move(place);
  sum_up_losses(*gone, false);
  losses_.remove(&gone->context->forwarder().drops);
  vms_.erase(vms_.begin() + (&place - vms_.data()));
  retire(std::move(gone));
}

std::unique_ptr<VmUnit>& Machine::place_of(const std::string& name) {
  return *std::find_if(vms_.begin(), vms_.end(), [&](const auto& vm) { return vm->spec.name == name; });
}

VmUnit* Machine::vm(const std::string& name) {
  for (auto& vm : vms_)
    if (vm->spec.name == name) return vm.get();
  return nullptr;
}

WireUnit* Machine::wire(const std::string& name) {
  for (auto& unit : wires_)
    if (unit->wire->config().name == name) return unit.get();
  return nullptr;
}

datapath::VSwitch* Machine::vswitch(const std::string& name) {
  for (auto& s : switches_)
    if (s->name() == name) return s.get();
  return nullptr;
}

std::vector<Context*> Machine::contexts(bool stepped) const {
  std::vector<Context*> all;
  for (const auto& unit : wires_) {
    if (Context* generator = unit->wire->generator()) all.push_back(generator);
    if (unit->context) all.push_back(unit->context.get());
  }
  for (const auto& vm : vms_) all.push_back(vm->context.get());
  for (const auto& vm : vms_)
    for (const auto& vcpu : vm->vcpus)
      if (Context* context = stepped ? vcpu->stepped() : vcpu->context()) all.push_back(context);
  return all;
}

}  // namespace ringside::control
