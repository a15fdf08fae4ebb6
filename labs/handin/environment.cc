// SPDX-License-Identifier: BSD-3-Clause
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>

#include "engine/base/build_info.h"
#include "labs/handin/hand_in.h"

namespace ringside::labs {

std::map<std::string, std::string> environment() {
  std::map<std::string, std::string> all;
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line) && (!all.count("cpu") || !all.count("nested"));) {
    const size_t colon = line.find(": ");
    if (colon == line.npos) continue;
    if (line.starts_with("model name")) all["cpu"] = line.substr(colon + 2);
    if (line.starts_with("flags")) all["nested"] = line.find(" hypervisor") == line.npos ? "no" : "yes";
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  all["cores"] = std::to_string(sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set));
  all["kvm"] = access("/dev/kvm", R_OK | W_OK) ? "no" : "yes";
  utsname kernel{};
  if (!uname(&kernel)) all["kernel"] = kernel.release;
  all["ringside"] = std::string(kVersion) + " (git " + kGitDescribe + ")";
  return all;
}

}  // namespace ringside::labs
