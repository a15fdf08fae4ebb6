// SPDX-License-Identifier: BSD-3-Clause
// The lab panel by keyboard, and what is in view: the next button is always there, with its label; Run and a step find
// the block that waits, wherever one has leafed; keys are for whoever has the keyboard.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/app/button_checks.h"
#include "tests/app/lab_student.h"
#include "tests/app/picture_checks.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;
using desktop::Key;

namespace {

const Student::Size kSizes[] = {{1024, 768, 100}, {1280, 720, 100}, {1920, 1080, 200}};

const desktop::Rect& panel_of(const Student& s) {
  for (const auto& g : s.h.recording.groups)
    if (g.name == "Lab") return g.rect;
  FAIL("no lab panel");
  std::abort();
}

// The button is offered, in view, and has its label.
void offers(Student& s, const std::string& name) {
  CAPTURE(name);
  for (int i = 0; i < 4; ++i) s.h.frame();
  const desktop::Rect* r = s.target(name);
  REQUIRE(r);
  CHECK(panel_of(s).contains({r->x, r->y}));
  CHECK(r->bottom() < panel_of(s).bottom());
  CHECK(buttons_without_label(s.h.recording) == std::vector<std::string>{});
}

// A frame in the focus's colour around it.
bool has_ring(const Student& s, const std::string& name) {
  const desktop::Rect* r = s.target(name);
  for (const auto& d : s.h.recording.drawn)
    if (r && d.paint.token == desktop::Token::kHalo && d.kind == desktop::Drawn::Kind::kStroke &&
        std::abs(d.box.x - r->x) < 5 && std::abs(d.box.y - r->y) < 5 && std::abs(d.box.w - r->w) < 9 &&
        std::abs(d.box.h - r->h) < 9)
      return true;
  return false;
}

// Which of the panel's things has the ring; there is at most one.
std::string ringed(const Student& s) {
  std::string name;
  for (const auto& t : s.h.recording.targets)
    if (t.name.starts_with("Lab/") && has_ring(s, t.name.substr(4))) name = t.name.substr(4);
  return name;
}

void key(Student& s, Key k, bool shift = false) {
  s.h.press({k, 0, false, shift, false});
  for (int i = 0; i < 4; ++i) s.h.frame();
}

// Begins the step that waits, and goes to its goal by the key that its text names.
void step_to_the_goal(Student& s) {
  key(s, Key::kRight);
  s.wait("the goal is armed", [&] { return s.picture().running && s.picture().running->armed; });
  for (int presses = 0; s.picture().running && presses < 60; presses++) {
    const uint64_t steps = s.h.desktop->client().snapshot().steps;
    key(s, Key::kRight);
    s.wait("a step", [&] { return s.h.desktop->client().snapshot().steps > steps || !s.picture().running; });
  }
}

}  // namespace

TEST_CASE("a lab opens at its first line", "[lab]") {
  auto engine = make_engine();
  for (const Student::Size& size : kSizes) {
    CAPTURE(size.width, size.height, size.scale);
    Student s(*engine, 1, size);
    for (int i = 0; i < 8; ++i) s.h.frame();
    const std::string text = s.picture().texts.front();
    const std::string first = text.substr(0, text.find(' ', 12));
    CAPTURE(first);
    CHECK(s.h.shows(first));
  }
}

TEST_CASE("what is to be pressed next is in view and has its label", "[lab]") {
  auto engine = make_engine();
  for (const Student::Size& size : kSizes) {
    CAPTURE(size.width, size.height, size.scale);
    Student s(*engine, 1, size);
    s.come_to("p1");
    s.h.press('1');
    offers(s, "send p1");
    key(s, Key::kEnter);
    s.wait("p1 is locked", [&] { return s.picture().answers.count("p1") > 0; });
    s.come_to("one");
    offers(s, "start one");
    s.run("one");
    offers(s, "start two-more");
    s.run("two-more");
    offers(s, "page next");
    s.come_to("o1");
    s.type("5");
    offers(s, "send o1");
    key(s, Key::kEnter);
    s.wait("o1 is wrong", [&] { return s.picture().answers.count("o1") > 0; });
    s.type("3");
    offers(s, "send o1");
    key(s, Key::kEnter);
    s.answer("o2", "7");
    s.answer("o3", "guest memory");
    offers(s, "page next");
    CHECK(buttons_covered(s.h.recording) == std::vector<std::string>{});
  }
}

