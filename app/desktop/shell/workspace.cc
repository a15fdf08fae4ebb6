// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/workspace.h"

#include <algorithm>
#include <cmath>

namespace ringside::desktop {
namespace {

constexpr float kGap = 8;

// A share of a length, snapped to 8 as splitters are.
float share(float whole, float part, float of) { return std::round(whole * part / of / 8) * 8; }

void learn(Rect room, SizeClass size, std::vector<Slot>& slots) {
  const bool wide = size >= SizeClass::kL;
  slots.push_back({"learn.lab", room.cut_left(size == SizeClass::kXl ? 480.f : wide ? 424.f : 352.f, kGap), {"Lab"}});
  if (!wide) {
    slots.push_back({"learn.top", room.cut_top(share(room.h, 284, 588), kGap), {"Topology", "Rings", "Registers"}});
    slots.push_back({"learn.bottom", room, {"Steps", "Running"}});
    return;
  }
  slots.push_back({"learn.ring", room.cut_right(size == SizeClass::kXl ? std::min(840.f, share(room.w, 840, 2056)) : 568.f, kGap), {"Rings", "Registers"}});
  const float whole = room.h;
  slots.push_back({"learn.topology", room.cut_top(share(whole, 404, 948), kGap), {"Topology"}});
  slots.push_back({"learn.running", room.cut_top(share(whole, 180, 948), kGap), {"Running"}});
  slots.push_back({"learn.steps", room, {"Steps"}});
}

void explore(Rect room, SizeClass size, std::vector<Slot>& slots) {
  if (size < SizeClass::kL) {
    Rect top = room.cut_top(share(room.h, 300, 588), kGap);
    slots.push_back({"explore.topology", top.cut_left(share(top.w, 760, 1264), kGap), {"Topology"}});
    slots.push_back({"explore.throughput", top, {"Throughput"}});
    slots.push_back({"explore.exits", room.cut_left(share(room.w, 628, 1264), kGap), {"Exits"}});
    slots.push_back({"explore.detail", room, {"Rings", "Steps", "Registers", "Cycles per packet"}});
    return;
  }
  Rect top = room.cut_top(share(room.h, 472, 948), kGap);
  slots.push_back({"explore.topology", top.cut_left(share(top.w, 1136, 1904), kGap), {"Topology"}});
  slots.push_back({"explore.throughput", top, {"Throughput"}});
  const float whole = room.w;
  slots.push_back({"explore.exits", room.cut_left(share(whole, 760, 1904), kGap), {"Exits"}});
  slots.push_back({"explore.detail", room.cut_left(share(whole, 640, 1904), kGap), {"Rings", "Steps", "Registers"}});
  slots.push_back({"explore.cycles", room, {"Cycles per packet"}});
}

}  // namespace

SizeClass size_class(float w, float h) {
  struct Line {
    float w, h;
    SizeClass size;
  };
  constexpr Line kLines[] = {{2560, 1400, SizeClass::kXl}, {1800, 1000, SizeClass::kL}, {1280, 700, SizeClass::kM}, {840, 480, SizeClass::kS}, {600, 340, SizeClass::kXs}};
  for (const Line& l : kLines)
    if (w >= l.w && h >= l.h) return l.size;
  return SizeClass::kXxs;
}

const std::string& Slot::front(const UiState& ui) const {
  const auto it = ui.tabs.find(name);
  if (it != ui.tabs.end())
    for (const std::string& p : panels)
      if (p == it->second) return p;
  return panels.front();
}

Arrangement arrange(float width, float height, Layout layout, bool console_open) {
  const SizeClass size = size_class(width, height);
  Arrangement a;
  Rect all{0, 0, width, height};
  const bool small = size <= SizeClass::kS;
  a.bars.top = all.cut_top(small ? 40.f : 48.f);
  if (size >= SizeClass::kS) a.bars.recorder = all.cut_top(small ? 24.f : 32.f);
  if (size >= SizeClass::kXs) a.bars.last = all.cut_bottom(small ? 28.f : 36.f);
  all = all.inset(kGap);
  const float console = std::min(240.f, all.h * 0.4f);
  a.console = {all.x, all.bottom() - console, all.w, console};
  if (console_open && size == SizeClass::kXl) a.console = all.cut_bottom(console, kGap);
  if (small) {
    std::vector<std::string> panels = {"Topology", "Rings", "Throughput", "Exits", "Steps", "Registers", "Cycles per packet"};
    if (layout == Layout::kLearn) panels = {"Lab", "Topology", "Rings", "Steps", "Running", "Registers"};
    if (size == SizeClass::kS) {
      a.slots.push_back({"small.left", all.cut_left(share(all.w, 1, 2), kGap), {panels[0]}});
      panels.erase(panels.begin());
    }
    a.slots.push_back({"small", all, panels});
    return a;
  }
  if (layout == Layout::kLearn) learn(all, size, a.slots);
  else explore(all, size, a.slots);
  return a;
}

}  // namespace ringside::desktop
