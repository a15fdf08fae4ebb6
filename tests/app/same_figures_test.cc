// SPDX-License-Identifier: BSD-3-Clause
// The window and ringsidectl divided exits by different numbers of packets: 11.0 and 1.1 for the same machine.
#include <filesystem>
#include <fstream>
#include <set>

#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/summary.h"
#include "app/desktop/kit/numbers.h"
#include "app/desktop/model/history.h"
#include "app/desktop/model/nic_comparison.h"
#include "engine/figures/derived.h"
#include "engine/figures/totals.h"
#include "labs/runner/values.h"
#include "tests/app/headless.h"
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

namespace {

// A shipped scenario's machine; empty where it needs more of the world than a test may take.
std::string machine_of(const std::filesystem::path& scenario) {
  std::ifstream file(scenario);
  std::string lines;
  for (std::string line; std::getline(file, line);) {
    for (const char* outside : {"kind=af_packet", "kind=tap", "kind=pci", "vcpu=kvm"})
      if (line.find(outside) != std::string::npos) return {};
    if (!line.starts_with("run ")) lines += line + "\n";
  }
  return lines;
}

// What a panel of the window shows, a text each.
std::multiset<std::string> texts_of(const desktop::Recording& r, std::string_view panel) {
  std::multiset<std::string> texts;
  for (const desktop::Drawn& d : r.drawn)
    for (int g = d.kind == desktop::Drawn::Kind::kText ? d.group : -1; g >= 0; g = r.groups[size_t(g)].parent)
      if (r.groups[size_t(g)].name == panel) {
        texts.insert(d.text);
        break;
      }
  return texts;
}

}  // namespace

TEST_CASE("the window, run, run --json and the labs' checks say the same of each shipped scenario", "[history][real]") {
  auto engine = make_engine();
  int machines = 0;
  for (const auto& entry : std::filesystem::directory_iterator("assets/scenarios")) {
    const std::string machine = entry.path().extension() == ".scn" ? machine_of(entry.path()) : "";
    if (machine.empty()) continue;
    CAPTURE(entry.path().filename().string());
    machines++;
    load(*engine, machine + "run mode=stepped seed=1\n", entry.path().string());
    (void)engine->execute("pause");
    (void)engine->execute("step n=4000");
    const auto s = engine->cut();
    const auto figures = figures::derive(*s);

    const auto json = ctl::run_json(*s, s->events);
    std::map<std::string, double> told;
    for (const auto& probe : json["probes"])
      if (probe["value"].is_number()) told[probe["name"]] = probe["value"];
    std::set<std::string> names;
    for (const auto& figure : figures) names.insert(figure.name);
    const labs::Values checked = labs::freeze(*s, names);
    for (const auto& figure : figures) {
      CAPTURE(figure.name);
      REQUIRE(told.count(figure.name));
      CHECK(told[figure.name] == figure.number());
      REQUIRE(checked.count(figure.name));
      CHECK(checked.at(figure.name).number == figure.number());
      CHECK(checked.at(figure.name).provenance == figure.provenance);
    }

    const std::string summary = ctl::summary_text(*s, {});
    CHECK(summary.find(ctl::count(s->balance.sent)) != std::string::npos);
    Headless h({{}, 2560, 1440, 100, "dark", "explore"}, engine.get());
    h.desktop->ui().bring_to_front("Throughput");
    h.frame(), h.frame(), h.frame();
    REQUIRE(h.desktop->client().snapshot().balance.sent == s->balance.sent);
    CHECK(h.shows("sent " + desktop::count(s->balance.sent)));
    CHECK(h.shows("delivered " + desktop::count(s->balance.delivered)));
    CHECK(h.shows("dropped " + desktop::count(s->balance.dropped)));
    const auto shown = texts_of(h.recording, "Throughput");
    for (const VmView& vm : s->vms) {
      CAPTURE(vm.name, summary);
      CHECK(shown.count(desktop::count(vm.nics[0].rx.frames)));
      CHECK(shown.count(desktop::count(vm.nics[0].tx.frames)));
      if (!figures::packets_of(vm)) continue;
      const double each = figures::value_of(figures, "exits_per_packet." + vm.name);
      CHECK(shown.count(desktop::significant(each)));
      CHECK(summary.find(ctl::decimal(each)) != std::string::npos);
      CHECK(told["exits_per_packet." + vm.name] == each);
    }
  }
  CHECK(machines >= 8);
}
