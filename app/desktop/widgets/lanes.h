// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/desktop/kit/canvas.h"

namespace ringside::desktop {

// Why the guest stopped, or who worked: the groups of visual language, section 7.
enum class SliceKind : uint8_t { kWrite, kRead, kFault, kInterrupt, kInstruction, kWait, kDevice, kSwitch };

struct Slice {
  double from = 0, to = 0;  // on the axis
  SliceKind kind = SliceKind::kWrite;
  bool modelled = false;  // its price is: hatched from 12 px on
  std::string label{}, tip{};
  uint64_t id = 0;  // for who draws: which record this is
};

struct Lane {
  std::string name, what;  // "web/0", "vCPU"
  bool guest = true;       // a two-level line; else a track of bars
  bool selected = false;
  std::vector<Slice> slices;  // in order
  std::vector<std::pair<double, double>>
      unknown{};                     // in order: stretches of which nothing was recorded; no line is drawn there
  std::vector<double> interrupts{};  // when one was injected: a triangle below the lane
  std::string end{};                 // in words, right of the playhead
};

struct Axis {
  double from = 0, to = 1;  // what the lane's width shows
  double unit = 1;          // one tick label's unit, in axis units
  std::string unit_name;    // stands at the first tick
};

SliceKind slice_of(const std::string& reason);
// Ticks every 80 to 160 px on round numbers.
double tick_step(double span, float width);

void draw_axis(Canvas& c, Rect plot, const Axis& axis, float label_y);
// What the mouse is on: a slice, or a bar of several; as places in Lane::slices.
struct LaneHit {
  int slice = -1, last = -1;
  bool clicked = false;
};
// One lane: 26 to 32 high. `chosen`: the id of a slice that is ringed, 0 = none.
LaneHit draw_lane(Canvas& c, Rect r, const Lane& lane, const Axis& axis, double playhead, uint64_t chosen = 0);
// Several lanes as one: as high as their mean share of time outside the guest.
void draw_summed_lane(Canvas& c, Rect r, const std::vector<Lane>& lanes, const Axis& axis, double playhead);

}  // namespace ringside::desktop
