// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/timeline.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/controls.h"

namespace ringside::desktop {
namespace {

constexpr size_t kMostLanes = 16;
constexpr float kNames = 64, kColumn = 80, kShares = 56, kAfter = 12;

struct Unit {
  double size;
  const char* name;
};

Unit unit_of(double step) {
  for (const Unit u : {Unit{1, "s"}, Unit{1e-3, "ms"}, Unit{1e-6, "µs"}})
    if (step >= u.size) return u;
  return {1e-9, "ns"};
}

// Ticks on round numbers, counted back from the playhead; the unit stands at the first.
void draw_ticks(Canvas& c, Rect lanes, float label_y, double left, double right, double playhead) {
  const double step = tick_step(right - left, lanes.w);
  const Unit unit = unit_of(step);
  const auto x_of = [&](double t) { return std::round(lanes.x + lanes.w * float((t - left) / (right - left))); };
  bool first = true;
  float free_from = lanes.x - 6;
  for (double k = std::ceil((left - playhead) / step - 1e-6); playhead + k * step <= right + step * 1e-6; k += 1) {
    if (k > 0.5) break;
    const float x = x_of(playhead + k * step);
    c.line({x, lanes.y}, {x, lanes.bottom()}, Token::kLine, 1);
    const double value = std::abs(k * step / unit.size);
    std::string label = (k < -0.5 ? "−" : "") + (value >= 1000 ? count(uint64_t(value + 0.5)) : tick_text(value));
    if (first) label += std::string(kThin) + unit.name;
    const float w = c.width(Type::kSmall, label);
    const float text_x = std::clamp(x - w / 2, lanes.x - 6, lanes.right() - w + 6);
    if (text_x < free_from) continue;
    c.text({text_x, label_y}, Type::kSmall, Token::kMuted, label);
    free_from = text_x + w + 10;
    first = false;
  }
}

void draw_shares(Canvas& c, Rect r, const TimelineRow& row) {
  if (row.guest < 0) return;
  c.fill(r, Token::kSunken);
  const float guest = r.w * float(std::clamp(row.guest, 0.0, 1.0)),
              exit = std::min(r.w - guest, r.w * float(std::clamp(row.exit, 0.0, 1.0)));
  if (guest >= 1) c.fill({r.x, r.y, guest, r.h}, Token::kGuest);
  if (exit >= 1) c.fill({r.x + guest, r.y, exit, r.h}, Token::kExit);
  if (c.hovered(r.inset(0, -6)))
    c.tooltip(Canvas::kTipTitle + row.lane.name + ", the last second that ran\nin the guest " + percent(row.guest) +
              "\nin exits " + percent(row.exit) + "\nidle " + percent(std::max(0.0, 1 - row.guest - row.exit)));
}

}  // namespace

double TimeScale::seconds_per_pixel(int rung) {
  constexpr double kSteps[] = {1, 2, 5};
  rung = std::clamp(rung, 0, kRungs - 1);
  return 1e-8 * kSteps[rung % 3] * std::pow(10.0, rung / 3);
}

void TimeScale::show(double seconds, float width) {
  rung_ = 0;
  while (rung_ < kRungs - 1 && seconds_per_pixel() * double(width) < seconds * 0.999) ++rung_;
  follow_ = true;
}

void TimeScale::zoom(int rungs, float x, float width, double playhead) {
  const double under = left(playhead, width) + double(x) * seconds_per_pixel();
  rung_ = std::clamp(rung_ + rungs, 0, kRungs - 1);
  if (follow_ && x >= width - 24) return;  // at the playhead: it goes on following
  right_ = under + double(width - x) * seconds_per_pixel();
  follow_ = right_ >= playhead;
}

void TimeScale::pan(float pixels, double playhead, double oldest) {
  right_ = std::clamp(right(playhead) - double(pixels) * seconds_per_pixel(), std::min(oldest, playhead), playhead);
  follow_ = right_ >= playhead;
}

void TimeScale::reveal(double at, double playhead, float width) {
  if (at >= left(playhead, width) && at <= right(playhead)) return;
  right_ = at + double(width) * 0.5 * seconds_per_pixel();
  follow_ = right_ >= playhead;
}

float timeline_lane_width(float width, const Timeline& t) {
  return std::max(40.f, width - kNames - kAfter - kColumn * float(t.columns.size()) - (t.shares ? kShares + 12 : 0));
}

TimelineHit draw_timeline(Canvas& c, Rect r, const Timeline& t, TimeScale& scale, float drag) {
  TimelineHit hit;
  const size_t fit = std::min(kMostLanes, size_t(std::max(1.f, (r.h - kTimelineHead - 4) / kLaneHeight)));
  const bool summed = t.rows.size() > fit;
  const size_t shown = summed ? fit - (fit > 1 ? 1 : 0) : t.rows.size(), lines = summed ? fit : shown;
  const Rect lanes{r.x + kNames, r.y + kTimelineHead, timeline_lane_width(r.w, t), kLaneHeight * float(lines)};
  const float label_y = r.y + 8;

  // zoom and pan before drawing, so that the picture answers at once
  if (const float wheel = c.wheel(lanes); wheel != 0)
    scale.zoom(wheel > 0 ? -1 : 1, c.mouse().x - lanes.x, lanes.w, t.playhead);
  if (drag != 0) scale.pan(drag, t.playhead, t.oldest);
  const bool still = std::abs(c.mouse().x - c.pressed_at().x) < 4;  // pressed and released at one place: no drag
  c.target("lanes", lanes);

  const double left = scale.left(t.playhead, lanes.w), right = scale.right(t.playhead);
  const Axis axis{left, right, 1, ""};
  draw_ticks(c, {lanes.x, r.y + 20, lanes.w, lanes.h + 10}, label_y, left, right, t.playhead);
  for (size_t k = 0; k < t.columns.size(); ++k)
    c.text({r.right() - kColumn * float(t.columns.size() - 1 - k), label_y}, Type::kSmall, Token::kMuted, t.columns[k],
           Align::kRight);

  for (size_t i = 0; i < shown; ++i) {
    const TimelineRow& row = t.rows[i];
    const Rect line{r.x - 8, lanes.y + kLaneHeight * float(i), r.w + 16, kLaneHeight};
    if (row.selected)
      selected_row(c, line);
    else if (c.hovered(line))
      hover_row(c, line);
    const Type type = row.selected ? Type::kSmallBold : Type::kSmall;
    c.name({r.x, line.mid_y()}, type, Token::kText, row.lane.name, kNames - 6);
    const LaneHit lane = draw_lane(c, {lanes.x, line.y, lanes.w, line.h}, row.lane, axis, t.playhead, t.chosen);
    const bool single = lane.slice >= 0 && lane.slice == lane.last;
    if (single) hit.hovered = row.lane.slices[size_t(lane.slice)].id;
    if (lane.clicked && still && single)
      hit.slice = hit.hovered;
    else if (lane.clicked && still)
      scale.zoom(-2, c.mouse().x - lanes.x, lanes.w, t.playhead);  // a bar opens: its exits come apart
    if (still && c.clicked(line)) hit.row = int(i);
    if (c.right_clicked({line.x, line.y, kNames, line.h})) hit.menu = int(i);
    const float numbers = r.right() - kColumn * float(t.columns.size());
    if (t.shares) draw_shares(c, {numbers - kShares + 20, line.mid_y() - 4, kShares, 8}, row);
    for (size_t k = 0; k < row.columns.size(); ++k) {
      const float x = numbers + kColumn * float(k + 1);
      const bool none = row.columns[k] == kUnknown || row.columns[k] == "0";
      c.text({x, line.mid_y()}, type, none ? Token::kMuted : Token::kText, row.columns[k], Align::kRight);
      if (c.hovered({x - 60, line.y, 64, line.h})) hit.name = int(i), hit.column = int(k);
    }
  }
  if (summed) {
    const float y = lanes.y + kLaneHeight * float(shown);
    std::vector<Lane> rest;
    for (size_t i = shown; i < t.rows.size(); ++i) rest.push_back(t.rows[i].lane);
    draw_summed_lane(c, {lanes.x, y, lanes.w, kLaneHeight}, rest, axis, t.playhead);
    const std::string words = std::to_string(rest.size()) + " more";
    c.text({r.x, y + kLaneHeight / 2}, Type::kSmall, Token::kMuted, words);
    if (c.hovered({r.x - 8, y, kNames, kLaneHeight})) {
      std::string tip = std::string(1, Canvas::kTipTitle) + words + " vCPUs as one lane: the mean of";
      for (const Lane& lane : rest) tip += "\n" + lane.name;
      c.tooltip(tip);
    }
  }
  // right of the playhead: nothing yet, and what comes next in words
  if (const float x = lanes.x + lanes.w * float((t.playhead - left) / (right - left));
      x >= lanes.x && x <= lanes.right() + 1) {
    c.fill({std::min(x, lanes.right() - 1), r.y + 20, 1, lanes.h + 10}, Token::kHalo);
    if (!t.next.empty() && x + c.width(Type::kSmall, t.next) + 8 < lanes.right())
      c.text({x + 8, lanes.y + 13}, Type::kSmall, Token::kText2, t.next);
  }
  return hit;
}

}  // namespace ringside::desktop
