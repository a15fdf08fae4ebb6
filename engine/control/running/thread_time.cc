// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/running/thread_time.h"

#include <cstdint>
#include <fstream>
#include <string>

namespace ringside::control {

double waited_seconds(int thread_id) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread_id) + "/schedstat");
  uint64_t ran = 0, waited = 0;
  return file >> ran >> waited ? double(waited) * 1e-9 : 0;
}

}  // namespace ringside::control
