// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/kit/canvas.h"

#include <imgui.h>

#include <cmath>

namespace ringside::desktop {
namespace {

Rect bounds(std::span<const Point> points) {
  Rect r{points[0].x, points[0].y, 0, 0};
  float right = r.x, bottom = r.y;
  for (Point p : points) {
    r.x = std::min(r.x, p.x), r.y = std::min(r.y, p.y);
    right = std::max(right, p.x), bottom = std::max(bottom, p.y);
  }
  return {r.x, r.y, right - r.x, bottom - r.y};
}

}  // namespace

Canvas::Canvas(ImDrawList* list, const Theme& theme, const Fonts& fonts, int scale_percent, Recording* recording,
               std::vector<Rect> covered)
    : list_(list),
      theme_(theme),
      fonts_(fonts),
      scale_(float(scale_percent) / 100.f),
      recording_(recording),
      covered_(std::move(covered)) {
  const ImGuiIO& io = ImGui::GetIO();
  mouse_ = {io.MousePos.x / scale_, io.MousePos.y / scale_};
  press_ = {io.MouseClickedPos[0].x / scale_, io.MouseClickedPos[0].y / scale_};
  mouse_free_ = ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem |
                                       ImGuiHoveredFlags_ChildWindows);  // a field of several lines is one
}

float Canvas::snap(float logical) const { return std::round(logical * scale_) / scale_; }
int Canvas::pixels(float logical) const { return std::max(1, int(std::lround(logical * scale_))); }

void Canvas::note(Drawn drawn) {
  if (!recording_) return;
  drawn.group = groups_.empty() ? -1 : groups_.back();
  drawn.clip = clip();
  recording_->drawn.push_back(std::move(drawn));
}

void Canvas::fill(Rect r, Paint paint, float radius) {
  if (!(r.w > 0) || !(r.h > 0) || !std::isfinite(r.x + r.y + r.w + r.h)) return;
  const float x0 = std::round(r.x * scale_), y0 = std::round(r.y * scale_);
  const float x1 = std::max(x0 + 1, std::round(r.right() * scale_)),
              y1 = std::max(y0 + 1, std::round(r.bottom() * scale_));
  // ImGui 1.86 makes an arc of a negative radius where a side is shorter than two pixels.
  const float most = std::min(x1 - x0, y1 - y0) / 2 - 1;
  list_->AddRectFilled({x0, y0}, {x1, y1}, theme_.packed(paint), std::max(0.f, std::min(radius * scale_, most)));
  note({.box = r, .paint = paint});
}

void Canvas::frame(Rect r, Paint paint, float width, float radius) {
  if (r.w <= 0 || r.h <= 0) return;
  const float x0 = std::round(r.x * scale_), y0 = std::round(r.y * scale_);
  const float x1 = std::round(r.right() * scale_), y1 = std::round(r.bottom() * scale_);
  const float t = width == 1.5f && scale_ == 1.f ? 1.5f : float(pixels(width));
  list_->PathRect({x0 + t / 2, y0 + t / 2}, {x1 - t / 2, y1 - t / 2}, std::max(0.f, radius * scale_ - t / 2));
  list_->PathStroke(theme_.packed(paint), ImDrawFlags_Closed, t);
  note({.kind = Drawn::Kind::kStroke,
        .box = r,
        .points = {{r.x, r.y}, {r.right(), r.y}, {r.right(), r.bottom()}, {r.x, r.bottom()}, {r.x, r.y}},
        .width = width,
        .paint = paint});
}

void Canvas::ring_around(Rect r, float gap, float width, float radius) {
  const float d = gap + width;
  frame({r.x - d, r.y - d, r.w + 2 * d, r.h + 2 * d}, Token::kHalo, width, radius);
}

