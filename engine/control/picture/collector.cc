// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/picture/collector.h"

#include <cpuid.h>
#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "engine/control/engine_core.h"
#include "engine/control/picture/driver_index.h"
#include "engine/probes/probe_index.h"

namespace ringside::control {
namespace {

// CPUID's hypervisor bit: this machine is a VM itself, and its exits pass through another hypervisor.
bool on_a_virtual_machine() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  static const bool virtual_machine = __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx >> 31 & 1);
  return virtual_machine;
}

std::vector<DropView> drop_views(const net::DropCounters& drops) {
  std::vector<DropView> list;
  for (size_t r = 0; r < size_t(net::DropReason::kCount); r++)
    if (uint64_t n = drops.by_reason[r].value()) list.push_back({std::string(net::kDropNames[r]), n});
  return list;
}

const char* kind_name(ContextKind kind) {
  constexpr const char* names[] = {"receive", "transmit", "NIC hardware", "vCPU", "generator"};
  return names[size_t(kind)];
}

}  // namespace

std::shared_ptr<const Snapshot> Collector::collect(bool exact) {
  auto s = std::make_shared<Snapshot>();
  s->serial = ++core_.serial_;
  s->tsc = tsc(), s->tsc_hz = tsc_hz();
  s->mode = core_.mode_, s->cut = exact, s->seed = core_.seed_, s->steps = core_.steps_, s->pace = core_.pace_;
  s->goal = core_.armed_text_, s->goal_reached = core_.armed_reached_;
  s->scenario = core_.scenario_name_;
  s->log.assign(core_.log_.begin(), core_.log_.end());
  s->marks = core_.marks_;
  s->leaked_packets = core_.leaked_;
  s->prices = price_views(core_.prices);
  if (!core_.machine_) return s;
  s->state = core_.running_ ? RunState::kRunning : core_.idle_ ? RunState::kIdle : RunState::kPaused;
  if (core_.mode_ == RunMode::kFree)
    s->run_ns = uint64_t(core_.run_seconds() * 1e9);
  else
    s->virtual_ns = uint64_t(core_.run_seconds() * 1e9);
  s->balance = core_.machine_->balance(exact);
  for (const auto& [reason, frames] : core_.machine_->drops()) s->drops.push_back({reason, frames});
  wires(*s);
  switches(*s);
  vms(*s, exact);
  contexts(*s);
  workers(*s);
  drain_exits();
  s->events.assign(core_.events_.begin(), core_.events_.end());
  for (const auto& [vcpu, exits] : core_.exits_) s->exits.insert(s->exits.end(), exits.begin(), exits.end());
  std::stable_sort(s->exits.begin(), s->exits.end(),
                   [](const ExitView& a, const ExitView& b) { return a.begin < b.begin; });
  s->nested = on_a_virtual_machine();
  probes::index_probes(*s);
  return s;
}

void Collector::wires(Snapshot& s) {
  for (const auto& unit : core_.machine_->wires()) {
    WireView view;
    view.name = unit->wire->config().name;
    if (unit->vswitch) view.switch_name = unit->vswitch->name();
    unit->wire->inspect(view);
    view.drops = drop_views(unit->wire->drops);
    s.wires.push_back(std::move(view));
  }
}

void Collector::switches(Snapshot& s) {
  for (const auto& vswitch : core_.machine_->switches()) {
    SwitchView view;
    view.name = vswitch->name(), view.mode = vswitch->mode() == datapath::SwitchMode::kVss ? "vss" : "learning";
    if (vswitch->uplink()) view.uplink = vswitch->uplink()->name;
    view.macs = vswitch->macs(), view.vlans = vswitch->vlans();
    net::DropCounters sum;
    auto add = [&](const datapath::Forwarder& f) {
      view.forwarded += f.forwarded.value(), view.flooded += f.flooded.value(), view.copied += f.copied.value();
      for (size_t r = 0; r < size_t(net::DropReason::kCount); r++) sum.by_reason[r].add(f.drops.by_reason[r].value());
    };
    for (const auto& unit : core_.machine_->wires())
      if (unit->context && unit->vswitch == vswitch.get()) add(unit->context->forwarder());
    for (const auto& vm : core_.machine_->vms())
      if (vm->vswitch == vswitch.get()) add(vm->context->forwarder());
    view.drops = drop_views(sum);
    s.switches.push_back(std::move(view));
  }
}

