// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl show placement: each context, its worker, why it is there.
#include <algorithm>
#include <set>

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

std::string share_text(const ContextView& context) {
  return percent(context.share) + (context.share_provenance == Provenance::kMeasured ? " measured" : " assumed");
}

std::string worker_name(const ContextView& context) { return fmt::format("w{}", context.worker + 1); }

std::string placement_text(const Snapshot& s) {
  size_t name = 7, kind = 4, share = 5;
  std::set<uint16_t> used;
  for (const ContextView& c : s.contexts) {
    name = std::max(name, columns(c.name)), kind = std::max(kind, columns(c.kind));
    share = std::max(share, columns(share_text(c)));
    used.insert(c.worker);
  }
  std::string text = left("context", name + 2) + left("kind", kind + 2) + left("worker", 8) + left("share", share + 2) +
                     "why it is there\n";
  for (const ContextView& c : s.contexts)
    text += left(c.name, name + 2) + left(c.kind, kind + 2) + left(worker_name(c), 8) + left(share_text(c), share + 2) +
            c.why + "\n";
  text += fmt::format("\n{} of {} in use, {} between them; placement mode={}\n", used.size(),
                      counted(s.workers.size(), "worker"), counted(s.crossings, "crossing"),
                      s.placement_auto ? "auto" : "keep");
  return s.placement_note.empty() ? text : text + s.placement_note + "\n";
}

nlohmann::ordered_json placement_json(const Snapshot& s) {
  auto contexts = nlohmann::ordered_json::array();
  for (const ContextView& c : s.contexts)
    contexts.push_back({{"name", c.name},
                        {"kind", c.kind},
                        {"worker", worker_name(c)},
                        {"share", c.share},
                        {"provenance", name_of(c.share_provenance)},
                        {"why", c.why}});
  auto workers = nlohmann::ordered_json::array();
  for (const WorkerView& w : s.workers) workers.push_back({{"name", w.name}, {"cpu", w.cpu}});
  return {{"schema", kJsonSchema},    {"mode", s.placement_auto ? "auto" : "keep"},
          {"note", s.placement_note}, {"crossings", s.crossings},
          {"workers", workers},       {"contexts", contexts}};
}

}  // namespace

int show_placement(const Options& options, const PlacementArguments& arguments) {
  auto scenario = read_scenario(arguments.file);
  if (!scenario) {
    print_error(scenario.error());
    return kScenario;
  }
  hold_signals();
  auto engine = make_engine(options);
  if (!engine) {
    print_error(engine.error());
    return kEnvironment;
  }
  const auto work = [&]() -> Status {
    const Status loaded =
        (*engine)->load_from(Origin::file(scenario->path), scenario->name, without_run(scenario->text)).status();
    if (!loaded || arguments.seconds <= 0) return loaded;
    return (*engine)->execute(fmt::format("run mode=free for={}s", arguments.seconds)).status();
  };
  const Outcome outcome = supervise(**engine, work, {});
  if (outcome.failed()) {
    print_error(outcome.status.error());
    return exit_code_of(outcome.status.error(), outcome.signal);
  }
  if (options.json)
    print_json(placement_json(*outcome.last));
  else
    print(placement_text(*outcome.last));
  return outcome.signal ? kSignalled + outcome.signal : kOk;
}

}  // namespace ringside::ctl
