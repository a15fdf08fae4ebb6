// SPDX-License-Identifier: BSD-3-Clause
// The words of assets/help: each of them can be used, and nothing that is used has none.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <sstream>

#include "app/desktop/model/window_command.h"
#include "app/desktop/shell/saved_state.h"
#include "app/desktop/widgets/rich_text.h"
#include "engine/base/assets.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::desktop;
using namespace ringside::test;

namespace {

const Words& words() {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  static const Words all = Words::load();
  return all;
}

const std::vector<std::pair<std::string, std::string>> kNames = {
    {"vm", "web"},       {"nic", "nic0"},         {"wire", "w0"},
    {"switch", "s0"},    {"packet", "3"},         {"ring", "web.nic0.rx"},
    {"row", "5"},        {"raw", "00 01"},        {"step", "12"},
    {"worker", "w1"},    {"value", "17"},         {"line", "x"},
    {"panel", "Rings"},  {"register", "TDT"},     {"counter", "w0.frames_in"},
    {"address", "0x10"}, {"split", "explore.top"}};

}  // namespace

TEST_CASE("each row of a menu sends a command that exists", "[words][real]") {
  auto engine = make_engine();
  load_file(*engine, "assets/scenarios/first.scn");
  const auto commands = engine->commands();
  const auto layouts = Layouts::load(panel_ids());
  REQUIRE(layouts.ok());
  CHECK(words().menus().size() > 40);
  for (const Words::MenuWord& w : words().menus()) {
    CAPTURE(w.menu, w.label, w.command);
    const auto command = fill_in(w.command, kNames);
    REQUIRE(command);
    if (command->rfind("copy ", 0) == 0) continue;
    if (is_window_command(*command)) {
      UiState ui;
      ui.layouts = &*layouts;
      const Status done = apply_window_command(ui, *command);
      CHECK(done.ok());
      continue;
    }
    const CommandInfo* found = nullptr;
    for (const CommandInfo& info : commands)
      if (*command == info.verb || command->rfind(info.verb + " ", 0) == 0) found = &info;
    REQUIRE(found);
    std::istringstream rest(command->substr(found->verb.size()));
    for (std::string word; rest >> word;) {
      const std::string key = word.substr(0, word.find('='));
      CAPTURE(key);
      CHECK(std::any_of(found->keys.begin(), found->keys.end(),
                        [&](const CommandInfo::Key& k) { return k.name == key; }));
    }
  }
}

TEST_CASE("each number's counters are probes of the real machine", "[words][real]") {
  auto engine = make_engine();
  load_file(*engine, "assets/scenarios/first.scn");
  ask(*engine, "run for=50ms");
  const auto s = engine->cut();
  CHECK(words().numbers().size() > 20);
  for (const Words::Number& n : words().numbers())
    for (const std::string& pattern : n.counters) {
      const auto name = fill_in(pattern, kNames);
      CAPTURE(n.key, pattern);
      REQUIRE(name);
      if (name->find("dropped") != std::string::npos) continue;  // listed where it is possible
      CHECK(s->find(*name));
    }
}

TEST_CASE("every number that can be rested upon has its words", "[words]") {
  std::set<std::string> keys;
  for (const bool stepped : {false, true})
    for (const auto layout : {"learn", "explore"}) {
      Headless h({{.vms = 2, .stepped = stepped, .dropping = true}, 1920, 1080, 100, "dark", layout});
      for (const char* tab : {"Rings", "Steps", "Registers"}) {
        h.desktop->ui().bring_to_front(tab);
        h.frames(6, stepped ? 0 : 0.3);
        for (const auto& t : h.recording.targets)
          if (const size_t at = t.name.find("/number "); at != std::string::npos)
            keys.insert(t.name.substr(at + 8, t.name.find(' ', at + 8) - at - 8));
      }
    }
  CHECK(keys.size() > 10);
  for (const std::string& key : keys) {
    CAPTURE(key);
    CHECK(words().number(key) != nullptr);
  }
}

