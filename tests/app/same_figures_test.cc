// SPDX-License-Identifier: BSD-3-Clause
// The window and ringsidectl divided exits by different numbers of packets: 11.0 and 1.1 for the same machine.
#include "app/desktop/model/history.h"
#include "app/desktop/model/nic_comparison.h"
#include "engine/figures/derived.h"
#include "engine/figures/totals.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("the window and ringsidectl say the same of one machine at one cut", "[history]") {
  auto engine = make_engine(1);
  // One of them sends a tenth of what it receives.
  for (const char* vm : {"nic=e1000 workload=sink", "nic=e1000 workload=forward",
                         "nic=e1000 workload=generate count=10", "nic=vmxnet3 workload=forward"}) {
    INFO(vm);
    load(*engine, std::string("wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web switch=s0 ") +
                      vm + "\nrun mode=stepped");
    desktop::History history;
    history.add(*engine->cut());
    ask(*engine, "send to=web count=100");
    ask(*engine, "run until=idle");
    const auto s = engine->cut();
    history.add(*s);
    const auto figures = figures::derive(*s);
    CHECK(history.delta("web.work") == double(figures::packets_of(s->vms[0])));
    CHECK(history.per("exits", "work") == Approx(figures::value_of(figures, "exits_per_packet.web")));
    CHECK(history.delta("dropped") == figures::value_of(figures, "balance.dropped"));
    CHECK(history.rate("wire.w0.in") == Approx(figures::value_of(figures, "rate.w0.in")).epsilon(0.01));
  }
}
