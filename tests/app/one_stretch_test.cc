// SPDX-License-Identifier: BSD-3-Clause
// Figures that stand beside each other are of one stretch of time, and a machine that stands has counts: an exit's
// share of a core stood beside a rate and a price that gave another one, and "exits/s" of what was paused.
#include "app/desktop/model/exit_totals.h"
#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::test;

namespace {

constexpr double kExitHz = 2e9;

// 1,000 exits a second, at `cycles` so far.
Snapshot exits_at(double seconds, uint64_t exits, uint64_t cycles) {
  static uint64_t serial = 0;
  Snapshot s;
  s.serial = ++serial, s.tsc_hz = kExitHz, s.mode = RunMode::kFree, s.state = RunState::kRunning;
  s.run_ns = uint64_t(seconds * 1e9);
  VmView vm;
  vm.name = "web", vm.guest_sent = exits;
  vm.nics.emplace_back();
  vm.nics[0].name = "nic0", vm.nics[0].tx.frames = exits;
  VcpuView v;
  v.name = "web/0", v.exits = exits, v.exit_cycles = cycles;
  v.totals = {{"MMIO write", "nic0", "TDT", exits, cycles}};
  vm.vcpus.push_back(v);
  s.vms.push_back(vm);
  return s;
}

}  // namespace

TEST_CASE("an exit's share of a core is its rate times what each takes", "[exits]") {
  desktop::History history;
  Snapshot last;
  uint64_t cycles = 0;
  for (int i = 0; i <= 50; ++i) {  // from the third second on each takes 30,000 cycles, not 1,000
    if (i) cycles += 100 * (i > 30 ? 30'000u : 1'000u);
    history.add(last = exits_at(1 + i * 0.1, uint64_t(i) * 100, cycles));
  }
  const auto running = desktop::exit_rows(last, history, "web", false);
  REQUIRE(running.size() == 1);
  CHECK(running[0].each == Approx(30'000));
  CHECK(running[0].share == Approx(running[0].rate * running[0].each / kExitHz).epsilon(0.001));
  Snapshot stands = exits_at(6, 5000, cycles);
  stands.state = RunState::kPaused;
  history.add(stands);
  const auto paused = desktop::exit_rows(stands, history, "web", false);
  CHECK(paused[0].rate == 5000);  // so many so far
  CHECK(paused[0].share == 0);
  CHECK(history.stretch(true) == "so far, ratios of the last second");
}

TEST_CASE("a machine that was paused has counts on screen, and no rate", "[exits][picture]") {
  const auto layout = GENERATE("explore", "learn");
  for (const float width : {1024.f, 1280.f, 1920.f}) {
    Headless h({{.vms = 2, .dropping = true}, width, width == 1024 ? 768 : width * 9 / 16, 100, "dark", layout});
    h.frames(40, 0.1);
    h.engine.execute("pause");
    h.frames(4);
    for (const char* tab : {"Exits", "Timeline", "Throughput", "Cycles per packet", "Topology"}) {
      h.desktop->ui().bring_to_front(tab);
      h.frames(2);
      CAPTURE(layout, width, tab);
      CHECK_FALSE(h.shows("exits/s"));
      check_picture(h);
    }
  }
}
