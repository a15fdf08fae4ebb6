// SPDX-License-Identifier: BSD-3-Clause
// Visual language, section 16, items 1 to 5 and 7, on what is drawn: layouts, classes, themes and scales.
#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::test;

namespace {

struct Window {
  float width, height;
  int scale;
};

void check_machines(const std::string& theme, const Window& size, const char* layout) {
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
      CAPTURE(theme, size.width, size.height, size.scale, number, extended, layout);
      check_picture(h);
      for (const char* tab : {"Steps", "Registers", "Cycles per packet", "Running"}) {
        if (extended) break;
        h.desktop->ui().bring_to_front(tab);
        h.frames(2);
        CAPTURE(tab);
        check_picture(h);
      }
      h.desktop->ui().raised.clear();
    }
    ++number;
  }
}

}  // namespace

TEST_CASE("a picture of class M or L keeps the visual language", "[picture]") {
  const auto theme = GENERATE(std::string("dark"), std::string("light"));
  const auto layout = GENERATE("explore", "learn");
  const auto size = GENERATE(Window{1280, 720, 100}, Window{1920, 1080, 100}, Window{2560, 1440, 200},
                             Window{3840, 2160, 200}, Window{1920, 1080, 150});
  check_machines(theme, size, layout);
}

TEST_CASE("two frames of a paused window are identical", "[picture]") {
  const auto layout = GENERATE("explore", "learn");
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
  const auto size =
      GENERATE(Window{2560, 1440, 100}, Window{3840, 2160, 75}, Window{1280, 720, 150}, Window{960, 540, 100},
               Window{640, 360, 100}, Window{427, 240, 100}, Window{3840, 2160, 300});
  Headless h({{.vms = 2, .dropping = true}, size.width, size.height, size.scale, "dark", "explore"});
  h.frames(10, 0.05);
  REQUIRE(h.recording.drawn.size() > 20);
}
