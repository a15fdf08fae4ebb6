// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/text_field.h"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/im.h"

namespace ringside::desktop {
namespace {

struct Wrapping {
  const Canvas& c;
  Type type;
  float room;
};

// Blanks become line breaks where the line is full, and back: the text keeps its length, so the cursor stays where it
// is.
int rewrap(ImGuiInputTextCallbackData* data) {
  const Wrapping& w = *static_cast<Wrapping*>(data->UserData);
  char* text = data->Buf;
  std::replace(text, text + data->BufTextLen, '\n', ' ');
  int line = 0, blank = -1;
  for (int i = 0; i <= data->BufTextLen; ++i) {
    if (i < data->BufTextLen && text[i] != ' ') continue;
    if (blank >= line && w.c.width(w.type, std::string_view(text + line, size_t(i - line))) > w.room)
      text[blank] = '\n', line = blank + 1;
    blank = i;
  }
  data->BufDirty = true;
  return 0;
}

}  // namespace

TextFieldState text_field(Canvas& c, const std::string& id, Rect r, std::string& text, const TextFieldLook& look) {
  TextFieldState state;
  c.fill(r, Token::kSunken, 4);
  const Rect seen = c.clip();
  if (r.y < seen.y || r.bottom() > seen.bottom()) return c.frame(r, Token::kOutline, 1, 4), state;
  const float s = c.scale();
  const Theme& t = c.theme();
  {
    im::Style style;
    style.colour(ImGuiCol_FrameBg, 0)
        .colour(ImGuiCol_Text, t.packed(Token::kText))
        .colour(ImGuiCol_TextSelectedBg, t.packed({Token::kOutline, 0.6f}))
        .colour(ImGuiCol_ScrollbarBg, 0)
        .var(ImGuiStyleVar_FramePadding, {0, 0})
        .var(ImGuiStyleVar_FrameBorderSize, 0)
        .var(ImGuiStyleVar_ScrollbarSize, 1);
    im::Font font(c.font(look.type));
    const float pad = look.type == Type::kFigure ? 16.f : 12.f;
    if (look.take_focus) im::keyboard_here();
    if (look.wraps) {
      Wrapping wrapping{c, look.type, r.w - 2 * pad - 8};
      ImGui::SetCursorScreenPos({(r.x + pad) * s, (r.y + 8) * s});
      const std::string before = text;
      ImGui::InputTextMultiline(("##" + id).c_str(), &text, {(r.w - 2 * pad) * s, (r.h - 14) * s},
                                ImGuiInputTextFlags_CtrlEnterForNewLine | ImGuiInputTextFlags_CallbackEdit |
                                    ImGuiInputTextFlags_NoHorizontalScroll,
                                rewrap, &wrapping);
      state.edited = before != text;
    } else {
      ImGui::SetCursorScreenPos({(r.x + pad) * s, std::round(r.mid_y() * s - ImGui::GetFontSize() / 2)});
      ImGui::SetNextItemWidth((r.w - 2 * pad) * s);
      state.edited = ImGui::InputText(("##" + id).c_str(), &text);
    }
    state.active = ImGui::IsItemActive();
  }
  if (text.size() > look.most) text.resize(look.most);
  if (state.active || look.take_focus)
    c.frame(r.inset(1), Token::kHalo, 2, 4);
  else
    c.frame(r, Token::kOutline, 1, 4);
  if (state.active) c.keep_clear(r);
  c.target(id, r);
  return state;
}

void leave_text_fields() { ImGui::SetWindowFocus(nullptr); }

}  // namespace ringside::desktop
