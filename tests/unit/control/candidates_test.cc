// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/placement/candidates.h"

#include "tests/support/catch.h"
#include "tests/support/plan_requests.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("plan: a lopsided load has candidates, none of them twice, none as it is", "[plan]") {
  const auto names = [](const std::vector<Candidate>& all) {
    std::string text;
    for (const Candidate& one : all) text += one.what + "; ";
    return text;
  };
  PlanRequest one = chains(1, 2);
  const Plan first = make_plan(one);
  settle(one, first);
  measure(one, {{"generator w0", 0.35}, {"rx w0", 0.2}, {"tx v0.nic0", 0.25}, {"v0/0", 0.15}}, 0);
  auto all = candidates(one, first);
  CHECK(names(all) == "with generator w0 on w2; with tx v0.nic0 and v0/0 on w2; ");
  for (const Candidate& candidate : all) check_whole(one, candidate.plan);
  // One of them holds: the other is left.
  const Plan holds = all[1].plan;
  settle(one, holds);
  measure(one, {{"generator w0", 0.55}, {"rx w0", 0.4}, {"tx v0.nic0", 0.2}, {"v0/0", 0.1}}, 0);
  for (const Candidate& candidate : candidates(one, holds)) CHECK_FALSE(candidate.plan.same_split(holds));

  PlanRequest many = fan_out(4, 2);
  const Plan together = make_plan(many);
  settle(many, together);
  measure(many, {{"generator w0", 0.25}, {"rx w0", 0.25}}, 0.06);
  all = candidates(many, together);
  REQUIRE(all.size() == 3);
  CHECK(all[2].what == "with tx v0.nic0, v0/0 and 6 more on w2");

  // Nothing to gain: all the work is one context's; or the user placed everybody; or it is spread already.
  PlanRequest single = chains(1, 2);
  settle(single, first);
  measure(single, {{"rx w0", 0.99}}, 0.001);
  CHECK(candidates(single, first).empty());
  for (PlanContext& c : one.contexts) c.chosen = 0;
  settle(one, first);
  CHECK(candidates(one, first).empty());
  PlanRequest two = chains(2, 2);
  const Plan spread = make_plan(two);
  settle(two, spread);
  measure(two, {}, 0.24);
  CHECK(candidates(two, spread).empty());
}

TEST_CASE("plan: a split is the same whichever workers have it", "[plan]") {
  Plan a, b;
  for (uint32_t worker : {0u, 0u, 1u, 2u}) a.rows.push_back({"c", worker, 0, false, ""});
  for (uint32_t worker : {2u, 2u, 0u, 1u}) b.rows.push_back({"c", worker, 0, false, ""});
  CHECK(a.same_split(b));
  CHECK_FALSE(a.same_places(b));
  b.rows[3].worker = 0;
  CHECK_FALSE(a.same_split(b));
  CHECK_FALSE(b.same_split(a));
  b.rows.pop_back();
  CHECK_FALSE(a.same_split(b));
}
