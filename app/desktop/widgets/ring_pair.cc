// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/ring_pair.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/icons.h"
#include "app/desktop/widgets/ring_geometry.h"

namespace ringside::desktop {
namespace {

constexpr float kPairGutter = 34, kStrip = 5, kCells = 36, kPointers = 22, kTitle = 24, kMostPitch = 12,
                kLeastPitch = 4, kRest = 14;
constexpr uint32_t kWhole = 128;  // more entries than this, and only a stretch of them stands as slots

float cell_width(float pitch) { return std::max(2.f, pitch - (pitch >= 9 ? 2.f : 1.f)); }

// One ring of the two. `above`: its outer side is up, where its strip and its pointers are.
class Row {
 public:
  // `lines`: of labels that there is room for on its outer side.
  Row(Canvas& c, Rect cells, const RingView& ring, const Stretch& stretch, bool above, int chosen, int lines)
      : c_(c), cells_(cells), ring_(ring), s_(stretch), above_(above), chosen_(chosen), lines_(lines) {}

  Rect cell(int slot) const { return {cells_.x + s_.pitch * float(slot), cells_.y, cell_width(s_.pitch), cells_.h}; }
  // Where a curve ends: the middle of the inner edge of a row's cell; nothing when it is not in the stretch.
  bool inner(uint32_t row, Point& at) const {
    const int slot = s_.slot_of(row, ring_.size);
    if (slot < 0) return false;
    const Rect r = cell(slot);
    at = {r.mid_x(), above_ ? r.bottom() + 3 : r.y - 3};
    return true;
  }

  RowHit draw() {
    RowHit hit;
    const float strip_y = above_ ? cells_.y - 2 - kStrip : cells_.bottom() + 2;
    for (uint32_t i = 0; i < s_.shown; ++i) {
      const uint32_t index = (s_.first + i) % ring_.size;
      const RowView& row = ring_.rows[index];
      const Rect r = cell(int(i));
      draw_cell(c_, r, {row.state, false, int(index) == chosen_, int(index) == ring_.accessed});
      const Rect bit{r.x, strip_y, r.w, kStrip};
      if (row.generation == 1)
        c_.fill(bit, Token::kText2);
      else if (row.generation == 0)
        c_.frame(bit, Token::kOutline, 1);
      const Rect target{r.x - 1, std::min(cells_.y, strip_y), s_.pitch, cells_.h + kStrip + 2};
      if (c_.recording()) c_.target("row " + std::to_string(index), r);
      if (!c_.hovered(target)) continue;
      hit.hovered = int(index);
      if (c_.clicked(target)) hit.clicked = int(index);
      if (c_.right_clicked(target)) hit.menu = int(index);
    }
    draw_seam(strip_y);
    draw_ends();
    draw_packets();
    draw_pointers();
    return hit;
  }

 private:
  float boundary(int slot) const { return cells_.x + s_.pitch * float(slot) - (s_.pitch - cell_width(s_.pitch)) / 2; }

  void draw_seam(float strip_y) {
    if (ring_.seam < 0 || ring_.size == 0) return;
    const int slot = s_.slot_of(uint32_t(ring_.seam), ring_.size);
    if (slot < 0) return;
    const float x = boundary(slot) - 1;
    const float top = std::min(strip_y, cells_.y) - 3, bottom = std::max(strip_y + kStrip, cells_.bottom()) + 3;
    c_.fill({x, top, 2, bottom - top}, Token::kHalo);
  }

  void draw_ends() {
    const float y = cells_.mid_y();
    c_.text({cells_.x - 8, y}, Type::kSmall, Token::kMuted, std::to_string(s_.first), Align::kRight);
    const uint32_t last = (s_.first + s_.shown - 1) % ring_.size;
    c_.text({cells_.x + s_.pitch * float(s_.shown) + 6, y}, Type::kSmall, Token::kMuted, std::to_string(last));
  }

  // A bracket ties the descriptors of one packet, on the inner side.
  void draw_packets() {
    if (!above_ || ring_.receive) return;
    int first = -1;
    const float y = cells_.bottom() + 4;
    for (uint32_t i = 0; i < s_.shown; ++i) {
      const RowView& row = ring_.rows[(s_.first + i) % ring_.size];
      if (row.state == RowState::kDriver) {
        first = -1;
        continue;
      }
      if (first < 0) first = int(i);
      if (!row.end_of_packet) continue;
      const Rect a = cell(first), b = cell(int(i));
      c_.line({a.x, y}, {b.right(), y}, Token::kText2, 1);
      c_.line({b.right() - 1, y - 3}, {b.right() - 1, y}, Token::kText2, 1);
      first = -1;
    }
  }

