// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "engine/api/snapshot.h"

namespace ringside::desktop {

// When stepped vCPUs were halted, and when an interrupt woke them: taken out of the events as they come, for a snapshot
// holds the latest alone, and lanes show the whole recording. Times are seconds of virtual time. UI thread.
class WaitRecording {
 public:
  struct Lane {
    std::deque<std::pair<double, double>> waits;    // from HLT to the interrupt that ended it
    std::deque<double> interrupts;                  // that woke it
    std::deque<std::pair<double, double>> unknown;  // stretches of which no event was seen
    double halted = -1;                             // since then, and still; negative: it runs
    double last = 0;                                // its newest event
  };

  void add(const Snapshot& snapshot);
  void clear();
  const Lane& of(const std::string& vcpu) const;

 private:
  static constexpr size_t kMost = 4096;  // of each, for each vCPU

  std::map<std::string, Lane> by_vcpu_;
  uint64_t newest_ = 0;  // number of the newest event
  double at_ = 0;        // and its time
};

}  // namespace ringside::desktop
