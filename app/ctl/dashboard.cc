// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/dashboard.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/ctl/number_format.h"
#include "app/ctl/summary.h"
#include "engine/figures/derived.h"
#include "engine/figures/totals.h"

namespace ringside::ctl {
namespace {

constexpr size_t kLabel = 11, kRingBar = 40, kLogLines = 4, kShownExits = 3;

const char* state_text(const Snapshot& s) {
  switch (s.state) {
    case RunState::kEmpty: return "no machine yet";
    case RunState::kPaused: return "time stands";
    case RunState::kIdle: return "idle";
    case RunState::kRunning:
      return s.mode == RunMode::kFree ? "free" : s.mode == RunMode::kStepped ? "stepped" : "paced";
  }
  return "";
}

template <class Item>
const Item* same_name(const std::vector<Item>& items, const std::string& name) {
  for (const Item& item : items)
    if (item.name == name) return &item;
  return nullptr;
}

// Growth of one counter a second between two pictures of the same machine.
class Growth {
 public:
  Growth(const Snapshot& now, const Snapshot& before)
      : now_(now), before_(before), seconds_(figures::seconds_of(now) - figures::seconds_of(before)) {}

  template <class Item>
  double rate(std::vector<Item> Snapshot::*list, const Item& item, uint64_t Item::*counter) const {
    const Item* old = same_name(before_.*list, item.name);
    return per_second(item.*counter, old ? old->*counter : 0);
  }
  double per_second(uint64_t now, uint64_t before) const {
    return seconds_ > 0 && now >= before ? double(now - before) / seconds_ : 0;
  }
  bool has_rates() const { return figures::has_rates(now_, &before_); }
  const Snapshot& now() const { return now_; }
  const Snapshot& before() const { return before_; }

 private:
  const Snapshot &now_, &before_;
  double seconds_;
};

std::vector<ExitTotal> frequent_exits(const VmView& vm) {
  std::vector<ExitTotal> totals;
  for (const VcpuView& vcpu : vm.vcpus) totals.insert(totals.end(), vcpu.totals.begin(), vcpu.totals.end());
  std::stable_sort(totals.begin(), totals.end(),
                   [](const ExitTotal& a, const ExitTotal& b) { return a.count > b.count; });
  std::erase_if(totals, [](const ExitTotal& total) { return total.count == 0; });
  totals.resize(std::min(totals.size(), kShownExits));
  return totals;
}

class Page {
 public:
  explicit Page(const Terminal& terminal) : terminal_(terminal) {}
  void line(const std::string& label, const std::string& text) {
    const std::string shown = label == label_ ? "" : label;
    label_ = label;
    text_ += inked(terminal_, Ink::kBold, left(shown, kLabel)) + cut_off(text) + "\n";
  }
  void gap() { text_ += "\n"; }
  std::string take() { return std::move(text_); }
  const Terminal& terminal() const { return terminal_; }