TEST_CASE("the tour has six steps that can end", "[words]") {
  const std::set<std::string> ends = {"paused", "stepped", "pointed", "exit", "followed", "changed"};
  REQUIRE(words().tour().size() == 6);
  for (const Words::TourStep& s : words().tour()) {
    CHECK(ends.count(s.ends) == 1);
    CHECK_FALSE(s.at.empty());
    CHECK(words().with_keys(s.words).find("{key:") == std::string::npos);
  }
  CHECK(words().with_keys("press {key:step}, {key:slower} or {key:faster}") == "press →, , or .");
  CHECK_FALSE(words().tour_end().empty());
}

TEST_CASE("a term of the glossary is found in a text, whole and in the plural", "[words]") {
  size_t length = 0;
  const std::string text = "The descriptor ring and two descriptors; ringside";
  REQUIRE(words().term_at(text, 4, length));
  CHECK(words().term_at(text, 4, length)->term == "Descriptor ring");
  CHECK(length == 15);
  REQUIRE(words().term_at(text, 28, length));
  CHECK(words().term_at(text, 28, length)->term == "Descriptor");
  CHECK(length == 11);
  CHECK_FALSE(words().term_at(text, 5, length));
  CHECK_FALSE(fill_in("vm set name={vm} {nothing}", {{"vm", "web"}}));
}

TEST_CASE("running text keeps to its width and shows its terms", "[words]") {
  Headless h({});
  h.frame();
  h.desktop->ui().help = "Rings";
  h.frames(2);
  const Recording::Group* help = nullptr;
  for (const auto& g : h.recording.groups)
    if (g.name == "help") help = &g;
  REQUIRE(help);
  int lines = 0;
  for (const Drawn& d : h.recording.drawn)
    if (d.kind == Drawn::Kind::kText && d.group >= 0 && h.recording.groups[size_t(d.group)].name == "help") {
      ++lines;
      CHECK(d.box.right() <= help->rect.right() - 16);
    }
  CHECK(lines > 6);
}

TEST_CASE("the window remembers how it was left", "[words]") {
  const std::string path = "/tmp/ringside-state-" + std::to_string(getpid()) + "/window.toml";
  UiState left;
  left.layout = "learn", left.splits["learn.lab"] = -48, left.reduced_motion = true, left.tour.step = 4;
  CHECK_FALSE(load_state(path, left).found);
  REQUIRE(save_state(path, left, {"light", 150, true}));
  UiState now;
  const SavedState saved = load_state(path, now);
  CHECK(saved.found);
  CHECK(saved.theme == "light");
  CHECK(saved.scale == 150);
  CHECK(now.layout == "learn");
  CHECK(now.splits == left.splits);
  CHECK(now.reduced_motion);
  CHECK(now.tour.left_at == 4);
  // A link stays one, and nobody's file beside it is touched.
  const std::string kept = path + ".kept", beside = path + ".new";
  REQUIRE(std::rename(path.c_str(), kept.c_str()) == 0);
  std::filesystem::create_symlink(kept, path);
  std::filesystem::create_symlink(kept, beside);
  REQUIRE(save_state(path, left, {"dark", 150, true}));
  CHECK(std::filesystem::is_symlink(path));
  CHECK(std::filesystem::is_symlink(beside));
  CHECK(load_state(kept, now).theme == "dark");
  std::filesystem::remove(path), std::filesystem::remove(beside), std::filesystem::remove(kept);
  std::string deep = "theme";
  for (int i = 0; i < 30'000; i++) deep += ".a";  // deep enough to end the parser
  for (const std::string& text : {std::string("theme = ["), deep + " = 1\n"}) {
    FILE* broken = std::fopen(path.c_str(), "w");
    REQUIRE(broken);
    std::fputs(text.c_str(), broken);
    std::fclose(broken);
    UiState fresh;
    CHECK_FALSE(load_state(path, fresh).found);
    CHECK_FALSE(Theme::load(path, "dark").ok());
    CHECK(Theme::names(path).empty());
  }
  std::remove(path.c_str());
}
