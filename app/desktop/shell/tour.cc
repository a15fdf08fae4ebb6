// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "app/desktop/model/lab_desk.h"
#include "app/desktop/panels/actions.h"
#include "app/desktop/shell/overlays.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/rich_text.h"

namespace ringside::desktop {
namespace {

constexpr float kWidth = 336;

// A step begins: its layout, its panel in front, and what counts from now on.
void begin(const PanelFrame& f, int step) {
  Tour& t = f.ui.tour;
  t = Tour{.step = step, .left_at = step, .begun = step};
  const auto& steps = f.words.tour();
  if (step < 1 || step > int(steps.size())) return;
  const Words::TourStep& s = steps[size_t(step) - 1];
  f.ui.choose_layout(s.layout);
  if (s.ends == "followed") f.ui.packet = 0, f.ui.event = 0;
  t.mark = s.ends == "changed" ? f.client.last_action().id : f.s.steps;
  for (const std::string& at : s.at) {
    const std::string panel = at.substr(0, at.find('/'));
    if (panel == "top bar") continue;
    f.ui.bring_to_front(panel);
    break;
  }
}

bool done(const PanelFrame& f, const std::string& ends) {
  Tour& t = f.ui.tour;
  const bool stands = f.s.state != RunState::kRunning;
  if (ends == "paused") return stands && f.s.state != RunState::kEmpty;
  if (ends == "stepped") {
    t.mark = std::min(t.mark, f.s.steps);
    return f.s.steps >= t.mark + 3;
  }
  if (ends == "pointed") return t.seen_full && t.seen_other;
  if (ends == "exit") {
    t.mark = std::min(t.mark, f.s.steps);
    return stands && f.s.steps > t.mark && !f.s.events.empty() && f.s.events.back().exit;
  }
  if (ends == "followed") return f.ui.packet != 0 || f.ui.event != 0;
  if (ends == "changed") {
    const EngineClient::Line line = f.client.last_action();
    if (line.id > t.mark && line.ok && !line.waiting && line.command.rfind("vm set", 0) == 0) t.changed = true;
    return t.changed && !stands;
  }
  return false;
}

// Beside the target, on the first side with room for the card.
Rect beside(const Rect& screen, const Rect* target, float height) {
  if (!target) return {screen.mid_x() - kWidth / 2, screen.bottom() - height - 56, kWidth, height};
  const float y =
      std::clamp(target->mid_y() - height / 2, screen.y + 8, std::max(screen.y + 8, screen.bottom() - height - 8));
  const float x =
      std::clamp(target->mid_x() - kWidth / 2, screen.x + 8, std::max(screen.x + 8, screen.right() - kWidth - 8));
  const Rect places[] = {{target->right() + 16, y, kWidth, height},
                         {target->x - kWidth - 16, y, kWidth, height},
                         {x, target->bottom() + 16, kWidth, height},
                         {x, target->y - height - 16, kWidth, height}};
  for (const Rect& r : places)
    if (r.x >= screen.x + 4 && r.right() <= screen.right() - 4 && r.y >= screen.y + 4 &&
        r.bottom() <= screen.bottom() - 4)
      return r;
  return {screen.right() - kWidth - 16,
          target->mid_y() > screen.mid_y() ? screen.y + 56 : screen.bottom() - height - 56, kWidth, height};
}

void draw_card(const PanelFrame& f, Rect box, const std::string& heading, const std::string& words,
               const RichLook& look) {
  Canvas& c = f.c;
  c.cover(box);
  c.fill(box, Token::kRaised, 4);
  c.frame(box, Token::kText2, 1, 4);
  c.text({box.x + 20, box.y + 22}, Type::kSmallBold, Token::kText2, heading);
  c.text({box.right() - 20, box.y + 22}, Type::kSmall, Token::kMuted, "Esc leaves", Align::kRight);
  draw_rich(c, {box.x + 20, box.y + 38}, box.w - 40, words, look);
}

}  // namespace

void watch_tour(const PanelFrame& f) {
  Tour& t = f.ui.tour;
  const auto& steps = f.words.tour();
  if (t.step < 1 || steps.empty()) return;
  if (t.begun != t.step) begin(f, t.step);
  if (t.step > int(steps.size())) return;
  if (f.ui.pointed == int(RowState::kDevice) || f.ui.pointed == int(RowState::kAccessed))
    t.seen_full = true;
  else if (f.ui.pointed >= 0)
    t.seen_other = true;
  if (done(f, steps[size_t(t.step) - 1].ends)) begin(f, t.step + 1);
}

void draw_tour(const PanelFrame& f, Rect screen) {
  Tour& t = f.ui.tour;
  const auto& steps = f.words.tour();
  if (t.step < 1 || steps.empty()) return;
  Canvas& c = f.c;
  const RichLook look{.terms = &f.words};
  const bool over = t.step > int(steps.size());
  const std::string words = f.words.with_keys(over ? f.words.tour_end() : steps[size_t(t.step) - 1].words);
  const Rect* target = nullptr;
  if (!over)
    for (const std::string& at : steps[size_t(t.step) - 1].at)
      if ((target = c.aimed(at))) break;
  const float height = rich_height(c, kWidth - 40, words, look) + 54 + 44;
  const Rect box = beside(screen, target, height);
  Group group(c, "tour", box);
  if (target) c.ring_around(*target, 2, 2);
  draw_card(f, box,
            over ? "The tour is over" : "Tour, " + std::to_string(t.step) + " of " + std::to_string(steps.size()),
            words, look);
  const ButtonLook small{.outlined = true, .type = Type::kSmallBold};
  const float y = box.bottom() - 44;
  if (over) {
    const float w = button_width(c, "Start lab 1", small);
    if (button(c, {box.x + 20, y, w, 32}, "Start lab 1", {.primary = true, .type = Type::kSmallBold}))
      act(f, "window layout=learn"), f.lab->open("1"), t = Tour{};
    if (button(c, {box.x + 28 + w, y, button_width(c, "Look around", small), 32}, "Look around", small)) t = Tour{};
    return;
  }
  const float w = button_width(c, "Next", small);
  if (button(c, {box.right() - 20 - w, y, w, 32}, "Next", small)) begin(f, t.step + 1);
  for (int i = 1; i <= int(steps.size()); ++i) {  // past solid, present ringed, future outlined
    const Point p{box.x + 26 + 18 * float(i - 1), y + 16};
    if (i < t.step)
      c.disc(p, 4, Token::kText2);
    else if (i == t.step)
      c.disc(p, 4, Token::kHalo), c.circle(p, 7, Token::kHalo, 1.5f);
    else
      c.circle(p, 4, Token::kOutline, 1);
  }
}

}  // namespace ringside::desktop
