// SPDX-License-Identifier: BSD-3-Clause
// Exits that nobody had looked at when the mode changed were shown as the new mode's: measured ones as modelled,
// stepped ones as measured.
#include <algorithm>
#include <future>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/kvm.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("an exit stays modelled when the mode changes before anybody looks", "[regression]") {
  constexpr int kExits = 20;  // of some more that twenty frames take
  need_kvm();
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n"
       "vm add name=web nic=e1000 switch=s0 vcpu=kvm\nsend to=web count=20\n");
  std::promise<void> stepped;
  int exits = 0;
  engine->on_event([&](const EventView& event) {
    if (event.exit && ++exits == kExits) stepped.set_value();
  });
  ask(*engine, "run mode=paced pace=1000000");
  stepped.get_future().wait();
  ask(*engine, "run mode=free until=idle");
  engine->on_event({});
  const auto s = engine->cut();
  CHECK(std::count_if(s->exits.begin(), s->exits.end(),
                      [](const ExitView& exit) { return exit.cost_provenance == Provenance::kModelled; }) >= kExits);
}
