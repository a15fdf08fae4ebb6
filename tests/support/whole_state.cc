// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/whole_state.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <sstream>

namespace ringside::test {
namespace {

void add(std::string& text, const EventView& e) {
  text += fmt::format("event {} {} {} {} {} {}\n", e.number, e.ns, e.who, e.what, e.detail, e.packet);
}

void add(std::string& text, const ExitView& e) {
  text += fmt::format("exit {} {} {} {:x} {:x} {} {} {}\n", e.vcpu, e.reason, e.reg, e.address, e.value, e.begin, e.end,
                      e.skipped);
}

void add(std::string& text, const RingView& ring) {
  text += fmt::format("ring {} size {} driver {} device {} done {} error {} shown {}\n", ring.name, ring.size,
                      ring.rows_driver, ring.rows_device, ring.rows_done, ring.rows_error, ring.rows.size());
  for (const PointerView& p : ring.pointers) text += fmt::format("  {} {}\n", p.name, p.index);
}

void add(std::string& text, const VmView& vm) {
  text += fmt::format("vm {} {} {} {} batch {} refill {} memory {} paused {} to {:x} note {}\n", vm.name, vm.workload,
                      vm.driver, vm.doorbell, vm.batch, vm.refill, vm.memory_bytes, vm.paused, vm.sends_to, vm.note);
  for (const NicView& nic : vm.nics)
    text += fmt::format("  nic {} {} {} {} {}\n", nic.name, nic.model, nic.mac, nic.switch_name, nic.port_group);
  for (const VcpuView& vcpu : vm.vcpus)
    text +=
        fmt::format("  vcpu {} {} {} exits {} cost {}\n", vcpu.name, vcpu.kind, vcpu.state, vcpu.exits, vcpu.exit_cost);
}

}  // namespace

std::string whole_state(const Snapshot& s) {
  std::string text = fmt::format(
      "mode {} state {} virtual {} pace {} seed {} steps {} goal {} {} scenario {} leaked {}\n", int(s.mode),
      int(s.state), s.virtual_ns, s.pace, s.seed, s.steps, s.goal, s.goal_reached, s.scenario, s.leaked_packets);
  const Balance& b = s.balance;
  text += fmt::format("balance {} {} {} {} {} {} {}\n", b.sent, b.copied, b.segmented, b.delivered, b.dropped,
                      b.in_flight, b.exact);
  for (const WireView& wire : s.wires)
    text += fmt::format("wire {} {} to {:x}\n", wire.name, wire.switch_name, fmt::join(wire.sends_to, " "));
  for (const SwitchView& v : s.switches)
    text += fmt::format("switch {} {} {} macs {} vlans {} {} {}\n", v.name, v.mode, v.uplink, v.macs, v.vlans,
                        v.forwarded, v.flooded);
  for (const VmView& vm : s.vms) add(text, vm);
  for (const RingView& ring : s.rings) add(text, ring);
  for (const ContextView& c : s.contexts) text += fmt::format("context {} {} w{}\n", c.name, c.kind, c.worker + 1);
  text += fmt::format("placement auto {}\n", s.placement_auto);
  for (const EventView& e : s.events) add(text, e);
  for (const ExitView& e : s.exits) add(text, e);
  for (const ExitPriceView& p : s.prices) text += fmt::format("price {} {}\n", p.name, p.median);
  for (const auto& [name, picture] : s.marks) text += "mark " + name + "\n";
  // Turns and breaths go on while somebody waits; frames, exits, drops and what a guest did do not.
  for (const Probe& p : s.probes)
    if (p.unit == "frames" || p.unit == "exits" || p.unit == "rows" || p.unit == "events" ||
        p.name.find(".reg.") != std::string::npos)
      text += fmt::format("probe {} {}\n", p.name, p.number());
  return text;
}

std::string changed_lines(const std::string& before, const std::string& after) {
  const auto lines_of = [](const std::string& text) {
    std::multiset<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.insert(line);
    return lines;
  };
  const auto was = lines_of(before), is = lines_of(after);
  std::string changed;
  for (const std::string& line : was)
    if (was.count(line) > is.count(line)) changed += "- " + line + "\n";
  for (const std::string& line : is)
    if (is.count(line) > was.count(line)) changed += "+ " + line + "\n";
  return changed;
}

}  // namespace ringside::test
