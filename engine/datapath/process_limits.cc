// SPDX-License-Identifier: BSD-3-Clause
// cold: asked once, before the start
#include "engine/datapath/process_limits.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace ringside::datapath {
namespace {

constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

uint64_t machine_bytes() {
  std::ifstream in("/proc/meminfo");
  for (std::string word; in >> word;)
    if (uint64_t kib = 0; word == "MemAvailable:" && in >> kib) return kib << 10;
  return kNoLimit;
}

std::optional<uint64_t> number_in(const std::string& file) {
  std::ifstream in(file);
  uint64_t value = 0;
  return in >> value ? std::optional(value) : std::nullopt;  // "max" is no number: no limit
}

// A control group has what it and every group around it leaves.
uint64_t group_bytes() {
  uint64_t least = kNoLimit;
  std::ifstream in("/proc/self/cgroup");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("0::")) continue;  // version 2
    for (std::string group = line.substr(3);; group.resize(group.find_last_of('/'))) {
      const std::string at = "/sys/fs/cgroup" + group;
      const auto most = number_in(at + "/memory.max"), used = number_in(at + "/memory.current");
      if (most && used) least = std::min(least, *most > *used ? *most - *used : 0);
      if (group.find('/') == group.npos) break;
    }
  }
  return least;
}

// RLIMIT_AS counts everything that is mapped, RLIMIT_DATA what is private and can be written.
uint64_t limit_bytes() {
  std::ifstream in("/proc/self/statm");
  uint64_t mapped = 0, skipped = 0, data = 0;
  in >> mapped >> skipped >> skipped >> skipped >> skipped >> data;
  const uint64_t page = uint64_t(sysconf(_SC_PAGESIZE));
  uint64_t least = kNoLimit;
  const auto bound = [&](auto resource, uint64_t used) {
    rlimit limit{};
    if (getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
      least = std::min<uint64_t>(least, limit.rlim_cur > used ? limit.rlim_cur - used : 0);
  };
  bound(RLIMIT_AS, mapped * page), bound(RLIMIT_DATA, data * page);
  return least;
}

}  // namespace

uint64_t available_memory_mb() { return std::min({machine_bytes(), group_bytes(), limit_bytes()}) >> 20; }

uint64_t raise_open_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kNoLimit;
  if (limit.rlim_cur < limit.rlim_max) {
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  }
  return limit.rlim_cur;
}

}  // namespace ringside::datapath
