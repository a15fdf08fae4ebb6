// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <csignal>
#include <deque>
#include <memory>
#include <string>

#include "app/desktop/kit/key_press.h"
#include "engine/base/result.h"

struct GLFWwindow;

namespace ringside::desktop {

class Desktop;
class UiMap;

struct WindowOptions {
  int width = 1920, height = 1080, scale = 0;  // scale 0 = as the display says
  bool visible = true, sized = false;          // sized: the size was asked for
  std::string screenshot;
  std::string ui_map;  // for tests: where things are, written anew when it changes
  int frames = 0;      // leave after so many; 0 = stay
};

// The GLFW window with its OpenGL context: tries 3.3, then 3.0. Draws a Desktop at the pace that the picture needs:
// 60 frames a second while packets move, 15 while only text changes, none when paused and untouched. UI thread.
class Window {
 public:
  static Result<std::unique_ptr<Window>> open(const WindowOptions& options);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  // Until its window is closed, or `asked_to_end`, which a signal sets.
  Status run(Desktop& desktop, const volatile std::sig_atomic_t& asked_to_end);
  int scale() const { return options_.scale; }
  int frames() const { return frames_; }  // drawn so far

 private:
  explicit Window(const WindowOptions& options);
  Status create();
  void apply_requests(Desktop& desktop);
  void draw(Desktop& desktop, double seconds);
  void feed_mouse();
  void remember_key(int key, int scancode, int mods);
  static void on_key(GLFWwindow* window, int key, int scancode, int action, int mods);
  static void on_char(GLFWwindow* window, unsigned int letter);

  WindowOptions options_;
  GLFWwindow* window_ = nullptr;
  Desktop* desktop_ = nullptr;
  std::unique_ptr<UiMap> map_;
  // Buttons as they came, each with its place. ImGui before 1.87 asks for their state once a frame: what happened
  // between two frames, a press, a move and a release, would be lost or fall on the wrong thing. They are handed on one
  // a frame.
  struct ButtonEvent {
    int button;
    bool down;
    float x, y;
  };
  std::deque<ButtonEvent> buttons_;
  bool held_[3] = {false, false, false};
  float mouse_x_ = 0, mouse_y_ = 0;
  int frames_ = 0;
  bool imgui_ = false, touched_ = true;
};

}  // namespace ringside::desktop
