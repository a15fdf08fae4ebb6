// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/nic_comparison.h"

#include <algorithm>

#include "app/desktop/model/exit_recording.h"
#include "app/desktop/model/exit_totals.h"
#include "engine/figures/totals.h"

namespace ringside::desktop {
namespace {

// Its transmit contexts are called "tx web.nic0".
bool belongs(const ContextView& context, const std::string& vm) {
  const size_t at = context.name.find(vm);
  if (at == std::string::npos || (at > 0 && context.name[at - 1] != ' ')) return false;
  const size_t end = at + vm.size();
  return end == context.name.size() || context.name[end] == '.' || context.name[end] == '/';
}

uint64_t since(uint64_t now, uint64_t begin) { return now >= begin ? now - begin : 0; }

}  // namespace

NicComparison::Vm NicComparison::look(const Snapshot& s, const VmView& vm) {
  Vm v;
  v.name = vm.name, v.driver = vm.driver, v.doorbell = vm.doorbell, v.batch = vm.batch;
  v.model = vm.nics.empty() ? "" : vm.nics[0].model;
  v.now.packets = figures::packets_of(vm);
  for (const VcpuView& c : vm.vcpus) {
    v.modelled |= c.cycles_modelled;
    v.now.all += c.exits, v.now.exit += c.exit_cycles, v.now.guest += c.guest_cycles,
        v.now.count_only += c.kernel_doorbells;
    for (const ExitTotal& t : c.totals)
      if (is_ept_class(t.reason)) v.now.ept += t.count;
    if (const uint64_t* n = kernel_counter(c, "exits")) v.kernel_known = true, v.now.kernel += *n;
  }
  for (const ContextView& k : s.contexts)
    if (k.kind == "transmit" && belongs(k, vm.name))
      v.now.backend += k.busy_cycles, v.now.modelled_backend += k.backend_cycles;
  for (const NicView& nic : vm.nics)  // as set: the word in memory is 1 whenever the transmit context sleeps
    if (nic.tx_threshold) v.threshold = std::max(v.threshold, int64_t{nic.tx_threshold});
  return v;
}

bool NicComparison::changed(const Snapshot& s, uint64_t since, const std::string& vm) {
  for (const LogLine& line : s.log) {
    if (!line.ok() || line.number <= since) continue;
    const auto begins = [&](const char* verb) { return line.command.rfind(verb, 0) == 0; };
    if (begins("backend") || begins("calibrate") ||
        (begins("vm set") && (line.command + " ").find("name=" + vm + " ") != std::string::npos))
      return true;
  }
  return false;
}

void NicComparison::add(const Snapshot& s) {
  if (s.serial == serial_) return;
  serial_ = s.serial;
  std::vector<Vm> next;
  for (const VmView& view : s.vms) {
    Vm v = look(s, view);
    const auto before = std::find_if(vms_.begin(), vms_.end(), [&](const Vm& o) { return o.name == v.name; });
    if (before == vms_.end()) {
      // Seen for the first time: all that it did counts, unless time ran before it was changed.
      if (changed(s, last_line_, v.name)) v.begin = v.now;
    } else {
      v.begin = before->same_settings(v) && !changed(s, last_line_, v.name) ? before->begin : v.now;
      if (v.now.packets < v.begin.packets || v.now.all < v.begin.all) v.begin = {};  // another machine
    }
    next.push_back(std::move(v));
  }
  vms_ = std::move(next);
  for (const LogLine& line : s.log) last_line_ = std::max(last_line_, line.number);
}

std::vector<NicComparison::Regime> NicComparison::regimes() const {
  std::vector<Regime> all;
  for (const Vm& v : vms_) {
    if (v.model.empty()) continue;
    auto regime = std::find_if(all.begin(), all.end(), [&](const Regime& r) {
      return r.driver == v.driver && r.doorbell == v.doorbell && r.batch == v.batch;
    });
    if (regime == all.end()) {
      all.push_back({v.driver, v.doorbell, v.batch, {}});
      regime = std::prev(all.end());
    }
    auto bar = std::find_if(regime->bars.begin(), regime->bars.end(), [&](const Bar& b) { return b.model == v.model; });
    if (bar == regime->bars.end()) {
      regime->bars.emplace_back().model = v.model;
      bar = std::prev(regime->bars.end());
    }
    bar->vms.push_back(v.name);
    bar->threshold = std::max(bar->threshold, v.threshold);
    bar->packets += since(v.now.packets, v.begin.packets);
    bar->ept += since(v.now.ept, v.begin.ept), bar->all += since(v.now.all, v.begin.all);
    bar->kernel += since(v.now.kernel, v.begin.kernel), bar->count_only += since(v.now.count_only, v.begin.count_only);
    bar->kernel_known |= v.kernel_known, bar->modelled |= v.modelled;
    bar->guest += double(since(v.now.guest, v.begin.guest)), bar->exit += double(since(v.now.exit, v.begin.exit));
    bar->backend += double(since(v.now.backend, v.begin.backend));
    bar->modelled_backend += double(since(v.now.modelled_backend, v.begin.modelled_backend));
  }
  std::stable_sort(all.begin(), all.end(), [](const Regime& a, const Regime& b) { return a.batch > b.batch; });
  return all;
}

bool NicComparison::comparable(const Regime& r) {
  int enough = 0;
  for (const Bar& b : r.bars) enough += b.packets >= kEnough;
  return enough >= 2;
}

}  // namespace ringside::desktop
