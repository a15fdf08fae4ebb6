// SPDX-License-Identifier: BSD-3-Clause
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "app/ctl/doctor/check.h"

namespace ringside::ctl {
namespace {

constexpr int64_t kComfortMb = 1024, kNeededMb = 640;  // 512 MB for packets without hugepages, and guests of 16 MB
constexpr int64_t kHugepages = 1024;                   // of 2 MiB, as the peers of `bench pvp` want them

Finding memory(const Machine& machine) {
  int64_t mb = std::atoll(machine.field("/proc/meminfo", "MemAvailable").c_str()) / 1024;
  const int64_t limit = machine.number("/sys/fs/cgroup/memory.max", 0),
                used = machine.number("/sys/fs/cgroup/memory.current", 0);
  std::string by = "";
  if (limit > 0 && (limit - used) >> 20 < mb) mb = (limit - used) >> 20, by = " (limited by the control group)";
  Finding f{"Memory", Health::kOk, fmt::format("{} MB available{}", mb, by),
            "Enough for packets, rings and several VMs.", ""};
  if (mb >= kComfortMb) return f;
  f.health = mb < kNeededMb ? Health::kMissing : Health::kDegraded;
  f.meaning = mb < kNeededMb ? "Too little: the packet memory of 512 MB may not fit."
                             : "Enough for one VM; close other programs before adding more.";
  f.command = by.empty() ? "ps aux --sort=-rss | head -5   # and end what is not needed"
                         : "docker update --memory 2g --memory-swap 2g CONTAINER";
  return f;
}

Finding hugepages(const Machine& machine) {
  const std::string folder = "/sys/kernel/mm/hugepages/hugepages-2048kB";
  const int64_t all = machine.number(folder + "/nr_hugepages", 0), free = machine.number(folder + "/free_hugepages", 0);
  const bool mounted = machine.text("/proc/mounts").find(" hugetlbfs ") != std::string::npos;
  const std::string reserve = fmt::format("echo {} | sudo tee /proc/sys/vm/nr_hugepages", kHugepages);
  if (all == 0)
    return {"Hugepages", Health::kMissing, "none reserved",
            "Not needed. Only pci: wires and the peer of `bench pvp` want them.", reserve};
  const std::string found =
      fmt::format("{} of 2 MiB, {} free{}", all, free, mounted ? "" : ", hugetlbfs is not mounted");
  if (!mounted)
    return {"Hugepages", Health::kDegraded, found, "Reserved, but no program can reach them.",
            "sudo mkdir -p /dev/hugepages && sudo mount -t hugetlbfs none /dev/hugepages"};
  if (free < kHugepages)
    return {"Hugepages", Health::kDegraded, found, "Enough for a pci: wire; the peer of `bench pvp` wants more.",
            reserve};
  return {"Hugepages", Health::kOk, found,
          "pci: wires and the peer of `bench pvp` can have them; Ringside itself does not need them.", ""};
}

Finding locked_memory() {
  rlimit limit{};
  getrlimit(RLIMIT_MEMLOCK, &limit);
  const bool none = limit.rlim_cur == RLIM_INFINITY;
  const std::string found = none ? "no limit" : fmt::format("at most {} MB", limit.rlim_cur >> 20);
  if (none || limit.rlim_cur >= (uint64_t(512) << 20))
    return {"Locked memory", Health::kOk, found, "Enough, also for pci: wires through VFIO.", ""};
  return {"Locked memory", Health::kDegraded, found, "Enough for all but pci: wires, which lock their packet memory.",
          "echo \"$USER - memlock unlimited\" | sudo tee /etc/security/limits.d/ringside.conf   # then log in again"};
}

}  // namespace

std::vector<Finding> check_memory(const Machine& machine) {
  return {memory(machine), hugepages(machine), locked_memory()};
}

}  // namespace ringside::ctl