TEST_CASE("a long label takes more lines where the panel is narrow", "[lab]") {
  auto engine = make_engine();
  Student s(*engine, 1, {1280, 720, 100});
  for (const auto& [id, value] : {std::pair("p1", "device")}) s.answer(id, value);
  s.run("one"), s.run("two-more");
  for (const auto& [id, value] : {std::pair("o1", "3"), std::pair("o2", "7"), std::pair("o3", "guest memory"),
                                  std::pair("p2", "8"), std::pair("p3", "nothing")})
    s.answer(id, value);
  s.come_to("sleep"), s.run("sleep");
  for (const auto& [id, value] : {std::pair("o4", "7"), std::pair("o5", "13"), std::pair("o6", "20")})
    s.answer(id, value);
  s.run("wake");
  s.answer("o7", "0");
  s.answer("e1", "one-meaning");
  s.come_to("e2");
  s.h.desktop->ui().splits["learn.lab"] = -400;  // as narrow as it goes
  for (int i = 0; i < 4; ++i) s.h.frame();
  s.type("No row was free.");
  offers(s, "send e2");
  CHECK(s.target("send e2")->right() <= panel_of(s).right() - 20);
  check_picture(s.h.recording, s.h.desktop->theme());
}

TEST_CASE("Run and a step turn to the block that waits, and start it", "[lab]") {
  auto engine = make_engine();
  for (const Key by : {Key::kSpace, Key::kRight}) {
    Student s(*engine, 1, {1024, 768, 100});
    s.answer("p1", "device");
    s.come_to("one");
    s.click("stage Predict");  // back, to what was said
    s.wait("the page before", [&] { return s.target("page next") != nullptr; });
    key(s, by);
    s.wait("the step is started", [&] { return s.picture().running && s.picture().running->armed; });
    CHECK(s.picture().running->block == "one");
    CHECK(s.target("end one"));
  }
}

TEST_CASE("the press behind the one that reached the goal does not begin the next step", "[lab]") {
  auto engine = make_engine();
  Student s(*engine, 1, {1280, 720, 100});
  s.answer("p1", "device");
  s.come_to("one");
  step_to_the_goal(s);
  s.wait("the next one is offered", [&] { return s.target("start two-more") != nullptr; });
  key(s, Key::kRight);
  for (int i = 0; i < 10; ++i) s.h.frame();
  CHECK_FALSE(s.picture().running);
  CHECK(s.h.shows("The goal is reached."));
  key(s, Key::kRight);
  s.wait("and now it begins", [&] { return s.picture().running && s.picture().running->block == "two-more"; });
}

