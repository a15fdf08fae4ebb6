// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/ring_cells.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/widgets/icons.h"

namespace ringside::desktop {

Token token_of(RowState state) {
  switch (state) {
    case RowState::kDriver: return Token::kGuest;
    case RowState::kDevice:
    case RowState::kAccessed: return Token::kDevice;
    case RowState::kDone: return Token::kDone;
    case RowState::kError: return Token::kDrop;
  }
  return Token::kMuted;
}

Token token_of(const PointerView& p) { return p.by_driver ? Token::kGuest : Token::kDevice; }
Token ink_of(const PointerView& p) { return Theme::ink(token_of(p)); }

void draw_cell(Canvas& c, Rect r, const CellLook& look) {
  const float stroke = r.w >= 12 ? 1.5f : 1.f, radius = r.w >= 12 ? 2.f : 0.f;
  const Token token = token_of(look.state);
  const bool outlined = c.theme().outlined(token);
  switch (look.state) {
    case RowState::kDriver: c.frame(r, token, stroke, radius); break;
    case RowState::kDevice:
    case RowState::kAccessed:
      c.fill(r, token, radius);
      if (outlined) c.frame(r, Theme::ink(token), 1, radius);
      break;
    case RowState::kDone: {
      const float half = c.snap(r.h / 2);
      c.fill({r.x, r.bottom() - half, r.w, half}, token, radius);
      c.frame(r, token, stroke, radius);
      if (r.w >= 32) {
        const Point tick[] = {{r.mid_x() - 4.5f, r.y + r.h * 0.27f},
                              {r.mid_x() - 1.1f, r.y + r.h * 0.36f},
                              {r.mid_x() + 4.5f, r.y + r.h * 0.18f}};
        c.polyline(tick, Token::kDoneInk, 1.8f);
      }
      break;
    }
    case RowState::kError: {
      c.fill(r, token, radius);
      const float d = std::max(2.f, r.w * 0.26f);
      c.line({r.mid_x() - d, r.mid_y() - d}, {r.mid_x() + d, r.mid_y() + d}, Token::kPanel, r.w >= 20 ? 2 : 1.5f);
      c.line({r.mid_x() - d, r.mid_y() + d}, {r.mid_x() + d, r.mid_y() - d}, Token::kPanel, r.w >= 20 ? 2 : 1.5f);
      break;
    }
  }
  if (look.report_status && r.w >= 24) {
    const bool dark =
        look.state == RowState::kDevice || look.state == RowState::kAccessed || look.state == RowState::kError;
    c.disc({r.right() - 5, r.y + 5}, 1.8f, dark ? Token::kPanel : token);
  }
  if (look.state == RowState::kAccessed || look.accessed)
    c.ring_around(r, 1, 2);
  else if (look.selected)
    c.ring_around(r, 1, 1.5f);
}

void draw_pointers_above(Canvas& c, float top, Rect room, std::vector<PlacedPointer> pointers, int lines) {
  std::stable_sort(pointers.begin(), pointers.end(),
                   [](const PlacedPointer& a, const PlacedPointer& b) { return a.x < b.x; });
  const size_t n = pointers.size();
  auto type_of = [](const PlacedPointer& p) { return p.pointer.hollow ? Type::kSmall : Type::kSmallBold; };
  std::vector<float> at(n), width(n);
  for (size_t i = 0; i < n; ++i) {
    at[i] = pointers[i].x, width[i] = c.width(type_of(pointers[i]), pointers[i].label);
    if (i + 1 < n && pointers[i + 1].x - pointers[i].x < 13) at[i] -= 7;  // two that meet stand side by side
    if (i > 0 && pointers[i].x - pointers[i - 1].x < 13) at[i] += 7;
  }
  // Each label stands right or left of its triangle, clear of all triangles and of the labels before it: of all ways
  // the one that shows most, registers before indices, right before left.
  auto place = [&](size_t ways, std::vector<Rect>& labels) {
    int score = 0;
    labels.assign(n, {});
    for (size_t i = 0; i < n; ++i) {
      const bool left = ways >> i & 1;
      const Rect r{left ? at[i] - 10 - width[i] : at[i] + 10, 0, width[i], 1};
      bool fits = r.x >= room.x && r.right() <= room.right();
      for (size_t k = 0; k < n && fits; ++k)
        fits = (k == i || r.right() + 8 < at[k] || r.x - 8 > at[k]) &&
               (labels[k].w == 0 || r.right() + 5 < labels[k].x || r.x - 5 > labels[k].right());
      if (!fits) continue;
      labels[i] = r;
      score += (pointers[i].pointer.hollow ? 10 : 16) - (left ? 1 : 0);
    }
    return score;
  };
  std::vector<Rect> labels, best;
  int most = -1;
  for (size_t ways = 0; ways < size_t{1} << std::min<size_t>(n, 6); ++ways)
    if (const int score = place(ways, labels); score > most) most = score, best = labels;
  for (size_t i = 0; i < n; ++i) {
    const PlacedPointer& p = pointers[i];
    draw_triangle(c, {at[i], top - 4}, 1.5708f, p.pointer.hollow ? 10.f : 12.f, token_of(p.pointer), !p.pointer.hollow);
    if (best[i].w > 0) c.text({best[i].x, top - 9}, type_of(p), ink_of(p.pointer), p.label);
  }
  // What found no place in that line stands in the one above, and a hair leads to its triangle.
  float from = room.x;
  for (size_t i = 0; i < n && lines > 1; ++i) {
    if (best[i].w > 0) continue;
    const float x = std::max(from, std::min(at[i] - width[i] / 2, room.right() - width[i]));
    if (x + width[i] > room.right() + 0.5f) break;
    const float hair = std::clamp(at[i], x + 2, x + width[i] - 2);
    c.line({at[i], top - 11}, {hair, top - 16}, token_of(pointers[i].pointer), 1);
    c.fill({x - 2, top - 30, width[i] + 4, 13}, Token::kPanel);
    c.text({x, top - 23}, type_of(pointers[i]), ink_of(pointers[i].pointer), pointers[i].label);
    from = x + width[i] + 6;
  }
}

RowHit draw_neighbours(Canvas& c, Rect area, const RingView& ring, uint32_t around, float cell, int selected,
                       bool pointer_index) {
  if (ring.rows.empty()) return {};
  const uint32_t n = ring.size;
  const float pitch = cell + 4;
  const int shown = std::min(int(n), std::max(3, int((area.w + 4) / pitch)));
  const int before = shown / 2;
  RowHit hit;
  std::vector<PlacedPointer> pointers;
  for (int i = 0; i < shown; ++i) {
    const uint32_t index = (around + n - uint32_t(before) % n + uint32_t(i)) % n;
    const Rect r{area.x + pitch * float(i), area.y + 20, cell, cell};
    const RowView& row = ring.rows[index];
    const bool here = int(index) == selected;
    draw_cell(c, r, {row.state, false, here, int(index) == ring.accessed});
    for (const PointerView& p : ring.pointers)
      if (p.index == index)
        pointers.push_back({r.x - 2, pointer_index ? p.name + " " + std::to_string(p.index) : p.name, p});
    const bool numbered = cell >= 30 || index % 4 == 0 || here;
    if (numbered)
      c.text({r.mid_x(), r.bottom() + 15}, here || int(index) == ring.accessed ? Type::kSmallBold : Type::kSmall,
             here || int(index) == ring.accessed ? Token::kText : Token::kMuted, std::to_string(index), Align::kCentre);
    if (c.recording()) c.target("row " + std::to_string(index), r);
    const Rect target{r.x - 2, r.y, pitch, cell};
    if (!c.hovered(target)) continue;
    hit.hovered = int(index);
    if (c.clicked(target)) hit.clicked = int(index);
    if (c.right_clicked(target)) hit.menu = int(index);
  }
  draw_pointers_above(c, area.y + 20, area, pointers);
  return hit;
}

}  // namespace ringside::desktop
