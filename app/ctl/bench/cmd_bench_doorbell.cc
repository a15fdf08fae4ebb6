// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl bench doorbell and bench floor: what an exit costs in frames a second. A table for docs/performance.md.
#include <array>

#include <fmt/format.h>

#include "app/ctl/bench/child.h"
#include "app/ctl/bench/ring_floor.h"
#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/scenario_file.h"
#include "app/ctl/terminal.h"

namespace ringside::ctl {
namespace {

constexpr std::array kExitCosts = {0, 300, 600, 1000, 2000, 5000};  // cycles
constexpr std::array kDoorbells = {"packet", "batch"};

struct Point {
  double rate = 0, exits = 0;  // frames a second, exits per packet
};

Point point_of(const std::vector<figures::Figure>& metrics) {
  Point point;
  for (const figures::Figure& metric : metrics) {
    if (metric.name.starts_with("rate.") && metric.name.ends_with(".out")) point.rate += metric.number();
    if (metric.name.starts_with("exits_per_packet.")) point.exits = metric.number();
  }
  return point;
}

}  // namespace

int bench_doorbell(const Options& options, int seconds) {
  auto scenario = read_scenario("pvp.scn");
  if (!scenario) return print_error(scenario.error()), kEnvironment;
  const double floor = measure_floor();
  std::string table =
      "| exit cost, cycles | doorbell | Mpps | exits per packet | of the ring floor |\n|---:|---|---:|---:|---:|\n";
  auto probes = nlohmann::ordered_json::array();
  for (const char* doorbell : kDoorbells)
    for (const int cost : kExitCosts) {
      std::string text = with_key(scenario->text, "vm add", "doorbell", doorbell);
      text = with_key(text, "vm add", "exit_cost", std::to_string(cost));
      auto measured = measure(options, text, seconds, options.workers);
      if (interrupted()) return kSignalled + interrupted();
      if (!measured) return print_error(measured.error()), kEnvironment;
      const Point point = point_of(measured->figures);
      table += fmt::format("| {} | {} | {:.2f} | {:.3f} | {} |\n", count(uint64_t(cost)), doorbell, point.rate / 1e6,
                           point.exits, floor > 0 ? percent(point.rate / floor) : "not known");
      const std::string name = fmt::format("doorbell.{}.{}", doorbell, cost);
      probes.push_back({{"name", name + ".rate"}, {"value", point.rate}, {"unit", "pps"}, {"provenance", "measured"}});
      probes.push_back({{"name", name + ".exits_per_packet"},
                        {"value", point.exits},
                        {"unit", "exits"},
                        {"provenance", "measured"}});
      note(options.quiet, fmt::format("exit cost {}, doorbell per {}: {}", cost, doorbell, si(point.rate, "pps")));
    }
  probes.push_back({{"name", "doorbell.ring_floor"}, {"value", floor}, {"unit", "pps"}, {"provenance", "measured"}});
  if (options.json)
    print_json({{"schema", kJsonSchema}, {"probes", probes}, {"events", nlohmann::ordered_json::array()}});
  else
    print(table +
          fmt::format("\nRates and exits are measured; the exit cost is modelled and really spent. Ring floor: {}.\n",
                      si(floor, "pps")));
  return kOk;
}

int bench_floor(const Options& options, int seconds) {
  const double rate = ring_floor(seconds);
  if (options.json)
    print_json({{"schema", kJsonSchema},
                {"frames_per_second", rate},
                {"probes", {{{"name", "ring_floor"}, {"value", rate}, {"unit", "pps"}, {"provenance", "measured"}}}}});
  else
    print(fmt::format("ring floor {}   measured\n", si(rate, "pps")));
  return kOk;
}

}  // namespace ringside::ctl
