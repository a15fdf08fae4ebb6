// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/flow_edge.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/icons.h"

namespace ringside::desktop {
namespace {

// 1 to 4 arrows, a quarter of activity each, in uneven steps; they travel with the phase.
void draw_arrows(Canvas& c, float x0, float x1, float y, float w, Token token, const Flow& flow, double phase,
                 bool rightwards) {
  const int n = std::clamp(int(std::ceil(flow.activity * 4)), 1, 4);
  const float length = x1 - x0 - 24;
  if (length < 16) return;
  const float speed = 24.f * float(n), offset = std::fmod(float(phase) * speed, length);
  const float h = std::max(3.3f, w / 2), tip = h;
  const Token ink = w >= 5 ? Token::kPanel : token;
  for (int i = 0; i < n; ++i) {
    float at = std::fmod(length * (float(i) + 0.5f) / float(n) + offset, length);
    if (!rightwards) at = length - at;
    const float x = x0 + 12 + at, d = rightwards ? tip : -tip;
    const Point chevron[] = {{x, y - h}, {x + d, y}, {x, y + h}};
    c.polyline(chevron, ink, 1.6f);
  }
}

void draw_line(Canvas& c, float x0, float x1, float y, float w, const Flow& flow, const EdgeLook& look,
               bool rightwards) {
  if (!flow.known || flow.rate <= 0) {
    c.dashes({x0, y}, {x1, y}, Token::kOutline, 1, 2, 4);
    return;
  }
  const Token token = look.selected ? Token::kFlowHi : Token::kFlow;
  c.line({x0, y}, {x1, y}, token, w);
  draw_arrows(c, x0, x1, y, w, token, flow, look.phase, rightwards);
}

// Rates above and below the lines; where rows are too low for that, in front of them.
void draw_labels(Canvas& c, float x0, float x1, float y, const Flow& in, const Flow& out, const EdgeLook& look) {
  const auto ink = [](const Flow& f) { return f.known && f.rate > 0 ? Token::kText : Token::kMuted; };
  const std::string towards = text_of(in), back = text_of(out);
  const float wt = c.width(Type::kSmallBold, towards), wb = c.width(Type::kSmallBold, back), gap = x1 - x0;
  const auto place = [&](float w) { return gap < 84 ? x0 + (gap - w) / 2 : x0 + 12; };  // a short edge centres it
  if (look.pitch < 40) {
    const auto label = [&](float x, float w, const Flow& f, const std::string& text) {
      c.fill({x - 5, y - 8, w + 10, 16}, Token::kPanel);
      c.text({x, y}, Type::kSmallBold, ink(f), text);
    };
    if (wt + 8 <= gap) label(place(wt), wt, in, towards);
    const float behind = x1 - 24 - wb;
    if (place(wt) + wt + 28 < behind) label(behind, wb, out, back);
    return;
  }
  const float up = y - edge_width(in.rate, look.scale, look.widest) - 12.5f,
              down = y + edge_width(out.rate, look.scale, look.widest) + 12.5f;
  if (wt + 8 <= gap) c.text({place(wt), up}, Type::kSmallBold, ink(in), towards);
  // Where rows are close, the lower label stands aside, clear of the next row's upper one.
  const bool aside = look.pitch < down - up + 16;
  const float lower = aside ? x0 + 68 : place(wb);
  if (wb + 8 <= gap && (!aside || lower + wb + 20 < x1)) c.text({lower, down}, Type::kSmallBold, ink(out), back);
  if (in.lost <= 0 || look.pitch < 56) return;
  const std::string lost = si_text(in.lost) + " lost";
  const float wl = c.width(Type::kSmallBold, lost);
  if (x0 + 12 + wt + 28 + wl >= x1) return;
  c.text({x1 - 2, up}, Type::kSmallBold, Token::kDropInk, lost, Align::kRight);
  draw_icon(c, Icon::kCross, {x1 - 2 - wl - 9, up}, Token::kDropInk);
}

}  // namespace

std::string text_of(const Flow& f) {
  return !f.known ? std::string(kUnknown) : f.shown.empty() ? si_text(f.rate) : f.shown;
}

double edge_scale(double greatest) {
  if (greatest <= 1) return 1;
  const double power = std::pow(10, std::floor(std::log10(greatest)));
  for (double f : {1.0, 2.0, 5.0})
    if (greatest <= f * power) return f * power;
  return 10 * power;
}

float edge_width(double rate, double scale, float widest) {
  return std::clamp(widest * float(std::sqrt(rate / scale)), 1.5f, widest);
}

void draw_edge(Canvas& c, float x0, float x1, float y, const Flow& in, const Flow& out, const EdgeLook& look) {
  const float wi = edge_width(in.rate, look.scale, look.widest), wo = edge_width(out.rate, look.scale, look.widest);
  const float upper = y - wi / 2 - 2.5f, lower = y + wo / 2 + 2.5f;
  draw_line(c, x0, x1, upper, wi, in, look, look.towards_right);
  draw_line(c, x0, x1, lower, wo, out, look, !look.towards_right);
  if (in.lost > 0) {
    const float h = std::max(7.f, wi + 2);
    const Rect block{x1 - 18, upper - h / 2, 18, h};
    c.fill(block, Token::kPanel);
    c.hatch(block, Token::kDrop, 4, 1, true);
    c.frame(block, Token::kDrop, 1);
    if (c.hovered({block.x - 4, block.y - 8, 26, block.h + 16}))
      c.tooltip("Lost here: " + si_text(in.lost, look.rated ? "pps" : "frames") + "\n" + in.reason);
  }
  if (look.labels) draw_labels(c, x0, x1, y, in, out, look);
}

}  // namespace ringside::desktop
