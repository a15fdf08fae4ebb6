// SPDX-License-Identifier: BSD-3-Clause
// What a lesson speaks of first, head and tail, stood beside the dial in high windows only.
#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::test;

namespace {

bool rings_panel_says(const desktop::Recording& r, std::string_view text) {
  for (const desktop::Drawn& d : r.drawn)
    for (int g = d.text == text ? d.group : -1; g >= 0; g = r.groups[size_t(g)].parent)
      if (r.groups[size_t(g)].name == "Rings") return true;
  return false;
}

}  // namespace

TEST_CASE("head and tail of a ring stand beside its dial in a window of any height", "[picture]") {
  const auto width = GENERATE(960.f, 1024.f, 1280.f, 1920.f);
  const auto layout = GENERATE("explore", "learn");
  for (const bool stepped : {false, true})
    for (float height = 540; height <= 1200; height += 60) {
      Headless h({{.stepped = stepped, .running = !stepped}, width, height, 100, "dark", layout});
      h.desktop->ui().bring_to_front("Rings");
      h.frames(4, 0.02);
      CAPTURE(width, height, layout, stepped);
      const auto says = [&](std::string_view text) { return rings_panel_says(h.recording, text); };
      CHECK((says("RDH") || says("TDH")));  // of the ring that is shown
      CHECK((says("RDT") || says("TDT")));
      if (layout == std::string("learn") || (width >= 1280 && height >= 720))
        test::check_picture(h.recording, h.desktop->theme());
    }
}
