// SPDX-License-Identifier: BSD-3-Clause
// The step text said "nobody: it is dropped" of frames that were flooded or mirrored. It has to say what the switch
// does.
#include <map>
#include <regex>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

// What look-ups said, and what then became of all those frames.
struct Told {
  std::vector<std::string> look_ups;
  uint64_t receivers = 0, mirrored = 0, dropped = 0;
};

Told told(const SharedList<EventView>& events) {
  Told all;
  for (const EventView& e : events) {
    if (e.kind != EventKind::kLookUp) continue;
    const std::string to = e.detail.substr(e.detail.find("→") + sizeof "→");
    all.look_ups.push_back(to);
    std::smatch number;
    if (std::regex_search(to, number, std::regex("flooded to (\\d+) port")))
      all.receivers += std::stoul(number[1]);
    else if (to.rfind("nobody: dropped as ", 0) == 0)
      all.dropped++;
    else if (to.rfind("nobody (", 0) != 0)
      all.receivers++;
    if (std::regex_search(to, number, std::regex("mirrored to (\\d+) promiscuous port")))
      all.mirrored += std::stoul(number[1]);
  }
  return all;
}

Told run(Engine& engine) {
  Events events(engine);
  ask(engine, "run until=idle");
  auto s = engine.cut();
  const Told all = told(events.list);
  INFO(events.text());
  // The words are the books: what the switch said it gives is what leaves it.
  const SwitchView& view = s->switches.at(0);
  uint64_t drops = 0;
  for (const DropView& d : view.drops) drops += d.frames;
  CHECK(all.dropped == drops);
  CHECK(all.look_ups.size() + view.copied == all.receivers + all.mirrored + all.dropped);
  CHECK(s->balance.holds());
  return all;
}

}  // namespace

TEST_CASE("the lesson of the learning switch says that the first frame is flooded", "[scenario]") {
  auto engine = make_engine();
  load(*engine,
       "switch add name=s0 mode=learning\nvm add name=a nic=e1000 switch=s0 workload=generate peer=b count=3 size=60\n"
       "vm add name=b nic=e1000 switch=s0 workload=echo ip=10.77.0.2\nvm add name=c nic=e1000 switch=s0 "
       "workload=sink\nrun mode=stepped seed=1\n");
  const Told all = run(*engine);
  REQUIRE(all.look_ups.size() >= 2);
  CHECK(all.look_ups[0] == "not known: flooded to 2 ports");
  CHECK(all.dropped == 0);
}

TEST_CASE("a frame that a promiscuous port overhears is not called dropped", "[scenario]") {
  auto engine = make_engine();
  load(*engine,
       "switch add name=s0\nportgroup add name=mir switch=s0 promiscuous=accept\n"
       "vm add name=a nic=e1000 switch=s0 workload=generate peer=b count=2 size=60\n"
       "vm add name=b nic=e1000 switch=s0 workload=sink\n"
       "vm add name=l nic=e1000 switch=s0 portgroup=mir promiscuous=yes workload=sink\nrun mode=stepped\n");
  const Told all = run(*engine);
  CHECK(all.look_ups == std::vector<std::string>(2, "b.nic0, mirrored to 1 promiscuous port"));
}

TEST_CASE("a frame for nobody is dropped under the name that the words say, mirrored or not", "[scenario]") {
  auto engine = make_engine();
  for (bool listener : {false, true}) {
    load(*engine,
         std::string("wire add name=w0 kind=ring vlan=20\nswitch add name=s0 uplink=w0\n"
                     "portgroup add name=g switch=s0 vlan=10\nportgroup add name=mir switch=s0 promiscuous=accept "
                     "vlan=4095\nvm add name=a nic=e1000 switch=s0 portgroup=g workload=sink\n") +
             (listener ? "vm add name=l nic=e1000 switch=s0 portgroup=mir promiscuous=yes workload=sink\n" : "") +
             "run mode=stepped\n");
    ask(*engine, "send to=a count=2");
    const Told all = run(*engine);
    CHECK(all.look_ups == std::vector<std::string>(2, listener
                                                          ? "nobody (vlan_mismatch), mirrored to 1 promiscuous port"
                                                          : "nobody: dropped as vlan_mismatch"));
  }
}
