// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/text_field.h"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/im.h"
#include "app/desktop/kit/numbers.h"

namespace ringside::desktop {
namespace {

struct Editing {
  const Canvas& c;
  const TextFieldLook& look;
  float room;        // of a line that is broken
  bool cut = false;  // more came than the field takes
};

// Blanks become line breaks where the line is full, and back: the text keeps its length, so the cursor stays where it
// is.
void rewrap(ImGuiInputTextCallbackData* data, const Editing& e) {
  char* text = data->Buf;
  std::replace(text, text + data->BufTextLen, '\n', ' ');
  int line = 0, blank = -1;
  for (int i = 0; i <= data->BufTextLen; ++i) {
    if (i < data->BufTextLen && text[i] != ' ') continue;
    if (blank >= line && e.c.width(e.look.type, std::string_view(text + line, size_t(i - line))) > e.room)
      text[blank] = '\n', line = blank + 1;
    blank = i;
  }
  data->BufDirty = true;
}

int on_edit_of_field(ImGuiInputTextCallbackData* data) {
  Editing& e = *static_cast<Editing*>(data->UserData);
  e.cut = im::cut_beyond(data, e.look.most);
  if (e.look.wraps) rewrap(data, e);
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
    Editing editing{c, look, r.w - 2 * pad - 8};
    if (look.wraps) {
      ImGui::SetCursorScreenPos({(r.x + pad) * s, (r.y + 8) * s});
      const std::string before = text;
      ImGui::InputTextMultiline(("##" + id).c_str(), &text, {(r.w - 2 * pad) * s, (r.h - 14) * s},
                                ImGuiInputTextFlags_CtrlEnterForNewLine | ImGuiInputTextFlags_CallbackEdit |
                                    ImGuiInputTextFlags_NoHorizontalScroll,
                                on_edit_of_field, &editing);
      state.edited = before != text;
    } else {
      ImGui::SetCursorScreenPos({(r.x + pad) * s, std::round(r.mid_y() * s - ImGui::GetFontSize() / 2)});
      ImGui::SetNextItemWidth((r.w - 2 * pad) * s);
      state.edited =
          ImGui::InputText(("##" + id).c_str(), &text, ImGuiInputTextFlags_CallbackEdit, on_edit_of_field, &editing);
    }
    state.active = ImGui::IsItemActive();
    bool& cut = *ImGui::GetStateStorage()->GetBoolRef(ImGui::GetID(("cut " + id).c_str()));
    cut = (cut || editing.cut) && im::full(text, look.most);
    state.cut = cut;
  }
  if (state.active || look.take_focus)
    c.frame(r.inset(1), Token::kHalo, 2, 4);
  else
    c.frame(r, Token::kOutline, 1, 4);
  if (state.active) c.keep_clear(r);
  if (state.cut) {  // over the end of what is there
    const std::string said = "Cut: a field like this takes " + count(look.most) + " bytes.";
    const float room = r.w - 12, w = std::min(room, c.width(Type::kSmall, said));
    const float y = look.wraps ? r.bottom() - 13 : r.mid_y();
    c.fill({r.right() - w - 8, y - 9, w + 6, 18}, Token::kSunken);
    c.name({r.right() - w - 5, y}, Type::kSmall, Token::kDropInk, said, room);
  }
  c.target(id, r);
  return state;
}

void leave_text_fields() { ImGui::SetWindowFocus(nullptr); }

}  // namespace ringside::desktop
