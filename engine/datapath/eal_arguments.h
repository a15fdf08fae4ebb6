// SPDX-License-Identifier: BSD-3-Clause
// cold: the start, once a process
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/datapath/eal.h"

namespace ringside::datapath {

// The CPUs that this process may use, ascending.
std::vector<int> allowed_cpus();

// What is wrong with `config.extra`, the arguments that a user adds.
Status check_extra(const EalConfig& config);

// The arguments of rte_eal_init for `config`, without the program's name, or what is wrong with it. A failed
// rte_eal_init cannot be repeated, so all that can be checked without it is checked here.
Result<std::vector<std::string>> eal_arguments(const EalConfig& config);

}  // namespace ringside::datapath
