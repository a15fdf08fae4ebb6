// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/controls.h"

#include <cmath>

namespace ringside::desktop {

float button_width(const Canvas& c, std::string_view label, const ButtonLook& look) {
  return 24 + (label.empty() ? 0 : c.width(look.type, label)) +
         (look.icon != Icon::kNone ? (label.empty() ? 12 : 22) : 0) + (look.chevron ? 18 : 0);
}

bool button(Canvas& c, Rect r, std::string_view label, const ButtonLook& look) {
  if (look.enabled) c.target(look.name.empty() ? label : look.name, r);
  const bool over = look.enabled && c.hovered(r);
  c.fill(r, look.primary ? Token::kInvert : Token::kRaised, 4);
  if (look.primary) c.keep_clear(r);
  if ((over || look.outlined) && !look.primary)
    c.frame(r, over && look.outlined ? Token::kText2 : Token::kOutline, 1, 4);
  const Token ink = !look.enabled ? Token::kMuted : look.primary ? Token::kOnInvert : Token::kText;
  float x = r.x + 12;
  if (label.empty()) {
    draw_icon(c, look.icon, {r.mid_x(), r.mid_y()}, ink);
  } else {
    if (look.icon != Icon::kNone)
      draw_icon(c, look.icon, {x + 6, r.mid_y()}, ink), x += 22;
    else if (!look.chevron)
      x = r.mid_x() - c.width(look.type, label) / 2;
    x += c.text({x, r.mid_y()}, look.type, ink, label);
    if (look.chevron) draw_icon(c, Icon::kChevron, {r.right() - 12, r.mid_y()}, Token::kText2);
  }
  return look.enabled && c.clicked(r);
}

float segmented_width(const Canvas& c, std::span<const std::string_view> labels) {
  float w = 4;
  for (auto label : labels) w += std::round(c.width(Type::kSmallBold, label)) + 20;
  return w;
}

int segmented(Canvas& c, Point p, float height, std::span<const std::string_view> labels, int chosen) {
  const Rect all{p.x, p.y - height / 2, segmented_width(c, labels), height};
  c.fill(all, Token::kSunken, 4);
  c.frame(all, Token::kLine, 1, 4);
  float x = all.x + 2;
  int clicked = -1;
  for (size_t i = 0; i < labels.size(); ++i) {
    const Rect cell{x, all.y + 2, std::round(c.width(Type::kSmallBold, labels[i])) + 20, height - 4};
    const bool on = int(i) == chosen, over = c.hovered(cell);
    c.target(labels[i], cell);
    if (on || over) c.fill(cell, Token::kRaised, 3);
    if (on) c.frame(cell, Token::kOutline, 1, 3);
    c.text({cell.mid_x(), cell.mid_y()}, on ? Type::kSmallBold : Type::kSmall,
           on || over ? Token::kText : Token::kText2, labels[i], Align::kCentre);
    if (c.clicked(cell)) clicked = int(i);
    x = cell.right();
  }
  return clicked;
}

void provenance_symbol(Canvas& c, Point p, Provenance provenance, Token token, float radius) {
  switch (provenance) {
    case Provenance::kMeasured: c.disc(p, radius, token); break;
    case Provenance::kModelled: {
      c.circle(p, radius - 0.6f, token, 1.3f);
      Point half[13];
      for (int i = 0; i <= 12; ++i) {
        const float a = 1.5708f + 3.1416f * float(i) / 12;
        half[i] = {p.x + radius * std::cos(a), p.y + radius * std::sin(a)};
      }
      c.polygon(half, token);
      break;
    }
    case Provenance::kReference: c.circle(p, radius - 0.6f, token, 1.3f); break;
  }
}

namespace {
std::string badge_words(Provenance p, std::string_view qualifier) {
  return std::string(name_of(p)) + (qualifier.empty() ? "" : ", " + std::string(qualifier));
}
}  // namespace

float badge_width(const Canvas& c, Provenance p, std::string_view qualifier) {
  return std::round(c.width(Type::kSmall, badge_words(p, qualifier))) + 31;
}

void badge(Canvas& c, Point p, Provenance provenance, std::string_view qualifier) {
  const Rect r{p.x, p.y - 10, badge_width(c, provenance, qualifier), 20};
  if (provenance == Provenance::kReference) {
    for (float y : {r.y, r.bottom() - 1}) c.dashes({r.x + 3, y}, {r.right() - 3, y}, Token::kOutline, 1, 2, 2);
    for (float x : {r.x, r.right() - 1}) c.dashes({x, r.y + 3}, {x, r.bottom() - 3}, Token::kOutline, 1, 2, 2);
  } else {
    c.frame(r, Token::kOutline, 1, 4);
  }
  provenance_symbol(c, {r.x + 12, p.y}, provenance, Token::kText2);
  c.text({r.x + 22, p.y}, Type::kSmall, Token::kText2, badge_words(provenance, qualifier));
}

bool help_mark(Canvas& c, Point p) {
  const Rect target{p.x - 12, p.y - 12, 24, 24};
  c.target("?", target);
  const bool over = c.hovered(target);
  if (over) c.disc(p, 9, Token::kRaised);
  c.circle(p, 8, over ? Token::kText2 : Token::kOutline, 1.2f);
  c.text(p, Type::kSmallBold, Token::kText2, "?", Align::kCentre);
  return c.clicked(target);
}

float key_cap(Canvas& c, Point p, std::string_view key) {
  const float w = std::round(c.width(Type::kSmall, key)) + 11;
  c.frame({p.x, p.y - 10, w, 20}, Token::kOutline, 1, 4);
  c.text({p.x + w / 2, p.y}, Type::kSmall, Token::kText2, key, Align::kCentre);
  return w;
}

void selected_row(Canvas& c, Rect r) {
  c.fill(r, Token::kRaised, 3);
  c.fill({r.x, r.y, 3, r.h}, Token::kHalo);
}

void hover_row(Canvas& c, Rect r) { c.fill(r, Token::kRaised, 3); }

float legend(Canvas& c, Point p, Swatch swatch, Token token, std::string_view word) {
  float w = 12;
  const Rect box{p.x, p.y - 6, 12, 12};
  switch (swatch) {
    case Swatch::kFoot: c.fill({p.x, p.y + 4, 12, 2}, token); break;
    case Swatch::kFill:
      c.fill(box, token, 2);
      if (c.theme().outlined(token)) c.frame(box, Theme::ink(token), 1, 2);
      break;
    case Swatch::kHalf: c.fill({box.x, box.y + 6, 12, 6}, token, 1), c.frame(box, token, 1, 2); break;
    case Swatch::kOutline: c.frame(box, token, 1, 2); break;
    case Swatch::kHatch: c.hatch(box, token, 4), c.frame(box, token, 1, 2); break;
    case Swatch::kLost: c.hatch(box, token, 4, 1, true), c.frame(box, token, 1); break;
    case Swatch::kLine: c.fill({p.x, p.y - 1, 16, 2}, token), w = 16; break;
    case Swatch::kGauge:
      c.fill({p.x, p.y - 5, 6, 10}, token, 1), c.fill({p.x + 8, p.y - 5, 6, 10}, token, 1),
          c.fill({p.x + 16, p.y - 5, 6, 10}, Token::kLine, 1), w = 22;
      break;
    case Swatch::kSlice: c.fill({p.x + 2, p.y - 7, 5, 14}, token), w = 9; break;
    case Swatch::kEdge: {
      c.fill({p.x, p.y - 3, 40, 6}, token);
      for (float x : {12.f, 26.f}) {
        const Point chevron[] = {{p.x + x, p.y - 3}, {p.x + x + 3, p.y}, {p.x + x, p.y + 3}};
        c.polyline(chevron, Token::kPanel, 1.6f);
      }
      w = 40;
      break;
    }
    case Swatch::kTriangle: draw_triangle(c, {p.x + 5, p.y - 5}, -1.5708f, 10, token, true), w = 10; break;
  }
  return p.x + w + 8 + c.text({p.x + w + 8, p.y}, Type::kSmall, Token::kText2, word) + 20;
}

void gauge(Canvas& c, Rect r, double share) {
  const float pitch = r.w / 10;
  const int full = int(std::lround(std::clamp(share, 0.0, 1.0) * 10));
  for (int i = 0; i < 10; ++i) {
    const bool on = i < full || (i == 0 && share > 0.005);
    c.fill({r.x + pitch * float(i), r.y, pitch - 2, r.h}, on ? Token::kFlowHi : Token::kLine, 1);
  }
}

}  // namespace ringside::desktop
