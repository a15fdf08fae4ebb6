// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/kit/canvas.h"
#include "app/desktop/widgets/ring_cells.h"
#include "app/desktop/widgets/ring_geometry.h"

namespace ringside::desktop {

struct DialLook {
  bool locked = false;  // at speed: the head stays at twelve, indices vanish
  int selected = -1;
  Rect room{};                       // labels stay inside; empty = no limit
  std::string middle{};              // a glyph's name: "RX"; else the count of what the device owns
  std::vector<std::string> words{};  // below the figure
  std::vector<double> eased{};       // where each of the ring's pointers is on its way to its index; empty = there
};

// A ring as a circle. The glyph of the topology is the same with a radius under 40.
RowHit draw_dial(Canvas& c, Point centre, const DialShape& shape, const RingView& ring, const DialLook& look = {});

}  // namespace ringside::desktop
