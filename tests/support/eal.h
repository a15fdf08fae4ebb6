// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "engine/datapath/packet_pool.h"

namespace ringside::test {

// DPDK for a test's process: one worker lcore, 256 MB, no hugepages, no PCI. Started by the first call, ended with the
// process.
void need_eal();

// A packet pool with a name of its own; need_eal() included.
std::unique_ptr<datapath::PacketPool> make_pool(uint32_t packets = 4096);

}  // namespace ringside::test
