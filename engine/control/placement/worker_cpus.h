// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "engine/api/engine.h"

namespace ringside::control {

// The CPU of each worker, of those that this process may use (ascending, at least one). Two or fewer: one worker that
// runs everything, and the other CPU is the window's (DESIGN section 6). More: a worker on each but the first. If the
// user wants more workers than there are CPUs, they share. Any thread.
std::vector<int> worker_cpus(const std::vector<int>& allowed, const EngineOptions& options);

}  // namespace ringside::control
