// SPDX-License-Identifier: BSD-3-Clause
// cold: looked at before a wire is built
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"

namespace ringside::datapath {

// What the machine must have for a wire into the outside world; DPDK's own messages come too late and say too little.
Result<uint32_t> check_interface(const std::string& name);  // af_packet: its MTU
Status check_tap(const std::string& name);
Status check_pci(const std::string& address);

}  // namespace ringside::datapath
