// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/summary.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "app/ctl/number_format.h"
#include "engine/figures/derived.h"
#include "engine/figures/totals.h"

namespace ringside::ctl {
namespace {

constexpr size_t kNameWidth = 30, kValueWidth = 16, kMoreWidth = 40, kShownExits = 4;

class Page {
 public:
  explicit Page(const Terminal& terminal) : terminal_(terminal) {}

  void title(const std::string& text) { text_ += inked(terminal_, Ink::kBold, text) + "\n"; }
  void group(const std::string& name) { group_ = name; }
  void row(const std::string& name, const std::string& value, const std::string& more, const std::string& provenance) {
    if (!group_.empty()) text_ += "\n" + inked(terminal_, Ink::kBold, group_) + "\n";
    group_.clear();
    std::string line = "  " + left(name, kNameWidth) + right(value, kValueWidth) + "  ";
    line += provenance.empty() ? more : left(more, kMoreWidth) + " " + inked(terminal_, Ink::kFaint, provenance);
    while (line.ends_with(' ')) line.pop_back();
    text_ += line + "\n";
  }
  void line(const std::string& text) { text_ += "  " + text + "\n"; }
  std::string take() { return std::move(text_); }

 private:
  const Terminal& terminal_;
  std::string text_, group_;
};

std::string mode_text(const Snapshot& s) {
  if (s.mode == RunMode::kFree) return "free, " + duration(double(s.run_ns) / 1e9);
  return fmt::format("{}, seed {}, {} of virtual time, {} events", s.mode == RunMode::kStepped ? "stepped" : "paced",
                     s.seed, duration(double(s.virtual_ns) / 1e9), count(s.steps));
}

std::string metric_provenance(const std::vector<figures::Figure>& metrics, const std::string& name) {
  for (const figures::Figure& metric : metrics)
    if (metric.name == name) return std::string(name_of(metric.provenance));
  return {};
}

void wire_words(const Snapshot& s, Page& page) {
  for (const WireView& wire : s.wires)
    for (const std::string* words : {&wire.note, &wire.fault})
      if (!words->empty()) page.line(wire.name + ": " + *words);
  for (const WireView& wire : s.wires)
    if (wire.digested)
      page.row(wire.name + " digest", fmt::format("{:016x}", wire.digest_payload),
               "of what came back, without addresses and time stamps", "measured");
}

void rates(const Snapshot& s, const std::vector<figures::Figure>& metrics, Page& page) {
  const double seconds = figures::seconds_of(s);
  page.group("Rates");
  const auto row = [&](const std::string& label, const std::string& metric, const std::string& more) {
    page.row(label, si(figures::value_of(metrics, metric), "pps"), more, metric_provenance(metrics, metric));
  };
  const auto bits = [&](uint64_t frames, uint64_t bytes) {
    return si(line_bits(double(frames), double(bytes)) / seconds, "b/s on the line");
  };
  for (const WireView& wire : s.wires) {
    row(wire.name + " to the VMs", "rate." + wire.name + ".in", bits(wire.frames_in, wire.bytes_in));
    row(wire.name + " from the VMs", "rate." + wire.name + ".out", bits(wire.frames_out, wire.bytes_out));
  }
  wire_words(s, page);
  for (const VmView& vm : s.vms) {
    row(vm.name + " received", "rate." + vm.name + ".received", counted(vm.guest_received, "frame"));
    row(vm.name + " sent", "rate." + vm.name + ".sent", counted(vm.guest_sent, "frame"));
  }
}

// Where nothing may be divided by time (figures::has_rates).
void counts(const Snapshot& s, Page& page) {
  page.group("Frames");
  const auto row = [&](const std::string& label, uint64_t frames, const std::string& more) {
    page.row(label, count(frames), more, "measured");
  };
  for (const WireView& wire : s.wires) {
    row(wire.name + " to the VMs", wire.frames_in, counted(wire.bytes_in, "byte"));
    row(wire.name + " from the VMs", wire.frames_out, counted(wire.bytes_out, "byte"));
  }
  wire_words(s, page);
  for (const VmView& vm : s.vms) {
    row(vm.name + " received", vm.guest_received, "by its guest's own account");
    row(vm.name + " sent", vm.guest_sent, "by its guest's own account");
  }
}

void balance(const Snapshot& s, Page& page) {
  page.group("Balance");
  const Balance& b = s.balance;
  page.row("sent", count(b.sent), "frames", "measured");
  if (b.copied) page.row("+ copied by flooding", count(b.copied), "frames", "measured");
  if (b.segmented) page.row("+ made by segmentation", count(b.segmented), "frames", "measured");
  page.row("= delivered", count(b.delivered), "frames", "measured");
  const uint64_t all = b.sent + b.copied + b.segmented;  // each of them is delivered, dropped or in flight
  page.row("+ dropped", count(b.dropped), all ? "frames, " + percent(double(b.dropped) / double(all)) : "frames",
           "measured");
  page.row("+ in flight", b.exact ? count(b.in_flight) : "not known", b.exact ? "frames, counted by walking" : "",
           b.exact ? "measured" : "");
  page.line(!b.exact    ? "Not exact: the machine did not stand still."
            : b.holds() ? "It holds."
                        : "IT DOES NOT HOLD. Please report this with the scenario.");
  page.group("Drops");
  for (const figures::PlacedDrop& drop : figures::drops_of(s))
    page.row(drop.place, count(drop.frames), drop.reason, "measured");
}

void cycles(const Snapshot& s, const std::vector<figures::Figure>& metrics, Page& page) {
  page.group("Cycles per packet");
  for (const ContextView& c : s.contexts) {
    const std::string metric = "cycles_per_packet." + c.name,
                      on = c.worker < s.workers.size() ? " on " + s.workers[c.worker].name : "";
    if (c.packets)
      page.row(c.name, decimal(figures::value_of(metrics, metric)), c.kind + on + ", " + counted(c.packets, "packet"),
               metric_provenance(metrics, metric));
  }
  if (s.mode != RunMode::kFree) return;
  page.group("Workers");
  for (const WorkerView& w : s.workers) {
    if (!w.total_cycles) continue;
    page.row(
        fmt::format("{} on CPU {}", w.name, w.cpu), percent(figures::value_of(metrics, "worker." + w.name + ".busy")),
        fmt::format("busy; ticks {}, at most {}", percent(figures::value_of(metrics, "worker." + w.name + ".tick")),
                    duration(figures::value_of(metrics, "worker." + w.name + ".tick_max") / 1e6)),
        "measured");
    if (const double taken = figures::taken_of(s, w); taken >= figures::kDisturbed)
      page.line(
          fmt::format("Inconclusive: this machine was busy, others had {} of {}'s time.", percent(taken), w.name));
    if (w.stuck) page.line(w.name + " is stuck in " + w.stuck_in + ": this turn has not ended for over 1 s.");
  }
}

// The most frequent registers; what a driver touches while it sets up is one line.
void totals(const VcpuView& vcpu, Page& page) {
  std::vector<ExitTotal> sorted = vcpu.totals;
  std::stable_sort(sorted.begin(), sorted.end(), [](const ExitTotal& a, const ExitTotal& b) {
    return std::tie(b.count, a.reason, a.reg) < std::tie(a.count, b.reason, b.reg);
  });
  uint64_t rest = 0, rest_cycles = 0;
  const auto row = [&](const std::string& name, uint64_t exits, uint64_t cycles) {
    const std::string cost = cycles && exits ? decimal(double(cycles) / double(exits)) + " cycles each" : "";
    page.row(name, count(exits), cost,
             cost.empty() || !vcpu.cycles_modelled ? "measured" : "count measured, cycles modelled");
  };
  for (size_t i = 0; i < sorted.size(); ++i) {
    const ExitTotal& total = sorted[i];
    if (i < kShownExits && total.count)
      row("  " + total.reason + (total.reg.empty() ? "" : " " + total.nic + "." + total.reg), total.count,
          total.cycles);
    else
      rest += total.count, rest_cycles += total.cycles;
  }
  if (rest) row("  others", rest, rest_cycles);
}

// How the guest's driver goes about it: exits per packet mean nothing without.
std::string behaviour(const VmView& vm) {
  std::string text;
  for (const NicView& nic : vm.nics) text += nic.model + ", ";
  text += fmt::format("{}, doorbell per {}, batch {}", vm.driver == "poll" ? "polling" : "interrupts", vm.doorbell,
                      vm.batch);
  for (const NicView& nic : vm.nics)
    text += nic.tx_threshold ? fmt::format(", threshold {}", nic.tx_threshold) : fmt::format(", refill {}", vm.refill);
  return text;
}

// Two VMs with different NICs that handled the same number of frames: how many exits the one saves.
void reductions(const Snapshot& s, const std::vector<figures::Figure>& metrics, Page& page) {
  for (const VmView& few : s.vms)
    for (const VmView& many : s.vms) {
      if (few.nics.empty() || many.nics.empty() || few.nics[0].model == many.nics[0].model ||
          !figures::packets_of(few) || figures::packets_of(few) != figures::packets_of(many))
        continue;
      const double less = figures::value_of(metrics, "exits_per_packet." + few.name),
                   more = figures::value_of(metrics, "exits_per_packet." + many.name);
      const double less_mmio = figures::value_of(metrics, "mmio_exits_per_packet." + few.name),
                   more_mmio = figures::value_of(metrics, "mmio_exits_per_packet." + many.name);
      if (less >= more || more_mmio <= 0) continue;
      page.row(few.name + " against " + many.name, percent(1 - less / more),
               "fewer exits per packet; register accesses " + percent(1 - less_mmio / more_mmio) + " fewer",
               "measured");
      page.line("  " + few.name + ": " + behaviour(few));
      page.line("  " + many.name + ": " + behaviour(many));
      page.line("  The talk: 97 % (reference).");
    }
}

void exits(const Snapshot& s, const std::vector<figures::Figure>& metrics, Page& page) {
  page.group("VM exits");
  for (const VmView& vm : s.vms) {
    const std::string metric = "exits_per_packet." + vm.name;
    if (figures::packets_of(vm))
      page.row(vm.name, decimal(figures::value_of(metrics, metric)), "exits per packet: " + behaviour(vm),
               metric_provenance(metrics, metric));
    for (const VcpuView& vcpu : vm.vcpus) {
      if (vcpu.exits) page.row(vcpu.name, count(vcpu.exits), "exits", "measured");
      totals(vcpu, page);
    }
    if (!vm.note.empty()) page.line(vm.name + ": " + vm.note);
  }
  reductions(s, metrics, page);
}

}  // namespace

std::string balance_text(const Balance& b) {
  std::string text =
      fmt::format("sent {} + copied {}{} = delivered {} + dropped {} + in flight ", count(b.sent), count(b.copied),
                  b.segmented ? " + segmented " + count(b.segmented) : "", count(b.delivered), count(b.dropped));
  if (!b.exact) return text + "? (known when time stands)";
  return text + count(b.in_flight) + (b.holds() ? ": holds" : ": DOES NOT HOLD");
}

std::string summary_text(const Snapshot& s, const Terminal& terminal) {
  const std::vector<figures::Figure> metrics = figures::derive(s);
  Page page(terminal);
  page.title(fmt::format("{}: {}", s.scenario.empty() ? "no scenario" : s.scenario, mode_text(s)));
  figures::has_rates(s) ? rates(s, metrics, page) : counts(s, page);
  balance(s, page);
  cycles(s, metrics, page);
  exits(s, metrics, page);
  return page.take();
}

}  // namespace ringside::ctl
