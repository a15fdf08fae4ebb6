// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"

namespace ringside::ctl {

// A command line cut at "--": ours in front, DPDK's behind. That is the reverse of DPDK's own programs, whose users
// will type `-l 0,1` in front; such a line is refused, and the error shows it corrected.
struct Arguments {
  std::vector<std::string> own, eal;
};

Result<Arguments> split_arguments(const std::vector<std::string>& arguments);

}  // namespace ringside::ctl
