// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/window.h"

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "app/desktop/shell/desktop.h"
#include "app/desktop/shell/screenshot.h"
#include "app/desktop/shell/ui_map.h"

namespace ringside::desktop {
namespace {

std::string g_glfw_error;  // the last words of GLFW, for the one line that a person reads

constexpr double kFast = 1.0 / 60, kSlow = 1.0 / 15, kAsleep = 1,
                 kStill = 0.25;  // while a lab measures: what draws takes from what is measured
constexpr int kAfterTouch = 8;   // frames until hover, popups and an answer's picture have settled

GLFWwindow* try_version(const WindowOptions& o, int major, int minor) {
  glfwDefaultWindowHints();
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, major);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, minor);
  if (major * 10 + minor >= 32) glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "ringside");
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "ringside");
  glfwWindowHint(GLFW_VISIBLE, o.visible);
  return glfwCreateWindow(o.width, o.height, "Ringside", nullptr, nullptr);
}

// Xlib ends a program whose display is gone, with 1 and words of its own (XSetIOErrorHandler(3)): it may not come back.
// GLFW loads Xlib at run time, so it is asked for there; without X there is none.
void tell_of_a_lost_display() {
  using Handler = int (*)(void*);
  void* const xlib = dlopen("libX11.so.6", RTLD_LAZY | RTLD_NOLOAD);
  if (!xlib) return;
  if (auto set = reinterpret_cast<Handler (*)(Handler)>(dlsym(xlib, "XSetIOErrorHandler")))
    set([](void*) -> int {
      std::fputs("ringside: The display is gone, and the window with it. Start it again: ringside\n", stderr);
      std::_Exit(3);
    });
  dlclose(xlib);
}

// A window that is larger than the screen begins with its edges out of reach.
void fit_screen(WindowOptions& o) {
  GLFWmonitor* screen = glfwGetPrimaryMonitor();
  int x = 0, y = 0, w = 0, h = 0;
  if (screen) glfwGetMonitorWorkarea(screen, &x, &y, &w, &h);
  if (w > 0 && h > 0) o.width = std::min(o.width, w), o.height = std::min(o.height, h);
}

}  // namespace

Window::Window(const WindowOptions& options) : options_(options) {
  if (!options.ui_map.empty()) map_ = std::make_unique<UiMap>(options.ui_map);
}

Result<std::unique_ptr<Window>> Window::open(const WindowOptions& options) {
  std::unique_ptr<Window> window(new Window(options));
  if (Status made = window->create(); !made) return made.error();
  return window;
}

Status Window::create() {
  glfwSetErrorCallback([](int, const char* text) { g_glfw_error = text; });
  if (!glfwInit())
    return Error{"No display can be opened (" + g_glfw_error + ").", "",
                 "Without one: ringsidectl run FILE, or xvfb-run ringside.", ""};
  tell_of_a_lost_display();
  if (!options_.sized) fit_screen(options_);
  window_ = try_version(options_, 3, 3);
  if (!window_) window_ = try_version(options_, 3, 0);
  if (!window_)
    return Error{"This display offers no OpenGL 3.0 (" + g_glfw_error + ").", "",
                 "Software drawing often helps: LIBGL_ALWAYS_SOFTWARE=1 ringside (package libgl1-mesa-dri).", ""};
  glfwMakeContextCurrent(window_);
  glfwSwapInterval(options_.frames ? 0 : 1);
  glfwSetWindowUserPointer(window_, this);
  if (!options_.scale) {
    float x = 1, y = 1;
    glfwGetWindowContentScale(window_, &x, &y);
    options_.scale = nearest_scale(int(std::lround(100 * std::max(x, y))));
  }
  glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double x, double y) {
    auto* self = static_cast<Window*>(glfwGetWindowUserPointer(w));
    self->touched_ = true, self->mouse_x_ = float(x), self->mouse_y_ = float(y);
  });
  glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int button, int action, int) {
    auto* self = static_cast<Window*>(glfwGetWindowUserPointer(w));
    self->touched_ = true;
    if (button >= 0 && button < 3)
      self->buttons_.push_back({button, action == GLFW_PRESS, self->mouse_x_, self->mouse_y_});
  });
  glfwSetScrollCallback(window_, [](GLFWwindow* w, double, double) {
    static_cast<Window*>(glfwGetWindowUserPointer(w))->touched_ = true;
  });
  glfwSetFramebufferSizeCallback(
      window_, [](GLFWwindow* w, int, int) { static_cast<Window*>(glfwGetWindowUserPointer(w))->touched_ = true; });
  glfwSetWindowRefreshCallback(
      window_, [](GLFWwindow* w) { static_cast<Window*>(glfwGetWindowUserPointer(w))->touched_ = true; });

  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  imgui_ = true;
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;  // nothing is written to the folder that one happens to stand in
  io.LogFilename = nullptr;
  io.ConfigInputTextCursorBlink = false;        // nothing blinks
  ImGui_ImplGlfw_InitForOpenGL(window_, true);  // chains the callbacks above
  // Letters come to ImGui by Desktop::type, in their order with Enter, which it never sees: it loses one that is
  // pressed and released between two frames.
  glfwSetKeyCallback(window_, on_key);
  glfwSetCharCallback(window_, on_char);
  const int version = glfwGetWindowAttrib(window_, GLFW_CONTEXT_VERSION_MAJOR) * 10 +
                      glfwGetWindowAttrib(window_, GLFW_CONTEXT_VERSION_MINOR);
  if (!ImGui_ImplOpenGL3_Init(version >= 33 ? "#version 330" : "#version 130"))
    return Error{"OpenGL could not be set up.", "", "LIBGL_ALWAYS_SOFTWARE=1 ringside", ""};
  return {};
}

