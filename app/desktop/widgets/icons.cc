// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/icons.h"

#include <cmath>

namespace ringside::desktop {

void draw_icon(Canvas& c, Icon icon, Point p, Token t) {
  auto right_triangle = [&](float x, float w, float h) {
    const Point points[] = {{x, p.y - h}, {x + w, p.y}, {x, p.y + h}};
    c.polygon(points, t);
  };
  switch (icon) {
    case Icon::kNone: break;
    case Icon::kPlay: right_triangle(p.x - 4.5f, 10.3f, 6); break;
    case Icon::kPause: c.fill({p.x - 5, p.y - 6, 4, 12}, t), c.fill({p.x + 2, p.y - 6, 4, 12}, t); break;
    case Icon::kStep: right_triangle(p.x - 7, 10.3f, 6), c.fill({p.x + 5, p.y - 6, 2, 12}, t); break;
    case Icon::kUntil:
      right_triangle(p.x - 9, 8.6f, 5), right_triangle(p.x - 2, 8.6f, 5), c.fill({p.x + 8, p.y - 6, 2, 12}, t);
      break;
    case Icon::kBack: {
      c.fill({p.x - 7, p.y - 6, 2, 12}, t);
      const Point points[] = {{p.x + 7, p.y - 6}, {p.x + 7, p.y + 6}, {p.x - 3.3f, p.y}};
      c.polygon(points, t);
      break;
    }
    case Icon::kChevron: {
      const Point points[] = {{p.x - 4, p.y - 2}, {p.x, p.y + 2}, {p.x + 4, p.y - 2}};
      c.polyline(points, t, 1.5f);
      break;
    }
    case Icon::kLock:
      c.arc({p.x, p.y - 3}, 3.2f, 3.1416f, 6.2832f, t, 1.6f);
      c.line({p.x - 3.2f, p.y - 3}, {p.x - 3.2f, p.y - 1}, t, 1.6f),
          c.line({p.x + 3.2f, p.y - 3}, {p.x + 3.2f, p.y - 1}, t, 1.6f);
      c.fill({p.x - 5, p.y - 2, 10, 7}, t, 1.5f);
      break;
    case Icon::kSearch:
      c.circle({p.x - 1, p.y - 1}, 4.5f, t, 1.5f), c.line({p.x + 2.4f, p.y + 2.4f}, {p.x + 6, p.y + 6}, t, 1.5f);
      break;
    case Icon::kCheck: {
      const Point points[] = {{p.x - 5.5f, p.y}, {p.x - 1.3f, p.y + 4}, {p.x + 5.5f, p.y - 4}};
      c.polyline(points, t, 2);
      break;
    }
    case Icon::kCross:
      c.line({p.x - 4, p.y - 4}, {p.x + 4, p.y + 4}, t, 1.8f), c.line({p.x - 4, p.y + 4}, {p.x + 4, p.y - 4}, t, 1.8f);
      break;
    case Icon::kFlag: {
      c.fill({p.x, p.y - 7, 1, 14}, t);
      const Point points[] = {{p.x + 1, p.y - 7}, {p.x + 9, p.y - 4}, {p.x + 1, p.y - 1}};
      c.polygon(points, t);
      break;
    }
  }
}

void draw_mark(Canvas& c, Point p) {
  c.arc(p, 9, -0.698f, 3.84f, Token::kText, 3.4f);
  c.arc(p, 9, 4.154f, 5.271f, Token::kDevice, 3.4f);
}

void draw_triangle(Canvas& c, Point tip, float angle, float size, Paint paint, bool filled) {
  const float ca = std::cos(angle), sa = std::sin(angle), length = size * 0.86f, half = size / 2;
  const Point base{tip.x - ca * length, tip.y - sa * length};
  const Point points[] = {tip, {base.x - sa * half, base.y + ca * half}, {base.x + sa * half, base.y - ca * half}};
  if (filled)
    c.polygon(points, paint);
  else
    c.polyline(points, paint, 1.5f, true);
}

}  // namespace ringside::desktop
