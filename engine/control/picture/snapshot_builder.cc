// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/picture/snapshot_builder.h"

#include <cpuid.h>

#include <map>

#include "engine/control/picture/views.h"
#include "engine/control/scene.h"

namespace ringside::control {

std::vector<DropView> drop_views(const net::DropCounters& drops) {
  std::vector<DropView> list;
  for (size_t r = 0; r < size_t(net::DropReason::kCount); r++)
    if (uint64_t n = drops.by_reason[r].value()) list.push_back({std::string(net::kDropNames[r]), n});
  return list;
}

namespace {

// CPUID's hypervisor bit: this machine is a VM itself, and its exits pass through another hypervisor.
bool on_a_virtual_machine() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  static const bool virtual_machine = __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx >> 31 & 1);
  return virtual_machine;
}

const char* kind_name(ContextKind kind) {
  constexpr const char* names[] = {"receive", "transmit", "NIC hardware", "vCPU", "generator"};
  return names[size_t(kind)];
}

void add_wires(const Machine& machine, Snapshot& s) {
  for (const auto& unit : machine.wires()) {
    WireView view;
    view.name = unit->wire->config().name;
    if (unit->vswitch) view.switch_name = unit->vswitch->name();
    unit->wire->inspect(view);
    view.drops = drop_views(unit->wire->drops);
    s.wires.push_back(std::move(view));
  }
}

void add_switches(const Machine& machine, Snapshot& s) {
  for (const auto& vswitch : machine.switches()) {
    SwitchView view;
    view.name = vswitch->name(), view.mode = vswitch->mode() == datapath::SwitchMode::kVss ? "vss" : "learning";
    if (vswitch->uplink()) view.uplink = vswitch->uplink()->name;
    view.reserved = vswitch->relays_reserved() ? "forward" : "drop";
    view.macs = vswitch->macs(), view.vlans = vswitch->vlans();
    const SwitchTotals totals = machine.totals_of(*vswitch);
    view.forwarded = totals.forwarded, view.flooded = totals.flooded, view.copied = totals.copied;
    view.not_learned = totals.not_learned, view.overheard = totals.overheard;
    for (size_t r = 0; r < totals.drops.size(); r++)
      if (totals.drops[r]) view.drops.push_back({std::string(net::kDropNames[r]), totals.drops[r]});
    s.switches.push_back(std::move(view));
  }
}

void add_contexts(const Scene& scene, Snapshot& s) {
  std::map<const Context*, uint64_t> backend;
  for (const auto& vm : scene.machine->vms()) backend[vm->context.get()] = vm->context->backend_cycles.value();
  for (const Context* c : scene.machine->contexts(s.mode != RunMode::kFree)) {
    const auto spent = backend.find(c);
    ContextView& view = s.contexts.emplace_back();
    view.name = c->name();
    view.kind = kind_name(c->kind());
    view.worker = c->worker.load();
    view.busy_cycles = c->busy_cycles.value();
    view.turns = c->turns.value();
    view.empty_turns = c->empty_turns.value();
    view.packets = c->packets.value();
    view.backend_cycles = spent == backend.end() ? 0 : spent->second;
  }
}

// Who runs where and why. What stands says already where it will run.
void add_placement(Scene& scene, const Clockwork& clockwork, Snapshot& s) {
  Placer& placer = scene.machine->placer();
  s.placement_auto = !scene.spec.placement_keep;
  s.placement_note = placer.note();
  s.placement_on_trial = placer.on_trial();
  if (s.mode != RunMode::kFree) return;
  const Plan& plan =
      scene.time.placed ? placer.plan() : placer.plan(*scene.machine, clockwork.workers(), scene.spec.placement);
  const std::vector<double> seen = placer.shares();
  s.crossings = plan.crossings;
  for (size_t c = 0; c < s.contexts.size() && c < plan.rows.size(); c++) {
    ContextView& view = s.contexts[c];
    const PlanRow& row = plan.rows[c];
    const bool measured = seen.size() == plan.rows.size();
    view.worker = uint16_t(row.worker);
    view.why = row.why;
    view.share = measured ? seen[c] : row.share;
    view.share_provenance = measured || row.measured ? Provenance::kMeasured : Provenance::kModelled;
  }
}

