// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/desktop/kit/fonts.h"
#include "app/desktop/kit/geometry.h"
#include "app/desktop/kit/recording.h"
#include "app/desktop/kit/theme.h"

struct ImDrawList;
struct ImFont;

namespace ringside::desktop {

enum class Align : uint8_t { kLeft, kCentre, kRight };

// Draws by meaning, in logical pixels; the only code that touches ImDrawList. With a Recording it also notes what it
// draws. One per frame, UI thread.
class Canvas {
 public:
  // `covered`: what lay above the panels in the frame before.
  Canvas(ImDrawList* list, const Theme& theme, const Fonts& fonts, int scale_percent, Recording* recording = nullptr,
         std::vector<Rect> covered = {});

  const Theme& theme() const { return theme_; }
  float scale() const { return scale_; }
  ImFont* font(Type type) const { return fonts_.font(type); }  // for ImGui's own text field
  float snap(float logical) const;                             // a length in whole physical pixels
  int pixels(float logical) const;                             // the same, at least 1

  // Shapes. Edges of rectangles lie on whole pixels.
  void fill(Rect r, Paint paint, float radius = 0);
  void frame(Rect r, Paint paint, float width = 1, float radius = 0);  // inside the edge
  void ring_around(Rect r, float gap, float width, float radius = 4);  // in halo, outside the edge
  void line(Point a, Point b, Paint paint, float width = 1);
  void polyline(std::span<const Point> points, Paint paint, float width = 1.5f, bool closed = false);
  void polygon(std::span<const Point> points, Paint paint);  // convex
  void disc(Point centre, float radius, Paint paint);
  void circle(Point centre, float radius, Paint paint, float width = 1);
  void arc(Point centre, float radius, float from, float to, Paint paint, float width);  // radians, 0 = three o'clock
  void bezier(Point a, Point b, Point c, Point d, Paint paint, float width);
  void dashes(Point a, Point b, Paint paint, float width, float on, float off);
  void hatch(Rect r, Paint paint, float gap = 4, float width = 1, bool crossed = false);
  void cells(std::span<const Rect> rects, Paint paint);  // many plain rectangles, neither rounded nor smoothed

  // Text stands with the middle of its capitals at `at.y`. Returns its width.
  float text(Point at, Type type, Token token, std::string_view text, Align align = Align::kLeft);
  float width(Type type, std::string_view text) const;
  std::string elide(Type type, std::string_view text, float room) const;  // ends in an ellipsis when it does not fit
  // Text that elides and shows the whole on hover.
  float name(Point at, Type type, Token token, std::string_view text, float room);
  // Pieces of one line of running text in several styles: one text to whoever reads the recording.
  struct Run {
    float x;
    Type type;
    Token token;
    std::string text;
  };
  void runs(float middle, std::span<const Run> runs);
  std::vector<std::string> wrap(Type type, std::string_view text, float room) const;

  void push_clip(Rect r);
  void pop_clip();
  // While on, a line of text that the clip would cut is left out: what scrolls shows whole lines. Returns how it was.
  bool whole_lines(bool on) { return std::exchange(whole_lines_, on); }
  bool fits_line(Point at, float half = 8) const {
    return !whole_lines_ || (at.y - half >= clip().y && at.y + half <= clip().bottom());
  }
  Rect clip() const { return clips_.empty() ? Rect{-1e6f, -1e6f, 2e6f, 2e6f} : clips_.back(); }

  // What follows belongs to this panel, node or field.
  void begin_group(std::string_view name, Rect rect, bool panel = false);
  void mark_provenance();
  void end_group();
  // Something that can be pressed, by a name that tests and tours aim at; nothing is drawn.
  void target(std::string_view name, Rect rect);
  // Named places of a frame: every group, and what is told here. Questions that ask for a place, and links that lead to
  // one, use them.
  struct Place {
    std::string name;
    Rect rect;  // its visible part
  };
  void keep_places(std::vector<Place>* into) { places_ = into; }
  void place(std::string_view name, Rect rect);
  bool recording() const { return recording_ || aiming_; }  // names that cost something to make are made only then

  // From now on places of targets and panels are kept also without a recording, so that a tour can point at them, and
  // those of texts, so that its card lies where nothing is read.
  void aim() { aiming_ = true; }
  const Rect* aimed(std::string_view name) const;  // "top bar/Step", or a panel: "Steps"
  float read_under(Rect place) const;              // square pixels of the texts there

  // The mouse, as far as nothing lies above this window.
  Point mouse() const { return mouse_; }
  Point pressed_at() const { return press_; }
  bool hovered(Rect r) const;
  bool clicked(Rect r) const;  // pressed and released inside
  bool double_clicked(Rect r) const;
  bool right_clicked(Rect r) const;
  bool held(Rect r) const;  // pressed inside and still down
  float wheel(Rect r) const;

  // What lies above the panels (a menu, the palette, a card) keeps the mouse for itself. Its place counts from the next
  // frame on.
  void cover(Rect r) { covers_.push_back(r); }
  std::vector<Rect> take_covers() { return std::move(covers_); }
  // What a card that comes by itself must not lie on: what is pressed next, and where one types (weight 1); less, what
  // one reads. Only what is visible counts. The cost of a place, in weighted square pixels.
  void keep_clear(Rect r, float weight = 1);
  float cost_of(Rect place) const;
  void begin_above() { above_ = true; }
  void end_above() { above_ = false; }

  // Shown beside the mouse at the end of the frame. Paragraphs are lines; the first letter may say how a line looks.
  static constexpr char kTipMono = '\t', kTipTitle = '\1', kTipMuted = '\2';
  void tooltip(std::string text);  // its first 2000 bytes
  bool has_tooltip() const { return !tooltip_.empty(); }
  void draw_tooltip(Rect screen);

 private:
  void note(Drawn drawn);
  bool visible(Point p) const;

  ImDrawList* list_;
  const Theme& theme_;
  const Fonts& fonts_;
  float scale_;
  Recording* recording_;
  std::vector<Place>* places_ = nullptr;
  std::vector<Rect> clips_;
  std::vector<int> groups_;
  std::string place_;  // the outermost group
  int depth_ = 0;
  std::vector<Recording::Target> targets_;  // while aiming
  std::vector<Rect> texts_;                 // the same
  bool aiming_ = false;
  std::vector<Rect> covered_, covers_;
  std::vector<std::pair<Rect, float>> clear_;
  Point mouse_, press_;
  bool mouse_free_ = false, above_ = false, whole_lines_ = false;
  std::string tooltip_;
};

// A group for the length of a scope.
class Group {
 public:
  Group(Canvas& canvas, std::string_view name, Rect rect, bool panel = false) : canvas_(canvas) {
    canvas.begin_group(name, rect, panel);
  }
  ~Group() { canvas_.end_group(); }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

 private:
  Canvas& canvas_;
};

// A clip rectangle for the length of a scope.
class Clip {
 public:
  Clip(Canvas& canvas, Rect rect) : canvas_(canvas) { canvas.push_clip(rect); }
  ~Clip() { canvas_.pop_clip(); }
  Clip(const Clip&) = delete;
  Clip& operator=(const Clip&) = delete;

 private:
  Canvas& canvas_;
};

}  // namespace ringside::desktop
