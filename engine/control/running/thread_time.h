// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace ringside::control {

// Seconds that a thread of this process was ready to run while somebody else had its CPU, since it began (the second
// number of schedstat, Linux Documentation/scheduler/sched-stats.rst). 0 where the kernel does not say. Any thread.
double waited_seconds(int thread_id);

}  // namespace ringside::control
