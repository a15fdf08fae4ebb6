// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/workspace.h"

#include <algorithm>
#include <cmath>

namespace ringside::desktop {
namespace {

constexpr float kGap = 8;

// Cuts a layout's rooms apart. Sizes snap to 8, as splitters do. Both sides keep what they need to show their point,
// where the window has room for both.
class Cutter {
 public:
  Cutter(Arrangement& a, const Layout& layout, SizeClass size, const std::map<std::string, float>& moved)
      : a_(a), layout_(layout), rooms_(layout.rooms(size)), moved_(moved) {}

  void cut(const std::string& name, Rect rect) {
    const Room& room = rooms_.at(name);
    if (room.cut == Room::Cut::kNone) return a_.slots.push_back({layout_.id + "." + name, rect, room.panels});
    const bool sideways = room.cut != Room::Cut::kTop;
    const std::string split = layout_.id + "." + room.first;
    const float size = wanted(split, room, sideways ? rect.w : rect.h);
    const Rect first = room.cut == Room::Cut::kTop    ? rect.cut_top(size, kGap)
                       : room.cut == Room::Cut::kLeft ? rect.cut_left(size, kGap)
                                                      : rect.cut_right(size, kGap);
    if (!room.fixed) {
      const Rect handle = room.cut == Room::Cut::kTop    ? Rect{first.x, first.bottom(), first.w, kGap}
                          : room.cut == Room::Cut::kLeft ? Rect{first.right(), first.y, kGap, first.h}
                                                         : Rect{first.x - kGap, first.y, kGap, first.h};
      a_.splits.push_back({split, handle, sideways, room.cut != Room::Cut::kRight});
    }
    cut(room.first, first);
    cut(room.rest, rect);
  }

 private:
  float wanted(const std::string& split, const Room& room, float whole) const {
    float size = room.of > 0 ? std::round(whole * room.size / room.of / 8) * 8 : room.size;
    if (room.most > 0) size = std::min(size, room.most);
    const auto it = moved_.find(split);
    if (it == moved_.end()) return size;
    const float most = whole - kGap - room.least_rest;
    return most <= room.least ? size : std::clamp(std::round((size + it->second) / 8) * 8, room.least, most);
  }

  Arrangement& a_;
  const Layout& layout_;
  const std::map<std::string, Room>& rooms_;
  const std::map<std::string, float>& moved_;
};

}  // namespace

const std::string& Slot::front(const UiState& ui) const {
  for (auto raised = ui.raised.rbegin(); raised != ui.raised.rend(); ++raised)
    if (const auto at = std::find(panels.begin(), panels.end(), *raised); at != panels.end()) return *at;
  return panels.front();
}

Arrangement arrange(float width, float height, const Layout& layout, bool console_open,
                    const std::map<std::string, float>& moved) {
  const SizeClass size = size_class(width, height);
  Arrangement a;
  Rect all{0, 0, width, height};
  const bool small = size <= SizeClass::kS;
  a.bars.top = all.cut_top(small ? 40.f : 48.f);
  if (size >= SizeClass::kS) a.bars.recorder = all.cut_top(small ? 24.f : 32.f);
  if (size >= SizeClass::kXs) a.bars.last = all.cut_bottom(small ? 28.f : 36.f);
  all = all.inset(kGap);
  const float console = std::min(240.f, all.h * (size >= SizeClass::kM ? 0.32f : 0.4f));
  a.console = {all.x, all.bottom() - console, all.w, console};
  constexpr float kLeast = 150;  // of the panels: where they have less, the console lies above them
  if (console_open && all.h - console - kGap >= kLeast) a.console = all.cut_bottom(console, kGap);
  Cutter(a, layout, size, moved).cut("all", all);
  return a;
}

}  // namespace ringside::desktop
