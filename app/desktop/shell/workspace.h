// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/model/ui_state.h"
#include "app/desktop/shell/geometry.h"

namespace ringside::desktop {

// Logical size decides the class; both width and height must reach it (visual language, section 14).
enum class SizeClass : uint8_t { kXxs, kXs, kS, kM, kL, kXl };
SizeClass size_class(float width, float height);

// A place in the window with one panel, or several as tabs; the first is in front unless UiState says otherwise.
struct Slot {
  std::string name;
  Rect rect;
  std::vector<std::string> panels;
  const std::string& front(const UiState& ui) const;
};

struct Bars {
  Rect top, recorder, last;
};

struct Arrangement {
  Bars bars;
  std::vector<Slot> slots;
  Rect console;   // where it opens
};

Arrangement arrange(float width, float height, Layout layout, bool console_open);

}  // namespace ringside::desktop
