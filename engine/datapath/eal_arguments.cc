// SPDX-License-Identifier: BSD-3-Clause
// cold: the start, once a process
#include "engine/datapath/eal_arguments.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "engine/datapath/process_limits.h"

namespace ringside::datapath {
namespace {

constexpr char kNotStarted[] = "DPDK was not started.";
constexpr uint32_t kMinMemoryMb = 64, kMaxMemoryMb = 1u << 20;
constexpr uint64_t kMinOpenFiles = 64;
constexpr size_t kMaxWorkers = 64;  // RTE_MAX_LCORE is 128 in Debian's build; lcore 0 and registered threads need some

// What a user may add: spelling, with or without a value. All else is ours to set, ends the process (-h, -v) or needs a
// setting of ours.
struct Allowed {
  const char* name;
  bool value;
};
constexpr std::array kAllowed = {Allowed{"-a", true},
                                 Allowed{"--allow", true},
                                 Allowed{"-b", true},
                                 Allowed{"--block", true},
                                 Allowed{"-d", true},
                                 Allowed{"-n", true},
                                 Allowed{"-r", true},
                                 Allowed{"--base-virtaddr", true},
                                 Allowed{"--force-max-simd-bitwidth", true},
                                 Allowed{"--iova-mode", true},
                                 Allowed{"--log-level", true},
                                 Allowed{"--no-hpet", false},
                                 Allowed{"--telemetry", false},
                                 Allowed{"--no-telemetry", false},
                                 Allowed{"--vfio-intr", true},
                                 Allowed{"--vfio-vf-token", true}};

// Arguments that clash with our own, and what to say instead.
struct Clash {
  const char* name;
  const char* because;
};
constexpr std::array kClashes = {
    Clash{"-l", "cannot be combined with --lcores, which Ringside gives: choose their number with --workers"},
    Clash{"-c", "cannot be combined with --lcores, which Ringside gives: choose their number with --workers"},
    Clash{"--lcores", "is given by Ringside: choose their number with --workers"},
    Clash{"--main-lcore", "is given by Ringside: lcore 0 is the engine's own thread"},
    Clash{"-s", "starts service cores, which Ringside does not use"},
    Clash{"-S", "starts service cores, which Ringside does not use"},
    Clash{"-m", "is given by Ringside: choose the size with --memory"},
    Clash{"--socket-mem", "cannot be combined with -m, which Ringside gives: choose the size with --memory"},
    Clash{"--no-huge", "is given by Ringside unless --hugepages is"},
    Clash{"--in-memory", "cannot be combined with --no-huge in DPDK 22.11: say --hugepages, which gives it"},
    Clash{"--legacy-mem", "cannot be combined with --in-memory, and --no-huge has it already"},
    Clash{"--huge-dir", "names files, which Ringside never leaves: say --hugepages"},
    Clash{"--huge-unlink", "cannot be combined with --no-huge, and --in-memory has it already"},
    Clash{"--huge-worker-stack", "cannot be combined with --no-huge"},
    Clash{"--match-allocations", "cannot be combined with --no-huge"},
    Clash{"--single-file-segments", "cannot be combined with the anonymous memory that Ringside uses"},
    Clash{"--socket-limit", "works with hugepage files only"},
    Clash{"--file-prefix", "is given by Ringside, so that two of them can run side by side"},
    Clash{"--no-shconf", "is given by Ringside"},
    Clash{"--no-pci", "is given by Ringside unless a pci: wire is wanted"},
    Clash{"--proc-type", "starts a secondary process, which --no-shconf excludes"},
    Clash{"--vdev", "makes ports that no machine knows: use `wire add kind=`"},
    Clash{"-h", "would print DPDK's help and end the program"},
    Clash{"--help", "would print DPDK's help and end the program"},
    Clash{"-v", "would print DPDK's version in the middle of a picture: `ringsidectl doctor` shows it"}};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text.empty() ? "(none)" : text;
}

Error clash(const std::string& name, const std::string& because, const std::vector<std::string>& rest) {
  return {"DPDK argument " + name + " " + because + ".", kNotStarted, "Corrected arguments: " + joined(rest)};
}

// The extra arguments with values split off, in a form that getopt understands in only one way.
Result<std::vector<std::string>> checked_extra(const EalConfig& config) {
  const std::vector<std::string>& extra = config.extra;
  std::vector<std::string> out;
  for (size_t i = 0; i < extra.size(); i++) {
    const size_t at = i;  // i goes on to the value
    std::string name = extra[i], value;
    bool has_value = false;
    size_t equals = name.find('=');
    if (name.starts_with("--") && equals != std::string::npos) {
      value = name.substr(equals + 1), name.resize(equals), has_value = true;
    } else if (name.size() > 2 && name[0] == '-' && name[1] != '-') {
      value = name.substr(2), name.resize(2), has_value = true;
    }
    auto without = [&](size_t words) {
      std::vector<std::string> rest(extra.begin(), extra.begin() + ptrdiff_t(at));
      rest.insert(rest.end(), extra.begin() + ptrdiff_t(std::min(extra.size(), at + words)), extra.end());
      return rest;
    };
    bool next_is_value = !has_value && i + 1 < extra.size() && !extra[i + 1].starts_with("-");
    for (const Clash& c : kClashes)
      if (name == c.name) return clash(name, c.because, without(next_is_value ? 2 : 1));
    auto known = std::find_if(kAllowed.begin(), kAllowed.end(), [&](const Allowed& a) { return name == a.name; });
    if (known == kAllowed.end()) return clash(name, "is not one that can be passed on", without(next_is_value ? 2 : 1));
    if (!known->value && has_value) return clash(name, "takes no value", without(1));
    if (known->value && !has_value) {
      if (!next_is_value) return clash(name, "needs a value", without(1));
      value = extra[++i];
    }
    if ((name == "-a" || name == "--allow") && !config.pci)
      return clash(name, "is of use with a pci: wire only", without(has_value ? 1 : 2));
    if (name == "--iova-mode" && value != "va" && !config.hugepages)
      return clash(name, "must be va without hugepages", without(has_value ? 1 : 2));
    if (name == "-d" && access(value.c_str(), R_OK) != 0 && value.find('/') != std::string::npos)
      return clash(name, "names a file that cannot be read: " + value, without(has_value ? 1 : 2));
    out.push_back(name.starts_with("--") && known->value ? name + "=" + value : name);
    if (!name.starts_with("--") && known->value) out.push_back(value);
  }
  return out;
}

uint64_t free_hugepage_mb() {
  uint64_t mb = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/kernel/mm/hugepages", ignored)) {
    uint64_t pages = 0, kb = strtoull(entry.path().filename().c_str() + sizeof "hugepages-" - 1, nullptr, 10);
    std::ifstream(entry.path() / "free_hugepages") >> pages;
    mb += pages * kb / 1024;
  }
  return mb;
}

