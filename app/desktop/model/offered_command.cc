// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/offered_command.h"

namespace ringside::desktop {
namespace {

// The first VM whose switch has a wire with a generator; "" = none.
std::string fed_vm(const Snapshot& s) {
  for (const VmView& vm : s.vms)
    for (const NicView& nic : vm.nics)
      for (const WireView& wire : s.wires)
        if (wire.switch_name == nic.switch_name && (wire.kind == "ring" || wire.kind == "null")) return vm.name;
  return {};
}

}  // namespace

std::string offered_command(const Words::Empty& words, const Snapshot& s) {
  const std::string any = s.vms.empty() ? "" : s.vms.front().name, fed = fed_vm(s);
  const std::string vswitch = s.switches.empty() ? "" : s.switches.front().name;
  for (const Words::Empty::Offer& offer : words.offers) {
    const bool fits = offer.needs.empty() || (offer.needs == "VM" && !any.empty()) ||
                      (offer.needs == "generator" && !fed.empty()) || (offer.needs == "switch" && !vswitch.empty());
    if (!fits) continue;
    return fill_in(offer.command, {{"vm", offer.needs == "generator" ? fed : any}, {"switch", vswitch}}).value_or("");
  }
  return {};
}

}  // namespace ringside::desktop