Window::~Window() {
  if (imgui_) {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
  }
  if (window_) glfwDestroyWindow(window_);
  glfwTerminate();
}

void Window::on_key(GLFWwindow* window, int key, int scancode, int action, int mods) {
  auto* self = static_cast<Window*>(glfwGetWindowUserPointer(window));
  self->touched_ = true;
  if (action != GLFW_RELEASE) self->remember_key(key, scancode, mods);
  // Enter and Esc are ours: ImGui's Esc takes back what was typed into a field.
  if (key != GLFW_KEY_ENTER && key != GLFW_KEY_KP_ENTER && key != GLFW_KEY_ESCAPE)
    ImGui_ImplGlfw_KeyCallback(window, key, scancode, action, mods);
}

void Window::remember_key(int key, int scancode, int mods) {
  KeyPress press;
  press.ctrl = mods & GLFW_MOD_CONTROL, press.shift = mods & GLFW_MOD_SHIFT, press.alt = mods & GLFW_MOD_ALT;
  switch (key) {
    case GLFW_KEY_SPACE: press.key = Key::kSpace; break;
    case GLFW_KEY_LEFT: press.key = Key::kLeft; break;
    case GLFW_KEY_RIGHT: press.key = Key::kRight; break;
    case GLFW_KEY_UP: press.key = Key::kUp; break;
    case GLFW_KEY_DOWN: press.key = Key::kDown; break;
    case GLFW_KEY_TAB: press.key = Key::kTab; break;
    case GLFW_KEY_ENTER:
    case GLFW_KEY_KP_ENTER: press.key = Key::kEnter; break;
    case GLFW_KEY_ESCAPE: press.key = Key::kEscape; break;
    case GLFW_KEY_HOME: press.key = Key::kHome; break;
    case GLFW_KEY_END: press.key = Key::kEnd; break;
    case GLFW_KEY_PAGE_UP: press.key = Key::kPageUp; break;
    case GLFW_KEY_PAGE_DOWN: press.key = Key::kPageDown; break;
    case GLFW_KEY_F1: press.key = Key::kF1; break;
    case GLFW_KEY_F6: press.key = Key::kF6; break;
    case GLFW_KEY_F11: press.key = Key::kF11; break;
    case GLFW_KEY_MENU: press.key = Key::kMenu; break;
    case GLFW_KEY_F10:
      if (!press.shift) return;
      press.key = Key::kMenu, press.shift = false;
      break;
    default: {
      // letters come as characters, except with Ctrl, where the keyboard's own name of the key counts
      if (!press.ctrl) return;
      if (key == GLFW_KEY_KP_ADD)
        press.letter = '+';
      else if (key == GLFW_KEY_KP_SUBTRACT)
        press.letter = '-';
      else if (const char* name = glfwGetKeyName(key, scancode); name && name[0] && !name[1])
        press.letter = char32_t(std::tolower(name[0]));
      else
        return;
      press.key = Key::kLetter;
    }
  }
  if (desktop_) desktop_->type(press);
}

