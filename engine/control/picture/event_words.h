// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/api/view/events.h"
#include "engine/control/machine/machine.h"
#include "engine/control/running/stepper.h"

namespace ringside::control {

// The stop on a packet's way (DESIGN section 6), 1 to 9; 0 = none. `ring`: 1 receive, 2 transmit.
uint8_t event_stop(EventKind kind, uint8_t ring);

// The VM to which a device or a context belongs, or null. Identity by address, as any of the object's bases.
const VmUnit* vm_of(const Machine& machine, const void* object, const Context* context);

// An event in words. Engine's thread, while the acting context holds the baton or stands.
EventView describe_event(const Machine& machine, const TimedEvent& event);

}  // namespace ringside::control
