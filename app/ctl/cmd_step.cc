// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl step: virtual time, one event after the other, each printed as it happens.
#include <fmt/format.h>

#include "app/ctl/commands.h"
#include "app/ctl/event_text.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/scenario_file.h"
#include "app/ctl/summary.h"
#include "app/ctl/supervise.h"

namespace ringside::ctl {
namespace {

// Takes events from the engine's thread: prints them, or keeps them for --json. Read it when no event can come any
// more.
class Printer {
 public:
  explicit Printer(bool json) : json_(json), terminal_(Terminal::of_stdout()) {}

  void take(const EventView& event) {
    exits_ += event.exit;
    if (events_++ == 0 && !json_) print(event_header(terminal_));
    if (json_)
      kept_.push_back(event);
    else
      print(event_line(event, terminal_));
  }

  size_t events() const { return events_; }
  size_t exits() const { return exits_; }
  const std::vector<EventView>& kept() const { return kept_; }

 private:
  const bool json_;
  const Terminal terminal_;
  size_t events_ = 0, exits_ = 0;
  std::vector<EventView> kept_;
};

std::string step_command(const StepArguments& arguments) {
  if (!arguments.until.empty()) return "step until=" + arguments.until;
  if (arguments.steps) return fmt::format("step n={} grain=access", arguments.steps);
  return "step until=packet";
}

std::string end_of_events(const StepArguments& arguments, size_t events) {
  const std::string steps =
      arguments.steps ? fmt::format("{} of {} steps", count(events), count(arguments.steps)) : counted(events, "step");
  return fmt::format("Nothing can move any more after {}: no frame is under way, and none is left to send.{}", steps,
                     arguments.until.empty() ? "" : " There was no " + arguments.until + ".");
}

std::string closing(const Snapshot& s, const Printer& printer) {
  return fmt::format(
      "\n{}, {} of them exits; {} of virtual time, seed {}. Counts are measured, time and cycles are modelled.\n{}\n",
      counted(printer.events(), "event"), count(printer.exits()), nanoseconds(s.virtual_ns), s.seed,
      balance_text(s.balance));
}

}  // namespace

int step(const Options& options, const StepArguments& arguments) {
  auto scenario = read_scenario(arguments.file);
  if (!scenario) return print_error(scenario.error()), kScenario;
  hold_signals();
  auto engine = make_engine(options);
  if (!engine) return print_error(engine.error()), kEnvironment;

  Printer printer(options.json);
  (*engine)->on_event([&](const EventView& event) { printer.take(event); });
  bool ran_out = false;
  const auto work = [&]() -> Status {
    if (Status loaded =
            (*engine)->load_from(Origin::file(scenario->path), scenario->name, for_steps(scenario->text)).status();
        !loaded)
      return loaded;
    const Answer answer = (*engine)->execute(step_command(arguments));
    ran_out = answer.ended == Ended::kGivenUp;
    return ran_out ? Status{} : answer.status();
  };
  const Outcome outcome = supervise(**engine, work, {});
  (*engine)->on_event({});
  if (outcome.failed()) {
    const Error error = placed(outcome.status.error(), *scenario);
    return print_error(error), exit_code_of(error, outcome.signal);
  }

  if (options.json)
    print_json(run_json(*outcome.last, printer.kept()));
  else if (printer.events() == 0)
    print("Nothing happened: no frame can move.\n" + balance_text(outcome.last->balance) + "\n");
  else if (!options.quiet)
    print(closing(*outcome.last, printer));
  if (outcome.signal) return kSignalled + outcome.signal;
  const int answer = wires_answer(*outcome.last, kOk);
  if (!ran_out) return answer;
  note(options.quiet, end_of_events(arguments, printer.events()));
  return answer == kOk && !arguments.until.empty() ? kNegative : answer;
}

}  // namespace ringside::ctl
