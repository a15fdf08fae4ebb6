// SPDX-License-Identifier: BSD-3-Clause
// cold: asked once, before the start
#pragma once

#include <cstdint>

namespace ringside::datapath {

// How many MB this process can get now without hugepages: what the machine has available, and what the process's limits
// and its control groups leave of it. Any thread.
uint64_t available_memory_mb();

// How many files this process may have open: its limit is raised as far as it may raise it. A VM has one to four of
// them, and DPDK a dozen.
uint64_t raise_open_files();

}  // namespace ringside::datapath
