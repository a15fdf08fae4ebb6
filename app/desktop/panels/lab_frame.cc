// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/lab_frame.h"

namespace ringside::desktop {

bool LabFrame::primary(const std::string& id, std::string_view label, Icon icon, bool enabled) {
  const float left = x + 12;
  const Rect r{left, y, button_width(c, label, {.icon = icon}) + 4, 40};
  y += 52;
  if (!enabled) {  // on a card, whose ground is that of a button
    c.fill(r, Token::kPanel, 4);
    if (icon != Icon::kNone) draw_icon(c, icon, {r.x + 18, r.mid_y()}, Token::kMuted);
    c.text({icon == Icon::kNone ? r.mid_x() - c.width(Type::kBodyBold, label) / 2 : r.x + 34, r.mid_y()},
           Type::kBodyBold, Token::kMuted, label);
    return false;
  }
  const bool clicked = button(c, r, label, {.icon = icon, .primary = true, .name = id});
  key_cap(c, {r.right() + 14, r.mid_y()}, "Enter");
  return focus.press(c, id, r, clicked, true);
}

bool LabFrame::secondary(const std::string& id, std::string_view label, float left, float height) {
  const ButtonLook look{.type = Type::kSmallBold, .name = id};
  const Rect r{left, y, button_width(c, label, look), height};
  c.frame(r, Token::kOutline, 1, 4);
  const bool clicked = button(c, r.inset(1), label, look);
  y += height + 8;
  return focus.press(c, id, r, clicked);
}

LabCard::LabCard(LabFrame& lf, const std::string& id, float left, float width)
    : lf_(lf), id_(id), top_(lf.y), x_(left), w_(width) {
  const auto known = lf.state.heights.find(id);
  const Rect r{x_, top_, w_, known == lf.state.heights.end() ? 0 : known->second};
  lf.c.fill(r, Token::kRaised, 4);
  lf.c.place(id, r);
  lf.y += 16;
}

LabCard::~LabCard() {
  lf_.y += 4;
  lf_.state.heights[id_] = lf_.y - top_;
  lf_.y += 12;
}

}  // namespace ringside::desktop