  // All from the far side; a label goes left or right of its triangle, whichever is free, or else into a line beyond.
  void draw_pointers() {
    std::vector<PlacedPointer> placed;
    for (const PointerView& p : ring_.pointers)
      if (const int slot = ring_.size ? s_.slot_of(p.index % ring_.size, ring_.size) : -1; slot >= 0)
        placed.push_back({boundary(slot), p.name + " " + std::to_string(p.index), p});
    std::stable_sort(placed.begin(), placed.end(),
                     [](const PlacedPointer& a, const PlacedPointer& b) { return a.x < b.x; });
    const float edge = above_ ? cells_.y - kStrip - 6 : cells_.bottom() + kStrip + 6;
    const float text_y = above_ ? edge - 6 : edge + 6;
    float free_from = cells_.x - kPairGutter, free_beyond = free_from;
    const float end = cells_.x + s_.pitch * float(s_.shown) + kPairGutter;
    for (size_t i = 0; i < placed.size(); ++i) {
      const PlacedPointer& p = placed[i];
      float x = p.x;
      if (i + 1 < placed.size() && placed[i + 1].x - x < 13) x -= 7;  // two that meet stand side by side
      if (i > 0 && p.x - placed[i - 1].x < 13) x += 7;
      draw_triangle(c_, {x, edge}, above_ ? 1.5708f : -1.5708f, p.pointer.hollow ? 10.f : 12.f, token_of(p.pointer),
                    !p.pointer.hollow);
      const Type type = p.pointer.hollow ? Type::kSmall : Type::kSmallBold;
      const float w = c_.width(type, p.label), next = i + 1 < placed.size() ? placed[i + 1].x - 16 : end;
      const bool left_first = i + 1 < placed.size() && x + 10 + w > next;
      if (left_first && x - 10 - w >= free_from)
        c_.text({x - 10, text_y}, type, ink_of(p.pointer), p.label, Align::kRight), free_from = x + 12;
      else if (!left_first && x + 10 >= free_from && x + 10 + w <= end)
        c_.text({x + 10, text_y}, type, ink_of(p.pointer), p.label), free_from = x + 10 + w + 6;
      else if (x - 10 - w >= free_from)
        c_.text({x - 10, text_y}, type, ink_of(p.pointer), p.label, Align::kRight), free_from = x + 12;
      else if (const float at = std::max(free_beyond, std::min(x - w / 2, end - w)); lines_ > 1 && at + w <= end)
        c_.text({at, text_y + (above_ ? -14 : 14)}, type, ink_of(p.pointer), p.label), free_beyond = at + w + 6;
    }
  }

