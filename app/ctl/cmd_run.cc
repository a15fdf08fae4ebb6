// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl run: a scenario from its first line to its end, and what came out of it.
#include <optional>

#include "app/ctl/commands.h"
#include "app/ctl/dashboard.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/scenario_file.h"
#include "app/ctl/summary.h"
#include "app/ctl/supervise.h"
#include "engine/figures/totals.h"

namespace ringside::ctl {
namespace {

Status load_and_run(Engine& engine, const Scenario& scenario, RunEnd end) {
  if (Status loaded = engine.load_from(Origin::file(scenario.path), scenario.name, scenario.text).status(); !loaded)
    return loaded;
  if (end != RunEnd::kNoRun && end != RunEnd::kWaitsForSteps) return {};
  const Answer answer = engine.execute(end == RunEnd::kNoRun ? "run mode=free" : "run until=idle");
  return answer.status();
}

}  // namespace

int run(const Options& options, const RunArguments& arguments) {
  auto scenario = read_scenario(arguments.file);
  if (!scenario) {
    print_error(scenario.error());
    return kScenario;
  }
  if (!arguments.mode.empty()) {
    scenario->text = with_run_key(scenario->text, "mode", arguments.mode);
    if (run_end(scenario->text) == RunEnd::kNoRun) scenario->text += "run mode=" + arguments.mode + "\n";
  }
  hold_signals();
  auto engine = make_engine(options);
  if (!engine) {
    print_error(engine.error());
    return kEnvironment;
  }

  const RunEnd end = run_end(scenario->text);
  Supervision supervision{.seconds = arguments.seconds > 0 ? arguments.settle + arguments.seconds : 0,
                          .endless = end == RunEnd::kNever || end == RunEnd::kNoRun,
                          .tick = {}};
  if (supervision.endless && arguments.seconds == 0)
    note(options.quiet, "Runs until Ctrl-C. (--for SECONDS ends it earlier.)");
  Dashboard dashboard(Terminal::of_stdout());
  if (arguments.dashboard && !options.json)
    supervision.tick = [&](const Snapshot& picture) { dashboard.show(picture); };

  std::optional<Snapshot> settled;
  if (arguments.settle > 0)
    supervision.tick = [&](const Snapshot& picture) {
      if (!settled && figures::seconds_of(picture) >= arguments.settle) settled = picture;
    };

  const Outcome outcome = supervise(
      **engine, [&] { return load_and_run(**engine, *scenario, end); }, supervision);
  dashboard.close();
  if (outcome.failed()) {
    const Error error = placed(outcome.status.error(), *scenario);
    return print_error(error), exit_code_of(error, outcome.signal);
  }
  if (options.json)
    print_json(run_json(*outcome.last, outcome.last->events, settled ? &*settled : nullptr));
  else
    print(summary_text(*outcome.last, Terminal::of_stdout()));
  const bool wrong = outcome.last->balance.exact && !outcome.last->balance.holds();
  const int answer = wires_answer(*outcome.last, wrong ? kNegative : kOk);
  return outcome.signal ? kSignalled + outcome.signal : answer;
}

}  // namespace ringside::ctl
