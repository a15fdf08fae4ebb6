// SPDX-License-Identifier: BSD-3-Clause
// Labs of packs in the window: listed under their pack, taken to the end, what is held back said as such.
#include <imgui.h>

#include <cstdlib>
#include <filesystem>

#include "engine/api/rehearse.h"
#include "labs/pack/install.h"
#include "labs/pack/make_pack.h"
#include "tests/app/lab_student.h"
#include "tests/app/picture_checks.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

namespace fs = std::filesystem;

// A home of its own with packs in it, for as long as it lives.
class Home {
 public:
  Home() {
    setenv("RINGSIDE_ASSETS", "assets", 0);
    path_ = (fs::temp_directory_path() / "ringside-home-XXXXXX").string();
    REQUIRE(mkdtemp(path_.data()) != nullptr);
    setenv("XDG_DATA_HOME", path_.c_str(), 1);
  }
  ~Home() {
    unsetenv("XDG_DATA_HOME");
    std::error_code error;
    fs::remove_all(path_, error);
  }

  labs::Pack made(const std::string& id, const std::string& title, bool teacher = false) {
    auto text = labs::read_lab("labs/exercises/001_anatomy_of_a_ring/lab.md");
    REQUIRE(text.ok());
    auto pack = labs::make_pack(
        {.labs = {*text}, .id = id, .title = title, .teacher = teacher, .graded = true, .hints = -1}, rehearse);
    REQUIRE(pack.ok());
    return *pack;
  }

  void install(const labs::Pack& pack) {
    REQUIRE(labs::write_pack(pack, path_ + "/file").ok());
    auto installed = labs::install_pack(path_ + "/file", false, rehearse);
    INFO((installed ? "" : installed.error().text()));
    REQUIRE(installed.ok());
  }

 private:
  std::string path_;
};

void look(Headless& h, const std::string& page) {
  struct Size {
    float width, height;
    int scale;
  };
  for (const std::string theme : {"dark", "light"})
    for (const Size& size :
         {Size{1024, 768, 100}, Size{1280, 720, 100}, Size{1920, 1080, 100}, Size{2560, 1440, 200}}) {
      ImGui::GetIO().DisplaySize = {size.width, size.height};
      if (size.scale != h.desktop->scale()) h.desktop->set_scale(*ImGui::GetIO().Fonts, size.scale);
      REQUIRE(h.desktop->set_theme(theme).ok());
      for (int i = 0; i < 4; ++i) h.frame();
      CAPTURE(page, theme, size.width, size.scale);
      check_picture(h);
    }
  ImGui::GetIO().DisplaySize = {1920, 1080};
  if (h.desktop->scale() != 100) h.desktop->set_scale(*ImGui::GetIO().Fonts, 100);
  for (int i = 0; i < 3; ++i) h.frame();
}

}  // namespace

TEST_CASE("a graded lab of a pack is taken in the window, and unlocked", "[lab][picture]") {
  Home home;
  home.install(home.made("net", "Networks 2027"));
  auto engine = make_engine();
  const std::string progress = labs::default_progress_path();
  auto text = labs::read_lab("labs/exercises/001_anatomy_of_a_ring/lab.md");
  auto whole = labs::parse_lab(*text, 0, 1);
  REQUIRE(whole.ok());
  {
    Student s(*engine, 1, {}, progress, "net/anatomy-of-a-ring");
    CHECK(s.h.shows("Networks 2027"));
    for (const labs::Line& line : whole->solution.lines) {
      if (line.text.starts_with("expect")) continue;
      if (line.text.starts_with("answer e2")) {
        s.come_to("e2");
        CHECK(s.h.shows("Keep this answer"));
        CHECK(s.h.shows("Kept. Whether it is right"));
        CHECK_FALSE(s.h.shows("one row back"));
        look(s.h, "a kept explanation");
      }
      if (line.text.starts_with("answer e1"))
        s.answer("e1", "control");
      else
        s.play({line});
      if (line.text.starts_with("answer o3")) CHECK_FALSE(s.picture().answers.at("o3").correct);
    }
    CHECK(s.picture().first_open() == s.picture().lab->items().size());
    for (const labs::CheckResult& r : s.picture().checks) CHECK(r.verdict == labs::Verdict::kPass);
    CHECK(s.picture().score.later == 3);
    for (int i = 0; i < 10 && !s.h.shows("points are not decided here"); ++i) s.enter();
    CHECK(s.h.shows("points are not decided here"));
    look(s.h, "the end");
    s.h.desktop->lab().leave();
    s.wait("left", [&] { return !s.picture().lab; });
  }
  auto unlock = labs::make_unlock(home.made("net", "Networks 2027", true));
  REQUIRE(unlock.ok());
  home.install(*unlock);
  Student s(*engine, 1, {}, progress, "net/anatomy-of-a-ring");
  CHECK(s.picture().resumed);
  CHECK_FALSE(s.picture().changed);
  CHECK(s.picture().answers.at("o3").correct == true);
  CHECK(s.picture().answers.at("e1").correct == false);
  s.come_to("e1");
  s.answer("e1", "one-meaning");
  CHECK(s.h.shows("one row back"));
}

