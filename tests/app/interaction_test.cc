// SPDX-License-Identifier: BSD-3-Clause
// Mouse and keyboard: what they send, and what they choose.
#include <algorithm>

#include "app/desktop/model/window_command.h"
#include "app/desktop/shell/workspace.h"
#include "app/lookup/completion.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::desktop;
using namespace ringside::test;

namespace {

std::string last_command(const Headless& h) {
  const auto all = h.engine.received();
  for (auto it = all.rbegin(); it != all.rend(); ++it)
    if (it->find("watch") == std::string::npos) return *it;
  return {};
}

void click_text(Headless& h, const std::string& text) {
  const Drawn* d = h.find(text);
  REQUIRE(d);
  h.click(d->box.mid_x(), d->box.mid_y());
}

}  // namespace

TEST_CASE("the transport's buttons send commands", "[interaction]") {
  Headless h({});
  h.frames(3, 0.05);
  click_text(h, "Pause");
  CHECK(last_command(h) == "pause");
  CHECK(h.find("Paused"));
  click_text(h, "Step");
  CHECK(last_command(h) == "step grain=access");
  click_text(h, "Stage");
  click_text(h, "Step");
  CHECK(last_command(h) == "step grain=stage");
  CHECK(h.shows("step grain=stage"));  // the last line teaches
}

TEST_CASE("keys do what section 12 says", "[interaction]") {
  Headless h({});
  h.frames(3, 0.05);
  h.press(Key::kSpace), h.frame();
  CHECK(last_command(h) == "pause");
  h.press(Key::kRight), h.frame();
  CHECK(last_command(h) == "step grain=access");
  h.press({Key::kRight, 0, false, true, false}), h.frame();
  CHECK(last_command(h) == "step grain=packet");
  h.press({Key::kRight, 0, false, false, true}), h.frame();
  CHECK(last_command(h) == "step grain=stage");
  for (auto [letter, until] :
       {std::pair{'n', "arrival"}, std::pair{'x', "exit"}, std::pair{'d', "drop"}, std::pair{'i', "interrupt"}}) {
    h.press(letter), h.frame();
    CHECK(last_command(h) == std::string("step until=") + until);
  }
  h.press(Key::kSpace), h.frame();
  CHECK(last_command(h) == "run mode=free");
}

TEST_CASE("Ctrl with a digit changes the layout, with plus the scale", "[interaction]") {
  Headless h({});
  h.press({Key::kLetter, '1', true, false, false}), h.frame();
  CHECK(h.desktop->ui().layout == "learn");
  h.press({Key::kLetter, '2', true, false, false}), h.frame();
  CHECK(h.desktop->ui().layout == "explore");
  h.press({Key::kLetter, '+', true, false, false}), h.frame();
  CHECK(h.desktop->ui().scale_request == 125);
}

TEST_CASE("a selection is shared by all panels", "[interaction]") {
  Headless h({{.vms = 3}});
  h.frames(5, 0.05);
  CHECK(h.desktop->ui().vm == "web");
  click_text(h, "fw/0");  // a lane of Exits
  CHECK(h.desktop->ui().vm == "fw");
  CHECK(h.shows("Ring fw.nic0 RX"));
}

TEST_CASE("a descriptor is chosen by mouse and walked by arrows", "[interaction]") {
  Headless h({{.vms = 1, .running = false}});
  h.desktop->ui().extended = true;
  h.frames(4);
  click_text(h, "0");
  const Recording::Group* rings = nullptr;
  for (const auto& g : h.recording.groups)
    if (g.name == "Rings") rings = &g;
  REQUIRE(rings);
  // the third cell of the field's first line
  const Drawn* gutter = nullptr;
  for (const Drawn& d : h.recording.drawn)
    if (d.text == "0" && d.box.x < rings->rect.x + 80 && d.box.x > rings->rect.x) gutter = &d;
  REQUIRE(gutter);
  h.click(gutter->box.right() + 8 + 2 * 33 + 12, gutter->box.mid_y());
  CHECK(h.desktop->ui().row == 2);
  CHECK(h.shows("Descriptor 2"));
  const std::string before = last_command(h);
  h.press(Key::kRight), h.frame(), h.frame();
  CHECK(h.desktop->ui().row == 3);
  CHECK(last_command(h) == before);  // the arrow walked, it did not step
  h.press(Key::kEscape), h.frame(), h.frame();
  CHECK(h.desktop->ui().row == -1);
}

TEST_CASE("a wrong command is answered and changes nothing", "[interaction]") {
  Headless h({});
  h.desktop->client().send("fly to=moon");
  h.frames(2);
  CHECK(h.shows("There is no command fly to=moon."));
}

TEST_CASE("the visible ring is watched, and only it", "[interaction]") {
  Headless h({{.vms = 2}});
  h.frames(3, 0.05);
  CHECK(h.engine.received().front() == "watch ring=web.nic0.rx");
  h.desktop->ui().choose_ring("fw", "nic0", "fw.nic0.tx");
  h.frames(2);
  const auto all = h.engine.received();
  CHECK(std::count(all.begin(), all.end(), "unwatch ring=web.nic0.rx") == 1);
  CHECK(all.back() == "watch ring=fw.nic0.tx");
}

TEST_CASE("an empty machine says what fills it", "[interaction]") {
  Headless h({{.empty = true}});
  h.frames(2);
  CHECK(h.shows("Nothing is plugged in."));
  CHECK(h.shows("switch add name=s0"));
}

