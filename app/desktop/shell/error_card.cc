// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <iterator>
#include <utility>

#include "app/desktop/panels/actions.h"
#include "app/desktop/shell/overlays.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/rich_text.h"

namespace ringside::desktop {
namespace {

// The first sentence is what one must read; it ends with a full stop that is followed by a space or by nothing.
std::string first_sentence_bold(const std::string& text) {
  size_t end = text.find(". ");
  end = end == std::string::npos ? text.size() : end + 1;
  return "**" + text.substr(0, end) + "**" + text.substr(end);
}

// What stands in `backticks`: the command that can be copied.
std::string command_in(const std::string& text) {
  const size_t from = text.find('`');
  const size_t to = from == std::string::npos ? from : text.find('`', from + 1);
  return to == std::string::npos ? std::string() : text.substr(from + 1, to - from - 1);
}

}  // namespace

namespace {

// In the corner where the least lies beneath: never on what one presses next, if there is such a corner. It stays there
// as long as it may.
Rect place_of(const PanelFrame& f, Rect room, float width, float height, uint64_t line) {
  static constexpr std::pair<float, float> kCorners[] = {{0, 1}, {1, 1}, {1, 0}, {0, 0}, {0.5f, 1}, {0.5f, 0.5f}};
  const auto at = [&](size_t i) {
    return Rect{room.x + kCorners[i].first * std::max(0.f, room.w - width),
                room.y + kCorners[i].second * std::max(0.f, room.h - height), width, height};
  };
  auto& stands = f.ui.error_corner;
  if (stands.first == line && f.c.cost_of(at(stands.second)) <= 0) return at(stands.second);
  size_t best = 0;
  for (size_t i = 1; i < std::size(kCorners); ++i)
    if (f.c.cost_of(at(i)) < f.c.cost_of(at(best))) best = i;
  stands = {line, best};
  return at(best);
}

}  // namespace

void draw_error_card(const PanelFrame& f, Rect room) {
  const EngineClient::Line line = f.client.last_action();
  if (line.ok || line.waiting || line.error.what.empty() || (line.id && line.id == f.ui.seen_error)) return;
  Canvas& c = f.c;
  const Error& e = line.error;
  const float width = std::min(560.f, room.w), words = width - 64;
  const RichLook look{.type = Type::kSmall, .bold = Type::kSmallBold, .line = 20, .paragraph = 6, .terms = &f.words};
  std::string text = (e.place.empty() ? "" : "`" + e.place + "`: ") + first_sentence_bold(e.what);
  if (!e.unchanged.empty()) text += "\n" + e.unchanged;
  if (!e.remedy.empty()) text += "\n" + e.remedy;
  const std::string command = command_in(e.remedy);
  const float height = rich_height(c, words, text, look) + 32 + (command.empty() ? 0.f : 40.f);
  const Rect box = place_of(f, room, width, height, line.id);
  c.cover(box);
  Group group(c, "error", box);
  c.fill(box, Token::kRaised, 4);
  c.frame(box, Token::kOutline, 1, 4);
  c.fill({box.x, box.y, 3, box.h}, Token::kDrop);
  const float used = draw_rich(c, {box.x + 20, box.y + 14}, words, text, look);
  const Rect close{box.right() - 36, box.y + 8, 28, 28};
  if (c.hovered(close)) c.fill(close, Token::kPanel, 4);
  draw_icon(c, Icon::kCross, {close.mid_x(), close.mid_y()}, Token::kText2);
  if (c.clicked(close)) f.ui.seen_error = line.id;
  if (command.empty()) return;
  const ButtonLook small{.outlined = true, .type = Type::kSmallBold};
  if (button(c, {box.x + 20, box.y + 14 + used + 10, button_width(c, "Copy it", small), 28}, "Copy it", small))
    f.ui.to_clipboard = command;
}

}  // namespace ringside::desktop