void Canvas::line(Point a, Point b, Paint paint, float width) {
  const float t = float(pixels(width));
  if (a.x == b.x || a.y == b.y) {  // along an axis: whole pixels, never smeared
    const float x0 = std::round(std::min(a.x, b.x) * scale_), y0 = std::round(std::min(a.y, b.y) * scale_);
    const float x1 = std::round(std::max(a.x, b.x) * scale_), y1 = std::round(std::max(a.y, b.y) * scale_);
    const float h = std::floor(t / 2);
    if (a.y == b.y)
      list_->AddRectFilled({x0, y0 - h}, {std::max(x1, x0 + 1), y0 - h + t}, theme_.packed(paint));
    else
      list_->AddRectFilled({x0 - h, y0}, {x0 - h + t, std::max(y1, y0 + 1)}, theme_.packed(paint));
  } else {
    list_->AddLine({a.x * scale_, a.y * scale_}, {b.x * scale_, b.y * scale_}, theme_.packed(paint),
                   std::max(1.f, width * scale_));
  }
  const Point ends[] = {a, b};
  note({.kind = Drawn::Kind::kStroke, .box = bounds(ends), .points = {a, b}, .width = width, .paint = paint});
}

void Canvas::polyline(std::span<const Point> points, Paint paint, float width, bool closed) {
  if (points.size() < 2) return;
  list_->PathClear();
  for (Point p : points) list_->PathLineTo({p.x * scale_, p.y * scale_});
  list_->PathStroke(theme_.packed(paint), closed ? ImDrawFlags_Closed : 0, std::max(1.f, width * scale_));
  note({.kind = Drawn::Kind::kStroke,
        .box = bounds(points),
        .points = {points.begin(), points.end()},
        .width = width,
        .paint = paint});
}

void Canvas::polygon(std::span<const Point> points, Paint paint) {
  if (points.size() < 3) return;
  list_->PathClear();
  for (Point p : points) list_->PathLineTo({p.x * scale_, p.y * scale_});
  list_->PathFillConvex(theme_.packed(paint));
  note({.box = bounds(points), .points = {points.begin(), points.end()}, .paint = paint});
}

void Canvas::disc(Point c, float radius, Paint paint) {
  list_->AddCircleFilled({c.x * scale_, c.y * scale_}, radius * scale_, theme_.packed(paint));
  if (!recording_) return;
  std::vector<Point> points;
  for (int i = 0; i < 16; ++i)
    points.push_back({c.x + radius * std::cos(float(i) * 0.3927f), c.y + radius * std::sin(float(i) * 0.3927f)});
  note({.box = {c.x - radius, c.y - radius, 2 * radius, 2 * radius}, .points = std::move(points), .paint = paint});
}

void Canvas::circle(Point c, float radius, Paint paint, float width) { arc(c, radius, 0, 6.2831853f, paint, width); }

void Canvas::arc(Point c, float radius, float from, float to, Paint paint, float width) {
  const float w = std::max(1.f, width * scale_);
  if (to - from >= 6.283f) {
    list_->AddCircle({c.x * scale_, c.y * scale_}, radius * scale_, theme_.packed(paint), 0, w);
  } else {
    const int steps = std::max(2, int(std::ceil((to - from) * radius * scale_ / 5)));
    list_->PathClear();
    list_->PathArcTo({c.x * scale_, c.y * scale_}, radius * scale_, from, to, steps);
    list_->PathStroke(theme_.packed(paint), 0, w);
  }
  if (!recording_) return;
  std::vector<Point> points;
  const int n = std::max(2, int((to - from) * radius / 4));
  for (int i = 0; i <= n; ++i) {
    const float a = from + (to - from) * float(i) / float(n);
    points.push_back({c.x + radius * std::cos(a), c.y + radius * std::sin(a)});
  }
  const Rect box = bounds(points);
  note({.kind = Drawn::Kind::kStroke, .box = box, .points = std::move(points), .width = width, .paint = paint});
}

