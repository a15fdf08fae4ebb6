// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/ring_dial.h"

#include <cmath>
#include <numbers>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/icons.h"
#include "app/desktop/widgets/ring_cells.h"

namespace ringside::desktop {
namespace {

constexpr float kTau = 2 * std::numbers::pi_v<float>;

Point on_circle(Point c, float radius, float angle) {
  return {c.x + radius * std::cos(angle), c.y + radius * std::sin(angle)};
}

void draw_state(Canvas& c, Point p, const DialShape& s, float from, float to, RowState state) {
  const float R = s.radius, T = s.thickness, thin = std::max(1.5f, 0.12f * T);
  const Token token = token_of(state);
  switch (state) {
    case RowState::kDriver: c.arc(p, R - T + thin / 2, from, to, token, thin); break;
    case RowState::kDone: c.arc(p, R - 0.75f * T, from, to, token, T / 2); break;
    case RowState::kDevice:
    case RowState::kAccessed:
    case RowState::kError:
      c.arc(p, R - T / 2, from, to, token, T);
      if (state == RowState::kError && R >= 40) {
        const float a = (from + to) / 2;
        c.line(on_circle(p, R, a), on_circle(p, R + 7, a), token, 3);
      }
      if (c.theme().outlined(token) && R >= 40) {
        c.arc(p, R - 0.5f, from, to, Theme::ink(token), 1);
        c.arc(p, R - T + 0.5f, from, to, Theme::ink(token), 1);
      }
      break;
  }
}

void draw_access(Canvas& c, Point p, const DialShape& s, float from, float to) {
  const float inner = s.radius - s.thickness - 2, outer = s.radius + 2, pad = 2 / s.radius;
  std::vector<Point> points;
  const int n = 6;
  for (int i = 0; i <= n; ++i) points.push_back(on_circle(p, outer, from - pad + (to - from + 2 * pad) * float(i) / n));
  for (int i = n; i >= 0; --i) points.push_back(on_circle(p, inner, from - pad + (to - from + 2 * pad) * float(i) / n));
  c.polyline(points, Token::kHalo, 2, true);
}

bool free_of(const std::vector<Rect>& taken, const Rect& r) {
  for (const Rect& t : taken)
    if (overlap(t, r)) return false;
  return true;
}

Rect label_box(const Canvas& c, Point at, Align align, Type type, const std::string& text) {
  const float w = c.width(type, text);
  const float x = align == Align::kLeft ? at.x : align == Align::kRight ? at.x - w : at.x - w / 2;
  return {x - 3, at.y - 9, w + 6, 18};
}

void draw_pointers(Canvas& c, Point p, const DialShape& s, const RingView& ring, double first, std::vector<Rect>& taken,
                   std::vector<Rect> inner_taken, const DialLook& look) {
  const bool locked = look.locked;
  const Rect& room = look.room;
  const float R = s.radius, T = s.thickness;
  auto triangle_box = [&](const PointerView& q) {
    const Point t = on_circle(p, q.by_driver || q.hollow ? R + 9 : R - T - 9, dial_angle(q.index, ring.size, first));
    return Rect{t.x - 6, t.y - 6, 12, 12};
  };
  for (const PointerView& pointer : ring.pointers) {
    const size_t number = size_t(&pointer - ring.pointers.data());
    const float a =
        dial_angle(number < look.eased.size() ? look.eased[number] : double(pointer.index), ring.size, first);
    const bool outside = pointer.by_driver || pointer.hollow;
    const float size = pointer.hollow ? 11 : 13;
    draw_triangle(c, on_circle(p, outside ? R + 3 : R - T - 3, a), outside ? a + kTau / 2 : a, size, token_of(pointer),
                  !pointer.hollow);
    const std::string text = locked ? pointer.name : pointer.name + " " + std::to_string(pointer.index);
    const Type type = pointer.hollow ? Type::kSmall : Type::kSmallBold;
    // outside first where it belongs outside; the other side when it collides; else it slides along the ring
    for (int attempt = 0; attempt < 16; ++attempt) {
      const bool out = (attempt % 2 == 0) == outside;
      const float slide = float(attempt / 2) * (attempt / 2 % 2 ? 0.16f : -0.16f), b = a + slide;
      const float radius = out ? R + 18 + 7 * std::abs(std::sin(b)) : R - T - 18 - 5 * std::abs(std::sin(b));
      const Point at = on_circle(p, radius, b);
      const float side = std::cos(b);
      const Align align = std::abs(side) < 0.3f ? Align::kCentre : (side > 0) == out ? Align::kLeft : Align::kRight;
      const Rect box = label_box(c, at, align, type, text);
      if (out && !room.empty() &&
          (box.x < room.x || box.right() > room.right() || box.y < room.y || box.bottom() > room.bottom()))
        continue;
      bool on_triangle = false;
      for (const PointerView& other : ring.pointers)
        on_triangle |= &other != &pointer && overlap(triangle_box(other), box);
      if (on_triangle) continue;
      if (!free_of(taken, box) || (!out && !free_of(inner_taken, box))) continue;
      if (!out) {                                                   // its corners must stay inside the hole
        const float hole = R - T - (ring.size >= 256 ? 9.f : 2.f);  // ticks stand there
        bool fits = true;
        for (Point corner : {Point{box.x, box.y}, Point{box.right(), box.y}, Point{box.x, box.bottom()},
                             Point{box.right(), box.bottom()}})
          fits &= std::hypot(corner.x - p.x, corner.y - p.y) < hole;
        if (!fits) continue;
      }
      c.text(at, type, ink_of(pointer), text, align);
      taken.push_back(box);
      break;
    }
  }
}

// Generation bits: an outer arc, solid where they are 1 and dotted where they are 0, and the seam where the laps meet.
void draw_generations(Canvas& c, Point p, const DialShape& s, const RingView& ring, double first) {
  const uint32_t n = ring.size;
  const float radius = s.radius + 3;
  for (uint32_t i = 0; i < n && i < ring.rows.size();) {
    uint32_t end = i + 1;
    while (end < n && ring.rows[end].generation == ring.rows[i].generation) ++end;
    const float from = dial_angle(i, n, first), to = dial_angle(end, n, first);
    if (ring.rows[i].generation == 1)
      c.arc(p, radius, from, to, Token::kText2, 2);
    else if (ring.rows[i].generation == 0)
      for (float a = from; a < to; a += 6 / radius)
        c.arc(p, radius, a, std::min(to, a + 2 / radius), Token::kOutline, 2);
    i = end;
  }
  if (ring.seam < 0) return;
  const float a = dial_angle(ring.seam, n, first);
  c.line(on_circle(p, s.radius - s.thickness - 2, a), on_circle(p, radius + 3, a), Token::kHalo, 2);
}

}  // namespace

RowHit draw_dial(Canvas& c, Point p, const DialShape& s, const RingView& ring, const DialLook& look) {
  const float R = s.radius, T = s.thickness;
  c.circle(p, R - T / 2, Token::kSunken, T);
  if (ring.size == 0) return {};
  const uint32_t n = ring.size;
  uint32_t head = 0;
  for (const PointerView& q : ring.pointers)
    if (!q.by_driver && !q.hollow) head = q.index;
  const double first = look.locked ? head : 0;

  std::vector<Run> runs = ring.rows.empty() ? runs_of_counts(ring) : merge_runs(ring.rows);
  if (s.single && !ring.rows.empty()) {
    const float gap = 1.5f / (R - T / 2);
    for (uint32_t i = 0; i < n; ++i)
      draw_state(c, p, s, dial_angle(i, n, first) + gap / 2, dial_angle(i + 1, n, first) - gap / 2, ring.rows[i].state);
  } else {
    uint32_t units = n;
    if (runs.size() > 256) units = uint32_t(kTau * R * c.scale()), runs = binned(runs, n, units);
    const float shortest = 2 / (R - T / 2);
    for (const Run& run : runs) {
      if (run.state == RowState::kDriver)
        draw_state(c, p, s, dial_angle(run.first, units, first), dial_angle(run.first + run.length, units, first),
                   run.state);
    }
    for (const Run& run : runs) {  // short runs are widened and must not be covered
      if (run.state == RowState::kDriver) continue;
      const float from = dial_angle(run.first, units, first);
      draw_state(c, p, s, from, std::max(from + shortest, dial_angle(run.first + run.length, units, first)), run.state);
    }
  }
  if (!look.middle.empty()) {
    c.text(p, Type::kSmallBold, Token::kText2, look.middle, Align::kCentre);
    return {};
  }
  if (ring.generation >= 0 && R >= 46) draw_generations(c, p, s, ring, first);
  for (int mark : {ring.accessed, look.selected})
    if (mark >= 0 && uint32_t(mark) < n)
      draw_access(c, p, s, dial_angle(mark, n, first),
                  std::max(dial_angle(mark, n, first) + 3 / R, dial_angle(mark + 1, n, first)));

  std::vector<Rect> taken, inner;
  // the middle: one figure, in the half away from the head
  const bool low = std::sin(dial_angle(head, n, first)) > 0;
  const float y = p.y + (look.words.size() > 1 ? -16.f : -6.f) + (low ? -14.f : 8.f);
  const std::string figure = count(ring.rows_device);
  float widest = c.width(Type::kFigure, figure);
  for (const std::string& word : look.words) widest = std::max(widest, c.width(Type::kSmall, word));
  inner.push_back({p.x - widest / 2 - 3, y - 11, widest + 6,
                   22 + 18 * float(look.words.size()) + (look.words.empty() ? 0.f : 2.f)});
  if (R >= 46 && std::hypot(c.width(Type::kFigure, figure) / 2, 12.f) < R - T - 4) {
    c.text({p.x, y}, Type::kFigure, Token::kText, figure, Align::kCentre);
    float line = y + 24;
    for (const std::string& word : look.words)
      c.text({p.x, line}, Type::kSmall, Token::kText2, word, Align::kCentre), line += 18;
  }
  draw_pointers(c, p, s, ring, first, taken, inner, look);
  for (const PointerView& q : ring.pointers)
    if (q.by_driver || q.hollow) {
      const Point t = on_circle(p, R + 9, dial_angle(q.index, n, first));
      taken.push_back({t.x - 7, t.y - 7, 14, 14});
    }
  if (!look.locked) {
    for (int q = 0; q < 4; ++q) {
      const uint32_t index = uint32_t(uint64_t(n) * uint64_t(q) / 4);
      const Point at[] = {{p.x, p.y - R - 17}, {p.x + R + 11, p.y}, {p.x, p.y + R + 17}, {p.x - R - 11, p.y}};
      const Align align[] = {Align::kCentre, Align::kLeft, Align::kCentre, Align::kRight};
      const std::string text = std::to_string(index);
      if (free_of(taken, label_box(c, at[q], align[q], Type::kSmall, text)))
        c.text(at[q], Type::kSmall, Token::kMuted, text, align[q]);
    }
    if (n >= 256)
      for (int t = 0; t < 16; ++t) {
        const float a = kTau * float(t) / 16;
        const Point from = on_circle(p, R - T - 7, a), to = on_circle(p, R - T - 3, a);
        const Rect box{std::min(from.x, to.x), std::min(from.y, to.y), std::abs(to.x - from.x),
                       std::abs(to.y - from.y)};
        if (free_of(inner, box)) c.line(from, to, Token::kOutline, 1);  // in a small dial the figure reaches this far
      }
  }
  RowHit hit;
  const Point m = c.mouse();
  const Rect all{p.x - R, p.y - R, 2 * R, 2 * R};
  const float distance = std::hypot(m.x - p.x, m.y - p.y);
  if (distance > R - T - 2 && distance < R + 2 && !look.locked && c.hovered(all)) {
    float turn = (std::atan2(m.y - p.y, m.x - p.x) + kTau / 4) / kTau;
    turn -= std::floor(turn);
    hit.hovered = std::min(int(n) - 1, int(turn * float(n)));
    if (c.clicked(all)) hit.clicked = hit.hovered;
    if (c.right_clicked(all)) hit.menu = hit.hovered;
  }
  return hit;
}

}  // namespace ringside::desktop