void Window::on_char(GLFWwindow* window, unsigned int letter) {
  auto* self = static_cast<Window*>(glfwGetWindowUserPointer(window));
  self->touched_ = true;
  if (!self->desktop_) return;
  KeyPress press;
  if (letter != ' ')
    press = {Key::kLetter, letter < 128 ? char32_t(std::tolower(int(letter))) : char32_t(letter), false, false, false};
  self->desktop_->type(press, letter);
}

void Window::feed_mouse() {
#if IMGUI_VERSION_NUM < 18700
  ImGuiIO& io = ImGui::GetIO();
  if (!buttons_.empty()) {
    const ButtonEvent e = buttons_.front();
    buttons_.pop_front();
    held_[e.button] = e.down;
    io.MousePos = {e.x, e.y};
  }
  for (int b = 0; b < 3; ++b) io.MouseDown[b] = held_[b];
#endif
  touched_ |= IMGUI_VERSION_NUM < 18700 && !buttons_.empty();
}

void Window::apply_requests(Desktop& desktop) {
  UiState& ui = desktop.ui();
  ui.scale_chosen |= ui.scale_request != 0, ui.theme_chosen |= !ui.theme_request.empty();
  if (ui.scale_request && ui.scale_request != desktop.scale()) {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    desktop.set_scale(*ImGui::GetIO().Fonts, ui.scale_request);
    ImGui_ImplOpenGL3_CreateFontsTexture();
  }
  ui.scale_request = 0;
  if (!ui.theme_request.empty()) {
    (void)desktop.set_theme(ui.theme_request);
    ui.theme_request.clear();
  }
}

void Window::draw(Desktop& desktop, double seconds) {
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
  feed_mouse();
  ImGui::NewFrame();
  desktop.frame(seconds, map_ ? &map_->recording : nullptr);
  ImGui::Render();
  int w = 0, h = 0;
  glfwGetFramebufferSize(window_, &w, &h);
  glViewport(0, 0, w, h);
  const Rgb ground = desktop.theme().rgb(Token::kWindow);
  glClearColor(float(ground.r) / 255, float(ground.g) / 255, float(ground.b) / 255, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

Status Window::run(Desktop& desktop, const volatile std::sig_atomic_t& asked_to_end) {
  desktop_ = &desktop;
  desktop.set_scale(*ImGui::GetIO().Fonts, options_.scale);
  double drawn_at = glfwGetTime() - kFast;
  int settle = kAfterTouch;
  bool fresh = false;  // until it has been drawn, also when it came too early for the pace
  for (int frame = 0; !glfwWindowShouldClose(window_) && !asked_to_end && !desktop.ui().quit;) {
    fresh |= desktop.poll();
    if (touched_) settle = kAfterTouch, touched_ = false;
    const bool counting = options_.frames > 0;
    if (!fresh && settle <= 0 && !counting && !desktop.easing() && !desktop.waiting()) {
      glfwWaitEventsTimeout(desktop.moving() ? kFast : kAsleep);
      continue;
    }
    // at most 60 a second while packets move, 15 when only text changes
    const bool still = desktop.measuring();
    const double pace = still ? kStill : desktop.moving() || desktop.easing() || settle > 0 || counting ? kFast : kSlow;
    const double now = glfwGetTime();
    if (now - drawn_at < pace * 0.9) {
      glfwWaitEventsTimeout(pace - (now - drawn_at));
      if (!touched_ || still) continue;
    } else {
      glfwPollEvents();
    }
    apply_requests(desktop);
    const double seconds = std::min(0.25, glfwGetTime() - drawn_at);
    drawn_at = glfwGetTime();
    draw(desktop, seconds);
    touched_ |= desktop.has_typed();
    fresh = false;
    --settle;
    ++frame, ++frames_;
    if (counting && frame >= options_.frames) {
      if (!options_.screenshot.empty()) {
        int w = 0, h = 0;
        glfwGetFramebufferSize(window_, &w, &h);
        glFinish();
        if (Status saved = save_screenshot(options_.screenshot, w, h); !saved) return saved;
      }
      break;
    }
    glfwSwapBuffers(window_);
    if (map_) {
      int x = 0, y = 0;
      glfwGetWindowPos(window_, &x, &y);
      map_->write(desktop, x, y);
    }
  }
  desktop_ = nullptr;
  return {};
}

}  // namespace ringside::desktop
