// SPDX-License-Identifier: BSD-3-Clause
// `rings` in the search found "leave Ringside" first, and Enter closed the window: no panel could be found at all.
#include <imgui.h>

#include <set>

#include "app/desktop/model/window_command.h"
#include "app/desktop/model/words.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::test;
using desktop::Key;

TEST_CASE("each panel is what its name finds first, and nothing that was not meant is done", "[palette]") {
  Headless h({});
  for (const std::string& panel : desktop::Words::load().panels()) {
    if (panel == "Console") continue;  // a command opens that one
    CAPTURE(panel);
    std::string typed = panel;
    for (char& ch : typed) ch = char(std::tolower(ch));
    h.desktop->ui().raised.clear();
    h.desktop->ui().palette.show(typed);
    h.frames(4);
    h.press(Key::kEnter);
    h.frames(3);
    CHECK_FALSE(h.desktop->ui().quit);
    REQUIRE_FALSE(h.desktop->ui().raised.empty());
    CHECK(h.desktop->ui().raised.back() == panel);
  }
}

TEST_CASE("a panel that there is not is refused, and nothing comes to the front", "[console]") {
  Headless h({});
  h.frames(2);
  desktop::UiState& ui = h.desktop->ui();
  for (const char* line : {"window tab=Nonsense", "window tab=Rin"}) {
    CHECK_FALSE(desktop::apply_window_command(ui, line).ok());
    CHECK(ui.raised.empty());
  }
  CHECK(desktop::apply_window_command(ui, "window tab=Cycles_per_packet").ok());
  CHECK(ui.raised.back() == "Cycles per packet");
}

TEST_CASE("the lab that a tour ends with has the keyboard", "[tour]") {
  Headless h({});
  h.frames(3);
  h.desktop->ui().focus = "Steps";
  h.desktop->ui().tour.step = 7;
  h.frames(3);
  h.press(Key::kEnter);
  h.frames(3);
  CHECK(h.desktop->ui().tour.step == 0);
  CHECK(h.desktop->ui().focus == "Lab");
}

TEST_CASE("a window may be as low as its owner likes, with the console open", "[console]") {
  for (const char* layout : {"learn", "explore"})
    for (const int scale : {100, 300})
      for (const float height : {720.f, 400.f, 180.f, 120.f, 40.f}) {
        Headless h({{}, 1280, height, scale, "dark", layout});
        h.desktop->ui().console_open = true;
        h.frames(4);
        h.desktop->ui().help = "Console";
        h.frames(2);
        CHECK(h.vertices().size() > 0);
      }
}

TEST_CASE("every tab can be raised by keys, in each layout and size", "[keys]") {
  for (const char* layout : {"learn", "explore"})
    for (const float width : {1024.f, 1920.f}) {
      Headless h({{}, width, width * 9 / 16, 100, "dark", layout});
      h.frames(3);
      std::set<std::string> seen;
      for (int panel = 0; panel < 8; ++panel) {
        h.press(Key::kF6);
        h.frames(2);
        seen.insert(h.desktop->ui().focus);
        for (int tab = 0; tab < 8; ++tab) {
          h.press({.key = Key::kF6, .ctrl = true});
          h.frames(2);
          seen.insert(h.desktop->ui().focus);
          bool drawn = false;
          for (const auto& g : h.recording.groups) drawn |= g.panel && g.name == h.desktop->ui().focus;
          CHECK(drawn);
        }
      }
      std::string all;
      for (const auto& p : seen) all += p + " ";
      CAPTURE(layout, width, all);
      for (const char* panel : {"Rings", "Steps", "Registers", "Timeline", "Running"}) CHECK(seen.count(panel) == 1);
    }
}
