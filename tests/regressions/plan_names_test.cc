// SPDX-License-Identifier: BSD-3-Clause
// What a line may name is told from the plan: the names must be those that the machine then has.
#include <algorithm>
#include <sstream>

#include "engine/api/engine.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;

namespace {

// The names that an error's remedy can be brought to tell are few; that each name of the live machine is taken, and no
// other, is what counts.
Status watched(Engine& engine, const std::string& ring) {
  const Answer loaded = engine.load_scenario("watch.scn",
                                             "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n"
                                             "vm add name=a nic=e1000 switch=s0\n"
                                             "vm add name=b nic=vmxnet3 switch=s0 queues=2 vcpus=2\n"
                                             "vm add name=c nic=vmxnet3 switch=s0\nwatch ring=" +
                                                 ring + "\n");
  return loaded.status();
}

}  // namespace

TEST_CASE("each ring of a machine can be watched by a scenario, and no other", "[regressions]") {
  auto engine = test::make_engine();
  REQUIRE(watched(*engine, "a.nic0.rx"));
  std::vector<std::string> names;
  for (const auto newest = engine->cut(); const RingView& ring : newest->rings) names.push_back(ring.name);
  REQUIRE(names.size() == 2 + 10 + 5);
  for (const std::string& name : names) CHECK(watched(*engine, name));
  for (const char* name : {"a.nic0.rx2", "b.nic0.rx", "c.nic0.rx0", "a.nic1.rx", "a.nic0", "zzz"}) {
    const Status refused = watched(*engine, name);
    REQUIRE_FALSE(refused);
    CHECK_FALSE(refused.error().environment);
    CHECK(refused.error().place == "watch.scn, line 6");
  }
}

TEST_CASE("each context of a machine can be placed by a scenario, and no other", "[regressions]") {
  auto engine = test::make_engine();
  const auto placed = [&](const std::string& context) {
    const Answer loaded =
        engine->load_scenario("place.scn",
                              "wire add name=w0 kind=ring\nwire add name=w1 kind=null\nswitch add name=s0 uplink=w0\n"
                              "switch add name=s1 uplink=w1\nvm add name=a nic=e1000 switch=s0\n"
                              "vm add name=b nic=vmxnet3 switch=s1 queues=2 vcpus=2\n"
                              "context place worker=1 context=\"" +
                                  context + "\"\n");
    return loaded.status();
  };
  REQUIRE(placed("tx a.nic0"));
  std::vector<std::string> names;
  for (const auto newest = engine->cut(); const ContextView& context : newest->contexts) names.push_back(context.name);
  REQUIRE(names.size() == 8);
  for (const std::string& name : names) {
    INFO(name);
    CHECK(placed(name));
  }
  for (const char* name : {"rx w2", "generator w1", "tx a", "a/1", "b/2", "nobody"}) {
    INFO(name);
    const Status refused = placed(name);
    REQUIRE_FALSE(refused);
    CHECK_FALSE(refused.error().environment);
  }
}
