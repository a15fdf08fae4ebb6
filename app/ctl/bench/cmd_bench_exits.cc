// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl bench exits: what VM exits cost on this machine, beside the talk's figures.
#include <fmt/format.h>

#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/supervise.h"
#include "app/ctl/terminal.h"

namespace ringside::ctl {

int bench_exits(const Options& options, int samples) {
  hold_signals();
  auto engine = make_engine(options);
  if (!engine) return print_error(engine.error()), kEnvironment;
  note(options.quiet, fmt::format("Measures {} exits of each kind.", count(uint64_t(samples))));
  const auto work = [&]() -> Status {
    const Answer answer = (*engine)->execute("measure exits samples=" + std::to_string(samples));
    return answer.status();
  };
  const Outcome outcome = supervise(**engine, work, {});
  if (outcome.signal) return kSignalled + outcome.signal;
  if (!outcome.status.ok()) return print_error(outcome.status.error()), exit_code_of(outcome.status.error());

  const double hz = outcome.last->tsc_hz;
  auto probes = nlohmann::ordered_json::array();
  std::string table =
      "| exit | median, cycles | p99, cycles | median | provenance | what it is |\n|---|---:|---:|---:|---|---|\n";
  for (const ExitPriceView& price : outcome.last->prices) {
    const std::string provenance = std::string(name_of(price.provenance)) + (price.nested ? ", nested" : "");
    if (!price.samples) {
      table += fmt::format("| {} | - | - | - | - | {} |\n", price.name, price.how);
      continue;
    }
    const bool here = price.provenance == Provenance::kMeasured;
    table +=
        fmt::format("| {} | {} | {} | {} | {} | {} |\n", price.name, count(price.median), here ? count(price.p99) : "-",
                    here ? duration(double(price.median) / hz) : "-", provenance, price.how);
    probes.push_back({{"name", "price." + price.name},
                      {"value", price.median},
                      {"p99", price.p99},
                      {"samples", price.samples},
                      {"unit", "cycles"},
                      {"provenance", std::string(name_of(price.provenance))},
                      {"nested", price.nested},
                      {"description", price.how}});
  }
  if (options.json)
    print_json({{"schema", kJsonSchema}, {"probes", probes}, {"events", nlohmann::ordered_json::array()}});
  else
    print(table + fmt::format("\n{} of each, TSC {}. `calibrate` puts the first two and HLT into the soft vCPUs' "
                              "model; `calibrate to=set` takes them out.\n",
                              counted(uint64_t(samples), "sample"), si(hz, "Hz")));
  return kOk;
}

}  // namespace ringside::ctl
