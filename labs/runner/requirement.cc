// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/requirement.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
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

bool has_kvm() { return access("/dev/kvm", R_OK | W_OK) == 0; }

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);
}

// Of blocks that are shown as they were recorded: what looks at them. A machine that cannot do the lab as a whole has
// nothing measured that counts, shown or not.
void do_not_judge(Lab& lab, bool lacking) {
  const auto shown = [&](const std::string& block) {
    const DoBlock* found = lab.block(block);
    return found && !found->recorded.empty();
  };
  for (Question& q : lab.questions)
    if (shown(q.since) || (lacking && lab.block(q.since) && lab.block(q.since)->measure)) q.points = 0;
  for (Check& check : lab.checks)
    if (shown(check.condition.since) && check.skipped.empty())
      check.skipped = "What it looks at was recorded on another machine. " + lab.block(check.condition.since)->recorded;
}

}  // namespace

std::string missing_requirement(const Requirements& requirements, const LabMachine& machine) {
  if (machine.cores > 0 && machine.cores < requirements.cores)
    return fmt::format("This lab needs {} CPUs, and {} may be used here.", requirements.cores, machine.cores);
  if (requirements.kvm == "yes" && !machine.kvm) return "This lab needs /dev/kvm, which cannot be opened here.";
  return {};
}

std::string missing_requirement(const Requirements& requirements) {
  return missing_requirement(requirements, {has_kvm(), true, usable_cores()});
}

LabMachine this_machine() { return {has_kvm(), !runs_in_a_vm(), usable_cores()}; }

std::string machine_text(const LabMachine& machine) {
  return fmt::format("kvm={} bare={} cores={}", machine.kvm ? "yes" : "no", machine.bare ? "yes" : "no", machine.cores);
}

std::optional<LabMachine> machine_in(const std::string& text) {
  char kvm[4], bare[4];
  LabMachine machine;
  if (std::sscanf(text.c_str(), "kvm=%3s bare=%3s cores=%d", kvm, bare, &machine.cores) != 3) return {};
  machine.kvm = std::string(kvm) == "yes", machine.bare = std::string(bare) == "yes";
  return machine;
}

std::string missing_part(const std::string& what, const LabMachine& machine) {
  if ((what == "kvm" || what == "bare") && !machine.kvm)
    return "/dev/kvm cannot be opened, so no real exit can be measured.";
  if (what == "bare" && !machine.bare)
    return "The machine is a VM itself: another hypervisor takes part in each exit, and changes what they cost.";
  return {};
}

const char* name_of(Offer offer) {
  switch (offer) {
    case Offer::kLive: return "live";
    case Offer::kModelled: return "modelled";
    case Offer::kRecorded: return "recorded";
    case Offer::kMissing: return "missing";
  }
  return "";
}

Offered offered_by(const LabMachine& machine, const Requirements& requirements, bool recorded) {
  if (const std::string lacks = missing_requirement(requirements, machine); !lacks.empty())
    return recorded ? Offered{Offer::kRecorded, lacks + " What is measured in it was recorded on another machine."}
                    : Offered{Offer::kMissing, lacks + " It can be read; its checks are skipped."};
  if (requirements.kvm == "optional" && !machine.kvm)
    return {Offer::kModelled, "/dev/kvm cannot be opened: soft vCPUs stand in its place, with modelled prices."};
  if (requirements.kvm != "no" && !machine.bare)
    return {Offer::kLive, "All of it runs here. The machine is a VM itself, so prices of exits are not compared."};
  return {Offer::kLive, "All of it runs here."};
}

bool wants_recording(const Lab& lab, const LabMachine& machine) {
  return !missing_requirement(lab.requirements, machine).empty() ||
         std::any_of(lab.steps.begin(), lab.steps.end(),
                     [&](const Step& step) { return !missing_part(step.needs, machine).empty(); });
}

void leave_out(Lab& lab, const LabMachine& machine, const Recording& kept) {
  const auto has_windows = [&](const Item& item) {
    const DoBlock& block = lab.blocks[item.index];
    return block.measure && kept.count(block.id);
  };
  const std::string lacking = missing_requirement(lab.requirements, machine);
  for (DoBlock& block : lab.blocks)
    if (!lacking.empty() && block.measure && kept.count(block.id)) block.recorded = lacking;
  // A round stays when all that it runs was recorded.
  std::set<std::string> stays;
  for (const Step& step : lab.steps) {
    if (missing_part(step.needs, machine).empty()) continue;
    size_t blocks = 0, recorded = 0;
    for (const Item& item : step.items)
      if (item.kind == ItemKind::kDo) blocks++, recorded += has_windows(item);
    if (blocks > 0 && blocks == recorded) stays.insert(step.name);
  }
  for (Step& step : lab.steps) {
    const std::string lacks = missing_part(step.needs, machine);
    if (lacks.empty()) continue;
    if (stays.count(step.name)) {
      for (const Item& item : step.items)
        if (item.kind == ItemKind::kDo) lab.blocks[item.index].recorded = lacks;
      continue;
    }
    for (const Item& item : step.items)
      if (item.kind == ItemKind::kQuestion) lab.questions[item.index].points = 0;
    step.items = {{ItemKind::kText, lab.texts.size()}};
    lab.texts.push_back({step.line, "**Left out.** " + lacks});
  }
  for (Check& check : lab.checks)
    if (std::string lacks = missing_part(check.requires_what, machine); !lacks.empty())
      check.skipped = std::move(lacks);
  do_not_judge(lab, !lacking.empty());
}

bool is_left_out(const Lab& lab, const std::string& id) {
  const auto items = lab.items();
  return std::none_of(items.begin(), items.end(), [&](const Item& item) {
    return (item.kind == ItemKind::kQuestion && lab.questions[item.index].id == id) ||
           (item.kind == ItemKind::kDo && lab.blocks[item.index].id == id);
  });
}

}  // namespace ringside::labs
