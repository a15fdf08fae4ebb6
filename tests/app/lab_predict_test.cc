// SPDX-License-Identifier: BSD-3-Clause
// An order is put and a curve is drawn in the lab panel, by keys alone and by mouse; what was said lies on the charts
// of the window and of the terminal.
#include <imgui.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "app/ctl/cmd_lab_text.h"
#include "app/ctl/lab_answer.h"
#include "app/ctl/measured_text.h"
#include "labs/runner/lab_compiler.h"
#include "tests/app/button_checks.h"
#include "tests/app/lab_student.h"
#include "tests/app/picture_checks.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;
using desktop::Key;

namespace {

constexpr const char* kPredictions = "tests/labs/predictions/lab.md";

void press_key(Student& s, Key k) { s.h.press(k), s.h.frame(), s.h.frame(); }
void press_key(Student& s, char letter) { s.h.press(letter), s.h.frame(), s.h.frame(); }

bool is_ready(Student& s, const std::string& id) {  // its button can be pressed
  s.enter();
  s.h.frame(), s.h.frame();
  return eventually([&] {
    s.h.frame();
    return s.picture().answers.count(id) != 0;
  });
}

std::string said(Student& s, const std::string& id) {
  const auto at = s.picture().answers.find(id);
  return at == s.picture().answers.end() ? "" : at->second.value;
}

void lock(Student& s, const std::string& id) {
  CAPTURE(id);
  REQUIRE(is_ready(s, id));
}

// With the mouse down, from place to place of the panel.
void drag(Student& s, const std::vector<desktop::Point>& way) {
  s.h.move_mouse(way.front().x, way.front().y);
  s.h.frame();
  ImGui::GetIO().MouseDown[0] = true, s.h.frame();
  for (const desktop::Point& p : way) s.h.move_mouse(p.x, p.y), s.h.frame();
  ImGui::GetIO().MouseDown[0] = false, s.h.frame(), s.h.frame();
}

}  // namespace

TEST_CASE("keys alone draw a curve and put an order", "[app]") {
  auto engine = make_engine();
  Student s(*engine, 1, {}, ":memory:", kPredictions);
  s.come_to("p1");
  press_key(s, '1');       // rising
  press_key(s, Key::kUp);  // the first value, a step higher: now it is drawn
  press_key(s, Key::kRight), press_key(s, Key::kRight);
  press_key(s, Key::kDown), press_key(s, Key::kDown);
  lock(s, "p1");
  CHECK(said(s, "p1") == "28 37 40 63 77 90");
  CHECK(engine->cut()->steps == 0);  // arrows to the side are steps elsewhere
  s.come_to("p2");
  press_key(s, '1'), press_key(s, '3'), press_key(s, '2'), press_key(s, '=');
  press_key(s, '2'), press_key(s, '2'), press_key(s, '=');  // taken back, and put again
  lock(s, "p2");
  CHECK(said(s, "p2") == "many > back = one");
  s.come_to("p3");
  press_key(s, '1'), press_key(s, '1');
  s.enter();
  for (int i = 0; i < 10; ++i) s.h.frame();
  CHECK(said(s, "p3").empty());  // nothing is in it
  press_key(s, '2');
  s.enter();
  for (int i = 0; i < 10; ++i) s.h.frame();
  CHECK(said(s, "p3").empty());  // one of two
  press_key(s, '1');
  lock(s, "p3");
  CHECK(said(s, "p3") == "a > b");
}

TEST_CASE("the mouse draws a curve over the empty chart, and puts an order", "[app]") {
  auto engine = make_engine();
  Student s(*engine, 1, {}, ":memory:", kPredictions);
  s.come_to("p1");
  s.wait("the plot", [&] { return s.target("p1 at 1") && s.target("p1 at 32"); });
  const desktop::Rect first = *s.target("p1 at 1"), last = *s.target("p1 at 32");
  const auto height = [&](double of_100) { return first.bottom() - first.h * float(of_100) / 100; };
  s.enter();  // nothing is drawn: nothing is locked
  for (int i = 0; i < 10; ++i) s.h.frame();
  CHECK(said(s, "p1").empty());
  drag(s, {{first.mid_x(), height(10)}, {last.mid_x(), height(60)}});  // what is jumped over lies between
  lock(s, "p1");
  CHECK(said(s, "p1") == "10 20 30 40 50 60");
  s.come_to("p2");
  s.click("p2 one"), s.click("p2 many"), s.click("p2 back"), s.click("p2 alike back");
  lock(s, "p2");
  CHECK(said(s, "p2") == "one > many = back");
  s.come_to("p3");
  s.click("p3 b"), s.click("p3 a"), s.click("p3 b");  // the first one goes behind: taken out, and put again
  s.click("p3 b");
  lock(s, "p3");
  CHECK(said(s, "p3") == "a > b");
}

TEST_CASE("what was said lies on the chart of the window and of the terminal", "[app]") {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  const std::string path =
      (std::filesystem::temp_directory_path() / ("ringside-predict-" + std::to_string(getpid()))).string();
  auto engine = make_engine();
  auto text = labs::read_lab(kPredictions);
  REQUIRE(text.ok());
  // Taken from its text, a lab is a preview and keeps nothing.
  const std::string compiled = path + ".labs";
  REQUIRE(labs::build_labs({*text}, compiled).ok());
  auto recorded = labs::read_recording("labs/exercises/003_97_percent_fewer_exits/windows/solution-1.json");
  REQUIRE(recorded.ok());
  {
    auto store = labs::ProgressStore::open({.path = path});
    REQUIRE(store.ok());
    auto session =
        labs::LabSession::open(*engine, **store, *text, {.student = "ada", .variant = 0, .recorded = *recorded});
    REQUIRE(session.ok());
    for (const auto& [id, value] :
         {std::pair("p1", "valley"), std::pair("p2", "one > back = many"), std::pair("p3", "a > b")})
      REQUIRE((*session)->answer(id, value).ok());
    REQUIRE((*session)->run_block("between").ok());
    const std::string bars =
        ctl::measured_text(ctl::Terminal{}, (*session)->chart_of(*(*session)->lab().block("between")));
    INFO(bars);
    for (const char* part : {"← 1st, as you said", "← 3rd, you said 2nd", "○", "You said: valley (○, its shape"})
      CHECK(bars.find(part) != std::string::npos);
    const std::string asked = ctl::question_text(ctl::Terminal{}, *(*session)->lab().question("p1"));
    CHECK(asked.find("Or 6 heights, for 1, 2, 4, 8, 16, 32.") != std::string::npos);
    const labs::Question& order = *(*session)->lab().question("p2");
    CHECK(ctl::typed_answer(order, "2") == "2");  // no choice of a list
    CHECK_FALSE(ctl::is_chosen(order));
  }
  for (const Student::Size size : {Student::Size{1400, 900, 100}, Student::Size{2800, 1800, 200}}) {
    CAPTURE(size.scale);
    Student s(*engine, 1, size, path, (compiled + ":predictions").c_str());
    s.h.desktop->ui().bring_to_front("Measured");
    for (int i = 0; i < 10; ++i) s.h.frame();
    CHECK(s.h.shows("1st, as you said"));
    CHECK(s.h.shows("3rd, you said 2nd"));
    CHECK(s.h.shows("you said valley: its shape, where it fits best"));
  }
  for (const char* part : {"", "-wal", "-shm", ".labs"}) std::filesystem::remove(path + part);
}