void Canvas::bezier(Point a, Point b, Point c, Point d, Paint paint, float width) {
  list_->AddBezierCubic({a.x * scale_, a.y * scale_}, {b.x * scale_, b.y * scale_}, {c.x * scale_, c.y * scale_},
                        {d.x * scale_, d.y * scale_}, theme_.packed(paint), std::max(1.f, width * scale_));
  if (!recording_) return;
  std::vector<Point> points;
  for (int i = 0; i <= 16; ++i) {
    const float t = float(i) / 16, u = 1 - t;
    points.push_back({u * u * u * a.x + 3 * u * u * t * b.x + 3 * u * t * t * c.x + t * t * t * d.x,
                      u * u * u * a.y + 3 * u * u * t * b.y + 3 * u * t * t * c.y + t * t * t * d.y});
  }
  const Rect box = bounds(points);
  note({.kind = Drawn::Kind::kStroke, .box = box, .points = std::move(points), .width = width, .paint = paint});
}

void Canvas::dashes(Point a, Point b, Paint paint, float width, float on, float off) {
  const float dx = b.x - a.x, dy = b.y - a.y, length = std::sqrt(dx * dx + dy * dy);
  if (length <= 0) return;
  Recording* recording = std::exchange(recording_, nullptr);  // noted once, as one line
  for (float at = 0; at < length; at += on + off) {
    const float end = std::min(length, at + on);
    const Point p{a.x + dx * at / length, a.y + dy * at / length}, q{a.x + dx * end / length, a.y + dy * end / length};
    line(p, dy == 0 ? Point{q.x, p.y} : dx == 0 ? Point{p.x, q.y} : q, paint, width);
  }
  recording_ = recording;
  const Point ends[] = {a, b};
  note({.kind = Drawn::Kind::kStroke, .box = bounds(ends), .points = {a, b}, .width = width, .paint = paint});
}

void Canvas::hatch(Rect r, Paint paint, float gap, float width, bool crossed) {
  const uint32_t colour = theme_.packed(paint);
  const float w = float(pixels(width));
  auto strokes = [&](bool rising) {
    for (float o = gap; o < r.w + r.h; o += gap) {
      // rising: x + y = o, cut to the rectangle by arithmetic
      const float x0 = std::max(0.f, o - r.h), x1 = std::min(r.w, o);
      const float y0 = o - x0, y1 = o - x1;
      const Point p{r.x + x0, rising ? r.y + y0 : r.bottom() - y0}, q{r.x + x1, rising ? r.y + y1 : r.bottom() - y1};
      list_->AddLine({p.x * scale_, p.y * scale_}, {q.x * scale_, q.y * scale_}, colour, w);
    }
  };
  strokes(true);
  if (crossed) strokes(false);
  note({.kind = Drawn::Kind::kStroke,
        .box = r,
        .points = {{r.x, r.bottom()}, {r.right(), r.y}},
        .width = width,
        .paint = paint});
}

void Canvas::cells(std::span<const Rect> rects, Paint paint) {
  if (rects.empty()) return;
  const uint32_t colour = theme_.packed(paint);
  constexpr size_t kChunk = 2048;  // one draw command holds 65 536 vertices at most
  for (size_t at = 0; at < rects.size(); at += kChunk) {
    const size_t n = std::min(kChunk, rects.size() - at);
    list_->PrimReserve(int(n) * 6, int(n) * 4);
    for (const Rect& r : rects.subspan(at, n)) {
      const float x0 = std::round(r.x * scale_), y0 = std::round(r.y * scale_);
      list_->PrimRect(
          {x0, y0},
          {std::max(x0 + 1, std::round(r.right() * scale_)), std::max(y0 + 1, std::round(r.bottom() * scale_))},
          colour);
    }
  }
  if (recording_)
    for (const Rect& r : rects) note({.box = r, .paint = paint});
}

float Canvas::width(Type type, std::string_view text) const {
  ImFont* font = fonts_.font(type);
  return font->CalcTextSizeA(font->FontSize, 1e6f, 0, text.data(), text.data() + text.size()).x / scale_;
}

