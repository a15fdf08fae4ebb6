// SPDX-License-Identifier: BSD-3-Clause
// "cycles each 42,751" stood where others had the CPU: time that was taken from a worker is told apart, and what is of
// time is inconclusive then, in both programs.
#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <thread>

#include "app/ctl/dashboard.h"
#include "app/ctl/json_output.h"
#include "app/ctl/summary.h"
#include "engine/figures/totals.h"
#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/patience.h"

namespace ringside::test {
namespace {

// Others, on one CPU, while it lives.
class Others {
 public:
  explicit Others(int cpu) {
    for (std::thread& thread : threads_) {
      thread = std::thread([this] {
        while (!over_.load(std::memory_order_relaxed)) continue;
      });
      cpu_set_t set;
      CPU_ZERO(&set);
      CPU_SET(size_t(cpu), &set);
      pthread_setaffinity_np(thread.native_handle(), sizeof set, &set);
    }
  }
  ~Others() {
    over_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  std::atomic<bool> over_ = false;
  std::thread threads_[2];
};

constexpr char kLines[] =
    "wire add name=w0 kind=null\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=forward "
    "vcpu=soft exit_cost=0\nsend to=web count=forever size=60\nrun mode=free\n";

}  // namespace

TEST_CASE("busy: what others had of a worker's CPU is counted while the machine runs, and not while it rests") {
  auto engine = make_engine(1);
  load(*engine, kLines);
  {
    Others others(engine->snapshot()->workers.at(0).cpu);
    CHECK(eventually([&] { return engine->snapshot()->workers[0].taken_ns > 50'000'000; }));
  }
  ask(*engine, "pause");
  const auto then = engine->cut();
  CHECK(then->find("worker.w1.taken_ns")->number() == double(then->workers[0].taken_ns));
  CHECK(figures::taken(*then) > 0);
  CHECK(figures::taken(*then) <= 1);
  {
    Others others(then->workers[0].cpu);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // nothing that is expected needs so long
  }
  CHECK(engine->cut()->workers[0].taken_ns == then->workers[0].taken_ns);
  ask(*engine, "run mode=stepped");
  CHECK(figures::taken(*engine->cut()) == 0);  // no cycle is counted by a clock there
}

TEST_CASE("busy: a banner says so, and panels whose figures are of time say inconclusive", "[picture]") {
  for (const auto& [width, height, scale] :
       {std::tuple{1920.f, 1080.f, 100}, {1280.f, 720.f, 100}, {1024.f, 768.f, 100}, {1920.f, 1080.f, 200}}) {
    CAPTURE(width, scale);
    Headless h({{.vms = 2, .taken = 0.34}, width, height, scale});
    h.frames(60, 0.05);
    CHECK(h.shows("This machine is busy: 34"));
    CHECK(h.shows("inconclusive"));
    const bool whole = width / float(scale) >= 12.8f;  // below, Topology scrolls
    if (whole) check_picture(h);
    h.desktop->ui().bring_to_front("Machine");
    h.frames(2, 0.05);
    CHECK(h.shows("taken by others"));
    if (whole) check_picture(h);
  }
}

TEST_CASE("busy: a machine that has its CPUs, or is stepped, says nothing of the kind", "[picture]") {
  for (const bool stepped : {false, true}) {
    Headless h({{.stepped = stepped, .taken = stepped ? 0.5 : 0.02}});
    h.frames(60, stepped ? 0 : 0.05);
    CHECK_FALSE(h.shows("is busy"));
    CHECK_FALSE(h.shows("inconclusive"));
  }
}

TEST_CASE("busy: summary, dashboard and JSON say it with the same number") {
  FakeEngine engine({.taken = 0.34});
  engine.advance(1);
  const auto before = engine.snapshot();
  engine.advance(2);
  const auto now = engine.snapshot();
  CHECK(figures::taken(*now) == Approx(0.34));
  CHECK(figures::taken(*now, before.get()) == Approx(0.34));
  CHECK(ctl::summary_text(*now, ctl::Terminal{}).find("others had 34.0 % of w0's time") != std::string::npos);
  CHECK(ctl::dashboard_text(*now, *before, ctl::Terminal{}).find("34.0 % of a worker's time") != std::string::npos);
  const auto json = ctl::run_json(*now, {}, nullptr);
  CHECK(json["taken_by_others"] == Approx(0.34));
  CHECK(json["inconclusive"] == true);
}

}  // namespace ringside::test
