// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/placement/worker_cpus.h"

#include <algorithm>

#include "engine/datapath/vswitch/vswitch.h"

namespace ringside::control {

std::vector<int> worker_cpus(const std::vector<int>& allowed, const EngineOptions& options) {
  if (!options.cpus.empty()) return options.cpus;
  if (allowed.empty()) return {0};
  size_t wanted = options.workers > 0   ? size_t(options.workers)
                  : allowed.size() <= 2 ? 1
                                        : std::min<size_t>(allowed.size() - 1, datapath::kMaxWorkers);
  std::vector<int> chosen;
  for (size_t w = 0; w < wanted; w++) chosen.push_back(allowed[allowed.size() - 1 - w % allowed.size()]);
  return {chosen.rbegin(), chosen.rend()};
}

}  // namespace ringside::control
