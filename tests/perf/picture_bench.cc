// SPDX-License-Identifier: BSD-3-Clause
// What a picture of a machine costs the engine's thread, in CPU time of its own: what others take from it is not
// counted. Six VMXNET3s with 8 queues, and 32 VMs, standing and running. Run: ringside_perf "[picture]"
#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <future>
#include <thread>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

namespace ringside::test {
namespace {

struct Bench {
  const char* name;
  int vms;
  const char* nic;
};

std::string machine_of(const Bench& bench) {
  std::string lines = "wire add name=w0 kind=null size=60\nswitch add name=s0 uplink=w0\n";
  for (int i = 0; i < bench.vms; i++)
    lines += "vm add name=vm" + std::to_string(i) + " " + bench.nic + " switch=s0 workload=forward memory=32M\n";
  return lines + "send to=vm0 count=forever size=60 rate=100kpps\n";
}

// The engine's thread, which calls back what was asked of it.
clockid_t thread_clock(Engine& engine) {
  std::promise<clockid_t> clock;
  engine.submit("pause", [&](const Answer&) {
    clockid_t id{};
    pthread_getcpuclockid(pthread_self(), &id);
    clock.set_value(id);
  });
  return clock.get_future().get();
}

double ms_of(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return double(t.tv_sec) * 1e3 + double(t.tv_nsec) * 1e-6;
}

double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

void measure(const Bench& bench) {
  auto engine = make_engine();
  load(*engine, machine_of(bench));
  ask(*engine, "run for=100ms");
  const clockid_t clock = thread_clock(*engine);
  std::vector<double> cuts;
  for (int i = 0; i < 201; i++) {
    const double begin = ms_of(clock);
    (void)engine->cut();
    cuts.push_back(ms_of(clock) - begin);
  }
  const auto shown = engine->cut();
  std::printf("%-28s %5zu numbers, %3zu rings   a cut, standing   median %6.3f ms\n", bench.name, shown->probes.size(),
              shown->rings.size(), median(cuts));
  for (const bool running : {false, true}) {
    ask(*engine, running ? "run" : "pause");
    std::vector<double> each, shares;
    for (int stretch = 0; stretch < 9; stretch++) {
      const uint64_t first = engine->snapshot()->serial;
      const double begin = ms_of(clock);
      const auto started = std::chrono::steady_clock::now();
      for (int i = 0; i < 30; i++) std::this_thread::sleep_for(std::chrono::milliseconds(16)), (void)engine->snapshot();
      const double spent = ms_of(clock) - begin;
      const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - started;
      each.push_back(spent / double(std::max<uint64_t>(1, engine->snapshot()->serial - first)));
      shares.push_back(spent / wall.count());
    }
    std::printf("%-28s looked at 60 times a second, %-8s  median %6.3f ms a picture, %5.2f %% of a core\n", bench.name,
                running ? "running" : "standing", median(each), 100 * median(shares));
  }
}

TEST_CASE("what a picture of six VMXNET3s with 8 queues costs", "[picture]") {
  measure({"six VMXNET3s with 8 queues", 6, "nic=vmxnet3 queues=8"});
}
TEST_CASE("what a picture of 32 VMXNET3s costs", "[picture]") { measure({"32 VMXNET3s", 32, "nic=vmxnet3"}); }
TEST_CASE("what a picture of 32 E1000s costs", "[picture]") { measure({"32 E1000s", 32, "nic=e1000"}); }

}  // namespace
}  // namespace ringside::test
