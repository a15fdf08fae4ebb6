// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ringside::ctl {

// What holds for every subcommand.
struct Options {
  int workers = 0;           // 0 = as fits the machine
  uint32_t memory_mb = 512;  // for packets
  bool hugepages = false;
  bool json = false;
  bool quiet = false;            // results and errors only, no progress and no hints
  std::vector<std::string> eal;  // what stood behind "--"
};

}  // namespace ringside::ctl
