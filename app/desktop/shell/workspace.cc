// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/workspace.h"

#include <algorithm>
#include <cmath>

namespace ringside::desktop {
namespace {

constexpr float kGap = 8;

// A share of a length, snapped to 8 as splitters are.
float share(float whole, float part, float of) { return std::round(whole * part / of / 8) * 8; }

// Cuts rooms apart, each cut a splitter. Both sides keep what they need to show their point, where the window has room
// for both.
class Cutter {
 public:
  Cutter(Arrangement& a, const std::map<std::string, float>& moved) : a_(a), moved_(moved) {}

  Rect left(Rect& room, const char* name, float size, float least, float least_rest) {
    const Rect strip = room.cut_left(wanted(name, size, room.w, least, least_rest), kGap);
    a_.splits.push_back({name, {strip.right(), strip.y, kGap, strip.h}, true, true});
    return strip;
  }
  Rect right(Rect& room, const char* name, float size, float least, float least_rest) {
    const Rect strip = room.cut_right(wanted(name, size, room.w, least, least_rest), kGap);
    a_.splits.push_back({name, {strip.x - kGap, strip.y, kGap, strip.h}, true, false});
    return strip;
  }
  Rect top(Rect& room, const char* name, float size, float least, float least_rest) {
    const Rect strip = room.cut_top(wanted(name, size, room.h, least, least_rest), kGap);
    a_.splits.push_back({name, {strip.x, strip.bottom(), strip.w, kGap}, false, true});
    return strip;
  }
  void slot(const char* name, Rect rect, std::vector<std::string> panels) {
    a_.slots.push_back({name, rect, std::move(panels)});
  }

 private:
  float wanted(const char* name, float size, float whole, float least, float least_rest) const {
    const auto it = moved_.find(name);
    if (it == moved_.end()) return size;
    const float most = whole - kGap - least_rest;
    return most <= least ? size : std::clamp(std::round((size + it->second) / 8) * 8, least, most);
  }

  Arrangement& a_;
  const std::map<std::string, float>& moved_;
};

void learn(Rect room, SizeClass size, Cutter cut) {
  const bool wide = size >= SizeClass::kL;
  cut.slot("learn.lab",
           cut.left(room, "learn.lab",
                    size == SizeClass::kXl ? 480.f
                    : wide                 ? 424.f
                                           : 352.f,
                    288, 520),
           {"Lab"});
  if (!wide) {
    cut.slot("learn.top", cut.top(room, "learn.top", share(room.h, 284, 588), 200, 180),
             {"Topology", "Rings", "Registers"});
    cut.slot("learn.bottom", room, {"Steps", "Running", "Timeline"});
    return;
  }
  cut.slot("learn.ring",
           cut.right(room, "learn.ring", size == SizeClass::kXl ? std::min(840.f, share(room.w, 840, 2056)) : 568.f,
                     328, 520),
           {"Rings", "Registers"});
  const float whole = room.h;
  cut.slot("learn.topology", cut.top(room, "learn.topology", share(whole, 404, 948), 260, 276), {"Topology"});
  cut.slot("learn.running", cut.top(room, "learn.running", share(whole, 180, 948), 120, 140), {"Running", "Timeline"});
  cut.slot("learn.steps", room, {"Steps"});
}

void explore(Rect room, SizeClass size, Cutter cut) {
  if (size < SizeClass::kL) {
    Rect top = cut.top(room, "explore.top", share(room.h, 300, 588), 240, 200);
    cut.slot("explore.topology", cut.left(top, "explore.topology", share(top.w, 760, 1264), 560, 360), {"Topology"});
    cut.slot("explore.throughput", top, {"Throughput", "Talk"});
    cut.slot("explore.exits", cut.left(room, "explore.exits", share(room.w, 628, 1264), 400, 400),
             {"Exits", "Timeline"});
    cut.slot("explore.detail", room, {"Rings", "Steps", "Registers", "Cycles per packet"});
    return;
  }
  Rect top = cut.top(room, "explore.top", share(room.h, 472, 948), 280, 240);
  cut.slot("explore.topology", cut.left(top, "explore.topology", share(top.w, 1136, 1904), 640, 360), {"Topology"});
  cut.slot("explore.throughput", top, {"Throughput", "Talk"});
  const float whole = room.w;
  cut.slot("explore.exits", cut.left(room, "explore.exits", share(whole, 760, 1904), 400, 800), {"Exits", "Timeline"});
  cut.slot("explore.detail", cut.left(room, "explore.detail", share(whole, 640, 1904), 440, 300),
           {"Rings", "Steps", "Registers"});
  cut.slot("explore.cycles", room, {"Cycles per packet"});
}

}  // namespace

SizeClass size_class(float w, float h) {
  struct Line {
    float w, h;
    SizeClass size;
  };
  constexpr Line kLines[] = {{2560, 1400, SizeClass::kXl},
                             {1800, 1000, SizeClass::kL},
                             {1280, 700, SizeClass::kM},
                             {840, 480, SizeClass::kS},
                             {600, 340, SizeClass::kXs}};
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

Arrangement arrange(float width, float height, Layout layout, bool console_open,
                    const std::map<std::string, float>& moved) {
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
    std::vector<std::string> panels = {"Topology", "Rings",     "Throughput",        "Exits", "Timeline",
                                       "Steps",    "Registers", "Cycles per packet", "Talk"};
    if (layout == Layout::kLearn) panels = {"Lab", "Topology", "Rings", "Steps", "Running", "Timeline", "Registers"};
    if (size == SizeClass::kS) {
      a.slots.push_back({"small.left", all.cut_left(share(all.w, 1, 2), kGap), {panels[0]}});
      panels.erase(panels.begin());
    }
    a.slots.push_back({"small", all, panels});
    return a;
  }
  if (layout == Layout::kLearn)
    learn(all, size, Cutter(a, moved));
  else
    explore(all, size, Cutter(a, moved));
  return a;
}

}  // namespace ringside::desktop
