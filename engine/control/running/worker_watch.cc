// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/running/worker_watch.h"

#include "engine/base/log.h"
#include "engine/control/running/time.h"

namespace ringside::control {

void WorkerWatch::look(const std::vector<std::unique_ptr<datapath::Worker>>& workers, bool breathing) {
  const double now = seconds_now();
  seen_.resize(workers.size());
  for (size_t w = 0; w < workers.size(); w++) {
    auto& [breaths, since] = seen_[w];
    const datapath::Worker& worker = *workers[w];
    const Context* in = worker.current();
    if (!breathing || worker.asleep() || worker.breaths.value() != breaths || !in) {
      breaths = worker.breaths.value();
      since = now;
    } else if (now - since > 1 && since > 0) {
      log_line("worker w" + std::to_string(w + 1) + " has not finished a breath for 1 s: it is in " + in->name() + ".");
      since = -now;  // said once; a finished breath arms it again
    }
  }
}

}  // namespace ringside::control
