// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>

#include "engine/control/commands/command_table.h"
#include "engine/control/picture/guest_code.h"
#include "engine/control/picture/views.h"
#include "engine/control/picture/vm_counts.h"
#include "engine/control/scene.h"

// VMs, their NICs and vCPUs, as they are shown.
namespace ringside::control {
namespace {

VcpuView view_of(const vmm::Vcpu& from) {
  VcpuView vcpu;
  const vmm::ExitLog& exits = from.exits;
  vcpu.name = from.name(), vcpu.kind = from.kind(), vcpu.state = from.state();
  vcpu.exits = exits.total(), vcpu.exit_cycles = exits.cycles(), vcpu.exit_cost = from.exit_cost();
  vcpu.cycles_modelled = from.exits_modelled();
  for (const auto& counter : from.kernel_counters()) vcpu.kernel.push_back({counter.name, counter.value});
  if (const vmm::GuestFault* fault = from.fault(); fault && !fault->what.empty()) {
    vcpu.fault.what = fault->what;
    for (size_t i = 0; i < fault->reg.size(); i++)
      vcpu.fault.registers.emplace_back(vmm::GuestFault::kNames[i], fault->reg[i]);
    vcpu.fault.registers.emplace_back("cr2", fault->cr2);
    vcpu.fault.where = guest_code().where(fault->rip());
    vcpu.fault.instruction = disassembly::decode({fault->code.data(), fault->code_bytes}, fault->rip()).text;
    if (vcpu.fault.instruction.empty()) vcpu.fault.instruction = fault->code_bytes ? "no instruction" : "no memory";
  }
  vcpu.records = exits.kept(), vcpu.records_lost = exits.lost();
  vcpu.guest_cycles = from.guest_cycles();
  // Halted in the kernel is not in the guest: KVM counts that time, in ns.
  uint64_t halted_ns = 0;
  for (const auto& counter : vcpu.kernel)
    if (counter.name == "halt_wait_ns" || counter.name == "halt_poll_success_ns" || counter.name == "halt_poll_fail_ns")
      halted_ns += counter.value;
  vcpu.guest_cycles -= std::min(vcpu.guest_cycles, uint64_t(double(halted_ns) * tsc_hz() * 1e-9));
  for (const vmm::ExitLog::Slot& slot : exits.slots()) {
    if (!slot.used()) continue;
    const char* reg = slot.reg.load(std::memory_order_relaxed);
    vcpu.totals.push_back(
        {vmm::name_of(slot.reason()), "nic0", reg ? reg : "", slot.count.value(), slot.cycles.value()});
    if (slot.reason() == vmm::ExitReason::kHalt) vcpu.halts += slot.count.value();
  }
  return vcpu;
}

}  // namespace

VmView vm_view(VmUnit& unit) {
  VmView view;
  const VmSpec& spec = unit.spec;
  view.name = spec.name, view.workload = name_of(spec.workload);
  view.driver = spec.driver == spec::DriverMode::kPoll ? "poll" : "interrupt";
  view.doorbell = spec.doorbell == spec::DoorbellMode::kPacket ? "packet" : "batch";
  view.batch = spec.batch, view.refill = spec.refill, view.poll_every_us = spec.poll_every_us;
  view.paused = unit.paused(), view.memory_bytes = unit.memory->size();
  const VmUnit::Account account = unit.account();
  view.guest_received = unit.before.received + account.received, view.guest_sent = unit.before.sent + account.sent;
  view.guest_errors = unit.before.errors + account.errors;
  view.guest_out_of_order = unit.before.out_of_order + account.out_of_order,
  view.guest_interrupts = unit.before.interrupts + account.interrupts;

  view.sends_to = shared::load_relaxed(&unit.control().peer_mac);

  NicView nic;
  nic.name = "nic0", nic.model = unit.model->name;
  nic.switch_name = spec.nic.switch_name, nic.port_group = spec.nic.port_group;
  unit.nic->inspect(nic);
  nic.rx.drops = drop_views(unit.nic->rx_drops), nic.tx.drops = drop_views(unit.nic->tx_drops);
  nic.misuses = unit.nic->register_misuses();
  const devices::OffloadCounters& work = unit.nic->offloads;
  nic.checksums_inserted = work.checksums.value(), nic.frames_cut = work.cut.value();
  nic.segments = nic.frames_cut + work.segmented.value();
  view.nics.push_back(std::move(nic));

  for (const auto& vcpu : unit.vcpus) view.vcpus.push_back(view_of(*vcpu));
  view.vcpus[0].boot_exits = unit.boot_exits;
  if (unit.doorbells) view.vcpus[0].kernel_doorbells = unit.doorbells->count();
  for (const VcpuView& vcpu : view.vcpus)
    if (!vcpu.fault.what.empty())
      view.note = fmt::format("{}, {} (rip {:#x}{}): {}", vcpu.name, vcpu.state, vcpu.fault.registers[16].second,
                              vcpu.fault.where.empty() ? "" : ", " + vcpu.fault.where, vcpu.fault.instruction);
    else if (view.note.empty() && (vcpu.state.starts_with("stopped") || vcpu.state.starts_with("failed")))
      view.note = vcpu.state;
  if (view.note.empty()) view.note = unit.note;
  if (unit.kvm)
    for (VcpuView& vcpu : view.vcpus) vcpu.irqchip = name_of(unit.kvm->irqchip());
  add_counts(view, unit.earlier);
  return view;
}

namespace {

// How full a queue is, its rings have counted already: rows are looked at once a picture.
void add_rows(const RingView& ring, NicView& nic) {
  if (ring.kind == RingKind::kReceive2) nic.rx.rows_done += ring.rows_done;
  if (ring.kind != RingKind::kReceive && ring.kind != RingKind::kTransmit) return;
  QueueView& all = ring.receive ? nic.rx : nic.tx;
  std::vector<QueueView>& queues = ring.receive ? nic.rx_queues : nic.tx_queues;
  // Where head and tail are all that the two sides share, one row always stays with the guest.
  const uint32_t most = ring.generation >= 0 || ring.size < 2 ? ring.size : ring.size - 1;
  const double owned = most ? std::min(1.0, double(ring.rows_device) / most) : 0;
  const double fullness = !most ? 0 : ring.receive ? 1 - owned : owned;
  if (ring.queue < queues.size()) {
    QueueView& queue = queues[ring.queue];
    queue.rows_device = ring.rows_device, queue.rows_done = ring.rows_done, queue.fullness = fullness;
  }
  if (ring.queue == 0) all.rows_device = ring.rows_device, all.rows_done = 0, all.fullness = 0;
  all.rows_done += ring.rows_done, all.fullness = std::max(all.fullness, fullness);
}

}  // namespace

void add_vms(Scene& scene, Snapshot& s) {
  // The stepper prices an exit, KVM's too: a sum that may hold stepped exits is no measured one.
  const bool stepped = s.mode != RunMode::kFree || s.steps > 0;
  size_t rings = 0;
  for (const auto& unit : scene.machine->vms()) rings += unit->nic->rings().size();
  s.rings.reserve(rings), s.vms.reserve(scene.machine->vms().size());
  for (const auto& unit : scene.machine->vms()) {
    VmView view = vm_view(*unit);
    for (VcpuView& vcpu : view.vcpus) vcpu.cycles_modelled |= stepped;
    NicView& nic = view.nics[0];
    for (size_t i = 0; i < unit->nic->rings().size(); i++) {
      s.rings.push_back(ring_view(scene, *unit, i, s));
      add_rows(s.rings.back(), nic);
    }
    s.vms.push_back(std::move(view));
  }
}

}  // namespace ringside::control
