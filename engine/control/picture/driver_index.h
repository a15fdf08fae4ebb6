// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <deque>

#include "engine/api/snapshot.h"
#include "engine/control/machine/machine.h"

namespace ringside::control {

// Where the driver stands in its ring: an index that no register shows, so that the device cannot know it. Our own
// guests keep it in their state page. Adds it to the ring as a hollow pointer, and takes back what the device can only
// guess: a transmit row that the driver has cleaned still has DD in it, but it is the driver's again. Nothing for a
// driver that is not known. `after`: events with a greater number are newer than the last free run. Engine's thread.
void add_driver_index(const VmUnit& vm, uint64_t after, const std::deque<EventView>& events, RingView& ring);
// Whether that takes the ring's rows, each by itself: some are the driver's to take or to clean. Of a ring whose counts
// alone are known.
bool rows_decide(const VmUnit& vm, uint64_t after, const std::deque<EventView>& events, const RingView& ring);

}  // namespace ringside::control
