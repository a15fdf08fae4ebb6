// SPDX-License-Identifier: BSD-3-Clause
// `run until=idle` ended while frames that had left the machine still lay before a generator whose worker was late:
// seven of 300 were missing in its digest, once in 75 runs on a machine that compiled beside them.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <string>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

std::atomic<bool> generator_held{false}, generator_holds{false};

void hold_generator(int) {
  generator_holds = true;
  while (generator_held.load()) usleep(1000);
  generator_holds = false;
}

// The thread of the worker with the highest lcore.
int last_worker() {
  std::map<int, int> by_lcore;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm") >> std::ws, name);
    const size_t digits = name.find_last_not_of("0123456789") + 1;
    if (name.find("worker") != std::string::npos && digits < name.size())
      by_lcore[std::stoi(name.substr(digits))] = std::stoi(task.path().filename().string());
  }
  return by_lcore.empty() ? -1 : by_lcore.rbegin()->second;
}

}  // namespace

TEST_CASE("idle is who has looked at all that came back, however late", "[regression]") {
  struct sigaction action {};
  action.sa_handler = hold_generator;
  sigaction(SIGUSR2, &action, nullptr);
  auto engine = make_engine(2);
  for (int round = 0; round < 5; round++) {
    load(*engine,
         "wire add name=w0 kind=ring digest=yes\nswitch add name=s0 uplink=w0\nvm add name=web nic=vmxnet3 switch=s0 "
         "workload=generate count=40\nvm pause name=web\nplacement mode=keep\ncontext place context=\"generator w0\" "
         "worker=2\nrun mode=free\n");
    const int thread = last_worker();
    REQUIRE(thread > 0);
    generator_held = true;
    auto idle = std::async(std::launch::async, [&] {
      ask(*engine, "vm resume name=web");
      ask(*engine, "run until=idle");
    });
    syscall(SYS_tgkill, getpid(), thread, SIGUSR2);
    // The others are through long before; that they are is no condition of what must hold afterwards.
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    generator_held = false;
    idle.get();
    const auto s = engine->cut();
    CHECK(s->wires[0].frames_out == 40);
    CHECK(probe(*s, "context.generator_w0.packets") == 40);
  }
}
