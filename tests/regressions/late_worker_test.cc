// SPDX-License-Identifier: BSD-3-Clause
// A machine was taken down while a worker was late: use after free in Machine::dropped() and SoftVcpu::mmio_write().
// Here workers are late on purpose: a signal holds each of them wherever it is, in the middle of a turn as often as
// not.
#include <dirent.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

std::atomic<bool> held{false};
std::atomic<int> holding{0};

void hold(int) {
  holding++;
  while (held.load()) usleep(1000);
  holding--;
}

// The threads on which DPDK's lcores run.
std::vector<int> worker_threads() {
  std::vector<int> found;
  DIR* tasks = opendir("/proc/self/task");
  while (const dirent* entry = readdir(tasks)) {
    std::string name;
    std::getline(std::ifstream(std::string("/proc/self/task/") + entry->d_name + "/comm") >> std::ws, name);
    if (name.find("worker") != std::string::npos && name.find("control") == std::string::npos)
      found.push_back(std::atoi(entry->d_name));
  }
  closedir(tasks);
  return found;
}

constexpr char kBusy[] =
    "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=forward\n"
    "send to=web count=forever\nrun mode=free\n";

}  // namespace

TEST_CASE("nothing is taken down while its worker has not acknowledged", "[regression][sanitize]") {
  struct sigaction action {};
  action.sa_handler = hold;
  sigaction(SIGUSR2, &action, nullptr);
  auto engine = make_engine(1);
  load(*engine, kBusy);
  const std::vector<int> workers = worker_threads();
  REQUIRE(!workers.empty());
  const auto late = [&](auto&& work) {
    held = true;
    for (int thread : workers) syscall(SYS_tgkill, getpid(), thread, SIGUSR2);
    while (holding.load() < int(workers.size())) std::this_thread::yield();
    auto done = std::async(std::launch::async, work);
    CHECK(done.wait_for(std::chrono::milliseconds(30)) == std::future_status::timeout);  // it waits for the worker
    held = false;
    done.get();
  };
  for (int round = 0; round < 5; round++) {
    late([&] { load(*engine, kBusy); });
    late([&] { ask(*engine, "vm remove name=web"); });
    load(*engine, kBusy);
  }
  late([&] { engine.reset(); });
}
