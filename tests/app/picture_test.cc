// SPDX-License-Identifier: BSD-3-Clause
// Visual language, section 16, items 1 to 5 and 7, on what is drawn: layouts, classes, themes and scales.
#include <imgui.h>

#include <algorithm>
#include <chrono>

#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::test;

namespace {

struct Size {
  float width, height;
  int scale;
};

void check_picture(Headless& h) { test::check_picture(h.recording, h.desktop->theme()); }

void check_machines(const std::string& theme, const Size& size, desktop::Layout layout) {
  const FakeOptions machines[] = {
      {.vms = 1},
      {.vms = 6, .dropping = true},
      {.vms = 1, .rx_rows = 4096, .tx_rows = 4096, .errors = true},
      {.vms = 2, .stepped = true, .running = false},
      {.vms = 3, .running = false, .errors = true},
      {.empty = true},
  };
  int number = 0;
  for (const FakeOptions& machine : machines) {
    Headless h({machine, size.width, size.height, size.scale, theme, layout});
    for (const bool extended : {false, true}) {
      h.desktop->ui().extended = extended;
      h.frames(40, 0.05);
      CAPTURE(theme, size.width, size.height, size.scale, number, extended, layout == desktop::Layout::kLearn);
      check_picture(h);
      for (const char* tab : {"Steps", "Registers", "Cycles per packet", "Running"}) {
        if (extended) break;
        for (const char* slot : {"explore.detail", "learn.ring", "learn.bottom", "learn.top"}) h.desktop->ui().tabs[slot] = tab;
        h.frames(2);
        CAPTURE(tab);
        check_picture(h);
      }
      h.desktop->ui().tabs.clear();
    }
    ++number;
  }
}

}  // namespace

TEST_CASE("a picture of class M or L keeps the visual language", "[picture]") {
  const auto theme = GENERATE(std::string("dark"), std::string("light"));
  const auto layout = GENERATE(desktop::Layout::kExplore, desktop::Layout::kLearn);
  const auto size = GENERATE(Size{1280, 720, 100}, Size{1920, 1080, 100}, Size{2560, 1440, 200}, Size{3840, 2160, 200}, Size{1920, 1080, 150});
  check_machines(theme, size, layout);
}

TEST_CASE("two frames of a paused window are identical", "[picture]") {
  const auto layout = GENERATE(desktop::Layout::kExplore, desktop::Layout::kLearn);
  const bool stepped = GENERATE(false, true);
  Headless h({{.vms = 3, .stepped = stepped, .running = true}, 1920, 1080, 100, "dark", layout});
  h.frames(30, 0.05);
  h.engine.execute("pause");
  h.frames(3);
  const auto before = h.vertices();
  h.frames(5);
  REQUIRE(h.vertices() == before);
  REQUIRE(before.size() > 10000);
}

TEST_CASE("every size of window is drawn, down to the smallest", "[picture]") {
  const auto size = GENERATE(Size{2560, 1440, 100}, Size{3840, 2160, 75}, Size{1280, 720, 150}, Size{960, 540, 100}, Size{640, 360, 100}, Size{427, 240, 100}, Size{3840, 2160, 300});
  Headless h({{.vms = 2, .dropping = true}, size.width, size.height, size.scale, "dark", desktop::Layout::kExplore});
  h.frames(10, 0.05);
  REQUIRE(h.recording.drawn.size() > 20);
}

// Not a test of time, which would depend on the machine: it says what a frame costs. Run it by its tag: [.benchmark].
TEST_CASE("a frame with a ring of 4096 and all panels of Explore", "[.benchmark]") {
  const auto recorded = GENERATE(false, true);
  Headless h({{.vms = 6, .rx_rows = 4096, .tx_rows = 4096, .dropping = true}, 1920, 1080, 100, "dark", desktop::Layout::kExplore});
  h.desktop->ui().extended = true;
  h.frames(40, 0.05);
  std::vector<double> ms;
  for (int i = 0; i < 200; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    ImGui::NewFrame();
    h.desktop->frame(1.0 / 60, recorded ? &h.recording : nullptr);
    ImGui::Render();
    ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  std::sort(ms.begin(), ms.end());
  WARN((recorded ? "with" : "without") << " recording: median " << ms[100] << " ms, worst " << ms.back() << " ms");
  CHECK(ms[100] > 0);
}
