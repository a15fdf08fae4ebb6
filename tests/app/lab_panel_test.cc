// SPDX-License-Identifier: BSD-3-Clause
// Lab 1 in the window, on the real engine, for every variant: the solution passes every check, each wrong attempt fails
// the check that it names with that check's reason. Everything goes through the panel's own controls;
// tests/app/lab_window_test.py adds a real mouse.
#include <imgui.h>

#include <chrono>
#include <thread>

#include "tests/app/lab_student.h"
#include "tests/app/picture_checks.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;
using desktop::Key;

namespace {

labs::Lab lab_of(int variant) {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  auto text = labs::read_lab("labs/exercises/001_anatomy_of_a_ring/lab.md");
  REQUIRE(text.ok());
  auto lab = labs::parse_lab(*text, variant - 1, 1);
  REQUIRE(lab.ok());
  return *lab;
}

// Until nothing is under way any more.
bool settles(Headless& h) {
  h.frame(), h.frame(), h.frame(), h.frame();
  const bool settled = eventually([&] { return h.frame(), !h.desktop->waiting(); });
  h.frame(), h.frame();
  return settled;
}

// What the lab says of a check that fails, beside its place in the card.
void fails_with_reason(Student& s, const std::string& id, const std::string& reason) {
  const labs::CheckResult r = s.check(id);
  CAPTURE(id, r.reason, r.observed);
  CHECK(r.verdict == labs::Verdict::kFail);
  CHECK(r.reason == reason);
}

// The button is filled as the one that Enter presses.
bool is_primary(const Student& s, const std::string& name) {
  const desktop::Rect* r = s.target(name);
  for (const desktop::Drawn& d : s.h.recording.drawn)
    if (r && d.kind == desktop::Drawn::Kind::kFill && d.paint.token == desktop::Token::kInvert &&
        std::abs(d.box.x - r->x) < 3 && std::abs(d.box.y - r->y) < 3 && std::abs(d.box.w - r->w) < 5)
      return true;
  return false;
}

// "Finish" was the bright button beside a failed check, and the step was called done.
void offers_to_try_again(Student& s, const std::string& block) {
  CHECK(s.target("start " + block));  // in view by itself
  const auto shown = [&](const std::string& name) {
    for (int page = 0; page < 6 && !s.target(name); page++) s.h.press(Key::kPageDown), s.h.frame(), s.h.frame();
    return s.target(name) != nullptr;
  };
  for (int page = 0; page < 6; page++) s.h.press(Key::kPageUp), s.h.frame();
  s.h.frame();
  CHECK(shown("start " + block));
  CHECK(is_primary(s, "start " + block));
  CHECK_FALSE(s.h.shows("done; the values"));
  CHECK(shown("page next"));
  CHECK_FALSE(is_primary(s, "page next"));
  check_picture(s.h);
  s.click("page next");
  s.wait("the end", [&] { return s.target("try again") != nullptr; });
  CHECK(is_primary(s, "try again"));
  CHECK_FALSE(s.h.shows("Now you can:"));
  check_picture(s.h);
  s.click("try again");
  s.wait("the step again", [&] { return shown("start " + block); });
}

void take_the_lab(int variant) {
  auto engine = make_engine();
  const labs::Lab lab = lab_of(variant);
  {
    Student s(*engine, variant);
    std::vector<labs::Line> lines;  // the solution up to its last prediction: that one is too small at first
    for (const labs::Line& line : lab.solution.lines)
      if (!line.text.starts_with("expect") && !line.text.starts_with("answer p4") && line.text != "do sleepy")
        lines.push_back(line);
    s.play(lines);
    CHECK(s.check("c3").verdict == labs::Verdict::kPass);
    s.answer("p4", lab.fields.at("short"));
    s.run("sleepy");
    fails_with_reason(s, "c4", lab.check("c4")->condition.otherwise);
    CHECK(s.h.shows("Packets were lost."));
    offers_to_try_again(s, "sleepy");
    s.change_ring("256");
    fails_with_reason(s, "c5", lab.check("c5")->condition.otherwise);
    CHECK_FALSE(s.h.shows("expected"));  // that is what is looked for
    offers_to_try_again(s, "sleepy");
    s.change_ring(lab.fields.at("fit"));
    for (const labs::CheckResult& r : s.picture().checks) CHECK(r.verdict == labs::Verdict::kPass);
    CHECK(s.picture().score.points == Approx(8));  // the sentence is marked by the student
    CHECK(s.picture().first_open() == lab.items().size());
  }
  // never-paused: the step without its first line.
  Student s(*engine, variant);
  std::vector<labs::Line> lines;
  for (const labs::Line& line : lab.solution.lines) {
    if (line.text == "do sleep") break;
    lines.push_back(line);
  }
  s.play(lines);
  std::vector<std::string> rest = s.picture().lines.at("sleep");
  rest.erase(rest.begin());
  s.come_to("sleep");
  s.h.desktop->lab().start("sleep", rest);
  s.reach("sleep");
  fails_with_reason(s, "c3", lab.check("c3")->condition.otherwise);
}

}  // namespace

