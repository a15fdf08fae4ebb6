// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/bench/taken_core.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ringside::ctl {
namespace {

// Nothing but system calls and registers: the process that it was forked from has threads.
[[noreturn]] void keep_busy(int cpu, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(size_t(cpu), &set);
  sched_setaffinity(0, sizeof set, &set);
  for (;;) asm volatile("pause");
}

}  // namespace

TakenCore::TakenCore(int cpu) {
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) keep_busy(cpu, parent);
}

TakenCore::~TakenCore() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace ringside::ctl
