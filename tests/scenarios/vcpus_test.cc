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
      load(*engine, std::string("wire add name=w0 kind=ring window=8\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 vcpus=3 driver=") + driver + "\nrun mode=" + mode + "\nsend to=web count=100\n");
      ask(*engine, "run until=idle");
      auto s = engine->cut();
      CHECK(s->balance.holds());
      CHECK(probe(*s, "web.guest.received") == 100);
      CHECK(probe(*s, "web.guest.sent") == 100);
      REQUIRE(s->vms[0].vcpus.size() == 3);
      CHECK(s->vms[0].vcpus[2].name == "web/2");
      CHECK(probe(*s, "web/0.exits") > 0);
      CHECK(s->find("web/1.exits.MMIO_write.TDT") == nullptr);
    }
  }
}

TEST_CASE("a number of vCPUs that cannot be is refused by name", "[scenario]") {
  auto engine = make_engine();
  Status loaded = engine->load_scenario("test.scn", "switch add name=s0\nvm add name=a nic=e1000 switch=s0 vcpus=9\n");
  REQUIRE_FALSE(loaded.ok());
  CHECK(loaded.error().text().find("vcpus=9 is not possible. Expected 1 to 8.") != std::string::npos);
}
