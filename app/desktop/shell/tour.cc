// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "app/desktop/model/lab_desk.h"
#include "app/desktop/panels/actions.h"
#include "app/desktop/shell/overlays.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/rich_text.h"
#include "app/lookup/find.h"

namespace ringside::desktop {
namespace {

constexpr float kWidth = 336, kTopBar = 48;

// A step begins: its layout, its panel in front, and what counts from now on.
void begin(const PanelFrame& f, int step) {
  Tour& t = f.ui.tour;
  t = Tour{.step = step, .left_at = step, .begun = step};
  const auto& steps = f.words.tour();
  if (step < 1 || step > int(steps.size())) return;
  const Words::TourStep& s = steps[size_t(step) - 1];
  f.ui.choose_layout(s.layout);
  if (s.ends == "followed") f.ui.packet = 0, f.ui.event = 0;
  if (s.ends == "pointed") f.ui.row = -1;
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

// Beside the target, on the first side with room for the card and nothing below it that is pressed next. Never on the
// top bar.
Rect beside(const Canvas& c, Rect screen, const Rect* target, float height) {
  screen.cut_top(kTopBar);
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
        r.bottom() <= screen.bottom() - 4 && c.cost_of(r) <= 0)
      return r;
  const float right = screen.right() - kWidth - 16, low = screen.bottom() - height - 56, high = screen.y + 8;
  Rect best{right, target->mid_y() > screen.mid_y() ? high : low, kWidth, height};
  for (const Point p : {Point{right, low}, Point{right, high}, Point{screen.x + 16, low}, Point{screen.x + 16, high}})
    if (const Rect r{p.x, p.y, kWidth, height}; c.cost_of(r) < c.cost_of(best) && !overlap(r, *target)) best = r;
  return best;
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

bool over(const PanelFrame& f) { return f.ui.tour.step > int(f.words.tour().size()); }

void start_the_lab(const PanelFrame& f) {
  act(f, "window layout=learn");
  f.lab->open("1");
  f.ui.focus = "Lab";  // its keys are what comes next
  f.ui.tour = Tour{};
}

}  // namespace

void tour_keys(const PanelFrame& f, std::vector<KeyPress>& presses) {
  std::erase_if(presses, [&](const KeyPress& k) {
    if (f.ui.tour.step < 1 || f.words.tour().empty() || k.ctrl || k.alt) return false;
    if (k.key == Key::kEnter) return over(f) ? start_the_lab(f) : begin(f, f.ui.tour.step + 1), true;
    if (k.key == Key::kEscape && over(f)) return f.ui.tour = Tour{}, true;
    return false;
  });
}

void watch_tour(const PanelFrame& f) {
  Tour& t = f.ui.tour;
  const auto& steps = f.words.tour();
  if (t.step < 1 || steps.empty()) return;
  if (t.begun != t.step) begin(f, t.step);
  if (t.step > int(steps.size())) return;
  int pointed = f.ui.pointed;  // by the mouse; or a row that was chosen, as the arrows do
  const RingView* ring = find_ring(f.s, f.ui.ring);
  if (pointed < 0 && ring && f.ui.row >= 0 && size_t(f.ui.row) < ring->rows.size())
    pointed = int(ring->rows[size_t(f.ui.row)].state);
  if (pointed == int(RowState::kDevice) || pointed == int(RowState::kAccessed))
    t.seen_full = true;
  else if (pointed >= 0)
    t.seen_other = true;
  if (done(f, steps[size_t(t.step) - 1].ends)) begin(f, t.step + 1);
}

void draw_tour(const PanelFrame& f, Rect screen) {
  Tour& t = f.ui.tour;
  const auto& steps = f.words.tour();
  if (t.step < 1 || steps.empty()) return;
  Canvas& c = f.c;
  const RichLook look{.terms = &f.words};
  const bool ended = over(f);
  const std::string words = f.words.with_keys(ended ? f.words.tour_end() : steps[size_t(t.step) - 1].words);
  const Rect* target = nullptr;
  if (!ended)
    for (const std::string& at : steps[size_t(t.step) - 1].at)
      if ((target = c.aimed(at))) break;
  const float height = rich_height(c, kWidth - 40, words, look) + 54 + 44;
  const Rect box = beside(c, screen, target, height);
  Group group(c, "tour", box);
  if (target) c.ring_around(*target, 2, 2);
  draw_card(f, box,
            ended ? "The tour is over" : "Tour, " + std::to_string(t.step) + " of " + std::to_string(steps.size()),
            words, look);
  const ButtonLook small{.outlined = true, .type = Type::kSmallBold};
  const float y = box.bottom() - 44;
  if (ended) {
    float x = box.x + 20;
    const float w = button_width(c, "Start lab 1", small);
    if (button(c, {x, y, w, 32}, "Start lab 1", {.primary = true, .type = Type::kSmallBold})) return start_the_lab(f);
    x += w + 8;
    x += key_cap(c, {x, y + 16}, "Enter") + 16;
    const float around = button_width(c, "Look around", small);
    if (button(c, {x, y, around, 32}, "Look around", small)) t = Tour{};
    return;
  }
  const float w = button_width(c, "Next", small), cap = c.width(Type::kSmall, "Enter") + 11;
  key_cap(c, {box.right() - 20 - cap, y + 16}, "Enter");
  if (button(c, {box.right() - 28 - cap - w, y, w, 32}, "Next", small)) begin(f, t.step + 1);
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