std::string numbers(const std::vector<int>& list) {
  std::string text;
  for (int number : list) text.append(text.empty() ? "" : ",").append(std::to_string(number));
  return text;
}

// "0@(0,1),1@1,2@1": lcore 0 floats over all allowed CPUs, each worker's lcore is pinned to its own.
std::string lcores(const std::vector<int>& cpus, const std::vector<int>& workers) {
  std::string text = "0@(";
  text += numbers(cpus) + ")";
  for (size_t i = 0; i < workers.size(); i++)
    text.append(",").append(std::to_string(i + 1)).append("@").append(std::to_string(workers[i]));
  return text;
}

}  // namespace

std::vector<int> allowed_cpus() {
  std::vector<int> cpus;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
      if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  return cpus;
}

Status check_extra(const EalConfig& config) {
  auto extra = checked_extra(config);
  return extra ? Status() : extra.error();
}

Result<std::vector<std::string>> eal_arguments(const EalConfig& config) {
  std::vector<int> cpus = allowed_cpus();
  if (config.worker_cpus.empty()) return Error{"No worker was asked for.", kNotStarted, "At least one: --workers 1"};
  if (config.worker_cpus.size() > kMaxWorkers)
    return Error{std::to_string(config.worker_cpus.size()) + " workers are too many.", kNotStarted,
                 "At most " + std::to_string(kMaxWorkers)};
  for (int cpu : config.worker_cpus)
    if (std::find(cpus.begin(), cpus.end(), cpu) == cpus.end())
      return Error{"CPU " + std::to_string(cpu) + " is not one that this process may use.", kNotStarted,
                   "Its CPUs: " + numbers(cpus)};
  if (config.memory_mb < kMinMemoryMb || config.memory_mb > kMaxMemoryMb)
    return Error{"--memory " + std::to_string(config.memory_mb) + " is not possible.", kNotStarted,
                 "Between " + std::to_string(kMinMemoryMb) + " and " + std::to_string(kMaxMemoryMb) + " MB"};
  if (config.pci && !config.hugepages)
    return Error{"A pci: wire needs hugepages, since the NIC reads memory by physical address.", kNotStarted,
                 "--hugepages"};
  if (config.hugepages)
    if (uint64_t mb = free_hugepage_mb(); mb < config.memory_mb)
      return Error{"Hugepages are asked for, " + std::to_string(config.memory_mb) + " MB, but " + std::to_string(mb) +
                       " MB are free.",
                   kNotStarted,
                   "echo " + std::to_string((config.memory_mb + 1) / 2) +
                       " | sudo tee /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages, or leave out --hugepages"};
  if (const uint64_t files = raise_open_files(); files < kMinOpenFiles)
    return Error{"This program may have " + std::to_string(files) + " files open; DPDK and a machine need " +
                     std::to_string(kMinOpenFiles) + ".",
                 kNotStarted, "Raise the limit: `ulimit -n 1024`", "", true};
  if (!config.hugepages)
    if (const uint64_t mb = available_memory_mb(); mb < config.memory_mb)
      return Error{"--memory " + std::to_string(config.memory_mb) + " cannot be had: " + std::to_string(mb) +
                       " MB are available to this program.",
                   kNotStarted,
                   mb >= kMinMemoryMb ? "At most: `--memory " + std::to_string(mb) + "`"
                                      : "Packets need at least " + std::to_string(kMinMemoryMb) +
                                            " MB: end other programs, or raise this one's limits (`ulimit -v`)",
                   "", true};
  auto extra = checked_extra(config);
  if (!extra) return extra.error();

  std::vector<std::string> args = {"--lcores",
                                   lcores(cpus, config.worker_cpus),
                                   "--main-lcore",
                                   "0",
                                   "-m",
                                   std::to_string(config.memory_mb),
                                   "--file-prefix",
                                   "ringside-" + std::to_string(getpid()),
                                   "--log-level",
                                   "*:error"};
  if (config.hugepages) {
    args.push_back("--in-memory");
  } else {
    args.push_back("--no-huge");
    args.push_back("--no-shconf");
  }
  if (!config.pci) args.push_back("--no-pci");
  args.insert(args.end(), extra->begin(), extra->end());
  return args;
}

}  // namespace ringside::datapath
