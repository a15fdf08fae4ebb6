// SPDX-License-Identifier: BSD-3-Clause
// An empty panel offers only what works, and the glossary sends nobody to a panel that is not there.
#include <algorithm>

#include "app/desktop/model/offered_command.h"
#include "app/desktop/panels/panel.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("what an empty panel offers is not refused, whatever the machine has", "[real]") {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  const desktop::Words words = desktop::Words::load();
  auto engine = make_engine();
  const std::string nothing, a_switch = "switch add name=lan\n",
                             a_vm = a_switch + "vm add name=db nic=e1000 switch=lan workload=sink\n",
                             a_wire =
                                 "wire add name=w0 kind=ring\nswitch add name=lan uplink=w0\n"
                                 "vm add name=db nic=e1000 switch=lan workload=sink\n";
  int offered = 0, withheld = 0;
  std::vector<std::string> panels = desktop::panel_ids();
  for (const std::string& panel : panels) {
    const auto empty = words.empty(panel);
    if (empty.offers.empty()) continue;
    for (const std::string& machine : {nothing, a_switch, a_vm, a_wire})
      for (const std::string mode : {"free", "stepped"}) {
        CAPTURE(panel, machine, mode);
        REQUIRE(engine->load_scenario("m.scn", machine).ok());
        if (engine->cut()->state != RunState::kEmpty) (void)engine->execute("run mode=" + mode + " for=1ms");
        if (panel == "Topology" && !engine->cut()->vms.empty()) continue;  // it is not empty then
        const std::string command = desktop::offered_command(empty, *engine->cut());
        if (command.empty()) {
          withheld++;
          continue;
        }
        offered++;
        CAPTURE(command);
        bool begun = false;
        Answer answer;
        engine->submit(command, [&](const Answer& a) { answer = a, begun = true; });
        engine->interrupt();  // a step with nobody who sends would wait for the world
        (void)engine->execute("pause");
        CAPTURE(answer.text);
        CHECK(begun);
        CHECK(answer.ended != Ended::kRefused);
      }
  }
  CHECK(offered > 10);
  CHECK(withheld > 10);
}

TEST_CASE("each place that the glossary names is a panel of the window") {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  const auto panels = desktop::panel_ids();
  const desktop::Words words = desktop::Words::load();
  for (const auto& term : words.terms()) {
    if (term.place.empty() || term.place.starts_with("the badge")) continue;
    CAPTURE(term.term, term.place);
    CHECK(std::any_of(panels.begin(), panels.end(), [&](const std::string& p) { return term.place.starts_with(p); }));
  }
}
