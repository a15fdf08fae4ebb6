// SPDX-License-Identifier: BSD-3-Clause
#include "engine/net/packet.h"

namespace ringside::net {

// Set once by datapath/eal before any frame exists; -1 until then, so that a use before is found at once.
int trace_id_offset = -1;
int source_offset = -1;
uint64_t source_flag = 0;

}  // namespace ringside::net
