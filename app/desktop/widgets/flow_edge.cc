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

float edge_width(double rate, double scale) { return std::clamp(12 * float(std::sqrt(rate / scale)), 1.5f, 12.f); }

void draw_edge(Canvas& c, float x0, float x1, float y, const Flow& in, const Flow& out, const EdgeLook& look) {
  const float wi = edge_width(in.rate, look.scale), wo = edge_width(out.rate, look.scale);
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
  if (!look.labels) return;
  const Token ink = Token::kText;
  const float label_up = upper - wi / 2 - 10, label_down = lower + wo / 2 + 10;
  auto rate = [](const Flow& f) { return text_of(f); };
  if (look.pitch < 40) {  // the rows are too low for labels beside the lines: it stands in front of them
    const float lw = c.width(Type::kSmallBold, rate(in)) + 10;
    c.fill({x0 + 8, y - 8, lw, 16}, Token::kPanel);
    c.text({x0 + 13, y}, Type::kSmallBold, in.known && in.rate > 0 ? ink : Token::kMuted, rate(in));
    return;
  }
  const float w =
      c.text({x0 + 12, label_up}, Type::kSmallBold, in.known && in.rate > 0 ? ink : Token::kMuted, rate(in));
  // Where rows are close, the lower label stands aside, clear of the next row's upper one.
  const bool aside = look.pitch < label_down - label_up + 16;
  const float lower_x = aside ? x0 + 12 + 56 : x0 + 12;
  if (!aside || lower_x + 50 < x1 - 16)
    c.text({lower_x, label_down}, Type::kSmallBold, out.known && out.rate > 0 ? ink : Token::kMuted, rate(out));
  if (in.lost > 0) {
    const std::string lost = si_text(in.lost) + " lost";
    const float lw = c.width(Type::kSmallBold, lost);
    if (x0 + 12 + w + 28 + lw < x1 && look.pitch >= 56) {
      c.text({x1 - 2, label_up}, Type::kSmallBold, Token::kDropInk, lost, Align::kRight);
      draw_icon(c, Icon::kCross, {x1 - 2 - lw - 9, label_up}, Token::kDropInk);
    }
  }
}

}  // namespace ringside::desktop
