// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl bench build: machines come and go in one process. Time for one, and whether anything stays behind.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include <fmt/format.h>

#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/scenario_file.h"
#include "app/ctl/supervise.h"
#include "app/ctl/terminal.h"

namespace ringside::ctl {
namespace {

constexpr double kMostMs = 20, kMostGrowthMb = 4;  // of memory, after the first machines have warmed everything up
constexpr int kWarm = 100;

double resident_mb() {
  std::ifstream statm("/proc/self/statm");
  double all = 0, resident = 0;
  statm >> all >> resident;
  return resident * double(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

}  // namespace

int bench_build(const Options& options, int machines) {
  using Clock = std::chrono::steady_clock;
  auto scenario = read_scenario("pvp.scn");
  if (!scenario) return print_error(scenario.error()), kEnvironment;
  auto engine = make_engine(options);
  if (!engine) return print_error(engine.error()), kEnvironment;
  const std::string text = without_run(scenario->text);
  if (const Status first = (*engine)->load_from(Origin::file(scenario->path), scenario->name, text).status(); !first)
    return print_error(first.error()), exit_code_of(first.error());

  const int warm = std::min(kWarm, machines / 2);
  double sum_ms = 0, worst_ms = 0, early_mb = 0;
  for (int i = 1; i <= machines; ++i) {
    const auto begin = Clock::now();
    const Status loaded = (*engine)
                              ->load_from(Origin::file(scenario->path), scenario->name, text)
                              .status();  // takes the old one down and builds the new one
    const double ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    if (!loaded) return print_error(loaded.error()), exit_code_of(loaded.error());
    sum_ms += ms;
    worst_ms = std::max(worst_ms, ms);
    if (i == warm) early_mb = resident_mb();
    if (const int signal = take_signal(0)) return kSignalled + signal;
  }
  const double mean_ms = sum_ms / machines, late_mb = resident_mb();
  if (options.json) {
    auto probes = nlohmann::ordered_json::array();
    const auto add = [&](const std::string& name, double value, const char* unit) {
      probes.push_back({{"name", name}, {"value", value}, {"unit", unit}, {"provenance", "measured"}});
    };
    add("build.machines", machines, "machines"), add("build.mean", mean_ms, "ms"), add("build.worst", worst_ms, "ms");
    add(fmt::format("build.rss_at_{}", warm), early_mb, "MB"),
        add(fmt::format("build.rss_at_{}", machines), late_mb, "MB");
    print_json({{"schema", kJsonSchema}, {"probes", probes}, {"events", nlohmann::ordered_json::array()}});
  } else {
    print(fmt::format("{} machines built and torn down: {} ms each, at most {} ms   measured\n",
                      count(uint64_t(machines)), decimal(mean_ms), decimal(worst_ms)));
    print(fmt::format("memory after {}: {} MB, after {}: {} MB   measured\n", warm, decimal(early_mb),
                      count(uint64_t(machines)), decimal(late_mb)));
  }
  return mean_ms < kMostMs && late_mb - early_mb < kMostGrowthMb ? kOk : kNegative;
}

}  // namespace ringside::ctl
