// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/kit/canvas.h"
#include "engine/api/view/ring.h"

namespace ringside::desktop {

// One descriptor as a cell: empty, full or half says whose turn it is; hue repeats it (visual language, section 5).
struct CellLook {
  RowState state = RowState::kDriver;
  bool report_status = false, selected = false, accessed = false;
};
void draw_cell(Canvas& c, Rect r, const CellLook& look);
Token token_of(RowState state);
// The key of a row's verdict in the words file: a row that the device has read is still the device's.
constexpr const char* owner_name(RowState state) {
  return state == RowState::kDriver  ? "driver"
         : state == RowState::kDone  ? "done"
         : state == RowState::kError ? "error"
                                     : "device";
}
Token token_of(const PointerView& p);  // fill
Token ink_of(const PointerView& p);

// A row of cells seen from above: every pointer stands before the descriptor that it names, its label beside it, or,
// where others stand there, in a line above; `lines`: how many there is room for.
struct PlacedPointer {
  float x = 0;  // the boundary
  std::string label;
  PointerView pointer;
};
void draw_pointers_above(Canvas& c, float cell_top, Rect room, std::vector<PlacedPointer> pointers, int lines = 2);

// What the mouse does to a row, by index; -1 = nothing.
struct RowHit {
  int clicked = -1, hovered = -1, menu = -1;
  void merge(const RowHit& other) {
    if (other.clicked >= 0) clicked = other.clicked;
    if (other.hovered >= 0) hovered = other.hovered;
    if (other.menu >= 0) menu = other.menu;
  }
};

// `n` descriptors around one, as cells with their numbers below.
RowHit draw_neighbours(Canvas& c, Rect area, const RingView& ring, uint32_t around, float cell, int selected,
                       bool pointer_index);

}  // namespace ringside::desktop
