// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/desktop/kit/geometry.h"
#include "app/desktop/model/ui_state.h"

namespace ringside::desktop {

// A place in the window with one panel, or several as tabs; the first is in front until another one was raised.
struct Slot {
  std::string name;
  Rect rect;
  std::vector<std::string> panels;
  const std::string& front(const UiState& ui) const;
};

// Between two slots: can be dragged, snaps to 8, double click brings it back.
struct Split {
  std::string name;
  Rect handle;
  bool sideways = false;     // it moves left and right
  bool grows_before = true;  // dragging right or down makes the part before larger
};

struct Bars {
  Rect top, recorder, last;
};

struct Arrangement {
  Bars bars;
  std::vector<Slot> slots;
  std::vector<Split> splits;
  Rect console;  // where it opens
};

// `moved`: how far each splitter was dragged from where the layout has it, in
// logical pixels.
Arrangement arrange(float width, float height, const Layout& layout, bool console_open,
                    const std::map<std::string, float>& moved = {});

}  // namespace ringside::desktop
