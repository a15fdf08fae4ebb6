// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <imgui.h>

#include "labs/runner/script.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"
#include "tests/support/patience.h"

namespace ringside::test {

// Somebody who takes the lab.
class Student {
 public:
  struct Size {
    float width = 1920, height = 1080;
    int scale = 100;
  };
  Student(Engine& engine, int variant, Size size,
          const std::string& progress = ":memory:", const std::string& lab = "1")
      : h({{},
           size.width,
           size.height,
           size.scale,
           "dark",
           "learn",
           {.student = "ada", .progress = progress, .variant = variant}},
          &engine) {
    h.desktop->lab().open(lab);
    wait("the lab is open", [&] { return picture().lab && h.desktop->client().snapshot().state != RunState::kEmpty; });
  }

  Student(Engine& engine, int variant) : Student(engine, variant, Size{}) {}

  const desktop::LabPicture& picture() { return h.desktop->lab().picture(); }

  template <class Condition>
  void wait(const std::string& what, Condition condition) {
    const bool came = eventually([&] {
      h.frame();
      return !h.desktop->waiting() && condition();
    });
    if (!came) FAIL("the window did not come to: " + what);
    h.frame(), h.frame();
  }

  const desktop::Rect* target(const std::string& name) const {
    for (const auto& t : h.recording.targets)
      if (t.name == "Lab/" + name) return &t.rect;
    return nullptr;
  }

  void click(const std::string& name) {
    wait(name, [&] { return target(name) != nullptr; });
    const desktop::Rect r = *target(name);
    h.click(r.mid_x(), r.mid_y());
  }

  void type(const std::string& text) {
    for (int i = 0; i < 6 && !ImGui::GetIO().WantTextInput; ++i) h.frame();
    REQUIRE(ImGui::GetIO().WantTextInput);
    h.type(text);
    h.frame(), h.frame();
  }

  void enter() { h.press(desktop::Key::kEnter), h.frame(), h.frame(); }

  // Reads on and turns pages until what is asked for can be seen.
  void come_to(const std::string& id) {
    const size_t item = item_of(id);
    wait("offer " + id, [&] {
      if (picture().first_open() == item)
        for (const auto& t : h.recording.targets)
          for (const std::string& name : {"answer " + id, "start " + id, id + " "})
            if (t.name.starts_with("Lab/" + name)) return true;
      if (target("page next"))
        enter();
      else
        h.press(desktop::Key::kPageDown), h.frame();
      return false;
    });
  }

  size_t item_of(const std::string& id) {
    const auto items = picture().lab->items();
    for (size_t i = 0; i < items.size(); ++i) {
      if (items[i].kind == labs::ItemKind::kQuestion && picture().lab->questions[items[i].index].id == id) return i;
      if (items[i].kind == labs::ItemKind::kDo && picture().lab->blocks[items[i].index].id == id) return i;
    }
    FAIL("no item " + id);
    return 0;
  }

  void answer(const std::string& id, const std::string& value) {
    CAPTURE(id, value);
    come_to(id);
    const labs::Question& q = *picture().lab->question(id);
    if (q.answers == labs::AnswerKind::kChoice || q.answers == labs::AnswerKind::kPoint) {
      size_t at = 0;
      while (at < q.options.size() && q.options[at].id != value) ++at;
      while (q.options.empty() && at < q.places.size() && q.places[at] != value) ++at;
      h.press(char('1' + at)), h.frame();  // by its number
    } else {
      type(value);
    }
    const uint64_t before = picture().serial;
    enter();
    wait(id + " is answered", [&] { return picture().serial > before && picture().answers.count(id); });
  }

  void run(const std::string& block) {
    click("start " + block);
    reach(block);
  }

  void reach(const std::string& block) {
    wait(block + " waits for steps", [&] { return picture().running && picture().running->armed; });
    h.press(desktop::Key::kSpace), h.frame();
    wait(block + " has ended", [&] { return !picture().running && picture().ran.count(block); });
  }

  void play(const std::vector<labs::Line>& lines) {
    for (const labs::Line& line : lines) {
      const auto words = labs::words_of(line.text);
      if (words[0] == "answer")
        answer(words[1], words[2]);
      else if (words[0] == "do" && words.size() == 2)
        come_to(words[1]), run(words[1]);
    }
  }

  labs::CheckResult check(const std::string& id) {
    for (const labs::CheckResult& r : picture().checks)
      if (r.id == id) return r;
    FAIL("no check " + id);
    return {};
  }

  void change_ring(const std::string& rows) {  // typing into the line is what lab_window_test.py does
    std::vector<std::string> lines = picture().lines.at("sleepy");
    lines[0] = "vm set name=web rx_ring=" + rows + " poll_every=" + picture().lab->fields.at("pause_us") + "us";
    h.desktop->lab().start("sleepy", lines);
    reach("sleepy");
  }

  Headless h;
};

}  // namespace ringside::test
