// SPDX-License-Identifier: BSD-3-Clause
// Predictions that are put or drawn: an order of named things, and the shape of a curve over the values of a sweep.
#include <algorithm>
#include <cmath>
#include <utility>

#include "app/desktop/panels/lab_frame.h"
#include "labs/runner/predicted.h"

namespace ringside::desktop {
namespace {

constexpr float kPlot = 150, kAxis = 44;
constexpr int kStep = 5;  // of 100, by a key

using Placed = std::vector<std::pair<size_t, bool>>;

// From 1; what is like the one before it shares its place. 0 = not placed yet.
int place_of(const Placed& placed, size_t option) {
  int place = 0;
  for (const auto& [one, alike] : placed) {
    place += !alike || place == 0;
    if (one == option) return place;
  }
  return 0;
}

// Behind all others; one that is placed already is taken out again.
void put(Placed& placed, size_t option) {
  const auto at = std::find_if(placed.begin(), placed.end(), [&](const auto& one) { return one.first == option; });
  if (at == placed.end())
    placed.emplace_back(option, false);
  else
    placed.erase(at);
  if (!placed.empty()) placed.front().second = false;
}

std::string with_texts(const labs::Question& q, const Placed& placed) {
  std::string text;
  for (const auto& [option, alike] : placed)
    text += (text.empty() ? "" : alike ? " = " : " > ") + q.options[option].text;
  return text;
}

// A sign that makes one like the one before it, and takes that back.
bool alike_button(LabFrame& lf, Rect r, bool on) {
  lf.c.frame(r, on ? Token::kText : Token::kOutline, 1, 4);
  if (on || lf.c.hovered(r)) lf.c.fill(r.inset(1), Token::kRaised, 3);
  lf.c.text({r.mid_x(), r.mid_y()}, Type::kSmallBold, on ? Token::kText : Token::kText2, "=", Align::kCentre);
  return lf.c.clicked(r);
}

}  // namespace

void draw_order(LabFrame& lf, const labs::Question& q, float x, float w) {
  const std::string id = "answer " + q.id;
  Placed& placed = lf.state.orders[q.id];
  const size_t all = q.options.size();
  if (const int digit = lf.focus.digit(); digit > 0 && size_t(digit) <= all)
    put(placed, size_t(digit) - 1), lf.focus.eat_digit(), lf.focus.move_to(id);
  if (lf.focus.alike() && placed.size() > 1) placed.back().second = !placed.back().second;
  lf.prose(lf.say("order.lead", {{"n", std::to_string(all)}}), x, w, kSmallText);
  lf.y += 4;
  const float top = lf.y, left = x - 8;
  for (size_t i = 0; i < all; ++i) {
    const int place = place_of(placed, i);
    const auto at = std::find_if(placed.begin(), placed.end(), [&](const auto& one) { return one.first == i; });
    const bool can_be_alike = at != placed.end() && at != placed.begin();
    const MarkdownLook look{Type::kBody, Type::kBodyBold, place ? Token::kText : Token::kText2, Token::kText, 22};
    const MarkdownLayout text(lf.c, lf.markdown(q.options[i].text), w - 96, look);
    const Rect row{left, lf.y, w + 16, text.height() + 10};
    const Rect sign{row.right() - 62, row.y + 4, 28, 24};
    if (place || lf.c.hovered(row)) lf.c.fill(row, Token::kPanel, 4);
    const Point badge{row.x + 18, row.y + 16};
    lf.c.circle(badge, 10, place ? Token::kText : Token::kOutline, 1.5f);
    if (place) lf.c.text(badge, Type::kSmallBold, Token::kText, std::to_string(place), Align::kCentre);
    text.draw(lf.c, {row.x + 38, row.y + 5}, lf.glossary);
    lf.c.text({row.right() - 10, row.y + 16}, Type::kSmall, Token::kMuted, std::to_string(i + 1), Align::kRight);
    if (lf.c.recording()) lf.c.target(q.id + " " + q.options[i].id, row);
    const bool on_sign = can_be_alike && alike_button(lf, sign, at->second);
    if (can_be_alike && lf.c.recording()) lf.c.target(q.id + " alike " + q.options[i].id, sign);
    if (on_sign)
      at->second = !at->second;
    else if (lf.c.clicked(row) && !(can_be_alike && sign.contains(lf.c.pressed_at())))
      put(placed, i), lf.focus.move_to(id);
    lf.y += row.h + 2;
  }
  const Rect list{left, top, w + 16, lf.y - top};
  lf.focus.choices(lf.c, id, list);
  lf.focus.more_keys(id);
  lf.chosen = list;
  lf.y += 4;
  if (!placed.empty())
    lf.prose(with_texts(q, placed) + (placed.size() < all ? " > …" : ""), x, w,
             {Type::kSmallBold, Type::kSmallBold, Token::kText, Token::kText, 20});
  lf.y += 8;
}

std::string drafted_order(const LabFrame& lf, const labs::Question& q) {
  const auto found = lf.state.orders.find(q.id);
  if (found == lf.state.orders.end() || found->second.size() < q.options.size()) return {};
  std::string value;
  for (const auto& [option, alike] : found->second)
    value += (value.empty() ? "" : alike ? " = " : " > ") + q.options[option].id;
  return value;
}

namespace {

// What the figure is called on its chart; its shape counts, so the axis has no numbers.
std::string caption_of(const labs::Lab& lab, const labs::Question& q, std::string& along) {
  const labs::DoBlock* block = labs::block_of(lab, q);
  if (!block) return q.chart;
  along = block->measure->of;
  for (const labs::ChartLine& line : block->measure->chart)
    if (line.figure == q.chart && !line.caption.empty()) return labs::plain_caption(line.caption);
  return q.chart;
}

// The mouse draws from value to value; what it jumped over lies between.
void draw_by_mouse(LabFrame& lf, const labs::Question& q, Rect plot, std::vector<int>& heights, int& chosen) {
  const int n = int(heights.size());
  if (!lf.c.held(plot)) return void(lf.state.pens.erase(q.id));
  const Point mouse = lf.c.mouse();
  const int at = std::clamp(int((mouse.x - plot.x) / plot.w * float(n)), 0, n - 1);
  const int height = std::clamp(int(std::lround(100 * (plot.bottom() - mouse.y) / plot.h)), 0, 100);
  const auto [pen, begins] = lf.state.pens.try_emplace(q.id, at);
  const int from = pen->second, before = heights[size_t(from)];
  if (!begins && before >= 0)
    for (int i = from; i != at; i += at > from ? 1 : -1)
      heights[size_t(i)] = before + (height - before) * (i - from) / (at - from);
  heights[size_t(at)] = height;
  pen->second = chosen = at;
  lf.state.drafts.erase(q.id);
  lf.focus.move_to("answer " + q.id);
}

void draw_by_keys(LabFrame& lf, const labs::Question& q, std::vector<int>& heights, int& chosen) {
  const int n = int(heights.size());
  if (const int digit = lf.focus.digit(); digit > 0 && size_t(digit) <= labs::kShapes.size()) {
    lf.state.drafts[q.id] = labs::kShapes[size_t(digit) - 1];
    lf.focus.eat_digit(), lf.focus.move_to("answer " + q.id);
  }
  if (lf.focus.ring() != "answer " + q.id) return;
  if (lf.focus.side()) chosen = std::clamp(chosen + lf.focus.side(), 0, n - 1);
  if (!lf.focus.walk()) return;
  int& height = heights[size_t(chosen)];
  height = std::clamp((height < 0 ? 50 : height) - kStep * lf.focus.walk(), 0, 100);
  lf.state.drafts.erase(q.id);
}

void draw_plot(LabFrame& lf, const labs::Question& q, Rect plot, const std::vector<int>& heights, int chosen,
               const std::string& along) {
  Canvas& c = lf.c;
  const int n = int(heights.size());
  const bool mine = lf.focus.ring() == "answer " + q.id;
  const auto point = [&](int i, int height) {
    return Point{plot.x + plot.w * (float(i) + 0.5f) / float(n), plot.bottom() - plot.h * float(height) / 100};
  };
  c.fill(plot, Token::kSunken, 4);
  c.line({plot.x, plot.bottom()}, {plot.right(), plot.bottom()}, Token::kLine, 1);
  for (int i = 0; i < n; ++i) {
    const Point foot = point(i, 0);
    if (mine && i == chosen) c.fill({foot.x - plot.w / float(2 * n), plot.y, plot.w / float(n), plot.h}, Token::kPanel);
    c.text({foot.x, foot.y + 12}, Type::kSmall, Token::kText2, q.values[size_t(i)], Align::kCentre);
    if (c.recording()) c.target(q.id + " at " + q.values[size_t(i)], {foot.x - 8, plot.y, 16, plot.h});
  }
  c.text({plot.right(), plot.bottom() + 30}, Type::kSmall, Token::kMuted, along, Align::kRight);
  std::vector<Point> line;
  for (int i = 0; i <= n; ++i) {
    if (i < n && heights[size_t(i)] >= 0) {
      line.push_back(point(i, heights[size_t(i)]));
      continue;
    }
    c.polyline(line, Token::kHalo, 2), line.clear();
  }
  for (int i = 0; i < n; ++i)
    if (heights[size_t(i)] >= 0) c.disc(point(i, heights[size_t(i)]), mine && i == chosen ? 6.f : 4.f, Token::kHalo);
  if (std::all_of(heights.begin(), heights.end(), [](int height) { return height < 0; }))
    c.text({plot.mid_x(), plot.mid_y()}, Type::kSmall, Token::kMuted, lf.say("curve.empty"), Align::kCentre);
}

// The shapes that have a name, beside what one draws: by mouse, or by the digit that stands with it.
void draw_shapes(LabFrame& lf, const labs::Question& q, float x, float w) {
  const auto draft = lf.state.drafts.find(q.id);
  float left = x;
  for (size_t i = 0; i < labs::kShapes.size(); ++i) {
    const std::string& name = labs::kShapes[i];
    const std::string label = lf.say("curve." + name), digit = std::to_string(i + 1);
    const float width = std::round(lf.c.width(Type::kSmall, label) + lf.c.width(Type::kSmall, digit)) + 26;
    if (left + width > x + w && left > x) left = x, lf.y += 32;
    const Rect r{left, lf.y, width, 28};
    const bool on = draft != lf.state.drafts.end() && draft->second == name;
    lf.c.frame(r, on ? Token::kText : Token::kOutline, 1, 4);
    if (on || lf.c.hovered(r)) lf.c.fill(r.inset(1), Token::kRaised, 3);
    const float used = lf.c.text({r.x + 10, r.mid_y()}, Type::kSmall, on ? Token::kText : Token::kText2, label);
    lf.c.text({r.x + 16 + used, r.mid_y()}, Type::kSmall, Token::kMuted, digit);
    lf.c.target(q.id + " " + name, r);
    if (lf.c.clicked(r)) lf.state.drafts[q.id] = name, lf.focus.move_to("answer " + q.id);
    left += width + 6;
  }
  lf.y += 36;
}

}  // namespace

void draw_curve(LabFrame& lf, const labs::Question& q, float x, float w) {
  const std::string id = "answer " + q.id;
  std::vector<int>& heights = lf.state.curves.try_emplace(q.id, q.values.size(), -1).first->second;
  int& chosen = lf.state.chosen.try_emplace(q.id, 0).first->second;
  std::string along;
  const std::string caption = caption_of(lf.lab, q, along);
  lf.prose(lf.say("curve.lead"), x, w, kSmallText);
  lf.y += 4;
  lf.c.name({x, lf.y + 10}, Type::kSmallBold, Token::kText2, caption, w);
  lf.y += 24;
  const Rect plot{x, lf.y, w, kPlot};
  draw_by_keys(lf, q, heights, chosen);
  draw_by_mouse(lf, q, plot, heights, chosen);
  // A shape by its name stands there as if it were drawn, and can be drawn on.
  if (const auto draft = lf.state.drafts.find(q.id); draft != lf.state.drafts.end()) {
    const auto shape = labs::shape_called(draft->second, heights.size());
    for (size_t i = 0; i < shape.size(); ++i) heights[i] = int(std::lround(10 + 80 * shape[i]));
  }
  draw_plot(lf, q, plot, heights, chosen, along);
  lf.focus.choices(lf.c, id, plot);
  lf.focus.more_keys(id);
  lf.chosen = plot;
  lf.y = plot.bottom() + kAxis;
  draw_shapes(lf, q, x, w);
}

std::string drafted_curve(const LabFrame& lf, const labs::Question& q) {
  if (const auto draft = lf.state.drafts.find(q.id); draft != lf.state.drafts.end()) return draft->second;
  const auto found = lf.state.curves.find(q.id);
  if (found == lf.state.curves.end() || std::count(found->second.begin(), found->second.end(), -1)) return {};
  std::vector<double> heights(found->second.begin(), found->second.end());
  return std::all_of(heights.begin(), heights.end(), [](double height) { return height == 0; })
             ? ""
             : labs::curve_value(heights);
}

}  // namespace ringside::desktop