void add_workers(const Clockwork& clockwork, Snapshot& s) {
  for (const auto& w : clockwork.list()) {
    WorkerView view;
    view.name = "w" + std::to_string(w->index() + 1);
    view.cpu = w->cpu();
    view.breaths = w->breaths.value();
    view.busy_cycles = w->busy_cycles.value();
    view.total_cycles = w->total_cycles.value();
    view.naps = w->naps.value();
    view.ticks = w->ticks.value();
    view.tick_cycles = w->tick_cycles.value();
    view.tick_max_cycles = w->tick_max_cycles.value();
    if (w->index() < clockwork.taken().size()) view.taken_ns = uint64_t(clockwork.taken()[w->index()] * 1e9);
    view.stuck = clockwork.watch().stuck(w->index());
    if (const Context* c = w->current(); c && view.stuck) view.stuck_in = c->name();
    s.workers.push_back(std::move(view));
  }
}

}  // namespace

// The talk's slide (reference/exits.md section 1), for comparison.
constexpr const char* kTalk = "The talk's slide: Xeon E5-4610 v2, 2.3 GHz.";

std::vector<ExitPriceView> price_views(const vmm::ExitPrices& prices) {
  std::vector<ExitPriceView> views;
  for (const vmm::ExitPrice& p : prices.list)
    views.push_back({p.name, p.how, p.median, p.p99, p.samples, Provenance::kMeasured, prices.nested});
  if (views.empty()) return views;
  views.push_back({"VMCALL, the talk", kTalk, 600, 0, 1, Provenance::kReference, false});
  views.push_back({"EPT violation, the talk", kTalk, 1000, 0, 1, Provenance::kReference, false});
  return views;
}

std::shared_ptr<Snapshot> take_picture(Scene& scene, const PictureSources& sources, bool exact) {
  auto s = std::make_shared<Snapshot>();
  const Time& time = scene.time;
  s->serial = sources.serial;
  s->tsc = tsc();
  s->tsc_hz = tsc_hz();
  s->mode = time.mode;
  s->cut = exact;
  s->seed = time.seed;
  s->steps = scene.history.steps();
  s->pace = time.pace;
  s->goal = scene.goals.armed_text;
  s->goal_reached = scene.goals.armed_reached;
  s->scenario = scene.name;
  s->log = sources.log.lines();
  s->marks = scene.history.marks();
  s->leaked_packets = sources.leaked;
  s->prices = price_views(sources.prices);
  s->balance.exact = !scene.machine;  // there is nothing that could move
  if (!scene.machine) return s;
  const Machine& machine = *scene.machine;
  s->state = time.running ? RunState::kRunning : time.idle ? RunState::kIdle : RunState::kPaused;
  const uint64_t ran_ns = uint64_t(sources.clockwork.run_seconds() * 1e9);
  (time.mode == RunMode::kFree ? s->run_ns : s->virtual_ns) = ran_ns;
  s->balance = machine.balance(exact);
  for (const auto& [reason, frames] : machine.drops()) s->drops.push_back({reason, frames});
  for (const auto& [reason, frames] : machine.gone_drops())
    if (frames) s->gone_drops.push_back({reason, frames});
  add_wires(machine, *s);
  add_switches(machine, *s);
  add_vms(scene, *s);
  add_contexts(scene, *s);
  add_placement(scene, sources.clockwork, *s);
  add_workers(sources.clockwork, *s);
  scene.history.drain_exits(machine, time.mode == RunMode::kFree);
  s->events = scene.history.shown_events();
  s->exits = scene.history.exits();
  s->nested = on_a_virtual_machine();
  sources.index.index(*s);
  return s;
}

}  // namespace ringside::control
