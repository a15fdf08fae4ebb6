// SPDX-License-Identifier: BSD-3-Clause
// A paused VM executed: where steps lead to the end of the turn in which it had finished the armed packet, each of them
// let it go on.
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("a VM that is paused in the armed packet's last turn executes nothing", "[regression][sanitize]") {
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=a nic=e1000 switch=s0 workload=sink\n"
       "send to=a count=8\nrun mode=stepped\nstep until=packet arm=yes\n");
  do ask(*engine, "step");
  while (engine->cut()->events.back().what != "count, verify");
  ask(*engine, "vm pause name=a");
  const uint64_t steps = engine->cut()->steps;
  for (const char* command : {"step", "step n=100", "run until=idle"}) {
    INFO(command);
    const Answer stands = engine->execute(command);
    CHECK(stands.ended == Ended::kGivenUp);
    CHECK(stands.text == "a/0 stands in its turn: VM a is paused.");
    const auto s = engine->cut();
    CHECK(s->steps == steps);
    CHECK_FALSE(s->goal_reached);
    CHECK(s->state == RunState::kPaused);
  }
  ask(*engine, "vm resume name=a");
  ask(*engine, "step");
  CHECK(engine->cut()->events.back().who == "a/0");
  ask(*engine, "run until=idle");
  CHECK(engine->cut()->goal_reached);
}