TEST_CASE("the console completes verbs, keys, values and names", "[interaction]") {
  Headless h({{.vms = 2}});
  const auto commands = h.engine.commands();
  const auto snapshot = h.engine.snapshot();
  CHECK(complete(commands, *snapshot, "vm s").lines == std::vector<std::string>{"vm set"});
  CHECK(complete(commands, *snapshot, "vm set ").words == std::vector<std::string>{"name=", "doorbell="});
  CHECK(complete(commands, *snapshot, "vm set name=f").lines == std::vector<std::string>{"vm set name=fw"});
  CHECK(complete(commands, *snapshot, "vm set name=fw doorbell=b").lines ==
        std::vector<std::string>{"vm set name=fw doorbell=batch"});
  CHECK(complete(commands, *snapshot, "zzz").words.empty());
}

TEST_CASE("the balance has a verdict only when time stands", "[interaction]") {
  Headless h({});
  h.frames(5, 0.05);
  CHECK(h.shows("in flight –"));
  h.engine.execute("pause");
  h.frames(2);
  CHECK(h.shows("in flight 0"));
}

TEST_CASE("a right click opens a menu that shows what it sends, and sends it", "[interaction]") {
  Headless h({{.vms = 2}});
  h.frames(5, 0.05);
  const Recording::Target* vm = nullptr;
  for (const auto& t : h.recording.targets)
    if (t.name == "Topology/vm fw") vm = &t;
  REQUIRE(vm);
  h.right_click(vm->rect.mid_x(), vm->rect.bottom() - 8);
  CHECK(h.shows("vm set name=fw doorbell=batch"));
  click_text(h, "once per batch");
  CHECK(last_command(h) == "vm set name=fw doorbell=batch");
  CHECK_FALSE(h.desktop->ui().menu.open);
}

TEST_CASE("what lies above keeps the mouse for itself", "[interaction]") {
  Headless h({});
  h.frames(5, 0.05);
  const Drawn* step = h.find("Step");
  REQUIRE(step);
  const Point at{step->box.mid_x(), step->box.mid_y()};
  h.desktop->ui().palette.show();
  h.frames(3);
  h.click(at.x, at.y);
  CHECK(last_command(h).find("step") == std::string::npos);
  CHECK_FALSE(h.desktop->ui().palette.open);  // the click beside it closed it
  h.click(at.x, at.y);
  CHECK(last_command(h) == "step grain=access");
}

TEST_CASE("a number says its value, its meaning, its source, and is copied", "[interaction]") {
  Headless h({{.vms = 1}});
  h.frames(30, 0.05);
  const Recording::Target* number = nullptr;
  for (const auto& t : h.recording.targets)
    if (t.name == "Throughput/number nic.rx web") number = &t;
  REQUIRE(number);
  h.move_mouse(number->rect.mid_x(), number->rect.mid_y());
  h.frames(2);
  CHECK(h.shows("Frames a second that the device wrote"));
  CHECK(h.shows("measured. Ctrl C copies"));
  h.press({Key::kLetter, 'c', true, false, false}), h.frame();
  CHECK(h.desktop->client().last_action().command.rfind("copy ", 0) == 0);
}

TEST_CASE("a refused command stands on a card in its three parts until it is closed", "[interaction]") {
  Headless h({});
  h.desktop->client().send("fly to=moon");
  h.frames(2);
  const auto on_card = [&](const std::string& text) {
    for (const Drawn& d : h.recording.drawn)
      if (d.text.find(text) != std::string::npos && d.group >= 0 && h.recording.groups[size_t(d.group)].name == "error")
        return true;
    return false;
  };
  CHECK(on_card("There is no command"));
  CHECK(on_card("Nothing was changed."));
  CHECK(on_card("help"));
  h.press(Key::kEscape), h.frame(), h.frame();
  CHECK_FALSE(on_card("There is no command"));
}

TEST_CASE("a step that is clicked opens the way of its packet, in Explore too", "[interaction]") {
  Headless h({{.vms = 1, .stepped = true, .running = false}});
  h.desktop->ui().bring_to_front("Steps");
  h.frames(3);
  CHECK_FALSE(h.shows("stop 4 of 9"));
  click_text(h, "fetch descriptor 12");
  CHECK(h.desktop->ui().packet != 0);
  CHECK(h.shows(" of 9"));
  h.press(Key::kEscape), h.frame(), h.frame();
  CHECK(h.desktop->ui().packet == 0);
}

TEST_CASE("splitters move slots by eights and are reset by a command", "[interaction]") {
  const auto layouts = Layouts::load(panel_ids());
  REQUIRE(layouts.ok());
  const Layout& explore = *layouts->find("explore");
  const auto plain = arrange(1920, 1080, explore, false),
             moved = arrange(1920, 1080, explore, false, {{"explore.top", -83.f}});
  REQUIRE(plain.splits.size() >= 4);
  CHECK(plain.slots[0].rect.h - moved.slots[0].rect.h == 80);
  const auto much = arrange(1920, 1080, explore, false, {{"explore.top", 4000.f}});
  CHECK(much.slots[0].rect.h < 760);  // what is below keeps the room that it needs
  UiState ui;
  ui.splits["explore.top"] = 40;
  CHECK(apply_window_command(ui, "window layout=reset").ok());
  CHECK(ui.splits.empty());
}
