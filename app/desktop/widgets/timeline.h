// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/widgets/lanes.h"

namespace ringside::desktop {

// Lanes under one axis (visual language, section 7). Time is in seconds of the vCPUs' clock; the newest moment is the
// playhead, and what lies right of it is empty.

// What a timeline keeps between frames: zoom and scroll. The zoom is a rung of the ladder 1, 2, 5 from 10 ns to 1 s a
// pixel.
class TimeScale {
 public:
  static constexpr int kRungs = 25;
  static double seconds_per_pixel(int rung);

  int rung() const { return rung_; }
  double seconds_per_pixel() const { return seconds_per_pixel(rung_); }
  bool follows() const { return follow_; }
  // The window on time: its right end is the playhead while it follows.
  double right(double playhead) const { return follow_ ? playhead : right_; }
  double left(double playhead, float width) const { return right(playhead) - double(width) * seconds_per_pixel(); }

  void follow() { follow_ = true; }
  // The rung that shows this much in so many pixels, and follows.
  void show(double seconds, float width);
  // `x`: pixels from the left end; what is there stays there.
  void zoom(int rungs, float x, float width, double playhead);
  void pan(float pixels, double playhead, double oldest);
  // Brings a moment into view.
  void reveal(double at, double playhead, float width);

 private:
  int rung_ = 3;  // 100 ns a pixel
  double right_ = 0;
  bool follow_ = true;
};

struct TimelineRow {
  Lane lane;  // slices in seconds
  bool selected = false;
  std::vector<std::string> columns;  // numbers at the right end, as many as the timeline has columns
  double guest = -1,
         exit =
             -1;  // shares of the last second that ran: in the guest, in exits; the rest is idle. Negative = not known
};

struct Timeline {
  std::vector<TimelineRow> rows;
  std::vector<std::string> columns;  // their heads: "exits/s"
  double playhead = 0, oldest = 0;
  uint64_t chosen = 0;  // slice id
  std::string next;     // right of the playhead, in words
  bool shares = false;  // a bar of guest, exit and idle before the numbers
};

struct TimelineHit {
  int row = -1;                // that was clicked
  int menu = -1;               // right-clicked
  int name = -1, column = -1;  // hovered: the row of a number, and which
  uint64_t slice = 0;          // that was clicked, by its id
  uint64_t hovered = 0;        // that the mouse is on
};

inline constexpr float kLaneHeight = 26, kTimelineHead = 26;
constexpr float timeline_height(size_t lanes) { return kTimelineHead + kLaneHeight * float(lanes) + 4; }

// At most 16 lanes, or as many as there is room for; the others as one summed lane. Wheel zooms under the mouse,
// dragging pans.
TimelineHit draw_timeline(Canvas& c, Rect r, const Timeline& t, TimeScale& scale, float drag);
// The width of the lanes in a timeline of this width: what zooming from outside is anchored in.
float timeline_lane_width(float width, const Timeline& t);

}  // namespace ringside::desktop
