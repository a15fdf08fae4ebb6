// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/ring_field.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/desktop/widgets/icons.h"
#include "app/desktop/widgets/ring_cells.h"

namespace ringside::desktop {
namespace {

constexpr float kGutter = 36, kLabelMargin = 24, kFlagMargin = 100, kAbove = 36, kLensHeight = 98;

float cells_width(uint32_t n, float width) { return width - kGutter - (n <= 128 ? kLabelMargin : kFlagMargin); }

// Under 12 px a cell is a plain rectangle: all of one state in one go.
void draw_small(Canvas& c, Rect area, const FieldShape& s, const RingView& ring, uint32_t from, uint32_t to) {
  std::array<std::vector<Rect>, 5> rects;
  const float top = s.cell_at(from).y;
  const float out = s.row_gap <= 3 ? 1 : 3;
  for (uint32_t i = from; i < to; ++i) {
    Rect r = s.cell_at(i);
    r.x += area.x, r.y += area.y - top;
    const RowState state = ring.rows[i].state;
    switch (state) {
      case RowState::kDriver: r = s.cell >= 8 ? r : Rect{r.x, r.bottom() - 1, r.w, 1}; break;
      case RowState::kDone: {
        const float half = std::max(1.f, std::round(r.h / 2));
        r = {r.x, r.bottom() - half, r.w, half};
        break;
      }
      case RowState::kError: r = {r.x, r.y - out, r.w, r.h + 2 * out}; break;
      default: break;
    }
    rects[size_t(state)].push_back(r);
  }
  if (s.cell >= 8) {
    for (const Rect& r : rects[size_t(RowState::kDriver)]) c.frame(r, Token::kGuest, 1);
    rects[size_t(RowState::kDriver)].clear();
  }
  for (RowState state : {RowState::kDriver, RowState::kDevice, RowState::kDone, RowState::kAccessed, RowState::kError})
    c.cells(rects[size_t(state)], token_of(state));
}

// Brackets tie the descriptors of one packet and end under the one with EOP.
void draw_brackets(Canvas& c, Rect area, const FieldShape& s, const RingView& ring) {
  int first = -1;
  for (uint32_t i = 0; i < ring.size; ++i) {
    const RowState state = ring.rows[i].state;
    const bool used =
        state == RowState::kDone || ((state == RowState::kDevice || state == RowState::kAccessed) && !ring.receive);
    if (!used) {
      first = -1;
      continue;
    }
    if (first < 0 || i % uint32_t(s.columns) == 0) first = int(i);
    const bool wraps = (i + 1) % uint32_t(s.columns) == 0;
    if (!ring.rows[i].end_of_packet && !wraps) continue;
    const Rect a = s.cell_at(uint32_t(first)), b = s.cell_at(i);
    const float y = area.y + b.bottom() + 5;
    c.line({area.x + a.x + 1, y}, {area.x + b.right() - 1, y}, Token::kText2, 1);
    if (ring.rows[i].end_of_packet)
      c.line({area.x + b.right() - 2, y - 3}, {area.x + b.right() - 2, y}, Token::kText2, 1);
    first = -1;
  }
}

void draw_flags(Canvas& c, Rect area, const FieldShape& s, const RingView& ring, int first_line, int lines) {
  struct Flag {
    float row_y, y;
    const PointerView* pointer;
  };
  std::vector<Flag> flags;
  for (const PointerView& p : ring.pointers) {
    const int line = int(p.index) / s.columns - first_line;
    if (line < 0 || line >= lines) continue;
    const Rect cell = s.cell_at(p.index % uint32_t(s.columns));
    const float y = area.y + float(line) * (s.height + s.row_gap);
    const float x = area.x + cell.x - s.gap;
    c.fill({x - 1, y - 2, 2, s.height + 4}, Token::kHalo);
    flags.push_back({y + s.height / 2, y + s.height / 2, &p});
  }
  std::sort(flags.begin(), flags.end(), [](const Flag& a, const Flag& b) { return a.y < b.y; });
  for (size_t i = 1; i < flags.size(); ++i) flags[i].y = std::max(flags[i].y, flags[i - 1].y + 18);
  const float x = area.x + s.total_width() + 6;
  for (const Flag& f : flags) {
    c.line({x, f.row_y}, {x + 10, f.y}, token_of(*f.pointer), 1);
    c.text({x + 15, f.y}, f.pointer->hollow ? Type::kSmall : Type::kSmallBold, ink_of(*f.pointer),
           f.pointer->name + " " + std::to_string(f.pointer->index));
  }
}

}  // namespace

int field_columns(uint32_t n, float width) { return field_shape(n, cells_width(n, width)).columns; }

float field_height(uint32_t n, float width) {
  const FieldShape s = field_shape(n, cells_width(n, width));
  return (s.labelled ? kAbove : 8) + s.total_height() + 16 + (s.lens ? kLensHeight : 0);
}

RowHit draw_field(Canvas& c, Rect area, const RingView& ring, int selected, FieldScroll& scroll) {
  RowHit hit;
  if (ring.rows.empty()) return hit;
  const uint32_t n = ring.size;
  const FieldShape s = field_shape(n, cells_width(n, area.w));
  const float above = s.labelled ? kAbove : 8;
  Rect cells{area.x + kGutter, area.y + above, s.total_width(),
             std::max(s.height, area.h - above - (s.lens ? kLensHeight : 8))};

  // scroll by rows when there is too little room, the head kept in view
  const float line_pitch = s.height + s.row_gap;
  const int lines = std::max(1, std::min(s.rows, int((cells.h + s.row_gap) / line_pitch)));
  if (lines < s.rows) {
    scroll.first_line -= int(c.wheel(area));
    int head_line = 0;
    for (const PointerView& p : ring.pointers)
      if (!p.by_driver && !p.hollow) head_line = int(p.index) / s.columns;
    if (c.wheel(area) == 0 && !c.hovered(area))
      scroll.first_line = std::clamp(scroll.first_line, head_line - lines + 1, head_line);
  }
  scroll.first_line = std::clamp(scroll.first_line, 0, s.rows - lines);
  const uint32_t from = uint32_t(scroll.first_line * s.columns), to = std::min(n, from + uint32_t(lines * s.columns));
  const float top = s.cell_at(from).y;

  // gutter: the index of a row's first descriptor, as many as leave 16 px between
  const int every = std::max(1, int(std::ceil(16 / line_pitch)));
  for (int l = 0; l < lines; l += every)
    c.text({cells.x - 8, cells.y + float(l) * line_pitch + s.height / 2}, Type::kSmall, Token::kMuted,
           std::to_string(from + uint32_t(l * s.columns)), Align::kRight);

  if (s.lens) {
    draw_small(c, cells, s, ring, from, to);
  } else {
    if (lines == s.rows) draw_brackets(c, cells, s, ring);
    for (uint32_t i = from; i < to; ++i) {
      Rect r = s.cell_at(i);
      r.x += cells.x, r.y += cells.y - top;
      draw_cell(c, r, {ring.rows[i].state, ring.rows[i].report_status, int(i) == selected, int(i) == ring.accessed});
      if (c.recording()) c.target("row " + std::to_string(i), r);
    }
  }
  if (s.labelled) {
    for (int l = 0; l < lines; ++l) {
      std::vector<PlacedPointer> row;
      for (const PointerView& p : ring.pointers)
        if (int(p.index) / s.columns == l + scroll.first_line)
          row.push_back({cells.x + s.cell_at(p.index).x - s.gap / 2, p.name + " " + std::to_string(p.index), p});
      draw_pointers_above(c, cells.y + float(l) * line_pitch, {cells.x - 20, 0, cells.w + 20 + kLabelMargin, 0}, row,
                          l == 0 || s.row_gap >= 32 ? 2 : 1);
    }
    const float x = cells.x + cells.w + 10;  // the way round
    if (s.rows > 1 && lines == s.rows) {
      c.dashes({x, cells.y + s.height / 2}, {x, cells.y + s.total_height() - s.height / 2}, Token::kOutline, 1, 2, 3);
      draw_triangle(c, {x - 4, cells.y + s.height / 2}, 3.1416f, 6, Token::kOutline, false);
    }
  } else {
    draw_flags(c, cells, s, ring, scroll.first_line, lines);
  }

  // the mouse
  const Rect live{cells.x, cells.y, cells.w + s.gap, float(lines) * line_pitch};
  if (c.hovered(live)) {
    const Point m = c.mouse();
    const int column = std::clamp(int((m.x - live.x) / s.pitch), 0, s.columns - 1),
              line = int((m.y - live.y) / line_pitch);
    const uint32_t index = from + uint32_t(line * s.columns + column);
    if (index < n) {
      hit.hovered = int(index);
      if (c.clicked(live)) hit.clicked = int(index);
      if (c.right_clicked(live)) hit.menu = int(index);
    }
  }
  if (s.lens) {
    uint32_t around = 0;
    for (const PointerView& p : ring.pointers)
      if (!p.by_driver && !p.hollow) around = p.index;
    if (ring.accessed >= 0) around = uint32_t(ring.accessed);
    if (selected >= 0) around = uint32_t(selected);
    if (hit.hovered >= 0) around = uint32_t(hit.hovered);
    around %= n;
    // its place in the field: 16 rows, on one line or on two
    const int columns = s.columns;
    for (int i = int(around) - 8, end = i + 16; i < end && s.cell < 12;) {
      const int first = (i + int(n)) % int(n), stretch = std::min(end - i, columns - first % columns);
      const Rect r = s.cell_at(uint32_t(first));
      if (first >= int(from) && first < int(to))
        c.frame({cells.x + r.x - 2, cells.y + r.y - top - 3, float(stretch) * s.pitch + 3, s.height + 6}, Token::kHalo,
                1);
      i += stretch;
    }
    const float y = cells.y + float(lines) * line_pitch - s.row_gap + 22;
    c.text({cells.x, y}, Type::kSmallBold, Token::kText, "Lens");
    if (area.w > 420)
      c.text({cells.x + c.width(Type::kSmallBold, "Lens") + 10, y}, Type::kSmall, Token::kMuted,
             "follows the pointer or the mouse");
    hit.merge(draw_neighbours(c, {cells.x, y + 16, std::min(area.right() - cells.x, 16 * 28.f), 60}, ring, around, 24,
                              selected, true));
  }
  return hit;
}

}  // namespace ringside::desktop
