// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "app/desktop/model/lab_desk.h"
#include "app/desktop/panels/actions.h"
#include "app/desktop/shell/overlays.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/rich_text.h"
#include "app/lookup/find.h"

namespace ringside::desktop {
namespace {

constexpr float kWidth = 328;

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
  for (auto panel = s.speaks_of.rbegin(); panel != s.speaks_of.rend(); ++panel) f.ui.bring_to_front(*panel);
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
  if (ends == "followed") return f.ui.packet != 0;
  if (ends == "changed") {
    // Among all since: who presses on quickly has sent the next one before this one was seen to be answered.
    if (!t.changed)
      for (const EngineClient::Line& line : f.client.lines())
        t.changed |= line.id > t.mark && line.ok && !line.waiting && line.command.rfind("vm set", 0) == 0;
    return t.changed && !stands;
  }
  return false;
}

// What a card costs where it would lie: never on what it points at, nor on the panels that it speaks of while there is
// another place; then rather where nothing is read, and near.
class Place {
 public:
  Place(const PanelFrame& f, const Words::TourStep* step, float height) : c_(f.c), height_(height) {
    if (!step) return;
    for (const std::string& at : step->at)
      if (const Rect* r = c_.aimed(at)) targets_.push_back(*r);
    for (const std::string& panel : step->speaks_of)
      if (const Rect* r = c_.aimed(panel)) panels_.push_back(*r);
  }

  float cost(const Rect& r) const {
    float cost = c_.cost_of(r) + 0.02f * c_.read_under(r);
    for (const Rect& t : targets_)
      if (const Rect both = common(t, r); !both.empty()) cost += 1e6f + 100 * both.w * both.h;
    for (const Rect& p : panels_) {
      const Rect both = common(p, r);
      if (!both.empty()) cost += 1e4f + 0.2f * both.w * both.h + 8 * c_.read_under(both);
    }
    return cost;
  }

  Rect best(Rect screen) const {
    const float w = std::min(kWidth, screen.w - 16);
    const float left = screen.x + 8, right = screen.right() - w - 8;
    const float top = screen.y, bottom = std::max(top, screen.bottom() - height_);
    const Rect middle{screen.mid_x() - w / 2, bottom, w, height_};
    if (targets_.empty() && panels_.empty()) return middle;
    std::vector<float> xs{left, right}, ys{top, bottom};
    for (int i = 1; i < 8; ++i)
      xs.push_back(left + (right - left) * float(i) / 8), ys.push_back(top + (bottom - top) * float(i) / 8);
    const auto beside = [&](const Rect& r, float gap) {
      xs.insert(xs.end(), {r.x - w - gap, r.right() + gap, r.mid_x() - w / 2});
      ys.insert(ys.end(), {r.y - height_ - gap, r.bottom() + gap, r.mid_y() - height_ / 2, r.y});
    };
    for (const Rect& r : targets_) beside(r, 16);
    for (const Rect& r : panels_) beside(r, 8);
    const Point aim = targets_.empty() ? Point{panels_[0].mid_x(), panels_[0].mid_y()}
                                       : Point{targets_[0].mid_x(), targets_[0].mid_y()};
    Rect found = middle;
    float least = -1;
    for (const float wx : xs)
      for (const float wy : ys) {
        const Rect r{std::round(std::clamp(wx, left, std::max(left, right))), std::round(std::clamp(wy, top, bottom)),
                     w, height_};
        const float far = std::abs(r.mid_x() - aim.x) + std::abs(r.mid_y() - aim.y);
        if (const float n = cost(r) + 0.2f * far; least < 0 || n < least) least = n, found = r;
      }
    return found;
  }

 private:
  const Canvas& c_;
  float height_;
  std::vector<Rect> targets_, panels_;
};

// It stays where it is while it is no more in the way than when it came: what is highlighted moves on with each step.
Rect place_card(const PanelFrame& f, const Words::TourStep* step, Rect screen, float height) {
  Tour& t = f.ui.tour;
  const Place place(f, step, height);
  const Rect now{t.card_x, t.card_y, std::min(kWidth, screen.w - 16), height};
  const bool inside = now.x >= screen.x && now.right() <= screen.right() && now.y >= screen.y - 1 &&
                      now.bottom() <= screen.bottom() + 1;
  if (t.card_step == t.step && inside && place.cost(now) <= t.card_cost + 400) return now;
  const Rect best = place.best(screen);
  t.card_step = t.step, t.card_x = best.x, t.card_y = best.y, t.card_cost = place.cost(best);
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
  const Words::TourStep* step = ended ? nullptr : &steps[size_t(t.step) - 1];
  const Rect* target = nullptr;
  if (step)
    for (const std::string& at : step->at)
      if ((target = c.aimed(at))) break;
  const float height = rich_height(c, std::min(kWidth, screen.w - 16) - 40, words, look) + 54 + 44;
  const Rect box = place_card(f, step, screen, height);
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
