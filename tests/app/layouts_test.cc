// SPDX-License-Identifier: BSD-3-Clause
// Layouts are data: what is shipped is whole, what is broken is refused by its room, and every link to a panel arrives.
#include "app/desktop/model/layouts.h"

#include <algorithm>

#include "app/desktop/model/window_command.h"
#include "app/desktop/shell/guided.h"
#include "app/desktop/shell/workspace.h"
#include "engine/base/assets.h"
#include "labs/runner/catalog.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::desktop;
using ringside::test::Headless;

namespace {

struct WindowSize {
  float width, height;
};
constexpr WindowSize kWindows[] = {{2560, 1440}, {1920, 1080}, {1280, 720}, {1024, 768},
                                   {960, 540},   {640, 360},   {427, 240}};

bool in_front(const Arrangement& a, const UiState& ui, const std::string& panel) {
  return std::any_of(a.slots.begin(), a.slots.end(), [&](const Slot& slot) { return slot.front(ui) == panel; });
}

std::string why_not(const std::string& text) {
  const auto layout = Layout::parse("mine", text, {"Rings", "Steps", "Lab"});
  return layout ? "" : layout.error().text();
}

const std::string kHead = "title = \"Mine\"\ntab = 3\n";

}  // namespace

TEST_CASE("layouts: wherever a panel can stand, a link brings it to the front, at every size", "[layouts]") {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  const auto layouts = Layouts::load(panel_ids());
  REQUIRE(layouts.ok());
  CHECK(layouts->all().size() >= 2);
  for (const Layout& layout : layouts->all())
    for (const WindowSize& screen : kWindows)
      for (const std::string& panel : panel_ids()) {
        if ((panel == "Lab" || panel == "Measured") && layout.id == "explore") continue;  // labs' panels
        CAPTURE(layout.id, screen.width, screen.height, panel);
        UiState ui;
        ui.layouts = &*layouts;
        // By a command, as links and menus do it; others had their turn before.
        for (const std::string& before : panel_ids()) ui.bring_to_front(before);
        std::string word = panel;
        std::replace(word.begin(), word.end(), ' ', '_');
        REQUIRE(apply_window_command(ui, "window tab=" + word).ok());
        CHECK(in_front(arrange(screen.width, screen.height, layout, false), ui, panel));
      }
}

TEST_CASE("layouts: the guest is in the picture in every window that has room for two panels", "[layouts]") {
  const auto layouts = Layouts::load(panel_ids());
  REQUIRE(layouts.ok());
  UiState ui;
  for (const std::string& panel : panel_ids()) ui.bring_to_front(panel);
  for (const WindowSize& screen : kWindows)
    if (size_class(screen.width, screen.height) >= SizeClass::kS)
      CHECK(in_front(arrange(screen.width, screen.height, *layouts->find("explore"), false), ui, "Topology"));
}

TEST_CASE("layouts: an open console cuts no panel, they stand in what remains", "[layouts]") {
  const auto layouts = Layouts::load(panel_ids());
  REQUIRE(layouts.ok());
  for (const Layout& layout : layouts->all())
    for (const WindowSize& screen : kWindows) {
      if (screen.height < 360) continue;  // no room for both: it lies above
      CAPTURE(layout.id, screen.width, screen.height);
      const Arrangement a = arrange(screen.width, screen.height, layout, true);
      for (const Slot& slot : a.slots) {
        CHECK_FALSE(overlap(slot.rect, a.console));
        CHECK(slot.rect.h >= 40);
      }
    }
}

TEST_CASE("layouts: the panel in front has its name in the picture, and the others of its room are in reach",
          "[layouts]") {
  for (const char* layout : {"learn", "explore"})
    for (const WindowSize& screen : kWindows) {
      if (screen.height < 360) continue;
      // others have half of the CPU: badges are at their widest
      Headless h({{.vms = 2, .taken = 0.5}, screen.width, screen.height, 100, "dark", layout});
      for (const char* tab : {"Lab", "Topology", "Rings", "Exits", "Throughput", "Cycles per packet", "Timeline"}) {
        h.desktop->ui().bring_to_front(tab);
        h.frames(12, 0.1);
        for (const auto& g : h.recording.groups) {
          if (!g.panel) continue;
          const bool several = std::any_of(h.recording.targets.begin(), h.recording.targets.end(), [&](const auto& t) {
            return (t.name.starts_with(g.name + "/tab ") || t.name == g.name + "/more") &&
                   g.rect.contains({t.rect.x, t.rect.mid_y()});
          });
          const bool named = std::any_of(h.recording.drawn.begin(), h.recording.drawn.end(), [&](const Drawn& d) {
            return d.kind == Drawn::Kind::kText && d.type == Type::kBodyBold && g.rect.contains({d.box.x, d.box.y}) &&
                   d.box.y < g.rect.y + 40 && d.text != "Labs" && !d.text.ends_with("\u2026");
          });
          CAPTURE(layout, screen.width, tab, g.name);
          CHECK((named || (g.name == "Lab" && !several)));
          if (screen.width == 640) CHECK(several);
        }
      }
    }
}

