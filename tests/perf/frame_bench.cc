// SPDX-License-Identifier: BSD-3-Clause
// What building one frame of the window costs, without the GL driver: run it by its tag, [window].
#include <imgui.h>

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

#include "app/desktop/shell/desktop.h"
#include "engine/base/assets.h"
#include "tests/support/catch.h"
#include "tests/support/fake_engine.h"

using namespace ringside;

namespace {

constexpr double kAllowedMs = 4, kUnitNs = 1.0;  // a step of the unit takes about 1 ns on a core of 3 GHz

// Time of this thread on a CPU: what others take from us is not counted.
double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) * 1e3 + double(t.tv_nsec) * 1e-6;
}

// The unit: a chain of dependent steps that no cache and no compiler shortens. It says how fast the core is at this
// moment.
double unit_ns() {
  uint64_t x = 88172645463325252ull;
  constexpr int kSteps = 400000;
  const double begin = cpu_ms();
  for (int i = 0; i < kSteps; ++i) x ^= x << 13, x ^= x >> 7, x ^= x << 17;
  asm volatile("" : : "r"(x));
  return (cpu_ms() - begin) * 1e6 / kSteps;
}

double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

struct Setup {
  const char* name;
  bool extended, recorded, running;
  int vms = 6;
};

void measure(const Setup& setup) {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.DisplaySize = {1920, 1080};
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  test::FakeEngine engine({.vms = setup.vms, .rx_rows = 4096, .tx_rows = 4096, .dropping = true, .errors = true});
  auto theme = desktop::Theme::load(asset_path("themes/themes.toml"), "dark");
  REQUIRE(theme.ok());
  auto layouts = desktop::Layouts::load(desktop::panel_ids());
  REQUIRE(layouts.ok());
  auto window = std::make_unique<desktop::Desktop>(engine, *theme, desktop::Words::load(), std::move(*layouts));
  window->set_scale(*io.Fonts, 100);
  window->ui().layout = "explore";
  window->ui().extended = setup.extended;
  desktop::Recording recording;
  std::vector<double> frame_ms, units;
  size_t vertices = 0;
  for (int i = 0; i < 460; ++i) {
    if (setup.running) engine.advance(1.0 / 60);
    io.DeltaTime = 1.f / 60;
    const double begin = cpu_ms();
    window->poll();
    ImGui::NewFrame();
    window->frame(1.0 / 60, setup.recorded ? &recording : nullptr);
    ImGui::Render();
    const double took = cpu_ms() - begin;
    if (i < 60) continue;  // the atlas, the first watch
    frame_ms.push_back(took);
    vertices = size_t(ImGui::GetDrawData()->TotalVtxCount);
    if (i % 8 == 0) units.push_back(unit_ns());
  }
  const double ms = median(frame_ms), unit = median(units), scaled = ms * kUnitNs / unit;
  std::sort(frame_ms.begin(), frame_ms.end());
  std::printf("%-44s median %6.3f ms   99 %% %6.3f ms   %6zu vertices   unit %.2f ns   %6.3f ms at a unit of 1 ns\n",
              setup.name, ms, frame_ms[frame_ms.size() * 99 / 100], vertices, unit, scaled);
  CHECK(std::min(ms, scaled) <= kAllowedMs);
  window.reset();
  ImGui::DestroyContext();
}

}  // namespace

TEST_CASE("building a frame with a ring of 4096 and every panel of Explore", "[window]") {
  measure({"field of 4096, running", true, false, true});
  measure({"dial of 4096, running", false, false, true});
  measure({"field of 4096, paused", true, false, false});
  measure({"field of 4096, 32 VMs, running", true, false, true, 32});
  measure({"field of 4096, running, recorded for a test", true, true, true});
}
