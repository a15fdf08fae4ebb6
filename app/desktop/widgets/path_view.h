// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/kit/canvas.h"
#include "app/desktop/model/packet_path.h"

namespace ringside::desktop {

// What the mouse does: the VM's row that was clicked (with the right button: its menu), and the cost of the stop under
// the mouse.
struct PathHit {
  int row = -1;
  bool menu = false;
  int page = 0;  // "27 more" was clicked: +1; "5 above": -1
  uint64_t stop = 0;
  Rect at{};
};
PathHit draw_path(Canvas& c, Rect area, const PathView& view);
// How many VMs off the packet's way are drawn there, and how many there are.
struct PathRoom {
  size_t shown = 0, rows = 0;
  ptrdiff_t chosen = -1;  // row of the VM that is selected; of several, the first
};
PathRoom path_room(Rect area, const PathView& view);
// The room below which it scrolls both ways.
inline constexpr Point kLeastPath{376, 150};
float least_path_height(const PathView& view);  // or more: what the stops of its way need

}  // namespace ringside::desktop
