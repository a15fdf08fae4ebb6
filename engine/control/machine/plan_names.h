// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/control/machine/machine_spec.h"

// How the parts of a machine will be called, told from its plan: a line that names none of them is wrong before
// anything is built. Pure functions; any thread.
namespace ringside::control {

// "web.nic0.rx", in the order of VMs and rings.
std::vector<std::string> ring_names(const MachineSpec& plan);
// "generator w0", "rx w0", "tx web.nic0", "web/0": those that run on a worker, in no particular order. A VM with
// vcpu=kvm? is taken to be soft.
std::vector<std::string> context_names(const MachineSpec& plan);

// Success, or an error that says that there is no `key` (a context, a ring) of that name, and which comes near.
Status one_of(const std::vector<std::string>& names, const std::string& key, const std::string& wanted);

}  // namespace ringside::control
