// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/exit_totals.h"

#include <algorithm>
#include <map>
#include <set>

namespace ringside::desktop {
namespace {

double hz_of(const Snapshot& s) { return s.mode == RunMode::kFree && s.tsc_hz > 0 ? s.tsc_hz : 2.6e9; }

class Rows {
 public:
  Rows(const Snapshot& s, const History& history, const std::string& chosen)
      : s_(s), history_(history), chosen_(chosen) {}

  // `key`: what history calls the counter; `spent`: its cycles, where they are known.
  ExitRow& add(const VmView& vm, const std::string& reason, const std::string& reg, bool count_only, uint64_t count,
               const std::string& key, const std::string& spent = "") {
    Sum& sum = sums_[{reason, reg, count_only ? "kernel" : ""}];
    ExitRow& r = sum.row;
    r.reason = reason, r.reg = reg, r.count_only = count_only;
    if (r.vm.empty() || vm.name == chosen_) r.vm = vm.name, r.model = vm.nics.empty() ? "" : vm.nics[0].model;
    if (sum.vms.insert(vm.name).second) r.by += (r.by.empty() ? "" : ", ") + vm.name;
    r.count += count;
    r.rate += history_.amount(key);
    sum.keys.push_back(key);
    if (!spent.empty()) sum.spent.push_back(spent);
    return r;
  }

  std::vector<ExitRow> take() {
    std::vector<ExitRow> rows;
    for (auto& [key, sum] : sums_) {
      const bool in_window = std::any_of(sum.vms.begin(), sum.vms.end(),
                                         [&](const std::string& vm) { return history_.moved(vm + ".work"); });
      double grown = 0, work = 0, lately = 0, spent = 0;
      for (const std::string& one : sum.keys) grown += history_.since(in_window, one), lately += history_.delta(one);
      for (const std::string& one : sum.spent) spent += history_.delta(one);
      for (const std::string& vm : sum.vms) work += history_.since(in_window, vm + ".work");
      if (work > 0) sum.row.per_packet = grown / work;
      sum.row.lately = in_window;
      if (sum.row.count) sum.row.each = double(sum.row.cycles) / double(sum.row.count);
      if (lately > 0 && (history_.rated() || in_window)) sum.row.each = spent / lately;
      rows.push_back(std::move(sum.row));
    }
    return rows;
  }

 private:
  struct Sum {
    ExitRow row;
    std::set<std::string> vms;
    std::vector<std::string> keys, spent;
  };
  const Snapshot& s_;
  const History& history_;
  const std::string& chosen_;
  std::map<std::tuple<std::string, std::string, std::string>, Sum> sums_;
};

}  // namespace

const uint64_t* kernel_counter(const VcpuView& v, const std::string& name) {
  for (const auto& c : v.kernel)
    if (c.name == name) return &c.value;
  return nullptr;
}

std::vector<ExitRow> exit_rows(const Snapshot& s, const History& history, const std::string& chosen, bool by_time) {
  Rows sums(s, history, chosen);
  for (const VmView& vm : s.vms)
    for (const VcpuView& v : vm.vcpus) {
      for (const ExitTotal& t : v.totals) {
        if (!t.count) continue;
        ExitRow& r =
            sums.add(vm, t.reason, t.reg, false, t.count, History::exit(v, t, "count"), History::exit(v, t, "cycles"));
        r.cycles += t.cycles, r.modelled |= v.cycles_modelled;
        if (history.rated() && history.window() > 0)
          r.share += history.delta(History::exit(v, t, "cycles")) / history.window() / hz_of(s);
      }
      if (v.kernel_doorbells)
        sums.add(vm, "MMIO write", "", true, v.kernel_doorbells, History::vcpu(v, "kernel_doorbells")).why =
            "exits.ioeventfd";
      if (v.irqchip != "kernel") continue;
      for (const auto& [counter, reason] :
           {std::pair{"halt_exits", "HLT"}, std::pair{"irq_window_exits", "interrupt window"}})
        if (const uint64_t* n = kernel_counter(v, counter); n && *n)
          sums.add(vm, reason, "", true, *n, History::kernel(v, counter)).why = "exits.irqchip";
    }
  std::vector<ExitRow> rows = sums.take();
  std::stable_sort(rows.begin(), rows.end(), [by_time](const ExitRow& a, const ExitRow& b) {
    return by_time ? a.cycles > b.cycles : a.count > b.count;
  });
  return rows;
}

ExitTotals exit_totals(const Snapshot& s, const History& history) {
  ExitTotals t;
  for (const VmView& vm : s.vms)
    for (const VcpuView& v : vm.vcpus) {
      t.user += v.exits, t.user_rate += history.rate(History::vcpu(v, "exits"));
      t.records += v.records, t.left_out += v.records_lost;
      t.count_only += v.kernel_doorbells;
      if (const uint64_t* n = kernel_counter(v, "exits")) {
        t.kernel_known = true;
        t.kernel += *n, t.kernel_rate += history.rate(History::kernel(v, "exits"));
      }
      if (v.irqchip != "kernel") continue;
      for (const char* name : {"halt_exits", "irq_window_exits"})
        if (const uint64_t* n = kernel_counter(v, name)) t.count_only += *n;
    }
  return t;
}

}  // namespace ringside::desktop
