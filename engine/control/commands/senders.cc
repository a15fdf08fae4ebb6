// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/commands/senders.h"

#include <algorithm>

namespace ringside::control {

uint64_t peer_of(const MachineSpec& plan, const VmSpec& sender) {
  const auto peer = plan.vms.find(sender.peer);
  return peer == plan.vms.end() ? sender.peer_mac : peer->second.nic.mac;
}

std::string with_missing_peer(std::string answer, const MachineSpec& plan, const VmSpec& sender) {
  if (sender.peer.empty() || plan.vms.count(sender.peer)) return answer;
  return answer + (answer.back() == '.' ? " " : ". ") + "There is no VM " + sender.peer + ", so " + sender.name +
         " sends to " + (sender.peer_mac == net::kBroadcast ? "everybody" : "the address that it had") +
         " until there is one";
}

void note_address(MachineSpec& plan, const VmSpec& vm) {
  for (auto& [wire, destinations] : plan.sends)
    for (Destination& one : destinations)
      if (one.vm == vm.name) one.mac = vm.nic.mac;
}

void note_departure(MachineSpec& plan, const VmSpec& vm) {
  for (auto& [name, sender] : plan.vms)
    if (sender.peer == vm.name) sender.peer_mac = vm.nic.mac;
}

void tell_senders_to(const std::string& name, Machine& machine, const MachineSpec& plan) {
  for (const auto& unit : machine.vms())
    if (const VmSpec& sender = plan.vms.at(unit->spec.name); sender.peer == name)
      write_control(*unit, peer_of(plan, sender));
  for (const auto& [wire, destinations] : plan.sends) {
    if (std::none_of(destinations.begin(), destinations.end(), [&](const auto& one) { return one.vm == name; }))
      continue;
    std::vector<uint64_t> macs;
    for (const Destination& one : destinations) macs.push_back(one.mac);
    if (WireUnit* unit = machine.wire(wire)) unit->wire->aim(macs);
  }
}

}  // namespace ringside::control
