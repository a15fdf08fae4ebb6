// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/kit/canvas.h"

namespace ringside::desktop {

// Curves over the last minute. Zero is at the bottom; labels stand at the right end instead of a legend.
struct Curve {
  std::string label;
  std::vector<float> values;  // newest last; negative = not known
  Token line = Token::kText2, ink = Token::kText2;
};

struct PlotMark {
  float at = 0;  // 0 = the left end, 1 = now
  std::string text;
};

struct Plot {
  std::vector<Curve> curves;
  double top = 1;  // of the axis
  Curve lost;      // in a strip of its own, with its own stated height
  double lost_top = 1;
  bool strip = true;  // false where it is too low for one
  bool now = true;    // time runs: the newest loss is written beside its strip
  std::vector<PlotMark> marks;
};

void draw_plot(Canvas& c, Rect area, const Plot& plot);

// 14 px high, the last point marked, on its own scale.
void draw_sparkline(Canvas& c, Rect area, const std::vector<float>& values, Token token);

// The next of 1, 2, 5 × 10ⁿ, as axes use it.
double round_top(double value);

}  // namespace ringside::desktop
