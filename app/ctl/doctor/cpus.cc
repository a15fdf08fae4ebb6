// SPDX-License-Identifier: BSD-3-Clause
#include <sched.h>
#include <unistd.h>

#include <cstdio>
#include <sstream>

#include <fmt/format.h>

#include "app/ctl/doctor/check.h"

namespace ringside::ctl {
namespace {

int usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

Finding cores() {
  const int online = int(sysconf(_SC_NPROCESSORS_ONLN)), usable = usable_cpus();
  Finding f{"CPUs", Health::kOk, fmt::format("{} online, {} usable", online, usable), "", ""};
  if (usable >= 3)
    f.meaning = "Workers, soft vCPUs and the window get CPUs of their own.";
  else if (usable == 2)
    f.meaning = "One worker runs everything, and the other CPU is left to the window; two workers are slower here.";
  else
    f.meaning = "The worker and the window share one CPU: all works, rates are low and uneven.";
  if (usable < 2) f.health = Health::kDegraded;
  if (usable < online) {
    f.health = Health::kDegraded;
    f.meaning += " Somebody has bound this shell to some of the CPUs.";
    f.command = fmt::format("taskset -pc 0-{} $$", online - 1);
  }
  return f;
}

Finding siblings(const Machine& machine) {
  int shared = 0, cpus = 0;
  for (const std::string& name : machine.list("/sys/devices/system/cpu")) {
    if (!name.starts_with("cpu") || name.size() < 4 || name[3] < '0' || name[3] > '9') continue;
    const std::string list = machine.text("/sys/devices/system/cpu/" + name + "/topology/thread_siblings_list");
    if (list.empty()) continue;
    ++cpus;
    shared += list.find_first_of(",-") != std::string::npos;
  }
  if (!cpus)
    return {"SMT siblings", Health::kDegraded, "not known", "The kernel does not tell which CPUs share a core.", ""};
  if (!shared)
    return {"SMT siblings", Health::kOk, "each CPU has a core of its own", "Workers do not slow each other down.", ""};
  return {"SMT siblings", Health::kDegraded, fmt::format("{} of {} CPUs share a core", shared, cpus),
          "Two workers on one core get about half of it each; measure with SMT off or with one worker.",
          "echo off | sudo tee /sys/devices/system/cpu/smt/control"};
}

// The tightest quota on the way from our control group up to the root, as CPUs; 0 = none.
double cgroup_quota(const Machine& machine) {
  std::istringstream groups(machine.text("/proc/self/cgroup"));
  double tightest = 0;
  const auto take = [&](double quota, double period) {
    if (quota > 0 && period > 0 && (tightest == 0 || quota / period < tightest)) tightest = quota / period;
  };
  for (std::string line; std::getline(groups, line);) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    for (std::string group = line.substr(second + 1);; group = group.substr(0, group.rfind('/'))) {
      if (controllers.empty()) {
        std::istringstream max(machine.text("/sys/fs/cgroup" + group + "/cpu.max"));
        double quota = 0, period = 0;
        if (max >> quota >> period) take(quota, period);
      } else if (controllers.find("cpu") != std::string::npos && controllers.find("cpuset") == std::string::npos) {
        const std::string folder = "/sys/fs/cgroup/cpu" + group;
        take(double(machine.number(folder + "/cpu.cfs_quota_us", -1)),
             double(machine.number(folder + "/cpu.cfs_period_us", 0)));
      }
      if (group.find('/') == std::string::npos) break;
    }
  }
  return tightest;
}

Finding quota(const Machine& machine) {
  const double cpus = cgroup_quota(machine);
  if (cpus == 0) return {"CPU quota", Health::kOk, "none", "Workers may poll without being stopped.", ""};
  return {
      "CPU quota", cpus < 2 ? Health::kDegraded : Health::kOk, fmt::format("{:.2f} CPUs", cpus),
      "The control group stops a polling worker when its share is used up: pauses of tens of milliseconds, and drops.",
      "docker update --cpu-quota -1 CONTAINER   # or: sudo systemctl set-property UNIT CPUQuota="};
}

Finding clock(const Machine& machine) {
  const bool invariant = machine.flag("constant_tsc") && machine.flag("nonstop_tsc");
  const std::string source = machine.text("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  Finding f{"Time stamp counter", Health::kOk,
            fmt::format("{}, kernel clock: {}", invariant ? "invariant" : "not invariant",
                        source.empty() ? "not known" : source),
            "Cycles can be compared between CPUs and over time.", ""};
  if (invariant) return f;
  f.health = Health::kDegraded;
  f.meaning =
      "Cycles change with the CPU's clock: read cycles per packet with care; counts and stepped runs are not touched.";
  f.command = "sudo cpupower frequency-set -g performance";
  return f;
}

Finding governor(const Machine& machine) {
  const std::string name = machine.text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  if (name.empty())
    return {"CPU frequency", Health::kOk, "not ours to set", "Inside a VM, or fixed by the firmware: nothing to do.",
            ""};
  if (name == "performance")
    return {"CPU frequency", Health::kOk, "governor performance",
            "Rates do not depend on how long the CPU was idle before.", ""};
  return {"CPU frequency", Health::kDegraded, "governor " + name,
          "The first seconds of a run may be slower than the rest.", "sudo cpupower frequency-set -g performance"};
}

}  // namespace

std::vector<Finding> check_cpus(const Machine& machine) {
  return {cores(), siblings(machine), quota(machine), clock(machine), governor(machine)};
}

}  // namespace ringside::ctl