TEST_CASE("layouts: the tour and every lab link only to what can be brought to the front", "[layouts]") {
  Headless h({});
  const auto panels = panel_ids();
  const auto known = [&](std::string panel) {
    panel = panel.substr(0, panel.find('/'));
    if (!panel.empty()) panel[0] = char(std::toupper(panel[0]));
    return std::find(panels.begin(), panels.end(), panel) != panels.end() || panel == "Top bar";
  };
  const Words words = Words::load();
  for (const auto& step : words.tour()) {
    CHECK((step.layout.empty() || h.desktop->ui().layouts->find(step.layout)));
    for (const std::string& at : step.at) CHECK(known(at));
  }
}

TEST_CASE("layouts: what hangs not together is refused, and the room is named", "[layouts]") {
  CHECK(why_not(kHead + "[XS.all]\npanels = [\"Rings\", \"*\"]").empty());
  CHECK(why_not(kHead + "[XS.all]\npanels = [\"Ring\"]").find("no panel Ring") != std::string::npos);
  CHECK(why_not(kHead + "[XS.all]\npanels = [\"Rings\", \"Rings\"]").find("twice") != std::string::npos);
  CHECK(why_not(kHead + "[XS.other]\npanels = [\"Rings\"]").find("room all") != std::string::npos);
  CHECK(why_not(kHead + "[S.all]\npanels = [\"Rings\"]").find("XS") != std::string::npos);
  CHECK(why_not("tab = 1\n[XS.all]\npanels = [\"Rings\"]").find("title") != std::string::npos);
  CHECK(why_not(kHead + "[XS.all]\ncut = \"left\"\nparts = [\"all\", \"b\"]\nsize = 10").find("room all") !=
        std::string::npos);
  const std::string two = "[XS.a]\npanels = [\"Rings\"]\n[XS.b]\npanels = [\"Steps\"]\n";
  const auto cut = [&](const std::string& rest) {
    return why_not(kHead + two + "[XS.all]\nparts = [\"a\", \"b\"]\n" + rest);
  };
  CHECK(cut("cut = \"left\"\nsize = [1, 2]").empty());
  for (const char* wrong :
       {"size = 10", "cut = \"up\"\nsize = 10", "cut = \"left\"", "cut = \"left\"\nsize = -1",
        "cut = \"left\"\nsize = [2, 1]", "cut = \"left\"\nsize = [1, 2, 3]", "cut = \"left\"\nsize = nan",
        "cut = \"left\"\nsize = 9\nleast = [-1, 0]", "cut = \"left\"\nsize = 9\npanels = [\"Lab\"]"}) {
    INFO(wrong);
    CHECK(cut(wrong).find("XS, room all") != std::string::npos);
  }
  CHECK(why_not(kHead + two + "[XS.all]\npanels = [\"Lab\"]").find("a part of none") != std::string::npos);
  CHECK(why_not(kHead + "[XS.all").find("Line 3") != std::string::npos);
  std::string deep = "[XS";  // deep enough to end the parser
  for (int i = 0; i < 30'000; i++) deep += ".a";
  CHECK(why_not(kHead + deep + "]\n").find("Line 3: A key has too many parts") != std::string::npos);
}

TEST_CASE("a tour and a lab put the panels as their text speaks of them, and give back what the user had",
          "[layouts]") {
  const auto layouts = Layouts::load(panel_ids());
  REQUIRE(layouts.ok());
  UiState ui;
  ui.layouts = &*layouts;
  ui.layout = "explore", ui.extended = true, ui.drivers_view = true;
  ui.choose_ring("web", "nic0", "web.nic0.tx");
  ui.bring_to_front("Registers");
  const std::vector<std::string> mine = ui.raised;
  Guided guided;
  guided.look(ui, false, false);
  CHECK(ui.extended);
  guided.look(ui, true, false);
  CHECK_FALSE(ui.extended);
  CHECK(ui.ring.empty());  // the next frame chooses the first VM's receive ring
  CHECK(ui.follow);
  ui.layout = "learn", ui.bring_to_front("Steps"), ui.choose_ring("web", "nic0", "web.nic0.tx");
  guided.look(ui, true, false);
  CHECK(ui.ring == "web.nic0.tx");  // what is done in the tour stays
  SECTION("the tour ends") {
    guided.look(ui, false, false);
    CHECK(ui.layout == "explore");
  }
  SECTION("it ends with a lab, and the lab is left before the list of labs") {
    guided.look(ui, true, true);
    CHECK(ui.ring.empty());
    CHECK(ui.raised.empty());
    ui.extended = false;
    guided.look(ui, false, true);
    CHECK_FALSE(ui.extended);
    guided.look(ui, false, false);
    CHECK(ui.layout == "learn");
  }
  CHECK(ui.raised == mine);
  CHECK(ui.extended);
  CHECK(ui.drivers_view);
  ui.extended = false;
  guided.look(ui, false, false);
  CHECK_FALSE(ui.extended);  // and then it is the user's again
}