TEST_CASE("the model lab in the window, variant 1", "[lab]") { take_the_lab(1); }
TEST_CASE("the model lab in the window, variant 2", "[lab]") { take_the_lab(2); }
TEST_CASE("the model lab in the window, variant 3", "[lab]") { take_the_lab(3); }
TEST_CASE("the model lab in the window, variant 4", "[lab]") { take_the_lab(4); }

TEST_CASE("each page of the lab keeps the visual language", "[lab][picture]") {
  struct Size {
    float width, height;
    int scale;
  };
  auto engine = make_engine();
  Student s(*engine, 1);
  const auto look = [&](const std::string& page) {
    for (const std::string theme : {"dark", "light"})
      for (const Size& size : {Size{1280, 720, 100}, Size{1920, 1080, 100}, Size{2560, 1440, 200},
                               Size{2560, 1440, 100}, Size{3840, 2160, 200}}) {
        ImGui::GetIO().DisplaySize = {size.width, size.height};
        if (size.scale != s.h.desktop->scale()) s.h.desktop->set_scale(*ImGui::GetIO().Fonts, size.scale);
        REQUIRE(s.h.desktop->set_theme(theme).ok());
        for (int i = 0; i < 4; ++i) s.h.frame();
        CAPTURE(page, theme, size.width, size.scale);
        check_picture(s.h);
        s.h.press(Key::kPageDown);  // and what stands further down
        for (int i = 0; i < 2; ++i) s.h.frame();
        check_picture(s.h);
        s.h.press(Key::kPageUp), s.h.frame();
      }
    ImGui::GetIO().DisplaySize = {1920, 1080};
    if (s.h.desktop->scale() != 100) s.h.desktop->set_scale(*ImGui::GetIO().Fonts, 100);
    for (int i = 0; i < 3; ++i) s.h.frame();
  };
  look("a choice");
  s.answer("p1", "device");
  look("a step");
  s.click("start one");
  s.wait("armed", [&] { return s.picture().running && s.picture().running->armed; });
  look("a step under way");
  s.reach("one");
  s.run("two-more");
  s.come_to("o1");
  look("a number");
  s.answer("o1", "5");
  look("a wrong number");
  s.answer("o1", "3");
  s.h.desktop->lab().hint("o2");
  s.wait("a hint", [&] { return s.picture().hints.at("o2") == 1; });
  look("a hint");
  s.answer("o2", "7");
  look("a place");
  s.answer("o3", "guest memory");
  for (const auto& [id, value] : {std::pair("p2", "8"), std::pair("p3", "nothing")}) s.answer(id, value);
  s.come_to("sleep");
  s.run("sleep");
  for (const auto& [id, value] : {std::pair("o4", "7"), std::pair("o5", "13"), std::pair("o6", "20")})
    s.answer(id, value);
  s.run("wake");
  s.answer("o7", "0");
  s.answer("e1", "control");
  look("a wrong explanation");
  s.answer("e1", "one-meaning");
  s.answer("e2", "No row was free.");
  look("explanations");
  s.h.desktop->lab().leave();
  s.wait("left", [&] { return !s.picture().lab; });
  look("the list of labs");
}

