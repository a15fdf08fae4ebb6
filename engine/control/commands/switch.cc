// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/engine_core.h"

namespace ringside::control {
namespace {

Result<std::string> add(Session& s, const Args& args) {
  SwitchSpec spec{args.text("name"), args.text("uplink", ""),
                  args.text("mode", "vss") == "vss" ? datapath::SwitchMode::kVss : datapath::SwitchMode::kLearning};
  // A bridge does not relay these (IEEE 802.1Q-2018 8.6.3). ESXi's standard switch is none: it passes guests' BPDUs on,
  // unless Net.BlockGuestBPDU is set.
  spec.relays_reserved =
      args.text("reserved", spec.mode == datapath::SwitchMode::kVss ? "forward" : "drop") == "forward";
  if (s.spec.switches.count(spec.name))
    return Error{"There is a switch \"" + spec.name + "\" already.", "", "Take another name.", ""};
  if (!spec.uplink.empty()) {
    if (!s.spec.wires.count(spec.uplink))
      return Error{"There is no wire \"" + spec.uplink + "\".", "",
                   "Add it first: `wire add name=" + spec.uplink + " kind=ring`", ""};
    for (const auto& [name, other] : s.spec.switches)
      if (other.uplink == spec.uplink)
        return Error{"Wire " + spec.uplink + " is the uplink of " + name + " already.", "", "Add a wire of its own.",
                     ""};
  }
  s.spec.switches[spec.name] = spec;
  if (s.checking()) return std::string();
  if (Status built = s.live->ensure_machine(); !built) return built.error();
  Machine& machine = s.live->machine();
  const auto plug = [&]() -> Status {
    machine.add_switch(spec);
    return {};
  };
  if (Status done = s.live->change_at_rest(plug, [&] { machine.remove_switch(spec.name); }); !done) return done.error();
  return "ok, switch " + spec.name + (spec.uplink.empty() ? " without uplink" : " on " + spec.uplink);
}

// region: add-group
Result<std::string> add_group(Session& s, const Args& args) {
  PortGroupSpec group{args.text("name"), args.text("switch"), {}};
  if (s.spec.port_groups.count(group.name))
    return Error{"There is a port group \"" + group.name + "\" already.", "", "Take another name.", ""};
  if (!s.spec.switches.count(group.switch_name))
    return Error{"There is no switch \"" + group.switch_name + "\".", "",
                 "Add it first: `switch add name=" + group.switch_name + "`", ""};
  const uint64_t vlan = args.count("vlan", 0);
  group.rules.vlan = uint16_t(vlan);
  group.rules.promiscuous = args.text("promiscuous", "reject") == "accept";
  group.rules.mac_changes = args.text("mac_changes", "accept") == "accept";
  group.rules.forged = args.text("forged", "accept") == "accept";
  s.spec.port_groups[group.name] = group;
  return "ok, port group " + group.name + ", VLAN " + std::to_string(vlan);
}
// endregion: add-group

}  // namespace

std::vector<CommandRow> switch_commands() {
  return {
      {"switch add",
       "Adds a virtual switch.",
       "quiesce",
       {{"name", ValueKind::kName, "!", "How the switch is called"},
        {"uplink", ValueKind::kName, "", "The wire that leads out"},
        {"mode", ValueKind::kChoice, "vss", "vss knows its vNICs and learns nothing; learning learns and floods",
         "vss|learning"},
        {"reserved", ValueKind::kChoice, "",
         "Frames to 01:80:C2:00:00:00 to 0F (spanning tree, LACP, LLDP): a bridge does not relay them. "
         "Without it, learning drops and vss forwards",
         "drop|forward"}},
       add},
      {"portgroup add",
       "Adds a port group: a VLAN and security policies for the vNICs in it.",
       "live",
       {{"name", ValueKind::kName, "!", "How the port group is called"},
        {"switch", ValueKind::kName, "!", "Its switch"},
        {"vlan",
         ValueKind::kCount,
         "0",
         "0 = untagged, 1 to 4094 a VLAN, 4095 = all of them: the guest tags",
         "",
         {0, 4095}},
        {"promiscuous", ValueKind::kChoice, "reject", "May a guest see frames for others?", "accept|reject"},
        {"mac_changes", ValueKind::kChoice, "accept", "May a guest receive under another address?", "accept|reject"},
        {"forged", ValueKind::kChoice, "accept", "May a guest send under another address?", "accept|reject"}},
       add_group},
  };
}

}  // namespace ringside::control
