// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/api/snapshot.h"
#include "engine/control/running/stepper.h"

namespace ringside::control {

// How time runs in a scene, and how far it has come (DESIGN section 8). Clockwork alone changes it.
struct Time {
  RunMode mode = RunMode::kFree;
  double pace = 10;  // paced: events a second
  uint64_t seed = 1;
  bool running = false;
  bool idle = false;    // nothing could move when it was looked at last
  bool placed = false;  // free: contexts are with their workers

  uint64_t clock = 0;         // cycles; free: where it stood at the last rest
  double run_total = 0;       // free: seconds of running, up to the last rest
  double run_began = 0;       // free and running: when it went on, real seconds
  double paced_from = 0;      // paced: when it went on, real seconds
  uint64_t paced_done = 0;    // and how many events since
  std::vector<double> taken;  // free: seconds that others had of each worker's CPU while it ran (taken_time.h)
  uint64_t stepped_from = 0;  // events before the stepper was made

  std::unique_ptr<Stepper> stepper;  // stepped and paced
  std::vector<Stack> stacks;         // while there is none: of the one before, for the next
};

double seconds_now();  // monotonic, real

}  // namespace ringside::control