TEST_CASE("the hint that can be taken is there in a narrow window too", "[lab]") {
  auto engine = make_engine();
  Student s(*engine, 1);
  s.answer("p1", "device");
  s.run("one");
  s.run("two-more");
  s.answer("o1", "3");
  s.come_to("o2");
  const int all = int(s.picture().lab->hints.front().levels.size());
  for (int level = 0; level < all; ++level) {
    for (const float width : {1920.f, 1400.f, 1280.f, 1000.f}) {
      ImGui::GetIO().DisplaySize = {width, 800};
      for (int i = 0; i < 4; ++i) s.h.frame();
      CAPTURE(level, width);
      CHECK(s.target("hint o2"));
    }
    ImGui::GetIO().DisplaySize = {1280, 800};
    for (int i = 0; i < 4; ++i) s.h.frame();
    s.click("hint o2");
    s.wait("the next hint", [&] { return s.picture().hints.at("o2") == level + 1; });
  }
  CHECK_FALSE(s.target("hint o2"));
}

TEST_CASE("the lab panel says plainly when answers cannot be kept", "[lab]") {
  auto engine = make_engine();
  Headless h({{},
              1920,
              1080,
              100,
              "dark",
              "learn",
              {.student = "ada", .progress = "/proc/no/such/place/progress.db", .variant = 1}},
             engine.get());
  h.desktop->lab().open("1");
  CHECK(settles(h));
  CHECK(h.shows("Your answers cannot be kept"));
  CHECK(h.shows("It was left as it is."));
  check_picture(h);
  h.desktop->lab().without_progress();
  CHECK(settles(h));
  CHECK(h.desktop->lab().picture().lab != nullptr);
  CHECK(h.shows("Answers are not kept"));
}

TEST_CASE("a lab that was begun is offered first, and one press goes on at the step where it stood", "[lab][picture]") {
  auto engine = make_engine();
  Student s(*engine, 1);
  s.h.desktop->lab().leave();
  settles(s.h);
  CHECK_FALSE(s.target("go on"));  // it was opened, and nothing was done
  s.h.desktop->lab().open("1");
  settles(s.h);
  s.answer("p1", "device"), s.run("one"), s.run("two-more");
  s.answer("o1", "4");  // wrong, and so it is asked again
  s.h.desktop->lab().leave();
  settles(s.h);
  REQUIRE(s.target("go on"));
  CHECK(is_primary(s, "go on"));
  CHECK(s.h.shows("Observe: one packet · 4 of 18 done"));
  CHECK(s.target("go on")->y < s.target("lab anatomy-of-a-ring")->y);
  check_picture(s.h);
  s.enter();
  settles(s.h);
  REQUIRE(s.picture().lab);
  CHECK(s.picture().lab->id == "anatomy-of-a-ring");
  CHECK(s.target("answer o1"));
}

TEST_CASE("a lab that is opened, or taken up again, tells no answer before its question", "[lab]") {
  auto engine = make_engine();
  Student s(*engine, 1);
  CHECK(s.check("c3").hidden);
  CHECK_FALSE(s.h.shows("takes 7 packets"));
  for (int page = 0; page < 4 && !s.h.shows("4 more are said"); page++) s.h.press(Key::kPageDown), s.h.frame();
  CHECK(s.h.shows("4 more are said"));
  CHECK_FALSE(s.h.shows("One more is said"));
  s.h.desktop->lab().leave();
  settles(s.h);
  s.h.desktop->lab().open("1");
  settles(s.h);
  CHECK(s.check("c3").hidden);
}
