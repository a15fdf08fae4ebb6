// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/control/engine_core.h"

namespace ringside::control {

// The VM of a command: its plan, and where the machine lives the VM itself.
struct Target {
  VmSpec& plan;
  VmUnit* unit;  // null while a line is only checked
};

// `name=` of a command that is about a VM. Error: there is none of that name. Good until the machine is changed.
Result<Target> target_of(Session& session, const Args& args);

}  // namespace ringside::control
