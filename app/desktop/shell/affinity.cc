// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/affinity.h"

#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace ringside::desktop {

void leave_to_workers(const std::vector<int>& worker_cpus) {
  cpu_set_t mine;
  if (sched_getaffinity(0, sizeof mine, &mine)) return;
  for (int cpu : worker_cpus)
    if (cpu >= 0 && cpu < CPU_SETSIZE) CPU_CLR(cpu, &mine);
  if (CPU_COUNT(&mine) == 0) return;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task", error)) {
    const pid_t thread = std::atoi(entry.path().filename().c_str());
    std::string name;
    std::ifstream(entry.path() / "comm") >> name;
    if (thread == getpid() || name.find("llvmpipe") != std::string::npos)
      (void)sched_setaffinity(thread, sizeof mine, &mine);
  }
}

}  // namespace ringside::desktop
