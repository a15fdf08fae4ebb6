// SPDX-License-Identifier: BSD-3-Clause
// The part of the panel Rings for models that answer in a ring of its own. What there is to draw, the ring views say.
#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/rings_panel.h"
#include "app/desktop/widgets/descriptor_view.h"
#include "app/desktop/widgets/ring_dial.h"
#include "app/desktop/widgets/ring_pair.h"

namespace ringside::desktop {
namespace {

constexpr float kCards = 66, kLegendLine = 22;

// The completion that is spoken of: the chosen one, that of the chosen command, or the newest.
int completion_row(const UiState& ui, const RingPair& pair) {
  if (ui.row >= 0 && ui.ring == pair.completion->name && uint32_t(ui.row) < pair.completion->size) return ui.row;
  if (ui.row >= 0 && ui.ring == pair.command->name) return completion_of(*pair.completion, uint32_t(ui.row), pair.link);
  const RingView& c = *pair.completion;
  const std::vector<uint32_t> newest = newest_completions(c, pair.link);
  return newest.empty() ? -1 : int(newest.front());
}

std::string replaced(std::string text, std::string_view mark, const std::string& value) {
  if (const size_t at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), value);
  return text;
}

}  // namespace

void RingsPanel::draw_pair_cards(const PanelFrame& f, const RingPair& pair, int completion, Rect r) {
  Canvas& c = f.c;
  const RingView& ring = *pair.completion;
  const bool deferred = pair.command->tx_threshold >= 0;
  Rect left = r, right;
  if (deferred) right = r.w >= 520 ? left.cut_right(std::round((r.w - 12) * 0.5f), 12) : left;
  if (deferred) {
    const int64_t n = std::max<int64_t>(0, pair.command->tx_deferred), of = pair.command->tx_threshold;
    DeferredWords words;
    words.title = f.words.phrase(n > 0 ? "ring.deferred" : "ring.not_deferred");
    words.state = f.words.phrase(of <= 1 ? "ring.rings_at_once" : n > 0 ? "ring.no_exit_yet" : "ring.next_waits");
    words.numbers = replaced(replaced(f.words.phrase("ring.deferred_of"), "{n}", count(uint64_t(n), true)), "{of}",
                             count(uint64_t(of), true));
    draw_deferred(c, right, n, of, words);
    if (c.hovered(right)) c.tooltip(Canvas::kTipTitle + words.title + "\n" + f.words.phrase("ring.deferred.more"));
  }
  if (deferred && right == left) return;
  Group group(c, "completion", left);
  c.fill(left, Token::kRaised, 4);
  const bool known = completion >= 0 && size_t(completion) < ring.rows.size();
  c.fill({left.x, left.y, 3, left.h}, known ? Token::kDone : Token::kOutline);
  const float x = left.x + 14, room = left.right() - 10 - x;
  if (!known) {
    const bool about = f.ui.row >= 0 && f.ui.ring == pair.command->name;
    c.name({x, left.y + 16}, Type::kSmallBold, Token::kText2,
           about ? replaced(f.words.phrase("ring.none_about"), "{row}", std::to_string(f.ui.row))
                 : f.words.phrase("ring.no_completion"),
           room);
    return;
  }
  const RowView& row = ring.rows[size_t(completion)];
  const float w = c.text({x, left.y + 16}, Type::kSmallBold, Token::kText, "Completion " + std::to_string(completion));
  std::string state = row.state == RowState::kDone ? "new: generation " + std::to_string(row.generation)
                                                   : f.words.phrase("ring.old_completion");
  if (w + 10 + c.width(Type::kSmall, state) <= room)
    c.text({x + w + 10, left.y + 16}, Type::kSmall, row.state == RowState::kDone ? Token::kDoneInk : Token::kMuted,
           state);
  float at = x;
  for (const FieldView& field : decode_row(ring.model, ring.kind, row.qword)) {
    const std::string text = field.name + " " + field.value;
    const float tw = c.width(Type::kMono, text);
    if (at + tw > left.right() - 10) break;
    c.text({at, left.y + 38}, Type::kMono, Token::kText2, text);
    at += tw + 20;
  }
  if (row.link < 0 || row.link_ring != pair.link || left.h < 60) return;
  const uint32_t last = uint32_t(row.link), first = ring.receive ? last : first_row_of(*pair.command, last);
  const std::string frees = first == last ? "answers command " + std::to_string(last)
                                          : "answers commands " + std::to_string(first) + " to " + std::to_string(last);
  c.name({x, left.y + 54}, Type::kSmall, Token::kText2, frees, room);
}