void Collector::vm(VmUnit& unit, VmView& view) {
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

  NicView nic;
  nic.name = "nic0", nic.model = unit.model->name, nic.mac = format_mac(spec.nic.mac);
  nic.switch_name = spec.nic.switch_name, nic.port_group = spec.nic.port_group;
  unit.nic->inspect(nic);
  nic.rx.drops = drop_views(unit.nic->rx_drops), nic.tx.drops = drop_views(unit.nic->tx_drops);
  nic.misuses = unit.nic->register_misuses();
  const devices::OffloadCounters& work = unit.nic->offloads;
  nic.checksums_inserted = work.checksums.value(), nic.frames_cut = work.cut.value();
  nic.segments = nic.frames_cut + work.segmented.value();
  nic.registers = unit.nic->register_values();
  view.nics.push_back(std::move(nic));

  for (const auto& vcpu : unit.vcpus) view.vcpus.push_back(this->vcpu(*vcpu));
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
}

VcpuView Collector::vcpu(const vmm::Vcpu& from) {
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
    vcpu.fault.where = core_.guest_code().where(fault->rip());
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

void Collector::vms(Snapshot& s, bool exact) {
  for (const auto& unit : core_.machine_->vms()) {
    VmView view;
    vm(*unit, view);
    NicView& nic = view.nics[0];
    nic.rx.rows_done = nic.tx.rows_done = 0;
    for (size_t i = 0; i < unit->nic->rings().size(); i++) {
      ring(*unit, i, exact, s);
      const RingView& seen = s.rings.back();
      if (seen.kind == RingKind::kReceive || seen.kind == RingKind::kReceive2) nic.rx.rows_done += seen.rows_done;
      if (seen.kind == RingKind::kTransmit) nic.tx.rows_done += seen.rows_done;
    }
    s.vms.push_back(std::move(view));
  }
}

void Collector::ring(VmUnit& unit, size_t ring, bool exact, Snapshot& s) {
  RingView view;
  const devices::RingInfo& info = unit.nic->rings()[ring];
  view.name = unit.nic_name() + "." + info.name, view.kind = info.kind, view.queue = info.queue;
  view.vm = unit.spec.name, view.nic = "nic0", view.model = unit.model->name, view.receive = info.receive(),
  view.exact = exact;
  devices::RingWatch& watch = unit.nic->ring_watch(ring);
  bool watched = watch.wanted.load(std::memory_order_relaxed);
  if (exact) {
    devices::RingImage& image = core_.ring_scratch_;
    image.qwords.resize(2 * 8192);
    for (uint32_t next = 0;;) {
      next = unit.nic->copy_rows(ring, next, image);
      if (next >= image.size) break;
    }
    unit.nic->inspect_ring(ring, &image, view);
    add_driver_index(unit, core_.mode_ == RunMode::kFree ? ~uint64_t{0} : core_.stepped_from_, core_.events_, view);
    if (!watched) view.rows.clear();
  } else if (!watched) {
    unit.nic->inspect_ring(ring, nullptr, view);
    add_driver_index(unit, core_.mode_ == RunMode::kFree ? ~uint64_t{0} : core_.stepped_from_, core_.events_, view);
  } else {
    const devices::RingImage& image = watch.images.newest();
    unit.nic->inspect_ring(ring, image.size ? &image : nullptr, view);
    add_driver_index(unit, core_.mode_ == RunMode::kFree ? ~uint64_t{0} : core_.stepped_from_, core_.events_, view);
    if (image.size) view.age_ns = uint64_t(double(s.tsc - image.taken) * 1e9 / s.tsc_hz);
  }
  for (std::string& link : view.links) link = unit.nic_name() + "." + link;
  if (exact && !core_.events_.empty() && core_.events_.back().ring == view.name)
    view.accessed = core_.events_.back().row;
  s.rings.push_back(std::move(view));
}

void Collector::contexts(Snapshot& s) {
  for (const Context* c : core_.machine_->contexts(core_.mode_ != RunMode::kFree))
    s.contexts.push_back({c->name(), kind_name(c->kind()), c->worker.load(), c->busy_cycles.value(), c->turns.value(),
                          c->empty_turns.value(), c->packets.value(), 0});
  for (ContextView& view : s.contexts)
    for (const auto& vm : core_.machine_->vms())
      if (view.name == vm->context->name()) view.backend_cycles = vm->context->backend_cycles.value();
}

void Collector::workers(Snapshot& s) {
  for (const auto& w : core_.workers_) {
    WorkerView view;
    view.name = "w" + std::to_string(w->index() + 1), view.cpu = w->cpu();
    view.breaths = w->breaths.value(), view.busy_cycles = w->busy_cycles.value(),
    view.total_cycles = w->total_cycles.value();
    view.naps = w->naps.value(), view.ticks = w->ticks.value(), view.tick_cycles = w->tick_cycles.value(),
    view.tick_max_cycles = w->tick_max_cycles.value();
    if (w->index() < core_.watched_breaths_.size() && core_.watched_breaths_[w->index()].second < 0) {
      view.stuck = true;
      if (const Context* c = w->current()) view.stuck_in = c->name();
    }
    s.workers.push_back(std::move(view));
  }
}

// The latest of each vCPU, an equal share each: a busy one does not push out what the others did.
void Collector::drain_exits() {
  constexpr size_t kShown = 512;
  size_t vcpus = 0;
  for (const auto& unit : core_.machine_->vms()) vcpus += unit->vcpus.size();
  const size_t share = std::max<size_t>(16, kShown / std::max<size_t>(1, vcpus));
  vmm::ExitRecord records[256];
  for (const auto& unit : core_.machine_->vms())
    for (const auto& vcpu : unit->vcpus) {
      std::deque<vmm::ExitRecord> latest;
      for (uint32_t n; (n = vcpu->exits.drain(records, 256)) > 0;) {
        latest.insert(latest.end(), records, records + n);
        while (latest.size() > share) {
          const uint32_t left_out = latest.front().skipped + 1;
          latest.pop_front();
          latest.front().skipped += left_out;
        }
      }
      if (latest.empty()) continue;
      std::deque<ExitView>& kept = core_.exits_[vcpu->name()];
      for (const vmm::ExitRecord& r : latest) {
        ExitView view{vcpu->name(),
                      vmm::name_of(r.reason),
                      r.reg ? r.reg : "",
                      r.address,
                      r.value,
                      r.width,
                      r.begin,
                      r.end,
                      r.rip,
                      "",
                      "",
                      Provenance::kModelled,
                      r.skipped};
        if (r.rip) {
          const disassembly::Instruction& instruction = core_.guest_code().of(r.reason, r.rip);
          view.instruction = instruction.text, view.where = instruction.where;
        }
        if (!vcpu->exits_modelled() && core_.mode_ == RunMode::kFree) view.cost_provenance = Provenance::kMeasured;
        kept.push_back(std::move(view));
      }
      while (kept.size() > share) {
        const uint32_t left_out = kept.front().skipped + 1;
        kept.pop_front();
        kept.front().skipped += left_out;
      }
    }
}

Status EngineCore::watch(const std::string& ring, bool wanted) {
  std::vector<std::string> names;
  for (const auto& vm : machine_->vms())
    for (size_t i = 0; i < vm->nic->rings().size(); i++) {
      names.push_back(vm->nic_name() + "." + vm->nic->rings()[i].name);
      if (ring != names.back()) continue;
      vm->nic->watch(i, wanted);
      return {};
    }
  std::string near = nearest(ring, names);
  return Error{"There is no ring \"" + ring + "\".", "", near.empty() ? "" : "Nearest: `ring=" + near + "`", ""};
}

}  // namespace ringside::control
