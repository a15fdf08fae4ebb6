// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "app/desktop/shell/canvas.h"
#include "app/desktop/shell/fonts.h"

// ImGui's paired calls as scopes, and the few of its widgets that are used: text input and popups, in our colours.
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
    ImGui::Begin("##ringside", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                            ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleVar(3);
  }
  ~Screen() { ImGui::End(); }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;
};

// A menu that opens where the mouse is. Rows are the command that they send, so that one can type it next time.
class Popup {
 public:
  Popup(const Canvas& c, const char* id) {
    const Theme& t = c.theme();
    const float s = c.scale();
    style_.colour(ImGuiCol_PopupBg, t.packed(Token::kRaised)).colour(ImGuiCol_Border, t.packed(Token::kOutline)).colour(ImGuiCol_Text, t.packed(Token::kText))
        .colour(ImGuiCol_Header, t.packed(Token::kPanel)).colour(ImGuiCol_HeaderHovered, t.packed(Token::kPanel)).colour(ImGuiCol_HeaderActive, t.packed(Token::kSunken))
        .var(ImGuiStyleVar_PopupRounding, 4 * s).var(ImGuiStyleVar_WindowPadding, {8 * s, 8 * s}).var(ImGuiStyleVar_ItemSpacing, {8 * s, 8 * s});
    open_ = ImGui::BeginPopup(id);
  }
  ~Popup() {
    if (open_) ImGui::EndPopup();
  }
  Popup(const Popup&) = delete;
  Popup& operator=(const Popup&) = delete;
  explicit operator bool() const { return open_; }

 private:
  Style style_;
  bool open_ = false;
};

}  // namespace ringside::desktop::im