void RingsPanel::draw_pair(const PanelFrame& f, const RingPair& pair, Rect r) {
  Canvas& c = f.c;
  RingView command = *pair.command, completion = *pair.completion;
  command.accessed = accessed_row(f.s, command), completion.accessed = accessed_row(f.s, completion);
  const bool on_completion = f.ui.ring == completion.name;
  const RingView& chosen = on_completion ? completion : command;
  const int about = completion_row(f.ui, pair);

  // from below: the decoded row, the cards, the legend; the rings keep what they need
  Rect detail, cards, key;
  if (r.h >= kPairHeight + kCards + 20 + kDescriptorLeast + 20)
    detail = r.cut_bottom(std::min(340.f, r.h - kPairHeight - kCards - kLegendLine - 28), 12);
  if (r.h >= kPairLeast + kCards + 8) cards = r.cut_bottom(kCards, 10);
  if (f.ui.extended && r.h >= kPairLeast + kLegendLine) key = r.cut_bottom(kLegendLine, 4);
  c.target("ring", r);
  const auto rows = [&](Rect place) {
    PairLook look;
    look.command = &command, look.completion = &completion, look.link_ring = pair.link;
    look.command_row = on_completion ? -1 : f.ui.row, look.completion_row = on_completion ? f.ui.row : -1;
    look.command_words = f.words.phrase("ring.command"), look.completion_words = f.words.phrase("ring.completion");
    if (!on_completion && f.ui.row < 0) look.completion_row = about;
    const PairHit hit = draw_ring_pair(c, place, look);
    take(f, command, hit.command);
    take(f, completion, hit.completion);
  };
  if (f.ui.extended || r.w < 360) {
    rows({r.x, r.y, r.w, std::min(r.h, 320.f)});
    if (!key.empty()) pair_legend(c, {key.x + 34, key.mid_y()}, key.right());
    columns_ = 16;
  } else {
    if (constexpr float kDials = 350, kGap = 24; r.h >= kDials + kGap + kPairHeight) {  // both, one below the other
      const Rect below = r.cut_bottom(r.h - kDials - kGap, kGap);
      rows({below.x, below.y, below.w, std::min(below.h, 320.f)});
    }
    Rect left = r, right = left.cut_right(std::round(r.w / 2), 0);
    const auto dial = [&](Rect place, const RingView& ring, std::string_view title, const std::string& words, int row) {
      c.text({place.mid_x(), place.y + 8}, Type::kSmallBold, Token::kText, title, Align::kCentre);
      place.y += 20, place.h -= 20;
      DialShape shape = dial_shape(place.w - 48, place.h, ring.size);
      DialLook look;
      look.room = place, look.selected = row;
      look.locked = !ring.exact && f.s.state == RunState::kRunning && f.s.mode == RunMode::kFree;
      if (shape.radius >= 60) look.words = {words};
      take(f, ring, draw_dial(c, {place.mid_x(), place.mid_y()}, shape, ring, look));
    };
    dial(left, command, "Command", "device owns", on_completion ? -1 : f.ui.row);
    dial(right, completion, "Completion", "still to write", on_completion ? f.ui.row : about);
  }
  if (!cards.empty()) draw_pair_cards(f, pair, about, cards);
  if (detail.empty() || chosen.rows.empty()) return;
  uint32_t row =
      f.ui.row >= 0 ? uint32_t(f.ui.row) : uint32_t(std::max(0, chosen.accessed >= 0 ? chosen.accessed : chosen.seam));
  row %= std::max(1u, chosen.size);
  c.line({detail.x + 4, detail.y}, {detail.right() - 4, detail.y}, Token::kLine, 1);
  detail.y += 12, detail.h -= 12;
  const RowView& view = chosen.rows[row];
  draw_descriptor(c, detail, chosen, row, decode_row(chosen.model, chosen.kind, view.qword),
                  f.words.verdict(owner_name(view.state), verdict_ring(chosen), f.ui.drivers_view, int(row)));
}

}  // namespace ringside::desktop
