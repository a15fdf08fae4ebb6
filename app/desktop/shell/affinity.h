// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

namespace ringside::desktop {

// Keeps the window's thread, and those of a software OpenGL (llvmpipe starts one a CPU), off the CPUs that workers own:
// they would take cycles from what is being measured. Does nothing where no other CPU is left. UI thread.
void leave_to_workers(const std::vector<int>& worker_cpus);

}  // namespace ringside::desktop
