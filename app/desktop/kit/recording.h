// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/kit/fonts.h"
#include "app/desktop/kit/geometry.h"
#include "app/desktop/kit/theme.h"

namespace ringside::desktop {

// One thing drawn, in logical pixels and in drawing order. Tests read these instead of pixels (visual language, section
// 16).
struct Drawn {
  enum class Kind : uint8_t { kFill, kStroke, kText } kind = Kind::kFill;
  int group = -1;               // index into Recording::groups
  Rect box{};                   // what it covers; of a text: its ink, as high as its capitals
  std::vector<Point> points{};  // a polygon's corners, a stroke's points; empty for an axis-parallel rectangle
  float width = 1;              // of a stroke
  Paint paint{Token::kText};
  std::string text{};
  Type type = Type::kSmall;
  Rect clip{};  // what was visible
};

// What one frame drew. A group is a panel, node or field that its texts must not leave.
struct Recording {
  struct Group {
    std::string name;
    Rect rect;
    int parent = -1;
    bool panel = false;
    bool provenance = false;  // a badge holds for the whole panel
  };
  // What can be pressed, by a name: "top bar/Step". The part before the slash is the outermost group.
  struct Target {
    std::string name;
    Rect rect;  // its visible part
  };
  std::vector<Drawn> drawn;
  std::vector<Group> groups;
  std::vector<Target> targets;

  void clear() { drawn.clear(), groups.clear(), targets.clear(); }
};

}  // namespace ringside::desktop
