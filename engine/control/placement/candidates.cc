// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/placement/candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace ringside::control {
namespace {

// A plan that makes the fullest worker lighter by less than this is not worth the rest of all workers.
constexpr double kWorthIt = 0.85;

// Who is elsewhere than before. The plans have the same contexts, and at least one has moved.
std::string difference(const Plan& plan, const Plan& present) {
  std::vector<std::string> moved;
  std::set<uint32_t> to;
  for (size_t c = 0; c < plan.rows.size(); c++) {
    if (plan.rows[c].worker == present.rows[c].worker) continue;
    moved.push_back(plan.rows[c].name);
    to.insert(plan.rows[c].worker);
  }
  std::string who = moved.front();
  if (moved.size() == 2) who += " and " + moved[1];
  if (moved.size() > 2) who += fmt::format(", {} and {} more", moved[1], moved.size() - 2);
  return "with " + who + (to.size() == 1 ? fmt::format(" on w{}", *to.begin() + 1) : " on other workers");
}

}  // namespace

std::vector<Candidate> candidates(PlanRequest request, const Plan& present) {
  request.anew = false;
  request.first_to_leave = Leaving::kWorld;
  const double now = make_plan(request).busiest();
  request.anew = true;
  std::vector<Candidate> all;
  for (const Leaving first : {Leaving::kWorld, Leaving::kVms, Leaving::kAllVms}) {
    request.first_to_leave = first;
    Plan plan = make_plan(request);
    if (plan.busiest() > kWorthIt * now || plan.same_split(present)) continue;
    if (std::any_of(all.begin(), all.end(), [&](const Candidate& one) { return one.plan.same_split(plan); })) continue;
    std::string what = difference(plan, present);
    all.push_back({std::move(what), std::move(plan)});
  }
  return all;
}

}  // namespace ringside::control
