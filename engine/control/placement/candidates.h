// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/control/placement/placement_plan.h"

namespace ringside::control {

// A plan that is worth a trial.
struct Candidate {
  std::string what;  // "with tx v0.nic0 and v0/0 on w2"
  Plan plan;
};

// What could be tried when the load of `present` stays lopsided, in the order of the trials: everybody placed anew by
// what was measured, with others first to leave. Left out is what makes the fullest worker hardly lighter, what splits
// as `present` or an earlier one does, whichever workers have the parts. `present` has the request's contexts. Pure,
// any thread.
std::vector<Candidate> candidates(PlanRequest request, const Plan& present);

}  // namespace ringside::control
