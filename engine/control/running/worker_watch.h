// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "engine/datapath/worker.h"

namespace ringside::control {

// A worker that has not finished a breath for a second is named, with the context it is in. Engine's thread.
class WorkerWatch {
 public:
  // `breathing`: time runs free, so that breaths are expected.
  void look(const std::vector<std::unique_ptr<datapath::Worker>>& workers, bool breathing);
  bool stuck(size_t worker) const { return worker < seen_.size() && seen_[worker].second < 0; }

 private:
  std::vector<std::pair<uint64_t, double>> seen_;  // breaths, and since when it has been that many
};

}  // namespace ringside::control
