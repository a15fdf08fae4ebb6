// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/plot.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"

namespace ringside::desktop {
namespace {

void draw_curve(Canvas& c, Rect r, const std::vector<float>& values, double top, Token token) {
  std::vector<Point> points;
  const float step = values.size() > 1 ? r.w / float(values.size() - 1) : 0;
  auto flush = [&] {
    c.polyline(points, token, 1.5f);
    points.clear();
  };
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] < 0) {
      flush();
      continue;
    }
    points.push_back({r.x + step * float(i), r.bottom() - r.h * float(std::min(1.0, double(values[i]) / top))});
  }
  flush();
}

float last_known(const std::vector<float>& values) { return values.empty() || values.back() < 0 ? 0 : values.back(); }

void draw_lost(Canvas& c, Rect r, const Plot& p) {
  c.line({r.x, r.bottom()}, {r.right(), r.bottom()}, Token::kLine, 1);
  const std::vector<float>& v = p.lost.values;
  const float step = v.size() > 1 ? r.w / float(v.size() - 1) : 0;
  for (size_t i = 0; i < v.size(); i += 2)
    if (v[i] > 0) {
      const float h = r.h * float(std::min(1.0, double(v[i]) / p.lost_top));
      c.line({r.x + step * float(i), r.bottom() - h}, {r.x + step * float(i), r.bottom()}, Token::kDrop, 1);
    }
  std::vector<float> only = v;
  for (float& x : only)
    if (x == 0) x = -1;
  draw_curve(c, r, only, p.lost_top, Token::kDrop);
  const bool losing = last_known(v) > 0;
  const std::string words = "dropped, full height = " + tick_text(p.lost_top, "pps");
  c.fill({r.x, r.bottom() - 14, c.width(Type::kSmall, words) + 8, 13}, Token::kPanel);
  c.text({r.x, r.bottom() - 8}, Type::kSmall, Token::kMuted, words);
  if (p.now)
    c.text({r.right() + 8, r.bottom() - 8}, Type::kSmall, losing ? Token::kDropInk : Token::kMuted,
           si_text(last_known(v), losing ? "pps" : ""));
}

}  // namespace

double round_top(double value) {
  if (value <= 0) return 1;
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (double f : {1.0, 2.0, 5.0})
    if (value <= f * power) return f * power;
  return 10 * power;
}

void draw_plot(Canvas& c, Rect area, const Plot& p) {
  Rect r{area.x + 36, area.y + 8, area.w - 36 - 76, area.h - 8 - 28};
  Rect lost{r.x, r.bottom(), r.w, 0};
  if (p.strip) lost = r.cut_bottom(24, 16);
  for (int i = 0; i <= 2; ++i) {
    const float y = r.bottom() - r.h * float(i) / 2;
    c.line({r.x, y}, {r.right(), y}, Token::kLine, 1);
    c.text({r.x - 8, y}, Type::kSmall, Token::kMuted, i == 0 ? "0" : tick_text(p.top * i / 2), Align::kRight);
  }
  for (const Curve& curve : p.curves) draw_curve(c, r, curve.values, p.top, curve.line);
  // labels at the right end, pushed apart
  std::vector<std::pair<float, const Curve*>> labels;
  for (const Curve& curve : p.curves)
    if (std::any_of(curve.values.begin(), curve.values.end(), [](float v) { return v >= 0; }))
      labels.emplace_back(r.bottom() - r.h * float(std::min(1.0, last_known(curve.values) / p.top)), &curve);
  std::stable_sort(labels.begin(), labels.end(), [](auto& a, auto& b) { return a.first < b.first; });
  float free_from = r.y;
  for (size_t i = 0; i < labels.size(); ++i) {
    const float rest = 17 * float(labels.size() - 1 - i);
    const float y = std::min(std::max(labels[i].first, free_from), r.bottom() - rest);
    c.text({r.right() + 8, y}, Type::kSmall, labels[i].second->ink, labels[i].second->label);
    free_from = y + 17;
  }
  if (p.strip) draw_lost(c, lost, p);
  float mark_y = r.y + r.h * 0.55f;
  for (const PlotMark& m : p.marks) {
    const float x = r.x + r.w * m.at;
    c.dashes({x, r.y - 4}, {x, lost.bottom()}, Token::kText2, 1, 2, 3);
    const float w = c.width(Type::kMono, m.text) + 16;
    const Rect box{x - w - 4 > r.x ? x - w - 4 : x + 5, mark_y - 11, w, 22};
    c.fill(box, Token::kPanel, 3);
    c.text({box.x + 8, mark_y}, Type::kMono, Token::kText2, m.text);
    mark_y = mark_y + 26 < r.bottom() - 12 ? mark_y + 26 : r.y + r.h * 0.3f;
  }
  const char* ticks[] = {"−60 s", "−45 s", "−30 s", "−15 s", "now"};
  const bool all = r.w > 360;
  for (int i = 0; i < 5; ++i)
    if (all || i % 2 == 0)
      c.text({r.x + r.w * float(i) / 4, area.bottom() - 10}, Type::kSmall, Token::kMuted, ticks[i], Align::kCentre);
}

void draw_sparkline(Canvas& c, Rect r, const std::vector<float>& values, Token token) {
  float low = 0, high = 0;
  bool any = false;
  for (float v : values)
    if (v >= 0) low = any ? std::min(low, v) : v, high = any ? std::max(high, v) : v, any = true;
  if (!any) return;
  const float margin = std::max((high - low) * 0.25f, high * 0.02f + 1e-6f);
  low -= margin, high += margin;
  std::vector<Point> points;
  const float step = values.size() > 1 ? (r.w - 4) / float(values.size() - 1) : 0;
  for (size_t i = 0; i < values.size(); ++i)
    if (values[i] >= 0) points.push_back({r.x + step * float(i), r.bottom() - r.h * (values[i] - low) / (high - low)});
  c.polyline(points, token, 1.2f);
  if (!points.empty()) c.disc(points.back(), 2, token);
}

}  // namespace ringside::desktop
