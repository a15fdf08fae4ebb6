// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/running/taken_time.h"

#include <algorithm>

#include "engine/control/running/thread_time.h"
#include "engine/control/running/time.h"

namespace ringside::control {

void TakenTime::begin(const Workers& workers) {
  before_.clear();
  for (const auto& worker : workers) before_.push_back(waited_seconds(worker->thread_id()));
  looked_ = seconds_now();
}

void TakenTime::look(const Workers& workers, std::vector<double>& seconds, bool now) {
  constexpr double kEvery = 0.1;
  if (before_.size() != workers.size() || (!now && seconds_now() - looked_ < kEvery)) return;
  looked_ = seconds_now();
  seconds.resize(workers.size(), 0);
  for (size_t w = 0; w < workers.size(); w++) {
    const double waited = waited_seconds(workers[w]->thread_id());
    seconds[w] += std::max(0.0, waited - before_[w]);
    before_[w] = waited;
  }
}

}  // namespace ringside::control
