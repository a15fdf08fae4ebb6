// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/api/engine.h"
#include "labs/grade/grade.h"

namespace ringside::labs {

// What came of running a handed lab again.
struct Replayed {
  int runs = 0;                      // that were compared
  std::vector<std::string> differs;  // "sleep: web.nic0.rx.dropped.no_descriptor is 13, and 9 was handed in"
  std::string stopped;               // why it went no further, and why that is well; "" = it went to the end
  std::string failed;                // what was handed in as run cannot be run
  std::string cut_short;             // why it went no further, where the lab gives no reason
};

// Runs the student's lines again, in their order, on the machine of this student's variant and seed, as long as time is
// stepped: what is measured, or runs free, is never the same twice. Compares what was frozen. The lines are somebody
// else's, and confined as a lab's are. Waits for the engine.
Result<Replayed> replay_lab(Engine& engine, const HandIn& all, const HandedLab& handed, const LabText& text,
                            const Rehearse& rehearse);

}  // namespace ringside::labs
