// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/lanes.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/icons.h"

namespace ringside::desktop {
namespace {

Token token_of(SliceKind kind) {
  switch (kind) {
    case SliceKind::kWrite:
    case SliceKind::kRead: return Token::kExit;
    case SliceKind::kFault: return Token::kDrop;
    case SliceKind::kInterrupt: return Token::kIrq;
    case SliceKind::kInstruction: return Token::kFlowHi;
    case SliceKind::kWait: return Token::kOutline;
    case SliceKind::kDevice: return Token::kDevice;
    case SliceKind::kSwitch: return Token::kSwitch;
  }
  return Token::kMuted;
}

void draw_slice(Canvas& c, Rect r, const Slice& s) {
  const Token token = token_of(s.kind);
  if (s.kind == SliceKind::kWait) {
    c.fill({r.x, r.bottom() - 3, r.w, 3}, token);
    const float words = c.width(Type::kSmall, s.label);
    if (s.label.empty() || words + 12 > r.w) return;
    c.fill({r.mid_x() - words / 2 - 4, r.y - 4, words + 8, 16}, Token::kPanel);  // a tick of the axis may stand there
    c.text({r.mid_x(), r.y + 4}, Type::kSmall, Token::kMuted, s.label, Align::kCentre);
    return;
  }
  if (s.kind == SliceKind::kInterrupt) r.w = std::max(2.f, r.w);
  const Token hatch = token == Token::kExit ? c.theme().exit_hatch() : token;
  if (s.modelled && r.w >= 12) {
    c.fill(r, Token::kPanel);
    c.hatch(r, hatch, 5);
    c.frame(r, hatch, 1, 1);
  } else if (s.kind == SliceKind::kRead && r.w >= 3) {
    c.fill(r, Token::kPanel);
    c.frame(r, hatch, 1);
  } else {
    c.fill(r, token);
    if (c.theme().outlined(token) && r.w >= 4) c.frame(r, Theme::ink(token), 1);
  }
  if (s.kind == SliceKind::kFault && r.w >= 8) draw_icon(c, Icon::kCross, {r.mid_x(), r.mid_y()}, Token::kPanel);
  const float w = c.width(Type::kSmallBold, s.label);
  if (s.label.empty() || w + 12 > r.w) return;
  if (s.modelled) c.fill({r.mid_x() - w / 2 - 6, r.y + 1, w + 12, r.h - 2}, Token::kPanel, 2);
  c.text({r.mid_x(), r.mid_y()}, Type::kSmallBold, s.modelled ? Theme::ink(token) : c.theme().on(token), s.label,
         Align::kCentre);
}

}  // namespace

SliceKind slice_of(const std::string& reason) {
  auto has = [&](const char* part) { return reason.find(part) != std::string::npos; };
  if (has("interrupt")) return SliceKind::kInterrupt;
  if (has("HLT") || has("MWAIT") || has("PAUSE") || has("idle")) return SliceKind::kWait;
  if (has("fault") || has("violation")) return SliceKind::kFault;
  if (has("read")) return SliceKind::kRead;
  if (has("write") || has("MMIO") || has("port")) return SliceKind::kWrite;
  return SliceKind::kInstruction;
}

double tick_step(double span, float width) {
  if (span <= 0 || width <= 0) return 1;
  const double least = span * 80 / width, power = std::pow(10, std::floor(std::log10(least)));
  for (double f : {1.0, 2.0, 5.0})
    if (least <= f * power) return f * power;
  return 10 * power;
}

void draw_axis(Canvas& c, Rect r, const Axis& axis, float label_y) {
  const double span = axis.to - axis.from, step = tick_step(span / axis.unit, r.w) * axis.unit;
  int n = 0;
  for (double t = 0; t <= span + step * 0.01; t += step, ++n) {
    const float x = std::round(r.x + r.w * float(t / span));
    c.line({x, r.y}, {x, r.bottom()}, Token::kLine, 1);
    const double value = t / axis.unit;
    const std::string shown = value >= 1000 ? count(uint64_t(value + 0.5)) : tick_text(value);
    if (n == 0)
      c.text({x, label_y}, Type::kSmall, Token::kMuted, shown + std::string(kThin) + axis.unit_name);
    else
      c.text({x, label_y}, Type::kSmall, Token::kMuted, shown, Align::kCentre);
  }
}

LaneHit draw_lane(Canvas& c, Rect r, const Lane& lane, const Axis& axis, double playhead, uint64_t chosen) {
  const double span = axis.to - axis.from;
  auto x_of = [&](double t) { return r.x + r.w * float(std::clamp((t - axis.from) / span, 0.0, 1.0)); };
  const float up = r.mid_y() - 6, down_h = 16, end = x_of(std::min(playhead, axis.to));
  LaneHit hit;
  float at = r.x;
  size_t gap = 0;
  // The guest runs where nothing else is known to have happened; where nothing is known, there is no line.
  auto line_to = [&](float x) {
    if (!lane.guest) return;
    while (x > at) {
      while (gap < lane.unknown.size() && x_of(lane.unknown[gap].second) <= at) ++gap;
      const float stop = gap < lane.unknown.size() ? std::clamp(x_of(lane.unknown[gap].first), at, x) : x;
      if (stop > at) c.line({at, up + 1}, {stop, up + 1}, Token::kGuest, 2);
      if (stop >= x) break;
      const float resume = std::clamp(x_of(lane.unknown[gap].second), stop, x);
      if (resume - stop >= 6) c.dashes({stop + 2, up + 1}, {resume - 2, up + 1}, Token::kOutline, 1, 1, 4);
      at = std::max(resume, stop + 0.01f);
    }
    at = std::max(at, x);
  };
  auto first = std::lower_bound(lane.slices.begin(), lane.slices.end(), axis.from,
                                [](const Slice& s, double t) { return s.to < t; });
  for (size_t i = size_t(first - lane.slices.begin()); i < lane.slices.size(); ++i) {
    const Slice& s = lane.slices[i];
    if (s.to < axis.from) continue;
    if (s.from > axis.to) break;
    float x0 = x_of(s.from), x1 = std::max(x0 + 2, x_of(s.to));
    // Slices that would overlap at 2 px become one bar, as high as the share of time outside the guest. None is
    // dropped.
    size_t last = i;
    double outside = s.to - s.from;
    while (last + 1 < lane.slices.size() && x_of(lane.slices[last + 1].from) < x1 + 0.5f &&
           x_of(lane.slices[last + 1].to) - x_of(lane.slices[last + 1].from) < 2 &&
           lane.slices[last + 1].from <= axis.to) {
      ++last;
      outside += lane.slices[last].to - lane.slices[last].from;
      x1 = std::max(x1, x_of(lane.slices[last].from) + 2);
    }
    x0 = std::max(x0, at);
    line_to(x0);
    Rect box{x0, up, std::max(2.f, x1 - x0), down_h};
    const bool over = c.hovered({box.x - (last > i ? 0.f : 2.f), r.y, box.w + (last > i ? 0.f : 4.f), r.h});
    if (last > i) {
      const double whole = std::max(1e-9, lane.slices[last].to - s.from);
      box.h = std::max(3.f, down_h * float(std::min(1.0, outside / whole)));
      c.fill(box, token_of(s.kind));
      if (over)
        c.tooltip(count(last - i + 1) + " exits here\n" + percent(std::min(1.0, outside / whole)) +
                  " of this time outside the guest\n" + Canvas::kTipMuted + "zoom in to see each");
    } else {
      draw_slice(c, box, s);
      if (!s.tip.empty() && over) c.tooltip(s.tip);
    }
    if (over) hit = {int(i), int(last), c.clicked(r)};
    for (size_t k = i; chosen && k <= last; ++k)
      if (lane.slices[k].id == chosen) c.ring_around(box, 1, 1.5f, 1);
    i = last;
    at = box.right();
  }
  line_to(end);
  for (double t : lane.interrupts)
    if (t >= axis.from && t <= axis.to)
      draw_triangle(c, {x_of(t), r.bottom() - 6}, -1.5708f, 7,
                    c.theme().outlined(Token::kIrq) ? Token::kIrqInk : Token::kIrq, true);
  return hit;
}

void draw_summed_lane(Canvas& c, Rect r, const std::vector<Lane>& lanes, const Axis& axis, double playhead) {
  constexpr float kBin = 4;
  const size_t bins = size_t(std::max(1.f, r.w / kBin));
  std::vector<double> outside(bins, 0);
  const double width = (axis.to - axis.from) / double(bins);
  for (const Lane& lane : lanes)
    for (const Slice& s : lane.slices) {
      if (s.kind == SliceKind::kWait || s.to < axis.from || s.from > axis.to) continue;
      const size_t a = size_t(std::max(0.0, (s.from - axis.from) / width)),
                   b = std::min(bins - 1, size_t(std::max(0.0, (s.to - axis.from) / width)));
      for (size_t i = a; i <= b && i < bins; ++i) {
        const double begin = axis.from + double(i) * width;
        outside[i] += std::max(0.0, std::min(s.to, begin + width) - std::max(s.from, begin));
      }
    }
  const float up = r.mid_y() - 6,
              shown =
                  r.w * float(std::clamp((std::min(playhead, axis.to) - axis.from) / (axis.to - axis.from), 0.0, 1.0));
  c.line({r.x, up + 1}, {r.x + shown, up + 1}, Token::kGuest, 2);
  for (size_t i = 0; i < bins; ++i) {
    const double share = outside[i] / width / double(std::max<size_t>(1, lanes.size()));
    if (share > 0)
      c.fill({r.x + kBin * float(i), up, kBin, std::max(3.f, 16 * float(std::min(1.0, share)))}, Token::kExit);
  }
}

}  // namespace ringside::desktop
