// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "app/desktop/kit/geometry.h"
#include "engine/api/view/ring.h"

namespace ringside::desktop {

// Where a ring's rows lie, dial and field (visual language, sections 5.1 and 5.2). Arithmetic only.

struct DialShape {
  float radius = 0, thickness = 0;
  bool single = false;  // each row is a segment of its own
};
DialShape dial_shape(float width, float height, uint32_t rows);
DialShape dial_shape_of_radius(float radius, uint32_t rows);

// Index 0 at twelve o'clock, clockwise, in radians from three o'clock.
float dial_angle(double index, uint32_t rows, double first = 0);

// Neighbours of one state.
struct Run {
  uint32_t first = 0, length = 0;
  RowState state = RowState::kDriver;
  bool operator==(const Run&) const = default;
};
std::vector<Run> merge_runs(std::span<const RowView> rows);
// Without rows: what the counts and the pointers say of head and tail.
std::vector<Run> runs_of_counts(const RingView& ring);
// One bin a pixel; in each the strongest state wins: error, being accessed, done, device, driver.
std::vector<Run> binned(std::span<const Run> runs, uint32_t rows, uint32_t bins);
int strength(RowState state);

struct FieldShape {
  int columns = 16, rows = 1;
  float pitch = 0, gap = 0, cell = 0;  // cell is wide as it is high, but at least 6 high
  float height = 0;                    // of a cell
  float row_gap = 0;
  bool labelled = true;  // pointers stand above their cell; else a bar through the row and a flag in the margin
  bool lens = false;     // cells are under 12 px
  float total_width() const { return pitch * float(columns) - gap; }
  float total_height() const { return float(rows) * height + float(rows - 1) * row_gap; }
  Rect cell_at(uint32_t index) const {
    return {pitch * float(index % uint32_t(columns)), float(index / uint32_t(columns)) * (height + row_gap), cell,
            height};
  }
};
FieldShape field_shape(uint32_t descriptors, float width);

}  // namespace ringside::desktop