 private:
  std::string cut_off(const std::string& text) const {
    const size_t room = size_t(std::max(40, terminal_.columns)) - kLabel;
    if (columns(text) <= room) return text;
    std::string shorter;
    size_t used = 0;
    for (char c : text) {
      if ((uint8_t(c) & 0xC0) != 0x80 && ++used > room - 1) break;
      shorter += c;
    }
    return shorter + "…";
  }
  const Terminal& terminal_;
  std::string text_, label_;
};

void topology(const Snapshot& s, Page& page) {
  for (const SwitchView& sw : s.switches) {
    std::string line;
    for (const WireView& wire : s.wires)
      if (wire.name == sw.uplink) line += fmt::format("{} ({}) == ", wire.name, wire.kind);
    line += fmt::format("{} ({})", sw.name, sw.mode);
    const char* joint = " == ";
    for (const VmView& vm : s.vms)
      for (const NicView& nic : vm.nics)
        if (nic.switch_name == sw.name) {
          line += fmt::format("{}{} ({}, {}{})", joint, vm.name, nic.model, vm.workload, vm.paused ? ", paused" : "");
          joint = ", ";
        }
    page.line("Topology", line);
  }
}

void counts(const Snapshot& s, Page& page) {
  for (const WireView& wire : s.wires)
    page.line("Frames", left(wire.name, 12) + right(count(wire.frames_in), 12) + " in " +
                            right(count(wire.frames_out), 12) + " out");
  for (const VmView& vm : s.vms)
    page.line("Frames", left(vm.name, 12) + right(count(vm.guest_received), 12) + " rx " +
                            right(count(vm.guest_sent), 12) + " tx");
  page.line("Frames", left("dropped", 12) + right(count(s.balance.dropped), 12));
}

void rates(const Growth& growth, Page& page) {
  for (const WireView& wire : growth.now().wires)
    page.line("Rates", left(wire.name, 12) +
                           right(si(growth.rate(&Snapshot::wires, wire, &WireView::frames_in), "pps"), 12) + " in " +
                           right(si(growth.rate(&Snapshot::wires, wire, &WireView::frames_out), "pps"), 12) + " out");
  for (const VmView& vm : growth.now().vms)
    page.line("Rates", left(vm.name, 12) +
                           right(si(growth.rate(&Snapshot::vms, vm, &VmView::guest_received), "pps"), 12) + " rx " +
                           right(si(growth.rate(&Snapshot::vms, vm, &VmView::guest_sent), "pps"), 12) + " tx");
  page.line("Rates",
            left("dropped", 12) +
                right(si(growth.per_second(growth.now().balance.dropped, growth.before().balance.dropped), "pps"), 12));
}

// "DDDD++...": the device's rows, the done ones that the guest has not seen, the guest's.
std::string ring_bar(const RingView& ring) {
  if (!ring.size) return {};
  const auto share = [&](uint32_t rows) { return size_t(std::ceil(double(rows) * kRingBar / ring.size)); };
  std::string bar = std::string(std::min(kRingBar, share(ring.rows_device)), 'D');
  bar += std::string(std::min(kRingBar - bar.size(), share(ring.rows_done)), '+');
  bar += std::string(std::min(kRingBar - bar.size(), share(ring.rows_error)), '!');
  return "[" + bar + std::string(kRingBar - bar.size(), '.') + "]";
}

void rings(const Snapshot& s, Page& page) {
  for (const RingView& ring : s.rings)
    page.line("Rings", left(ring.name, 14) + ring_bar(ring) +
                           fmt::format(" device {} done {} guest {} of {}", ring.rows_device, ring.rows_done,
                                       ring.rows_driver, ring.size));
}

void exits(const Growth& growth, Page& page) {
  for (const VmView& vm : growth.now().vms) {
    const VmView* old = same_name(growth.before().vms, vm.name);
    const uint64_t exits = figures::exits_of(vm), packets_now = figures::packets_of(vm);
    const bool rated = growth.has_rates() && old;
    const double packets = double(packets_now - (rated ? std::min(packets_now, figures::packets_of(*old)) : 0));
    const double counted = double(exits - (rated ? std::min(exits, figures::exits_of(*old)) : 0));
    std::string line = left(vm.name, 12);
    line += rated ? right(si(growth.per_second(exits, figures::exits_of(*old)), "/s"), 12) : right(count(exits), 12);
    if (packets > 0) line += right(decimal(counted / packets), 10) + " per packet";
    for (const ExitTotal& total : frequent_exits(vm))
      line += fmt::format("  {} {}", total.reg.empty() ? total.reason : total.reg, count(total.count));
    page.line("Exits", line);
    if (!vm.note.empty()) page.line("Exits", vm.name + ": " + vm.note);
  }
}

void cycles(const Growth& growth, Page& page) {
  std::string line;
  for (const ContextView& c : growth.now().contexts) {
    const ContextView* old = same_name(growth.before().contexts, c.name);
    const uint64_t packets = c.packets - (old ? old->packets : 0), busy = c.busy_cycles - (old ? old->busy_cycles : 0);
    if (packets && packets <= c.packets)
      line += (line.empty() ? "" : ", ") + c.name + " " + decimal(double(busy) / double(packets));
  }
  if (!line.empty()) page.line("Cycles", line + " per packet");
}

}  // namespace

std::string dashboard_text(const Snapshot& now, const Snapshot& before, const Terminal& terminal) {
  const Growth growth(now, before);
  Page page(terminal);
  const std::string time = now.mode == RunMode::kFree ? duration(double(now.run_ns) / 1e9)
                                                      : duration(double(now.virtual_ns) / 1e9) + " of virtual time";
  page.line("Ringside", fmt::format("{}   {}   {}   {} worker{}", now.scenario, state_text(now), time,
                                    now.workers.size(), now.workers.size() == 1 ? "" : "s"));
  page.gap();
  topology(now, page);
  growth.has_rates() ? rates(growth, page) : counts(now, page);
  rings(now, page);
  exits(growth, page);
  cycles(growth, page);
  page.line("Balance", balance_text(now.balance));
  for (const DropView& drop : now.drops) page.line("Drops", left(drop.reason, 20) + count(drop.frames));
  for (size_t i = now.log.size() - std::min(now.log.size(), kLogLines); i < now.log.size(); ++i)
    page.line("Commands", now.log[i].command + "  ->  " + now.log[i].answer.substr(0, now.log[i].answer.find('\n')));
  if (const double taken = figures::taken(now, &before); taken >= figures::kDisturbed)
    page.line("Busy", fmt::format("{} of a worker's time was taken by others: what is of time is inconclusive.",
                                  percent(taken)));
  for (const WorkerView& worker : now.workers)
    if (worker.stuck) page.line("Stuck", worker.name + " in " + worker.stuck_in);
  page.gap();
  page.line("", "D: the device's rows, +: done and not yet seen by the guest. Ctrl-C ends.");
  return page.take();
}

std::string dashboard_line(const Snapshot& now, const Snapshot& before) {
  const Growth growth(now, before);
  std::string line = fmt::format("{:>10}", duration(figures::seconds_of(now)));
  const bool rated = growth.has_rates();
  for (const WireView& wire : now.wires) {
    const auto number = [&](uint64_t WireView::*counter) {
      return rated ? si(growth.rate(&Snapshot::wires, wire, counter), "pps") : count(wire.*counter);
    };
    line += fmt::format("  {} in {} out {}", wire.name, number(&WireView::frames_in), number(&WireView::frames_out));
  }
  for (const VmView& vm : now.vms) {
    const VmView* old = same_name(before.vms, vm.name);
    const uint64_t exits = figures::exits_of(vm), by_then = old ? figures::exits_of(*old) : 0;
    line += fmt::format("  {} exits {}", vm.name, rated ? si(growth.per_second(exits, by_then), "/s") : count(exits));
  }
  return line + fmt::format("  dropped {}  {}\n", count(now.balance.dropped), state_text(now));
}

void Dashboard::show(const Snapshot& picture) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(terminal_.tty ? 500 : 1000);
  if (before_ && terminal_.tty) {
    const Terminal size = Terminal::of_stdout();  // it may have been resized
    terminal_.columns = size.columns;
    std::string text = shown(dashboard_text(picture, *before_, terminal_));
    // No line may scroll, and each clears what an older one left behind it.
    int rows = 1;
    for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 4) {
      if (++rows > size.rows) {
        text.resize(at);
        break;
      }
      text.replace(at, 1, "\x1b[K\n");
    }
    send((open_ ? "\x1b[H" : "\x1b[?1049h\x1b[?25l\x1b[H") + text + "\x1b[J");
    open_ = true;
  } else if (before_) {
    print(dashboard_line(picture, *before_));
  }
  before_ = std::make_unique<Snapshot>(picture);
}

void Dashboard::close() {
  if (open_) send("\x1b[?25h\x1b[?1049l");
  open_ = false;
}

}  // namespace ringside::ctl