TEST_CASE("the list has labs of packs under their packs' titles, and a card opens its own", "[lab][picture]") {
  Home home;
  home.install(
      home.made("alpha", "A class with a title that is as long as a title of a pack may be, to the last of its bytes"));
  home.install(home.made("net", "Networks 2027"));
  auto engine = make_engine();
  Student s(*engine, 1, {}, ":memory:", "ringside/anatomy-of-a-ring");
  CHECK(s.h.shows("Lab 1 of"));
  s.h.desktop->lab().leave();
  s.wait("left", [&] { return !s.picture().lab; });
  std::vector<std::string> ids;
  for (const auto& card : s.picture().cards) ids.push_back(card.id);
  REQUIRE(ids.size() >= 3);
  CHECK(ids[0] == "anatomy-of-a-ring");
  CHECK(ids.end()[-2] == "alpha/anatomy-of-a-ring");
  CHECK(ids.end()[-1] == "net/anatomy-of-a-ring");
  CHECK(s.h.shows("Networks 2027"));
  look(s.h, "the list");
  s.click("lab net/anatomy-of-a-ring");
  s.wait("opened", [&] { return s.picture().lab != nullptr; });
  CHECK(s.picture().block == "Networks 2027");
  CHECK(s.picture().lab->reduced);
  s.h.desktop->lab().leave();
  s.wait("left", [&] { return !s.picture().lab; });
  s.click("lab anatomy-of-a-ring");  // which two others are called, too
  s.wait("opened", [&] { return s.picture().lab != nullptr; });
  CHECK_FALSE(s.picture().lab->reduced);
}

TEST_CASE("a pack that cannot be read is left out of the list, and said", "[lab][picture]") {
  Home home;
  home.install(home.made("net", "Networks 2027"));
  home.install(home.made("spoilt", "Spoilt"));
  fs::resize_file(labs::file_of_pack("spoilt"), 5000);
  auto engine = make_engine();
  Headless h({{}, 1920, 1080, 100, "dark", "learn", {.student = "ada", .progress = ":memory:", .variant = 1}},
             engine.get());
  h.desktop->lab().list();
  REQUIRE(eventually([&] { return h.frame(), !h.desktop->waiting() && !h.desktop->lab().picture().cards.empty(); }));
  for (int i = 0; i < 4; ++i) h.frame();
  CHECK(h.desktop->lab().picture().cards.back().id == "net/anatomy-of-a-ring");
  CHECK(h.shows("spoilt.rpack"));
  look(h, "a pack is left out");
}

TEST_CASE("a pack that may not do what it says is refused in the window, and nothing of it runs", "[lab]") {
  Home home;
  labs::Pack pack = home.made("net", "Networks 2027");
  std::string& source = pack.labs[0].source;
  const std::string line = "send to=web count=2 size=60";
  const std::string bad = "wire add name=w1 kind=tap:rs";
  home.install(pack);
  source.replace(source.find(line), line.size(), bad);
  REQUIRE(labs::write_pack(pack, labs::file_of_pack("net")).ok());  // who has changed what is installed
  auto engine = make_engine();
  Headless h({{}, 1920, 1080, 100, "dark", "learn", {.student = "ada", .progress = ":memory:", .variant = 1}},
             engine.get());
  h.desktop->lab().open("net/anatomy-of-a-ring");
  REQUIRE(eventually([&] { return h.frame(), !h.desktop->waiting() && h.desktop->lab().picture().refused; }));
  for (int i = 0; i < 4; ++i) h.frame();
  CHECK(h.desktop->lab().picture().lab == nullptr);
  CHECK(h.shows("net/001_anatomy_of_a_ring/lab.md"));
  CHECK(h.desktop->lab().picture().refused->what.find("uses no network") != std::string::npos);
  CHECK(h.shows("kind=tap:rs is not"));
  CHECK(engine->cut()->wires.empty());
  check_picture(h);
}
