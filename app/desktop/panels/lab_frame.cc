// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/lab_frame.h"

#include <algorithm>

namespace ringside::desktop {

bool LabFrame::primary(const std::string& id, std::string_view label, Icon icon, bool enabled) {
  // The label is never cut: where the panel is narrow it takes more lines, and the key's name goes.
  const float left = x + 12, room = w - 24, indent = icon == Icon::kNone ? 12.f : 34.f;
  const std::vector<std::string> lines = c.wrap(Type::kBodyBold, label, room - indent - 16);
  float text = 0;
  for (const std::string& line : lines) text = std::max(text, c.width(Type::kBodyBold, line));
  const Rect r{left, y, indent + text + 16, 20 + 20 * float(std::max<size_t>(1, lines.size()))};
  button = r;
  y += r.h + 12;
  const bool seen = c.fits_line({r.x, r.mid_y()}, r.h / 2);
  if (!seen) return enabled && focus.press_unseen(c, id, r, true);
  bool clicked = false;
  if (enabled)
    clicked = desktop::button(c, r, "", {.primary = true, .name = id});
  else
    c.fill(r, Token::kPanel, 4);  // on a card, whose ground is that of a button
  const Token ink = enabled ? Token::kOnInvert : Token::kMuted;
  if (icon != Icon::kNone) draw_icon(c, icon, {r.x + 18, r.mid_y()}, ink);
  for (size_t i = 0; i < lines.size(); ++i)
    c.text({icon == Icon::kNone ? r.mid_x() - c.width(Type::kBodyBold, lines[i]) / 2 : r.x + indent,
            r.y + 20 + 20 * float(i)},
           Type::kBodyBold, ink, lines[i]);
  if (!enabled) return false;
  const float cap = r.right() + 14;
  if (focus.enter_presses(id) && cap + c.width(Type::kSmall, "Enter") + 11 <= left + room)
    key_cap(c, {cap, r.mid_y()}, "Enter");
  return focus.press(c, id, r, clicked, true);
}

bool LabFrame::secondary(const std::string& id, std::string_view label, float left, float height) {
  const ButtonLook look{.type = Type::kSmallBold, .name = id};
  const Rect r{left, y, button_width(c, label, look), height};
  y += height + 8;
  if (!c.fits_line({r.x, r.mid_y()}, r.h / 2)) return focus.press_unseen(c, id, r);
  c.frame(r, Token::kOutline, 1, 4);
  const bool clicked = desktop::button(c, r.inset(1), label, look);
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