  Canvas& c_;
  Rect cells_;
  const RingView& ring_;
  const Stretch& s_;
  bool above_;
  int chosen_, lines_;
};

// The whole ring as a bar, the stretch outlined: what the slots leave out.
void draw_rest(Canvas& c, Rect r, const RingView& ring, const Stretch& s) {
  c.fill(r, Token::kSunken);
  std::vector<Run> runs = merge_runs(ring.rows);
  const float per = r.w / float(ring.size);
  float unit = per;
  if (const uint32_t bins = uint32_t(std::max(1.f, r.w)); ring.size > bins)
    runs = binned(runs, ring.size, bins), unit = r.w / float(bins);
  for (const Run& run : runs) {
    const Rect piece{r.x + unit * float(run.first), r.y, std::max(1.f, unit * float(run.length)), r.h};
    switch (run.state) {
      case RowState::kDriver: c.fill({piece.x, piece.bottom() - 1, piece.w, 1}, Token::kGuest); break;
      case RowState::kDone: c.fill({piece.x, piece.mid_y(), piece.w, piece.h / 2}, Token::kDone); break;
      default: c.fill(piece, token_of(run.state));
    }
  }
  const float from = per * float(s.first % ring.size), width = per * float(s.shown);
  if (from + width <= r.w) {
    c.frame({r.x + from - 1, r.y - 2, width + 2, r.h + 4}, Token::kHalo, 1);
  } else {  // it goes over the end
    c.frame({r.x + from - 1, r.y - 2, r.w - from + 2, r.h + 4}, Token::kHalo, 1);
    c.frame({r.x - 1, r.y - 2, from + width - r.w + 2, r.h + 4}, Token::kHalo, 1);
  }
}

}  // namespace

// Completions back from the device's place, newest first, while they speak of rows that no newer one spoke of: older
// ones belong to laps of the command ring that are over.
std::vector<uint32_t> newest_completions(const RingView& completion, uint8_t link_ring) {
  std::vector<uint32_t> found;
  const uint32_t n = completion.size;
  if (n == 0 || completion.rows.size() < n) return found;
  std::vector<bool> spoken;
  for (uint32_t k = 1; k <= n; ++k) {
    const uint32_t i = (uint32_t(std::max(0, completion.seam)) + n - k) % n;
    const RowView& row = completion.rows[i];
    if (row.link < 0 || row.link_ring != link_ring) continue;
    if (spoken.size() <= size_t(row.link)) spoken.resize(size_t(row.link) + 1);
    if (spoken[size_t(row.link)]) break;
    spoken[size_t(row.link)] = true;
    found.push_back(i);
  }
  return found;
}

Stretch stretch_of(const RingView& ring, float width, bool completion) {
  Stretch s;
  const uint32_t n = ring.size;
  if (n == 0 || width <= 0) return s;
  const float whole = std::floor(std::min(kMostPitch, width / float(n)));
  if (n <= kWhole && whole >= kLeastPitch) return {0, n, whole, true};
  s.shown = std::max<uint32_t>(1, std::min(n, uint32_t(width / kMostPitch)));
  s.pitch = kMostPitch, s.whole = s.shown == n;
  // From behind the device's place, so that what it has done and what waits for it are both seen.
  const uint32_t behind = completion ? s.shown * 2 / 3 : s.shown / 3;
  s.first = s.whole ? 0 : uint32_t((uint64_t(std::max(0, ring.seam)) + n - behind % n) % n);
  return s;
}

int completion_of(const RingView& completion, uint32_t row, uint8_t link_ring) {
  for (const uint32_t i : newest_completions(completion, link_ring))
    if (completion.rows[i].link == int(row)) return int(i);
  return -1;
}

uint32_t first_row_of(const RingView& command, uint32_t last) {
  const uint32_t n = command.size;
  if (command.rows.size() < n || n == 0) return last;
  uint32_t first = last % n;
  for (uint32_t i = 1; i < n; ++i) {
    const uint32_t before = (last + n - i) % n;
    if (command.rows[before].end_of_packet || command.rows[before].state == RowState::kDriver) break;
    first = before;
  }
  return first;
}

PairHit draw_ring_pair(Canvas& c, Rect area, const PairLook& look) {
  PairHit hit;
  const RingView &command = *look.command, &completion = *look.completion;
  const bool titles = area.h >= kPairHeight;
  const float width = area.w - 2 * kPairGutter;
  const Stretch a = stretch_of(command, width, false), b = stretch_of(completion, width, true);
  const bool rest = !a.whole || !b.whole;
  if (command.rows.empty() || completion.rows.empty() || a.shown == 0 || b.shown == 0) {
    c.text({area.x, area.y + 16}, Type::kSmall, Token::kMuted, "…");
    return hit;
  }
  const auto title = [&](float y, std::string_view words, const std::string& more) {
    const float w = c.text({area.x, y}, Type::kSmallBold, Token::kText, words);
    if (w + 10 + c.width(Type::kSmall, more) <= area.w) c.text({area.x + w + 10, y}, Type::kSmall, Token::kMuted, more);
  };
  float y = area.y;
  if (titles) title(y + 8, "Command ring", look.command_words), y += kTitle;
  y += kPointers + kStrip;
  const float cells = rest ? kCells - 8 : kCells;
  const Rect upper{area.x + kPairGutter, y, width, cells};
  float bottom = area.bottom();
  if (titles) title(bottom - 8, "Completion ring", look.completion_words), bottom -= kTitle;
  bottom -= kPointers + kStrip;
  const Rect lower{area.x + kPairGutter, bottom - cells, width, cells};

  Row top(c, upper, command, a, true, look.command_row, titles ? 2 : 1),
      low(c, lower, completion, b, false, look.completion_row, titles ? 2 : 1);
  const float inner_top = upper.bottom() + (rest ? kRest + 6 : 0), inner_bottom = lower.y - (rest ? kRest + 6 : 0);
  if (!a.whole) draw_rest(c, {upper.x, upper.bottom() + 10, width, 6}, command, a);
  if (!b.whole) draw_rest(c, {lower.x, lower.y - 16, width, 6}, completion, b);

  // The curves first, so that cells and pointers lie over their ends. The chosen one last.
  const int chosen = look.completion_row >= 0 ? look.completion_row
                     : look.command_row >= 0  ? completion_of(completion, uint32_t(look.command_row), look.link_ring)
                                              : -1;
  const auto join = [&](size_t i) {
    const RowView& row = completion.rows[i];
    Point from, to;
    if (row.link < 0 || row.link_ring != look.link_ring || uint32_t(row.link) >= command.size)
      return;  // a chosen one may be old
    if (!low.inner(uint32_t(i), from) || !top.inner(uint32_t(row.link), to)) return;
    const bool on = int(i) == chosen;
    from.y = std::min(from.y, inner_bottom), to.y = std::max(to.y + 4, inner_top);
    const float bend = (from.y - to.y) * 0.5f;
    c.bezier(from, {from.x, from.y - bend}, {to.x, to.y + bend}, to, on ? Token::kText : Token::kDone, on ? 2.f : 1.5f);
    draw_triangle(c, to, -1.5708f, 6, on ? Token::kText : Token::kDone, true);
  };
  for (const uint32_t i : newest_completions(completion, look.link_ring))
    if (int(i) != chosen) join(i);
  if (chosen >= 0) join(size_t(chosen));
  hit.command = top.draw();
  hit.completion = low.draw();
  return hit;
}

float pair_legend(Canvas& c, Point p, float right) {
  float x = p.x;
  const auto entry = [&](std::string_view word, float swatch, auto draw) {
    if (x + swatch + 8 + c.width(Type::kSmall, word) > right) return;
    draw(x);
    x += swatch + 8;
    x += c.text({x, p.y}, Type::kSmall, Token::kText2, word) + 20;
  };
  entry("generation 1", 18, [&](float at) { c.fill({at, p.y - 2, 18, kStrip}, Token::kText2); });
  entry("generation 0", 18, [&](float at) { c.frame({at, p.y - 2, 18, kStrip}, Token::kOutline, 1); });
  entry("seam between the laps", 2, [&](float at) { c.fill({at, p.y - 7, 2, 14}, Token::kHalo); });
  entry("a completion names its last descriptor", 10, [&](float at) {
    c.line({at + 4, p.y + 7}, {at + 4, p.y - 3}, Token::kDone, 1.5f);
    draw_triangle(c, {at + 4, p.y - 7}, -1.5708f, 6, Token::kDone, true);
  });
  return x;
}

void draw_deferred(Canvas& c, Rect r, int64_t deferred, int64_t threshold, const DeferredWords& words) {
  Group group(c, "doorbell", r);
  c.fill(r, Token::kRaised, 4);
  c.fill({r.x, r.y, 3, r.h}, Token::kExit);
  const float x = r.x + 14, room = r.right() - 10 - x;
  const float w = c.name({x, r.y + 16}, Type::kSmallBold, Token::kText, words.title, room);
  if (w + 10 + c.width(Type::kSmall, words.state) <= room)
    c.text({x + w + 10, r.y + 16}, Type::kSmall, Token::kExitInk, words.state);
  c.name({x, r.y + 38}, Type::kMono, Token::kText2, words.numbers, room);
  if (threshold <= 0 || r.h < 60) return;
  const int cells = int(std::min<int64_t>(threshold, 32));
  const float pitch = std::max(4.f, std::floor(room / float(cells)));
  const int full = int(deferred * cells / std::max<int64_t>(1, threshold));
  for (int i = 0; i < cells && pitch * float(i + 1) <= room + 1; ++i)
    c.fill({x + pitch * float(i), r.y + 50, pitch - 2, 5}, i < full ? Token::kText2 : Token::kLine);
}

}  // namespace ringside::desktop
