// SPDX-License-Identifier: BSD-3-Clause
// cold: once a process
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace ringside::datapath {

struct EalConfig {
  std::vector<int> worker_cpus;  // one lcore each, ids 1, 2, …; lcore 0 floats over all CPUs and is the engine's thread
  uint32_t memory_mb = 512;
  bool hugepages = false;
  bool pci = false;                // a pci: wire is wanted
  std::vector<std::string> extra;  // the user's own EAL arguments, checked before anything starts
};

// Starts DPDK's environment layer once a process, late (DESIGN section 6); later calls succeed if they ask for nothing
// more. Called by the engine's thread, which becomes lcore 0. A failed start cannot be repeated, so arguments are
// checked before.
Status start_eal(const EalConfig& config);
bool eal_started();
// Ends it: removes vdevs, sockets and hugepage files. At process end, after every machine is gone.
void stop_eal();
int eal_worker_count();

}  // namespace ringside::datapath
