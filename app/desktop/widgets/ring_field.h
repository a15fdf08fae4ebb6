// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/kit/canvas.h"
#include "app/desktop/widgets/ring_cells.h"
#include "app/desktop/widgets/ring_geometry.h"

namespace ringside::desktop {

// What a field keeps between frames: nothing but its scroll.
struct FieldScroll {
  int first_line = 0;
};

// How many rows of the ring stand in one line of the field.
int field_columns(uint32_t descriptors, float width);

// The room that a field takes at this width, its lens and legend included.
float field_height(uint32_t descriptors, float width);

// A ring as a table of cells, one descriptor each. Up to 4 096 of them within a few tenths of a millisecond.
RowHit draw_field(Canvas& c, Rect area, const RingView& ring, int selected, FieldScroll& scroll);

}  // namespace ringside::desktop
