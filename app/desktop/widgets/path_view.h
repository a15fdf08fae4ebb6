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
  uint64_t stop = 0;
  Rect at{};
};
PathHit draw_path(Canvas& c, Rect area, const PathView& view);

}  // namespace ringside::desktop
