// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/desktop/shell/desktop.h"
#include "tests/support/fake_engine.h"

namespace ringside::test {

// The window's content without a window: ImGui frames are built, and nothing draws them.
class Headless {
 public:
  struct Setup {
    FakeOptions engine{};
    float width = 1920, height = 1080;
    int scale = 100;
    std::string theme = "dark";
    std::string layout = "explore";
    desktop::LabDeskOptions labs{.student = "ada", .progress = ":memory:", .variant = 0};
  };
  // `real`: draw this engine's snapshots instead of the paper machine's.
  explicit Headless(const Setup& setup, Engine* real = nullptr);
  ~Headless();
  Headless(const Headless&) = delete;
  Headless& operator=(const Headless&) = delete;

  void frame(double seconds = 1.0 / 60);          // one frame; what it drew is in `recording`
  void frames(int n, double engine_seconds = 0);  // with time passing in the machine
  void move_mouse(float x, float y);              // logical pixels
  void click(float x, float y, int button = 0);
  void right_click(float x, float y) { click(x, y, 1); }
  void press(const desktop::KeyPress& key) { desktop->press(key); }
  void press(desktop::Key key) { desktop->press({key}); }
  void press(char letter) { desktop->press({desktop::Key::kLetter, char32_t(letter)}); }
  void type(const std::string& text);         // as it comes from a keyboard, all at once; a newline is Enter
  bool shows(const std::string& text) const;  // some text is or contains this
  const desktop::Drawn* find(const std::string& text) const;  // the text that is exactly this
  std::vector<unsigned char> vertices() const;                // all that would go to the GPU

  FakeEngine engine;
  std::unique_ptr<desktop::Desktop> desktop;
  desktop::Recording recording;
};

}  // namespace ringside::test
