// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include "app/desktop/kit/canvas.h"

namespace ringside::desktop {

// A list that is longer than its room says how many rows it does not show, and the wheel walks through it. What it
// keeps between frames; UI thread.
class MoreRows {
 public:
  struct Shown {
    size_t first, end;
  };
  // Which of `all` rows of height `pitch` are shown in `r`: all that fit, or as many as leave a line for "20 more".
  Shown shown(Canvas& c, Rect r, float pitch, size_t all);

 private:
  size_t first_ = 0;
};

}  // namespace ringside::desktop
