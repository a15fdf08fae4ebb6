// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/kit/canvas.h"

namespace ringside::desktop {

// Polygons and lines in the colour of their text; no icon font.
enum class Icon : uint8_t {
  kNone,
  kPlay,
  kPause,
  kStep,
  kUntil,
  kBack,
  kChevron,
  kLock,
  kSearch,
  kCheck,
  kCross,
  kFlag
};

void draw_icon(Canvas& c, Icon icon, Point centre, Token token);
void draw_mark(Canvas& c, Point centre);  // Ringside's own
void draw_triangle(Canvas& c, Point tip, float angle, float size, Paint paint,
                   bool filled);  // tip points along `angle`

}  // namespace ringside::desktop