// The goal was known by its text, which the machine writes in its own way: such a step could not be ended any more.
TEST_CASE("a goal that is written in another way is reached as well", "[lab]") {
  auto engine = make_engine();
  const auto folder = std::filesystem::temp_directory_path() / ("ringside_goal_" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  std::ifstream in("labs/exercises/001_anatomy_of_a_ring/lab.md");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  for (const std::string line : {"step until=packet n=1", "step  until=packet # one", "run mode=stepped until=idle"}) {
    std::string other = text;
    const size_t at = other.find("step until=packet");
    REQUIRE(at != std::string::npos);
    std::ofstream(folder / "lab.md") << other.replace(at, 17, line);
    Student s(*engine, 1, {1280, 720, 100}, ":memory:", (folder / "lab.md").string());
    s.answer("p1", "device");
    s.come_to("one");
    step_to_the_goal(s);
    INFO(line);
    CHECK(s.picture().ran.count("one") == 1);
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("F6 takes the keyboard out of the answer, and Tab goes on where it led", "[lab]") {
  auto engine = make_engine();
  Student s(*engine, 1, {1280, 720, 100});
  s.answer("p1", "device"), s.run("one"), s.run("two-more");
  s.come_to("o1");
  for (int i = 0; i < 6 && !ImGui::IsAnyItemActive(); ++i) s.h.frame();
  REQUIRE(ImGui::IsAnyItemActive());
  key(s, Key::kF6);
  for (int i = 0; i < 4; ++i) s.h.frame();
  CHECK_FALSE(ImGui::IsAnyItemActive());
  CHECK_FALSE(s.h.desktop->ui().focus.empty());
}

// Esc took back what had been written, and the next Esc was needed to be rid of it; nothing told where one was then.
TEST_CASE("Esc leaves the answer as it stands, and Tab goes on from there", "[lab]") {
  auto engine = make_engine();
  Student s(*engine, 1, {1280, 720, 100});
  s.answer("p1", "device"), s.run("one"), s.run("two-more");
  s.come_to("o1");
  for (int i = 0; i < 6 && !ImGui::GetIO().WantTextInput; ++i) s.h.frame();
  s.h.type("4");
  s.h.desktop->type({Key::kEscape});  // within the same frame
  for (int i = 0; i < 6; ++i) s.h.frame();
  CHECK_FALSE(ImGui::IsAnyItemActive());
  CHECK(s.h.desktop->ui().focus == "Lab");
  CHECK(ringed(s) == "answer o1");
  CHECK(s.h.shows("4"));
  key(s, Key::kTab);
  CHECK(ringed(s) == "send o1");
  key(s, Key::kTab, true);
  CHECK(ImGui::IsAnyItemActive());
  key(s, Key::kEscape);
  key(s, Key::kEnter);  // what stands in the field that has the ring is sent
  s.wait("o1 is answered", [&] { return s.picture().answers.count("o1") > 0; });
  CHECK(s.picture().answers.at("o1").value == "4");
}

TEST_CASE("Esc leaves the console, and Tab goes on where it was in the lab", "[lab]") {
  auto engine = make_engine();
  Student s(*engine, 1, {1280, 720, 100});
  s.answer("p1", "device"), s.run("one"), s.run("two-more");
  s.come_to("o1");
  s.type("4");
  key(s, Key::kTab);
  REQUIRE(ringed(s) == "send o1");
  s.h.press('c');
  for (int i = 0; i < 8; ++i) s.h.frame();
  s.type("help");
  key(s, Key::kEscape);
  CHECK_FALSE(s.h.desktop->ui().console_open);
  CHECK_FALSE(ImGui::IsAnyItemActive());
  CHECK(ringed(s) == "send o1");
  key(s, Key::kTab, true);
  CHECK(ImGui::IsAnyItemActive());
  // From the lab's field, Esc does not close a console that stands open beside it.
  s.h.desktop->ui().console_open = true;
  for (int i = 0; i < 4; ++i) s.h.frame();
  key(s, Key::kEscape);
  CHECK(s.h.desktop->ui().console_open);
}

// "vm set name=web workload=generate d": the number that is to be changed stood outside the field.
TEST_CASE("a line of a step is shown whole until one writes in it", "[lab]") {
  auto engine = make_engine();
  for (const Student::Size& size :
       {Student::Size{1024, 768, 100}, Student::Size{1400, 900, 100}, Student::Size{1400, 860, 100}}) {
    CAPTURE(size.width, size.height);
    Student s(*engine, 1, size, ":memory:", "2");
    for (const labs::Line& line : s.picture().lab->solution.lines) {
      if (line.text.starts_with("expect") || line.text == "do budget") break;
      s.play({line});
    }
    s.come_to("budget");
    const auto shown = [&](const std::string& text) {
      for (int page = 0; page < 3 && !s.h.shows(text); page++) s.h.press({Key::kPageDown}), s.h.frame(), s.h.frame();
      return s.h.shows(text);
    };
    CHECK(shown("count=30"));
    CHECK(s.h.shows("batch=8"));
    CHECK(panel_of(s).right() - 12 > s.target("line budget 1")->right());
    s.click("line budget 1");
    for (int i = 0; i < 6 && !ImGui::IsAnyItemActive(); ++i) s.h.frame();
    REQUIRE(ImGui::IsAnyItemActive());
    CHECK(s.target("line budget 1")->h < 32);
    key(s, Key::kEscape);
    key(s, Key::kTab);
    CHECK(s.target("line budget 1")->h > 32);
    // What leads to the end of a step that runs again, and what it came to, come into view.
    s.run("budget");
    for (int page = 0; page < 4; page++) key(s, Key::kPageUp);
    for (int i = 0; i < 8 && !s.target("line budget 1"); i++) s.h.frame();
    s.click("line budget 1");
    for (int i = 0; i < 6 && !ImGui::IsAnyItemActive(); ++i) s.h.frame();
    key(s, Key::kEnter);
    s.wait("the goal is armed", [&] { return s.picture().running && s.picture().running->armed; });
    for (int i = 0; i < 4; ++i) s.h.frame();
    CHECK(s.target("end budget"));
    s.reach("budget");
    for (int i = 0; i < 4; ++i) s.h.frame();
    CHECK(s.target("start budget"));
  }
}

TEST_CASE("the wheel turns the lab's page on its scroll bar, too", "[lab]") {
  auto engine = make_engine();
  Student s(*engine, 1, {1024, 768, 100});
  for (int i = 0; i < 8; ++i) s.h.frame();
  const desktop::Rect* bar = s.target("scroll bar");
  REQUIRE(bar);
  const desktop::Rect before = *bar;
  s.h.move_mouse(before.mid_x(), before.mid_y());
  s.h.frame();
  ImGui::GetIO().MouseWheel = -2;
  s.h.frame(), s.h.frame();
  REQUIRE(s.target("scroll bar"));
  CHECK(s.target("scroll bar")->y > before.y + 10);
}

TEST_CASE("Tab goes from the answer to what is next, and back", "[lab]") {
  auto engine = make_engine();
  Student s(*engine, 1, {1280, 720, 100});
  s.come_to("p1");
  key(s, Key::kTab);  // the choices have the keyboard already
  CHECK(ringed(s) == "sure 1");
  key(s, Key::kTab, true);
  CHECK(ringed(s).empty());  // on the choices, which are no button
  key(s, Key::kDown), key(s, Key::kDown);
  CHECK(s.target("p1 chosen driver"));
  key(s, Key::kTab), key(s, Key::kTab);
  CHECK(ringed(s) == "sure 2");
  key(s, Key::kEnter);
  CHECK(s.target("p1 sure 2"));
  key(s, Key::kTab), key(s, Key::kTab);
  CHECK(ringed(s) == "send p1");
  key(s, Key::kTab, true);
  CHECK(ringed(s) == "sure 3");
  key(s, Key::kTab), key(s, Key::kEnter);
  s.wait("p1 is locked", [&] { return s.picture().answers.count("p1") > 0; });
  CHECK(s.picture().answers.at("p1").sure == 2);
}

TEST_CASE("Enter that is typed into the console presses nothing in the lab", "[lab]") {
  auto engine = make_engine();
  Student s(*engine, 1);
  s.answer("p1", "device");
  s.come_to("one");
  s.h.press('c');
  for (int i = 0; i < 6; ++i) s.h.frame();
  s.type("pause");
  key(s, Key::kEnter);
  for (int i = 0; i < 10; ++i) s.h.frame();
  CHECK_FALSE(s.h.desktop->lab().busy());
  CHECK_FALSE(s.picture().running);
  CHECK(s.picture().ran.empty());
}

TEST_CASE("F1 explains the panel that has the keyboard, also while one types", "[lab]") {
  auto engine = make_engine();
  Student s(*engine, 1);
  s.answer("p1", "device");
  s.come_to("one");
  key(s, Key::kF1);
  CHECK(s.h.desktop->ui().help == "Lab");
  key(s, Key::kEscape);
  s.run("one"), s.run("two-more");
  s.come_to("o1");
  s.type("4");
  key(s, Key::kF1);
  CHECK(s.h.desktop->ui().help == "Lab");
  key(s, Key::kF1);
  CHECK(s.h.desktop->ui().help.empty());
  s.h.desktop->ui().focus = "Rings";
  s.h.desktop->ui().console_open = s.h.desktop->ui().focus_console = true;
  for (int i = 0; i < 6; ++i) s.h.frame();
  key(s, Key::kF1);
  CHECK(s.h.desktop->ui().help == "Console");
}
