// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace ringside::ctl {

// Frames a second through one pair of E1000 rings between two CPUs when nothing is done but what memory must carry: no
// packets of DPDK, no switch, no registers. What Ringside reaches is quoted as a share of it. The device side runs on
// the first usable CPU, the guest side on the second one (on the same, where there is only one). Cold, stand-alone,
// owns its memory.
double ring_floor(double seconds);

}  // namespace ringside::ctl
