// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("a VM has as many vCPUs as it was given, and the first of them serves an E1000", "[scenario]") {
  auto engine = make_engine();
  for (const char* mode : {"free", "stepped"}) {
    for (const char* driver : {"poll", "interrupt"}) {
      INFO(mode << ", " << driver);
      load(*engine, std::string("wire add name=w0 kind=ring window=8\nswitch add name=s0 uplink=w0\nvm add name=web "
                                "nic=e1000 switch=s0 vcpus=3 driver=") +
                        driver + "\nrun mode=" + mode + "\nsend to=web count=100\n");
      ask(*engine, "run until=idle");
      auto s = engine->cut();
      CHECK(s->balance.holds());
      CHECK(probe(*s, "web.guest.received") == 100);
      CHECK(probe(*s, "web.guest.sent") == 100);
      REQUIRE(s->vms[0].vcpus.size() == 3);
      CHECK(s->vms[0].vcpus[2].name == "web/2");
      CHECK(probe(*s, "web/0.exits") > 0);
      CHECK_FALSE(s->find("web/1.exits.MMIO_write.TDT"));
    }
  }
}

TEST_CASE("how many exits are kept as records can be set, and totals do not care", "[scenario]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring window=8\nswitch add name=s0 uplink=w0\nexits record most=0\nvm add name=web "
       "nic=e1000 switch=s0 doorbell=packet exit_cost=0\nrun mode=free\n");
  ask(*engine, "send to=web count=2000");
  ask(*engine, "run until=idle");
  auto none = engine->cut();
  CHECK(probe(*none, "web/0.exits") >= 2000);
  CHECK(probe(*none, "web/0.exit_records") == 0);
  CHECK(probe(*none, "web/0.exit_records_left_out") == probe(*none, "web/0.exits"));
  ask(*engine, "exits record most=forever");
  ask(*engine, "send to=web count=1000");
  ask(*engine, "run until=idle");
  auto each = engine->cut();
  CHECK(probe(*each, "web/0.exits") >= probe(*none, "web/0.exits") + 1000);
  CHECK(probe(*each, "web/0.exit_records") == probe(*each, "web/0.exits") - probe(*none, "web/0.exits"));
  ask(*engine, "exits record most=0");
  ask(*engine, "run mode=stepped");
  ask(*engine, "send to=web count=10");
  ask(*engine, "run until=idle");
  auto stepped = engine->cut();
  CHECK(probe(*stepped, "web/0.exit_records") - probe(*each, "web/0.exit_records") ==
        probe(*stepped, "web/0.exits") - probe(*each, "web/0.exits"));
}

TEST_CASE("a number of vCPUs that cannot be is refused by name", "[scenario]") {
  auto engine = make_engine();
  Status loaded =
      engine->load_scenario("test.scn", "switch add name=s0\nvm add name=a nic=e1000 switch=s0 vcpus=9\n").status();
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().text().find("vcpus=9 is not possible. Expected 1 to 8.") != std::string::npos);
}
