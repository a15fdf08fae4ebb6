// SPDX-License-Identifier: BSD-3-Clause
// `vm add` without mac= was refused, then and for good, when the address whose turn it was had been given by hand; the
// advice was to leave mac= out.
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("an address that is chosen is nobody's yet", "[regression]") {
  auto engine = make_engine(1);
  load(*engine,
       "switch add name=s0\nvm add name=a nic=e1000 switch=s0 mac=02:00:00:00:00:02\n"
       "vm add name=b nic=e1000 switch=s0 mac=02:00:00:00:00:03\nvm add name=c nic=e1000 switch=s0\n");
  ask(*engine, "vm set name=a mac=02:00:00:00:00:05");
  ask(*engine, "vm add name=d nic=vmxnet3 switch=s0");
  ask(*engine, "vm add name=e nic=vmxnet3 switch=s0");
  const auto s = engine->cut();
  std::vector<std::string> addresses;
  for (const VmView& vm : s->vms) addresses.push_back(vm.nics[0].mac);
  CHECK(addresses == std::vector<std::string>{"02:00:00:00:00:05", "02:00:00:00:00:03", "02:00:00:00:00:04",
                                              "02:00:00:00:00:06", "02:00:00:00:00:07"});
  CHECK(engine->execute("vm set name=a mac=02:00:00:00:00:03").text ==
        "VM b has the address 02:00:00:00:00:03 already.\nTake another one, or leave `mac=` out.");
}
