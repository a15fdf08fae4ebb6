// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl exits: a scenario's VM exits, one by one with the instruction that caused each, and both of their totals.
#include <algorithm>

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

std::string record_line(const ExitView& e, uint64_t from) {
  const std::string what = e.reason + (e.reg.empty() ? "" : " " + e.reg);
  const std::string value = e.width ? fmt::format("{:#x}", e.value) : "";
  const std::string code = e.rip ? fmt::format("{:#x}  {}: {}", e.rip, e.where.empty() ? "?" : e.where,
                                               e.instruction.empty() ? "?" : e.instruction)
                                 : "";
  std::string line = right(count(e.begin - from), 14) + "  " + left(e.vcpu, 10) + left(what, 20) + right(value, 12) +
                     right(count(e.end - e.begin), 10) + "  " + code;
  while (line.ends_with(' ')) line.pop_back();
  return line + "\n";
}

std::string records_text(const Snapshot& s, size_t most, const Terminal& terminal) {
  if (s.exits.empty()) return "No exit was recorded.\n";
  const size_t first = s.exits.size() > most ? s.exits.size() - most : 0;
  const std::string clock = s.mode == RunMode::kFree ? "TSC cycles" : "virtual";
  std::string text = inked(terminal, Ink::kBold,
                           right(clock, 14) + "  " + left("vCPU", 10) + left("exit", 20) + right("value", 12) +
                               right("cycles", 10) + "  guest's rip, instruction") +
                     "\n";
  for (size_t i = first; i < s.exits.size(); i++) text += record_line(s.exits[i], s.exits[first].begin);
  return text;
}

std::string total_line(const std::string& name, uint64_t value, const std::string& more) {
  std::string line = "  " + left(name, 30) + right(count(value), 16) + "  " + more;
  while (line.ends_with(' ')) line.pop_back();
  return line + "\n";
}

// Two totals, side by side, never added: what came to us, and what the kernel counted by itself.
std::string totals_text(const VcpuView& v, const Terminal& terminal) {
  const bool kvm = v.kind == "kvm";
  std::string text = "\n" +
                     inked(terminal, Ink::kBold,
                           v.name + (kvm ? ", handled in user space (measured)"
                                         : ", exits of the soft vCPU (count measured, price modelled)")) +
                     "\n";
  std::vector<ExitTotal> sorted = v.totals;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const ExitTotal& a, const ExitTotal& b) { return a.count > b.count; });
  for (const ExitTotal& t : sorted)
    if (t.count)
      text += total_line(t.reason + (t.reg.empty() ? "" : " " + t.reg), t.count,
                         fmt::format("{} cycles each", decimal(double(t.cycles) / double(t.count))));
  const uint64_t seen = v.records + v.records_lost;
  text += total_line("all", v.exits,
                     seen ? fmt::format("{} of them recorded", percent(double(v.records) / double(seen))) : "");
  if (!kvm) return text;
  text += inked(terminal, Ink::kBold, v.name + ", counted by the kernel (measured; irqchip=" + v.irqchip + ")") + "\n";
  if (v.kernel.empty()) return text + "  This kernel has no statistics of a vCPU.\n";
  for (const auto& k : v.kernel)
    if (k.value) text += total_line(k.name, k.value, "");
  return text;
}

nlohmann::ordered_json exits_json(const Snapshot& s) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ExitView& e : s.exits)
    list.push_back({{"vcpu", e.vcpu},
                    {"reason", e.reason},
                    {"register", e.reg},
                    {"address", e.address},
                    {"value", e.value},
                    {"width", e.width},
                    {"begin", e.begin},
                    {"end", e.end},
                    {"cost_provenance", std::string(name_of(e.cost_provenance))},
                    {"rip", e.rip},
                    {"instruction", e.instruction},
                    {"where", e.where}});
  nlohmann::ordered_json json = run_json(s, {});
  json["exits"] = list;
  return json;
}

}  // namespace

int exits(const Options& options, const ExitsArguments& arguments) {
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
  const RunEnd end = run_end(scenario->text);
  Supervision supervision{
      .seconds = arguments.seconds, .endless = end == RunEnd::kNever || end == RunEnd::kNoRun, .tick = {}};
  if (supervision.endless && arguments.seconds == 0)
    note(options.quiet, "Runs until Ctrl-C. (--for SECONDS ends it earlier.)");
  const Outcome outcome = supervise(
      **engine,
      [&]() -> Status {
        if (Status loaded = (*engine)->load_from(Origin::file(scenario->path), scenario->name, scenario->text).status();
            !loaded)
          return loaded;
        if (end != RunEnd::kNoRun && end != RunEnd::kWaitsForSteps) return {};
        const Answer answer = (*engine)->execute(end == RunEnd::kNoRun ? "run mode=free" : "run until=idle");
        return answer.status();
      },
      supervision);
  if (outcome.failed()) {
    const Error error = placed(outcome.status.error(), *scenario);
    return print_error(error), exit_code_of(error, outcome.signal);
  }
  if (options.json) {
    print_json(exits_json(*outcome.last));
  } else {
    const Terminal terminal = Terminal::of_stdout();
    std::string text = records_text(*outcome.last, size_t(arguments.last), terminal);
    for (const VmView& vm : outcome.last->vms)
      for (const VcpuView& vcpu : vm.vcpus) text += totals_text(vcpu, terminal);
    for (const VmView& vm : outcome.last->vms)
      if (!vm.note.empty()) text += "\n" + vm.name + ": " + vm.note + "\n";
    print(text);
  }
  return outcome.signal ? kSignalled + outcome.signal : wires_answer(*outcome.last, kOk);
}

}  // namespace ringside::ctl
