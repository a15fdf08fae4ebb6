// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include "engine/api/origin.h"
#include "engine/control/machine/machine.h"
#include "engine/control/machine/machine_spec.h"
#include "engine/control/picture/history.h"
#include "engine/control/running/goal.h"
#include "engine/control/running/time.h"

namespace ringside::control {

// A machine and all that belongs to its life. While a new one is tried, the old one stands aside as it is; the one that
// is not wanted goes as a whole. Engine's thread.
struct Scene {
  MachineSpec spec;                  // the plan
  std::unique_ptr<Machine> machine;  // what was built of it; null before the first command that needs one
  History history;
  Goals goals;
  Time time;               // its stepper's lanes look at all of the above
  std::string name, text;  // the scenario it came from
  Origin origin;           // of that text

  Scene() = default;
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
};

}  // namespace ringside::control
