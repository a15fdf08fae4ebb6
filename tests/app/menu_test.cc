// SPDX-License-Identifier: BSD-3-Clause
// Menus and cards: what stands in them is whole, says what is set already, and lies on nothing that is pressed next.
#include <imgui.h>

#include "app/desktop/model/menu_state.h"
#include "app/desktop/panels/actions.h"
#include "tests/app/button_checks.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::desktop;
using namespace ringside::test;

namespace {

const Recording::Target* target(const Headless& h, const std::string& name) {
  for (const auto& t : h.recording.targets)
    if (t.name == name) return &t;
  return nullptr;
}

bool shows_group(const Headless& h, const std::string& name) {
  for (const auto& g : h.recording.groups)
    if (g.name == name) return true;
  return false;
}

// All that the menu writes, without blanks: a command may stand in several lines.
std::string menu_text(const Headless& h) {
  std::string text;
  for (const Drawn& d : h.recording.drawn)
    if (d.kind == Drawn::Kind::kText && d.group >= 0 && h.recording.groups[size_t(d.group)].name == "menu")
      text += d.text;
  std::erase(text, ' ');
  return text;
}

// A text of the menu that leaves it, or is cut.
std::string cut_in_menu(const Headless& h) {
  for (const Drawn& d : h.recording.drawn) {
    if (d.kind != Drawn::Kind::kText || d.group < 0 || h.recording.groups[size_t(d.group)].name != "menu") continue;
    const Rect in = common(h.recording.groups[size_t(d.group)].rect, d.clip);
    if (d.box.x < in.x || d.box.right() > in.right() || d.box.y < in.y || d.box.bottom() > in.bottom()) return d.text;
  }
  return {};
}

}  // namespace

TEST_CASE("a menu is not hidden under the tooltip of what opened it", "[menu]") {
  Headless h({{}, 900, 600});
  h.frames(3, 0.05);
  const Recording::Target* until = target(h, "top bar/Until");
  REQUIRE(until);
  const Point at{until->rect.mid_x(), until->rect.mid_y()};
  h.move_mouse(at.x, at.y);
  h.frames(2);
  REQUIRE(shows_group(h, "tooltip"));
  ImGui::GetIO().MouseDown[0] = true, h.frame();
  ImGui::GetIO().MouseDown[0] = false;
  for (int i = 0; i < 3; ++i) {
    h.frame();
    CHECK(h.desktop->ui().menu.open);
    CHECK_FALSE(shows_group(h, "tooltip"));
  }
}

TEST_CASE("a menu says what is set already", "[menu]") {
  Headless h({{.vms = 2}});
  h.frames(3, 0.05);
  const Snapshot& s = h.desktop->client().snapshot();
  UiState& ui = h.desktop->ui();
  const std::string web = "vm set name=web ";
  CHECK(already_so(web + "doorbell=" + s.vms[0].doorbell, s, ui, {}));
  CHECK_FALSE(already_so(web + "doorbell=never", s, ui, {}));
  CHECK(already_so(web + "driver=" + s.vms[0].driver + " batch=" + std::to_string(s.vms[0].batch), s, ui, {}));
  CHECK_FALSE(already_so("vm set name=nobody doorbell=packet", s, ui, {}));
  CHECK_FALSE(already_so("vm pause name=web", s, ui, {}));
  CHECK(already_so("run mode=free", s, ui, {}));
  CHECK_FALSE(already_so("run mode=paced pace=100", s, ui, {}));
  CHECK(already_so("window theme=light", s, ui, {"light", 100}));
  CHECK_FALSE(already_so("window scale=150", s, ui, {"light", 100}));
  CHECK(already_so("window layout=explore", s, ui, {}));
  // and it is drawn
  const Recording::Target* time = target(h, "top bar/Time");
  REQUIRE(time);
  h.click(time->rect.mid_x(), time->rect.mid_y());
  CHECK(target(h, "menu/on real time"));
  CHECK_FALSE(target(h, "menu/on one access at a time"));
}

TEST_CASE("a menu's commands are whole at any size, and all rows can be reached", "[menu]") {
  struct Size {
    float width, height;
    int scale;
  };
  for (const Size& size : {Size{1024, 768, 100}, Size{1280, 720, 100}, Size{1920, 1080, 200}, Size{1024, 768, 200}}) {
    CAPTURE(size.width, size.scale);
    Headless h({{}, size.width, size.height, size.scale});
    h.frames(3, 0.05);
    const Words words = Words::load();
    for (const char* menu : {"help", "wire", "vm", "time"}) {
      h.desktop->ui().menu = {};
      for (const Words::MenuWord& w : words.menus())
        if (w.menu == menu)
          h.desktop->ui().menu.rows.push_back(
              {w.group, w.label,
               *fill_in(w.command, {{"vm", "web-server-of-the-shop"}, {"wire", "w0"}, {"panel", "Rings"}}), w.key});
      h.desktop->ui().menu.open = true;
      const size_t n = h.desktop->ui().menu.rows.size();
      std::string seen;
      for (size_t i = 0; i < n; ++i) {  // by the arrow, from the first to the last
        h.press(Key::kDown), h.frame(), h.frame();
        seen += menu_text(h);
        CHECK(cut_in_menu(h).empty());
      }
      for (const Menu::Row& row : h.desktop->ui().menu.rows) {
        std::string command = row.command;
        std::erase(command, ' ');
        CAPTURE(menu, command);
        CHECK(seen.find(command) != std::string::npos);
      }
    }
  }
}

TEST_CASE("the menu key opens the chosen VM's menu, and Ctrl Q leaves", "[menu]") {
  Headless h({{.vms = 2}});
  h.frames(3, 0.05);
  h.press(Key::kMenu), h.frame(), h.frame();
  CHECK(h.shows("vm set name=web doorbell=batch"));
  h.press(Key::kDown), h.frame();
  h.press(Key::kEnter), h.frame();
  CHECK(h.engine.received().back() == "vm set name=web doorbell=batch");
  CHECK_FALSE(h.desktop->ui().quit);
  h.press({Key::kLetter, 'q', true, false, false}), h.frame();
  CHECK(h.desktop->ui().quit);
}

TEST_CASE("a refused command's card lies on no button that is pressed next", "[menu]") {
  for (const std::string layout : {"learn", "explore"})
    for (const float width : {1024.f, 1280.f, 1920.f}) {
      Headless h({{}, width, width * 9 / 16, 100, "dark", layout});
      h.frames(3, 0.05);
      h.desktop->ui().tour.step = 7;  // its end has a primary button
      h.desktop->client().send("fly to=moon");
      h.frames(4);
      CAPTURE(layout, width);
      CHECK(shows_group(h, "error"));
      CHECK(buttons_covered(h.recording) == std::vector<std::string>{});
    }
}
