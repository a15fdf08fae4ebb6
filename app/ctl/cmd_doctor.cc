// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl doctor: what this machine offers. Starts no engine, needs no right, and never fails: a lack is an answer.
#include "app/ctl/commands.h"
#include "app/ctl/doctor/check.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/terminal.h"
#include "labs/pack/library.h"
#include "labs/runner/requirement.h"

namespace ringside::ctl {
namespace {

using Check = std::vector<Finding> (*)(const Machine&);
constexpr Check kChecks[] = {check_cpus, check_memory, check_kvm, check_display, check_rights};

const char* name_of(Health health) {
  return health == Health::kOk ? "ok" : health == Health::kDegraded ? "degraded" : "missing";
}
Ink ink_of(Health health) {
  return health == Health::kOk ? Ink::kGood : health == Health::kDegraded ? Ink::kWarning : Ink::kBad;
}

void print_finding(const Finding& f, const Terminal& terminal) {
  print(inked(terminal, ink_of(f.health), left(name_of(f.health), 10)) + inked(terminal, Ink::kBold, left(f.name, 20)) +
        f.found + "\n");
  print(std::string(30, ' ') + f.meaning + "\n");
  if (!f.command.empty()) print(std::string(30, ' ') + inked(terminal, Ink::kFaint, "$ ") + f.command + "\n");
}

// What each lab gives on this machine.
int labs_here(const Options& options) {
  auto library = labs::all_labs();
  if (!library) return print_error(library.error()), kEnvironment;
  const labs::LabMachine machine = labs::this_machine();
  const Terminal terminal = Terminal::of_stdout();
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const labs::LabEntry& lab : library->labs) {
    const labs::Offered here = labs::offered_by(machine, lab.requirements, lab.recorded);
    list.push_back({{"id", lab.key()},
                    {"title", lab.title},
                    {"minutes", lab.minutes},
                    {"here", labs::name_of(here.offer)},
                    {"why", here.why}});
    if (options.json) continue;
    const Ink ink = here.offer == labs::Offer::kLive      ? Ink::kGood
                    : here.offer == labs::Offer::kMissing ? Ink::kBad
                                                          : Ink::kWarning;
    print(inked(terminal, ink, left(labs::name_of(here.offer), 10)) + inked(terminal, Ink::kBold, left(lab.title, 40)) +
          " " + std::to_string(lab.minutes) + " min" + (lab.pack.empty() ? "" : "  " + lab.pack_title) + "\n" +
          std::string(10, ' ') + here.why + "\n");
  }
  for (const Error& error : library->unreadable) note(options.quiet, "Left out: " + error.place + ": " + error.what);
  if (options.json) print_json({{"schema", kJsonSchema}, {"labs", list}});
  return kOk;
}

}  // namespace

int doctor(const Options& options, bool labs) {
  if (labs) return labs_here(options);
  const Machine machine;
  const Terminal terminal = Terminal::of_stdout();
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  size_t ok = 0, all = 0;
  for (const Check check : kChecks)
    for (const Finding& f : check(machine)) {
      ++all;
      ok += f.health == Health::kOk;
      list.push_back({{"name", f.name},
                      {"state", name_of(f.health)},
                      {"found", f.found},
                      {"meaning", f.meaning},
                      {"command", f.command}});
      if (!options.json) print_finding(f, terminal);
    }
  if (options.json)
    print_json({{"schema", kJsonSchema}, {"checks", list}});
  else if (!options.quiet)
    print("\n" + std::to_string(ok) + " of " + std::to_string(all) +
          " are as good as they can be. Ringside starts without any of the others.\n");
  return kOk;
}

}  // namespace ringside::ctl
