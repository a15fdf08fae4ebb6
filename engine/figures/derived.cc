// SPDX-License-Identifier: BSD-3-Clause
#include "engine/figures/derived.h"

#include <algorithm>
#include <utility>

#include "engine/figures/totals.h"

namespace ringside::figures {
namespace {

double ratio(double of, double by) { return by > 0 ? of / by : 0; }

class List {
 public:
  void counter(std::string name, uint64_t value, std::string unit, std::string description) {
    figures.push_back(
        {{std::move(name), ProbeKind::kCounter, std::move(unit), std::move(description), Provenance::kMeasured},
         value});
  }
  void gauge(std::string name, double value, std::string unit, std::string description, Provenance provenance) {
    figures.push_back(
        {{std::move(name), ProbeKind::kGauge, std::move(unit), std::move(description), provenance}, value});
  }
  std::vector<Figure> figures;
};

void derive_balance(const Snapshot& s, List& list) {
  const Balance& b = s.balance;
  list.counter("balance.sent", b.sent, "frames",
               "Frames that came in from a wire or were taken out of a guest's transmit ring.");
  list.counter("balance.copied", b.copied, "frames", "Copies that the switch made when it flooded.");
  list.counter("balance.segmented", b.segmented, "frames",
               "Frames that devices made by cutting large ones: n - 1 of a frame that became n.");
  list.counter("balance.delivered", b.delivered, "frames",
               "Frames accepted by a wire or written into a guest's receive ring.");
  list.counter("balance.dropped", b.dropped, "frames", "Frames lost, each with a reason.");
  if (b.exact)
    list.counter("balance.in_flight", b.in_flight, "frames", "Frames under way, counted by walking rings and bursts.");
  for (const PlacedDrop& drop : drops_of(s))
    list.counter("drops." + drop.place + "." + drop.reason, drop.frames, "frames",
                 "Frames dropped at this place for this reason.");
}

// What `views` had counted by then under that name.
template <class View>
View counted_before(const std::vector<View> Snapshot::*views, const std::string& name, const Snapshot* since) {
  if (since)
    for (const View& view : since->*views)
      if (view.name == name) return view;
  return {};
}

void derive_rates(const Snapshot& s, const Snapshot* since, List& list) {
  if (!has_rates(s, since)) return;
  const double seconds = seconds_of(s) - (since ? seconds_of(*since) : 0);
  const auto rate = [&](const std::string& name, uint64_t now, uint64_t before, const char* meaning) {
    list.gauge("rate." + name, ratio(double(now - std::min(now, before)), seconds), "pps", meaning,
               Provenance::kMeasured);
  };
  for (const WireView& wire : s.wires) {
    const WireView before = counted_before(&Snapshot::wires, wire.name, since);
    rate(wire.name + ".in", wire.frames_in, before.frames_in, "Frames a second from this wire.");
    rate(wire.name + ".out", wire.frames_out, before.frames_out, "Frames a second onto this wire.");
  }
  for (const VmView& vm : s.vms) {
    const VmView before = counted_before(&Snapshot::vms, vm.name, since);
    rate(vm.name + ".received", vm.guest_received, before.guest_received,
         "Frames a second that the guest received, by its own account.");
    rate(vm.name + ".sent", vm.guest_sent, before.guest_sent,
         "Frames a second that the guest sent, by its own account.");
  }
}

// What was counted since; of a new one of the same name, all.
double grown(uint64_t now, uint64_t before) { return double(now - (before <= now ? before : 0)); }

void derive_exits(const Snapshot& s, const Snapshot* since, List& list) {
  for (const VmView& vm : s.vms) {
    const VmView before = counted_before(&Snapshot::vms, vm.name, since);
    const double packets = grown(packets_of(vm), packets_of(before));
    if (packets > 0) {
      list.gauge("exits_per_packet." + vm.name, ratio(grown(exits_of(vm), exits_of(before)), packets), "exits",
                 "VM exits for each frame that the guest handled.", Provenance::kMeasured);
      list.gauge("mmio_exits_per_packet." + vm.name, ratio(grown(mmio_exits_of(vm), mmio_exits_of(before)), packets),
                 "exits", "Register accesses for each frame that the guest handled: exits of the EPT class.",
                 Provenance::kMeasured);
    }
    for (const VcpuView& vcpu : vm.vcpus) {
      VcpuView then;
      for (const VcpuView& one : before.vcpus)
        if (one.name == vcpu.name) then = one;
      if (const double exits = grown(vcpu.exits, then.exits); exits > 0)
        list.gauge("exit_cost." + vcpu.name, ratio(grown(vcpu.exit_cycles, then.exit_cycles), exits), "cycles",
                   "Mean cycles outside the guest for each exit.",
                   vcpu.cycles_modelled ? Provenance::kModelled : Provenance::kMeasured);
    }
  }
}

// A soft vCPU's cycles hold the modelled price of its exits, and a computed number takes the weakest of its inputs.
bool spends_modelled_cycles(const Snapshot& s, const ContextView& context) {
  for (const VmView& vm : s.vms)
    for (const VcpuView& vcpu : vm.vcpus)
      if (context.name == vcpu.name) return vcpu.cycles_modelled && vcpu.exit_cost > 0 && vcpu.exits > 0;
  return false;
}

void derive_cycles(const Snapshot& s, const Snapshot* since, List& list) {
  // The stepper prices each event: a sum that may hold some is no measured one.
  const bool stepped = s.mode != RunMode::kFree || s.steps > (since ? since->steps : 0);
  for (const ContextView& context : s.contexts) {
    const ContextView before = counted_before(&Snapshot::contexts, context.name, since);
    const bool modelled =
        stepped || spends_modelled_cycles(s, context) || context.backend_cycles > before.backend_cycles;
    if (const double packets = grown(context.packets, before.packets); packets > 0)
      list.gauge("cycles_per_packet." + context.name, ratio(grown(context.busy_cycles, before.busy_cycles), packets),
                 "cycles", "Cycles that this context worked for each frame.",
                 modelled ? Provenance::kModelled : Provenance::kMeasured);
  }
  if (s.mode != RunMode::kFree) return;
  for (const WorkerView& worker : s.workers) {
    const WorkerView before = counted_before(&Snapshot::workers, worker.name, since);
    const double total = grown(worker.total_cycles, before.total_cycles);
    if (total <= 0) continue;
    list.gauge("worker." + worker.name + ".busy", ratio(grown(worker.busy_cycles, before.busy_cycles), total), "share",
               "Share of the time in which a context moved something.", Provenance::kMeasured);
    list.gauge("worker." + worker.name + ".taken", taken_of(s, worker, since), "share",
               "Share of the time that others had of its CPU though it was ready to run.", Provenance::kMeasured);
    list.gauge("worker." + worker.name + ".tick", ratio(grown(worker.tick_cycles, before.tick_cycles), total), "share",
               "Share of the time spent on copying pictures.", Provenance::kMeasured);
    list.gauge("worker." + worker.name + ".tick_max", ratio(double(worker.tick_max_cycles) * 1e6, s.tsc_hz), "us",
               "The longest tick.", Provenance::kMeasured);
  }
}

// What exits cost here, once `measure exits` has said so: price.MMIO_write.
void derive_prices(const Snapshot& s, List& list) {
  for (const ExitPriceView& price : s.prices) {
    if (!price.samples) continue;
    std::string name = "price." + price.name;
    std::replace(name.begin(), name.end(), ' ', '_');
    list.gauge(name, double(price.median), "cycles", "Median cycles of such an exit on this machine.",
               price.provenance);
  }
}

}  // namespace

std::vector<Figure> derive(const Snapshot& s, const Snapshot* since) {
  List list;
  const double seconds = seconds_of(s);
  const Provenance time = s.mode == RunMode::kFree ? Provenance::kMeasured : Provenance::kModelled;
  list.gauge("run.seconds", seconds, "s",
             s.mode == RunMode::kFree ? "Time that the machine ran." : "Virtual time of the run.", time);
  derive_balance(s, list);
  derive_rates(s, since, list);
  derive_cycles(s, since, list);
  derive_exits(s, since, list);
  derive_prices(s, list);
  return std::move(list.figures);
}

double value_of(const std::vector<Figure>& figures, const std::string& name) {
  for (const Figure& figure : figures)
    if (figure.name == name) return figure.number();
  return 0;
}

}  // namespace ringside::figures
