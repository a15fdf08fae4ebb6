// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "engine/control/engine_core.h"

// Whoever was told to send to a VM, a guest by `peer=` or a wire by `send to=`, sends to that VM, whatever address it
// has by then. The plan says to which addresses they send; here is who keeps it and who tells them.
namespace ringside::control {

// The address to which a generating guest sends: its peer VM's; if that is gone, the one that it had; or everybody's.
uint64_t peer_of(const MachineSpec& plan, const VmSpec& sender);
// The answer, and that a peer is named that is not there (yet).
std::string with_missing_peer(std::string answer, const MachineSpec& plan, const VmSpec& sender);

// The VM has the address that it has in the plan from now on: so has it for those who send to it. Of the plan alone.
void note_address(MachineSpec& plan, const VmSpec& vm);
// It is about to leave the plan: who sends to it goes on as before.
void note_departure(MachineSpec& plan, const VmSpec& vm);

// Those who send to the VM of that name learn from the plan where to. Engine's thread, when everybody rests.
void tell_senders_to(const std::string& name, Machine& machine, const MachineSpec& plan);

}  // namespace ringside::control
