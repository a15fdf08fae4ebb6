// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/requirement.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace ringside::labs {
namespace {

// The processor says so to every program (CPUID leaf 1, ECX bit 31; Linux lists it among the flags).
bool runs_in_a_vm() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("flags")) continue;
    std::istringstream words(line);
    for (std::string word; words >> word;)
      if (word == "hypervisor") return true;
    return false;
  }
  return false;
}

}  // namespace

std::string missing_requirement(const Requirements& requirements) {
  cpu_set_t set;
  CPU_ZERO(&set);
  const int cores = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
  if (cores < requirements.cores)
    return fmt::format("This lab needs {} CPUs, and {} may be used here.", requirements.cores, cores);
  if (requirements.kvm == "yes" && access("/dev/kvm", R_OK | W_OK))
    return "This lab needs /dev/kvm, which cannot be opened here.";
  return {};
}

LabMachine this_machine() { return {access("/dev/kvm", R_OK | W_OK) == 0, !runs_in_a_vm()}; }

std::string machine_text(const LabMachine& machine) {
  return fmt::format("kvm={} bare={}", machine.kvm ? "yes" : "no", machine.bare ? "yes" : "no");
}

std::optional<LabMachine> machine_in(const std::string& text) {
  for (const LabMachine one : {LabMachine{true, true}, {true, false}, {false, true}, {false, false}})
    if (text == machine_text(one)) return one;
  return {};
}

std::string missing_part(const std::string& what, const LabMachine& machine) {
  if ((what == "kvm" || what == "bare") && !machine.kvm)
    return "/dev/kvm cannot be opened, so no real exit can be measured.";
  if (what == "bare" && !machine.bare)
    return "The machine is a VM itself: another hypervisor takes part in each exit, and changes what they cost.";
  return {};
}

void leave_out(Lab& lab, const LabMachine& machine) {
  for (Step& step : lab.steps) {
    const std::string lacks = missing_part(step.needs, machine);
    if (lacks.empty()) continue;
    for (const Item& item : step.items)
      if (item.kind == ItemKind::kQuestion) lab.questions[item.index].points = 0;
    step.items = {{ItemKind::kText, lab.texts.size()}};
    lab.texts.push_back({step.line, "**Left out.** " + lacks});
  }
  for (Check& check : lab.checks)
    if (std::string lacks = missing_part(check.requires_what, machine); !lacks.empty())
      check.skipped = std::move(lacks);
}

bool is_left_out(const Lab& lab, const std::string& id) {
  const auto items = lab.items();
  return std::none_of(items.begin(), items.end(), [&](const Item& item) {
    return (item.kind == ItemKind::kQuestion && lab.questions[item.index].id == id) ||
           (item.kind == ItemKind::kDo && lab.blocks[item.index].id == id);
  });
}

}  // namespace ringside::labs
