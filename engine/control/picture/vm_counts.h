// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/api/view/topology.h"

namespace ringside::control {

// What a VM counts goes on when another one, built anew, takes its place: `earlier`, what was shown when the one before
// went, is added to what this one has counted itself. Counters alone; states and registers are this one's. A pure
// function; any thread.
void add_counts(VmView& to, const VmView& earlier);

}  // namespace ringside::control
