// SPDX-License-Identifier: BSD-3-Clause
// A scenario that could not be loaded lost pace, seed, the armed goal, the exit history and the middle of a turn of the
// machine that came back.
#include "engine/base/fault_injection.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/whole_state.h"

using namespace ringside;
using namespace ringside::test;

namespace {

constexpr char kNew[] =
    "wire add name=x0 kind=ring\nswitch add name=t0 uplink=x0\nvm add name=other nic=vmxnet3 switch=t0\n"
    "run mode=stepped until=idle\n";

void check_that_nothing_changes(Engine& engine, const std::string& scenario) {
  const std::string before = whole_state(*engine.cut());
  uint64_t nth = 0;
  for (bool hit = true; hit; nth++) {
    ArmedFault fault({.nth = nth});
    const Answer loaded = engine.load_scenario("new.scn", scenario);
    hit = fault.hit();
    INFO("call " << nth << ": " << fault.where() << "; " << loaded.text);
    if (loaded.ok()) continue;
    CHECK(loaded.ended == Ended::kRefused);
    REQUIRE(changed_lines(before, whole_state(*engine.cut())) == "");
  }
  CHECK(nth > 5);  // so many calls can fail
}

}  // namespace

TEST_CASE("a failed load leaves a stepped machine as it is, in the middle of a turn", "[regression][sanitize]") {
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink\n"
       "send to=web count=3\nrun mode=paced pace=7 seed=5\npause\nrun mode=stepped\nstep until=packet arm=yes\nstep "
       "n=9\n");
  check_that_nothing_changes(*engine, kNew);
}

TEST_CASE("a failed load leaves a free machine as it is", "[regression][sanitize]") {
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink\n"
       "send to=web count=300\nrun mode=free until=idle\nmark name=here\n");
  check_that_nothing_changes(*engine, kNew);
}

TEST_CASE("a scenario with a wrong line changes nothing", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, "switch add name=s0\nvm add name=a nic=e1000 switch=s0\nrun mode=stepped\nstep until=exit arm=yes\n");
  const std::string before = whole_state(*engine->cut());
  CHECK(engine->load_scenario("x.scn", "switch add name=s0\nvm add name=a nic=e9000 switch=s0\n").ended ==
        Ended::kRefused);
  CHECK(changed_lines(before, whole_state(*engine->cut())) == "");
}
