// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/machine/plan_names.h"

#include <algorithm>

#include "engine/base/nearest.h"
#include "engine/base/visible.h"
#include "engine/control/commands/command_table.h"

#include "engine/control/machine/device_registry.h"

namespace ringside::control {

std::vector<std::string> ring_names(const MachineSpec& plan) {
  std::vector<std::string> names;
  for (const std::string& name : plan.vm_order) {
    const NicSpec& nic = plan.vms.at(name).nic;
    for (const std::string& ring : find_nic_model(nic.model)->info->ring_names(uint16_t(nic.queues)))
      names.push_back(name + ".nic0." + ring);
  }
  return names;
}

std::vector<std::string> context_names(const MachineSpec& plan) {
  std::vector<std::string> names;
  for (const auto& [name, wire] : plan.wires)
    if (wire.kind == datapath::WireKind::kRing) names.push_back("generator " + name);
  for (const auto& [name, vswitch] : plan.switches)
    if (!vswitch.uplink.empty()) names.push_back("rx " + vswitch.uplink);
  for (const std::string& name : plan.vm_order) {
    names.push_back("tx " + name + ".nic0");
    const VmSpec& vm = plan.vms.at(name);
    for (uint32_t i = 0; vm.vcpu != VcpuKind::kKvm && i < vm.vcpus; i++)
      names.push_back(name + "/" + std::to_string(i));
  }
  return names;
}

Status one_of(const std::vector<std::string>& names, const std::string& key, const std::string& wanted) {
  if (std::find(names.begin(), names.end(), wanted) != names.end()) return {};
  const std::string near = nearest(wanted, names);
  return Error{"There is no " + key + " \"" + excerpt(wanted) + "\".", "",
               names.empty()  ? "Add a VM first: `vm add name=web nic=e1000 switch=s0`"
               : near.empty() ? "There is, for example, `" + key + "=\"" + names[0] + "\"`"
                              : "Nearest: `" + key + "=\"" + near + "\"`",
               ""};
}

}  // namespace ringside::control
