// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/desktop/kit/canvas.h"
#include "app/desktop/kit/fonts.h"
#include "app/desktop/kit/key_press.h"

// ImGui's paired calls as scopes, and its text field, the one widget of it that is used, in our colours.
namespace ringside::desktop::im {

class Style {
 public:
  Style() = default;
  ~Style() { ImGui::PopStyleColor(colours_), ImGui::PopStyleVar(vars_); }
  Style(const Style&) = delete;
  Style& operator=(const Style&) = delete;
  Style& colour(ImGuiCol what, uint32_t packed) { return ImGui::PushStyleColor(what, packed), ++colours_, *this; }
  Style& var(ImGuiStyleVar what, ImVec2 value) { return ImGui::PushStyleVar(what, value), ++vars_, *this; }
  Style& var(ImGuiStyleVar what, float value) { return ImGui::PushStyleVar(what, value), ++vars_, *this; }

 private:
  int colours_ = 0, vars_ = 0;
};

class Font {
 public:
  explicit Font(ImFont* font) { ImGui::PushFont(font); }
  ~Font() { ImGui::PopFont(); }
  Font(const Font&) = delete;
  Font& operator=(const Font&) = delete;
};

// The one window that fills the screen.
class Screen {
 public:
  Screen() {
    const ImGuiIO& io = ImGui::GetIO();
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(io.DisplaySize);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
    ImGui::Begin("##ringside", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoBackground |
                     ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleVar(3);
  }
  ~Screen() { ImGui::End(); }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
};

// Was Enter pressed in the text field that was just drawn? ImGui never sees it (Window::on_key).
inline bool entered(std::vector<KeyPress>* keys) {
  bool enter = false;
  if (keys) std::erase_if(*keys, [&](const KeyPress& k) { return k.key == Key::kEnter && (enter = true); });
  return enter && ImGui::IsItemActive();
}

// The next item takes the keyboard. ImGui 1.90.1 forgets such a request while no window has the focus, so this one
// takes it first.
inline void keyboard_here() {
  ImGui::SetWindowFocus();
  ImGui::SetKeyboardFocusHere();
}

// Within a text field's callback: what was typed or pasted beyond `most` bytes goes, whole letters at a time. True when
// something did.
inline bool cut_beyond(ImGuiInputTextCallbackData* data, size_t most) {
  if (size_t(data->BufTextLen) <= most) return false;
  int end = int(most);
  while (end > 0 && (data->Buf[end] & 0xC0) == 0x80) --end;
  data->DeleteChars(end, data->BufTextLen - end);
  return true;
}

// Is there still no room for one more letter of any length? So long a field says that something was cut.
inline bool full(const std::string& text, size_t most) { return text.size() + 4 > most; }

}  // namespace ringside::desktop::im
