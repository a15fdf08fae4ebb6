// SPDX-License-Identifier: BSD-3-Clause
// cold: ports come and go at a cut
#include "engine/datapath/vswitch/port_lists.h"

#include "engine/datapath/vswitch/vswitch.h"

namespace ringside::datapath {

void PortLists::rebuild(std::span<const SwitchPort* const> ports) {
  std::array<uint16_t, 4096> members{};
  carrier_count_ = may_listen_count_ = 0;
  for (const SwitchPort* port : ports) {
    if (port->carries_tags())
      carriers_[carrier_count_++] = port->index;
    else
      members[port->rules.vlan]++;
    if (port->rules.promiscuous) may_listen_[may_listen_count_++] = port->index;
  }
  for (size_t vlan = 0; vlan < members.size(); vlan++) begin_[vlan + 1] = uint16_t(begin_[vlan] + members[vlan]);
  std::array<uint16_t, 4096> at;
  for (size_t vlan = 0; vlan < at.size(); vlan++) at[vlan] = begin_[vlan];
  for (const SwitchPort* port : ports)
    if (!port->carries_tags()) access_[at[port->rules.vlan]++] = port->index;
}

}  // namespace ringside::datapath
