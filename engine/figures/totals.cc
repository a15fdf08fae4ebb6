// SPDX-License-Identifier: BSD-3-Clause
#include "engine/figures/totals.h"

#include <algorithm>

namespace ringside::figures {

bool has_rates(const Snapshot& s, const Snapshot* since) {
  return s.mode == RunMode::kFree && s.steps == (since ? since->steps : 0) &&
         seconds_of(s) > (since ? seconds_of(*since) : 0);
}

double seconds_of(const Snapshot& s) { return double(s.mode == RunMode::kFree ? s.run_ns : s.virtual_ns) / 1e9; }

uint64_t mmio_exits_of(const VmView& vm) {
  uint64_t exits = 0;
  for (const VcpuView& vcpu : vm.vcpus)
    for (const ExitTotal& total : vcpu.totals)
      if (total.reason.starts_with("MMIO")) exits += total.count;
  return exits;
}

uint64_t exits_of(const VmView& vm) {
  uint64_t exits = 0;
  for (const VcpuView& vcpu : vm.vcpus) exits += vcpu.exits;
  return exits;
}

uint64_t sum_of(const std::vector<DropView>& drops) {
  uint64_t frames = 0;
  for (const DropView& drop : drops) frames += drop.frames;
  return frames;
}

double taken_of(const Snapshot& s, const WorkerView& worker, const Snapshot* since) {
  uint64_t before = 0;
  if (since)
    for (const WorkerView& then : since->workers)
      if (then.name == worker.name) before = then.taken_ns;
  const double seconds = seconds_of(s) - (since ? seconds_of(*since) : 0);
  const double taken = double(worker.taken_ns - std::min(worker.taken_ns, before)) * 1e-9;
  return seconds > 0 ? std::min(1.0, taken / seconds) : 0;
}

double taken(const Snapshot& s, const Snapshot* since) {
  double most = 0;
  if (s.mode == RunMode::kFree)
    for (const WorkerView& worker : s.workers) most = std::max(most, taken_of(s, worker, since));
  return most;
}

uint64_t packets_of(const VmView& vm) { return std::max(vm.guest_received, vm.guest_sent); }

std::vector<PlacedDrop> drops_of(const Snapshot& s) {
  std::vector<PlacedDrop> placed;
  const auto add = [&](const std::string& place, const std::vector<DropView>& drops) {
    for (const DropView& drop : drops)
      if (drop.frames) placed.push_back({place, drop.reason, drop.frames});
  };
  for (const WireView& wire : s.wires) add(wire.name, wire.drops);
  for (const SwitchView& sw : s.switches) add(sw.name, sw.drops);
  for (const VmView& vm : s.vms)
    for (const NicView& nic : vm.nics) {
      add(vm.name + "." + nic.name + ".rx", nic.rx.drops);
      add(vm.name + "." + nic.name + ".tx", nic.tx.drops);
    }
  add("VMs that are gone", s.gone_drops);
  return placed;
}

}  // namespace ringside::figures
