// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "engine/datapath/worker.h"

namespace ringside::control {

// Time in which the kernel gave workers' CPUs to others though they were ready to run, while the machine ran. The TSC
// goes on then, and a turn that was in the middle of something looks expensive: so it is told apart. Engine's thread.
class TakenTime {
 public:
  using Workers = std::vector<std::unique_ptr<datapath::Worker>>;
  void begin(const Workers& workers);  // they go on: what was before is not the machine's
  // Adds what came since to `seconds`, a sum for each worker. Asks the kernel ten times a second at most, unless `now`.
  void look(const Workers& workers, std::vector<double>& seconds, bool now = false);

 private:
  std::vector<double> before_;
  double looked_ = 0;
};

}  // namespace ringside::control