float Canvas::text(Point at, Type type, Token token, std::string_view text, Align align) {
  if (text.empty()) return 0;
  constexpr size_t kMost = 8000;  // bytes, more than any screen shows: ImGui has room for 16383 letters in one text
  if (text.size() > kMost) {
    size_t end = kMost;
    while ((text[end] & 0xC0) == 0x80) --end;
    text = text.substr(0, end);
  }
  if (!fits_line(at, type == Type::kFigure ? 15 : 8)) return width(type, text);
  ImFont* font = fonts_.font(type);
  const float em = float(fonts_.em(type)), w = width(type, text);
  const float x = align == Align::kLeft ? at.x : align == Align::kRight ? at.x - w : at.x - w / 2;
  const float px = std::round(x * scale_), baseline = std::round(at.y * scale_ + 0.364f * em);
  list_->AddText(font, font->FontSize, {px, baseline - std::round(font->Ascent)}, theme_.packed(token), text.data(),
                 text.data() + text.size());
  const float cap = 0.73f * em / scale_;
  if (aiming_) texts_.push_back(common({px / scale_, at.y - cap / 2, w, cap}, clip()));
  note({.kind = Drawn::Kind::kText,
        .box = {px / scale_, at.y - cap / 2, w, cap},
        .paint = token,
        .text = std::string(text),
        .type = type});
  return w;
}

void Canvas::runs(float y, std::span<const Run> runs) {
  if (runs.empty() || !fits_line({runs.front().x, y})) return;
  Recording* recording = std::exchange(recording_, nullptr);
  std::string whole;
  float right = runs.front().x;
  for (const Run& r : runs) {
    if (!whole.empty() && r.x > right + 1) whole += ' ';
    right = r.x + text({r.x, y}, r.type, r.token, r.text);
    whole += r.text;
  }
  recording_ = recording;
  const float cap = 0.73f * float(fonts_.em(runs.front().type)) / scale_;
  note({.kind = Drawn::Kind::kText,
        .box = {runs.front().x, y - cap / 2, right - runs.front().x, cap},
        .paint = runs.front().token,
        .text = std::move(whole),
        .type = runs.front().type});
}

void Canvas::push_clip(Rect r) {
  r = common(r, clip());
  clips_.push_back(r);
  list_->PushClipRect({std::floor(r.x * scale_), std::floor(r.y * scale_)},
                      {std::ceil(r.right() * scale_), std::ceil(r.bottom() * scale_)}, true);
}

void Canvas::pop_clip() {
  clips_.pop_back();
  list_->PopClipRect();
}

void Canvas::place(std::string_view name, Rect rect) {
  if (const Rect seen = common(rect, clip()); places_ && !seen.empty()) places_->push_back({std::string(name), seen});
}

void Canvas::begin_group(std::string_view name, Rect rect, bool panel) {
  place(name, rect);
  if (depth_++ == 0) place_ = name;
  if (aiming_ && panel) targets_.push_back({std::string(name), common(rect, clip())});
  if (!recording_) return;
  recording_->groups.push_back({std::string(name), rect, groups_.empty() ? -1 : groups_.back(), panel, false});
  groups_.push_back(int(recording_->groups.size()) - 1);
}

void Canvas::mark_provenance() {
  if (recording_ && !groups_.empty()) recording_->groups[size_t(groups_.back())].provenance = true;
}

void Canvas::target(std::string_view name, Rect rect) {
  if (!recording() || name.empty()) return;
  const Rect seen = common(rect, clip());
  if (seen.empty()) return;
  const std::string whole = (depth_ ? place_ + "/" : "") + std::string(name);
  if (aiming_) targets_.push_back({whole, seen});
  if (recording_) recording_->targets.push_back({whole, seen});
}

const Rect* Canvas::aimed(std::string_view name) const {
  for (auto t = targets_.rbegin(); t != targets_.rend(); ++t)
    if (t->name == name) return &t->rect;
  return nullptr;
}

void Canvas::end_group() {
  --depth_;
  if (recording_) groups_.pop_back();
}

}  // namespace ringside::desktop
