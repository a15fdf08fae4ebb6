// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/lanes.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/widgets/icons.h"
#include "app/desktop/widgets/numbers.h"

namespace ringside::desktop {
namespace {

Token token_of(SliceKind kind) {
  switch (kind) {
    case SliceKind::kWrite: case SliceKind::kRead: return Token::kExit;
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
  c.text({r.mid_x(), r.mid_y()}, Type::kSmallBold, s.modelled ? Theme::ink(token) : c.theme().on(token), s.label, Align::kCentre);
}

}  // namespace

SliceKind slice_of(const std::string& reason) {
  auto has = [&](const char* part) { return reason.find(part) != std::string::npos; };
  if (has("interrupt")) return SliceKind::kInterrupt;
  if (has("HLT") || has("MWAIT") || has("PAUSE")) return SliceKind::kWait;
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
    if (n == 0) c.text({x, label_y}, Type::kSmall, Token::kMuted, shown + std::string(kThin) + axis.unit_name);
    else c.text({x, label_y}, Type::kSmall, Token::kMuted, shown, Align::kCentre);
  }
}

void draw_lane(Canvas& c, Rect r, const Lane& lane, const Axis& axis, double playhead) {
  const double span = axis.to - axis.from;
  auto x_of = [&](double t) { return r.x + r.w * float(std::clamp((t - axis.from) / span, 0.0, 1.0)); };
  const float up = r.mid_y() - 6, down_h = 16, end = x_of(std::min(playhead, axis.to));
  float at = r.x;
  auto line_to = [&](float x) {
    if (lane.guest && x > at) c.line({at, up + 1}, {x, up + 1}, Token::kGuest, 2);
  };
  for (size_t i = 0; i < lane.slices.size(); ++i) {
    const Slice& s = lane.slices[i];
    if (s.to < axis.from || s.from > axis.to) continue;
    float x0 = x_of(s.from), x1 = std::max(x0 + 2, x_of(s.to));
    // Slices that would overlap at 2 px become one bar, as high as the share of time outside the guest. None is dropped.
    size_t last = i;
    double outside = s.to - s.from;
    while (last + 1 < lane.slices.size() && x_of(lane.slices[last + 1].from) < x1 + 0.5f && x_of(lane.slices[last + 1].to) - x_of(lane.slices[last + 1].from) < 2) {
      ++last;
      outside += lane.slices[last].to - lane.slices[last].from;
      x1 = std::max(x1, x_of(lane.slices[last].from) + 2);
    }
    x0 = std::max(x0, at);
    line_to(x0);
    Rect box{x0, up, std::max(2.f, x1 - x0), down_h};
    if (last > i) {
      const double whole = std::max(1e-9, lane.slices[last].to - s.from);
      box.h = std::max(3.f, down_h * float(std::min(1.0, outside / whole)));
      c.fill(box, token_of(s.kind));
      if (c.hovered({box.x, r.y, box.w, r.h})) c.tooltip(count(last - i + 1) + " exits here");
      i = last;
    } else {
      draw_slice(c, box, s);
      if (!s.tip.empty() && c.hovered({box.x - 2, r.y, box.w + 4, r.h})) c.tooltip(s.tip);
    }
    at = box.right();
  }
  line_to(end);
}

}  // namespace ringside::desktop
