// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>

namespace ringside::desktop {

// All sizes in the window's code are logical pixels: the canvas alone knows the scale.
struct Point {
  float x = 0, y = 0;
  bool operator==(const Point&) const = default;
};

struct Rect {
  float x = 0, y = 0, w = 0, h = 0;

  float right() const { return x + w; }
  float bottom() const { return y + h; }
  float mid_x() const { return x + w / 2; }
  float mid_y() const { return y + h / 2; }
  bool empty() const { return w <= 0 || h <= 0; }
  bool contains(Point p) const { return p.x >= x && p.x < right() && p.y >= y && p.y < bottom(); }
  Rect inset(float dx, float dy) const {
    return {x + dx, y + dy, std::max(0.f, w - 2 * dx), std::max(0.f, h - 2 * dy)};
  }
  Rect inset(float d) const { return inset(d, d); }
  bool operator==(const Rect&) const = default;

  // Cuts a strip off and keeps the rest, leaving `gap` between.
  Rect cut_top(float size, float gap = 0) {
    const Rect strip{x, y, w, size};
    y += size + gap, h = std::max(0.f, h - size - gap);
    return strip;
  }
  Rect cut_bottom(float size, float gap = 0) {
    const Rect strip{x, bottom() - size, w, size};
    h = std::max(0.f, h - size - gap);
    return strip;
  }
  Rect cut_left(float size, float gap = 0) {
    const Rect strip{x, y, size, h};
    x += size + gap, w = std::max(0.f, w - size - gap);
    return strip;
  }
  Rect cut_right(float size, float gap = 0) {
    const Rect strip{right() - size, y, size, h};
    w = std::max(0.f, w - size - gap);
    return strip;
  }
};

inline bool overlap(const Rect& a, const Rect& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

inline Rect common(const Rect& a, const Rect& b) {
  const float x = std::max(a.x, b.x), y = std::max(a.y, b.y);
  return {x, y, std::max(0.f, std::min(a.right(), b.right()) - x), std::max(0.f, std::min(a.bottom(), b.bottom()) - y)};
}

}  // namespace ringside::desktop
