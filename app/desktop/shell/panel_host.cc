// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/panel_host.h"

#include <imgui.h>

#include <algorithm>

#include "app/desktop/model/offered_command.h"
#include "app/desktop/panels/actions.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/rich_text.h"

namespace ringside::desktop {

Panel* PanelHost::find(const std::string& id) const {
  for (const auto& p : panels_)
    if (p->id() == id) return p.get();
  return nullptr;
}

void PanelHost::open_tabs(const PanelFrame& f, const Slot& slot, Point at) const {
  Menu menu;
  menu.open = menu.fresh = true, menu.x = at.x, menu.y = at.y;
  for (const std::string& id : slot.panels) {
    std::string word = id;
    std::replace(word.begin(), word.end(), ' ', '_');
    menu.rows.push_back({"", id, "window tab=" + word, ""});
  }
  f.ui.menu = std::move(menu);
}

float PanelHost::draw_titles(const PanelFrame& f, const Slot& slot, const Panel& front, float right) {
  Canvas& c = f.c;
  const float y = slot.rect.y + 20;
  float x = slot.rect.x + 16;
  if (slot.panels.size() == 1) return x + c.name({x, y}, Type::kBodyBold, Token::kText, front.title(f), right - x);
  const auto width_of = [&](const std::string& id) {
    return id == front.id() ? c.width(Type::kBodyBold, front.title(f)) : c.width(Type::kBody, id);
  };
  // Those that fit, from the first on, and in any case what is shown; the others are behind a chevron.
  constexpr float kGap = 24, kMore = 32;
  std::vector<std::string> titles;
  float all = -kGap;
  for (const std::string& id : slot.panels) all += width_of(id) + kGap;
  const bool more = x + all > right;
  float room = right - x - (more ? kMore + width_of(front.id()) : 0);
  for (const std::string& id : slot.panels) {
    const bool on = id == front.id();
    if (!more || on || (room -= width_of(id) + kGap) >= 0)
      titles.push_back(id);
    else
      room = -1;
  }
  for (const std::string& id : titles) {
    const bool on = id == front.id();
    const std::string label = on ? front.title(f) : id;
    const float w = std::min(width_of(id), right - (more ? kMore : 0) - x);
    const Rect target{x - 8, slot.rect.y + 4, w + 16, 32};
    c.target("tab " + id, target);
    const bool over = c.hovered(target);
    c.name({x, y}, on ? Type::kBodyBold : Type::kBody, on || over ? Token::kText : Token::kMuted, label, w);
    if (on) c.fill({x, slot.rect.y + 34, w, 2}, Token::kText);
    if (c.clicked(target)) f.ui.bring_to_front(id);
    x += w + kGap;
  }
  if (!more) return x - kGap;
  const Rect chevron{x - 14, slot.rect.y + 8, 28, 24};
  if (c.hovered(chevron)) c.fill(chevron, Token::kRaised, 4);
  draw_icon(c, Icon::kChevron, {chevron.mid_x(), chevron.mid_y()}, Token::kText2);
  c.target("more", chevron);
  if (c.clicked(chevron)) open_tabs(f, slot, {chevron.x, chevron.bottom() + 4});
  return chevron.right();
}

void PanelHost::draw_empty(const PanelFrame& f, const Panel& panel, Rect body) {
  Canvas& c = f.c;
  const Words::Empty words = f.words.empty(panel.id());
  float y = body.y + 16;
  for (const std::string& line : c.wrap(Type::kBody, words.sentence, body.w))
    c.text({body.x, y}, Type::kBody, Token::kText2, line), y += 24;
  const std::string command = offered_command(words, f.s);
  if (command.empty()) return;
  y += 4;
  Group group(c, "command", body);
  c.name({body.x, y}, Type::kMono, Token::kText, command, body.w);
  y += 20;
  if (button(c, {body.x, y, button_width(c, "Send it", {}), 32}, "Send it")) act(f, command);
}

// A panel that has less room than it needs is drawn whole and scrolls both ways: the wheel, with Shift sideways.
void PanelHost::draw_scrolled(const PanelFrame& f, Panel& panel, Rect body) {
  Canvas& c = f.c;
  const Point least = panel.least(f);
  Point& at = scrolls_[panel.id()];
  const float over_x = std::max(0.f, least.x - body.w), over_y = std::max(0.f, least.y - body.h);
  if (over_x < 1 && over_y < 1) {
    at = {};
    return panel.draw(f, body);
  }
  if (const float wheel = c.wheel(body); wheel != 0)
    (ImGui::GetIO().KeyShift || over_y < 1 ? at.x : at.y) -= wheel * 48;
  at = {std::clamp(at.x, 0.f, over_x), std::clamp(at.y, 0.f, over_y)};
  const Rect whole{body.x - at.x, body.y - at.y, std::max(body.w, least.x), std::max(body.h, least.y)};
  {
    Clip clip(c, {body.x - 8, body.y - 6, body.w + 16, body.h + 12});
    panel.draw(f, whole);
  }
  if (over_x >= 1)
    c.fill({body.x + body.w * at.x / whole.w, body.bottom() + 7, body.w * body.w / whole.w, 3}, Token::kOutline, 1);
  if (over_y >= 1)
    c.fill({body.right() + 9, body.y + body.h * at.y / whole.h, 3, body.h * body.h / whole.h}, Token::kOutline, 1);
}

void PanelHost::draw_slot(const PanelFrame& f, const Slot& slot) {
  Canvas& c = f.c;
  Panel* panel = find(slot.front(f.ui));
  if (!panel) return;
  const Rect r = slot.rect;
  if (r.w < 64 || r.h < 76) return;  // a window may be as low as its owner likes
  Group group(c, panel->id(), r, true);
  c.fill(r, Token::kPanel, 4);
  const Point help{r.right() - 24, r.y + (panel->bare() && slot.panels.size() == 1 ? 24.f : 20.f)};
  if (help_mark(c, help)) f.ui.help = f.ui.help == panel->id() ? "" : panel->id();
  if (f.ui.help == panel->id()) help_anchor_ = {help.x, help.y, 0, 0};

  if (panel->bare()) {
    Rect whole = r;
    if (slot.panels.size() > 1) {  // the other panels of its room stay in reach, and its own name in the picture
      draw_titles(f, slot, *panel, help.x - 20);
      whole.cut_top(40);
    }
    panel->draw(f, whole);
    if (f.ui.focus == panel->id()) c.frame(r.inset(1), Token::kHalo, 2, 4);
    return;
  }
  const bool empty = panel->empty(f);
  const float title_w = c.width(Type::kBodyBold, panel->title(f)) + (slot.panels.size() > 1 ? 40.f : 0.f);
  const auto badges = empty ? std::vector<Provenance>{} : panel->provenance(f);
  std::vector<std::string> qualifiers(badges.size());
  float left = help.x - 20;  // of the badges
  for (size_t i = 0; i < badges.size(); ++i) {
    qualifiers[i] = i == 0 ? panel->qualifier(f) : "";
    left -= badge_width(c, badges[i], qualifiers[i]) + 8;
  }
  // Figures of a disturbed second say so in the badge, and where the title has no room beside that, below.
  std::string stretch = empty ? std::string() : panel->stretch(f);
  const auto measured = std::find(badges.begin(), badges.end(), Provenance::kMeasured);
  bool below = false;
  if (panel->of_time() && f.history.disturbed() && measured != badges.end()) {
    std::string& qualifier = qualifiers[size_t(measured - badges.begin())];
    const std::string word = (qualifier.empty() ? "" : ", ") + std::string("inconclusive");
    if (left - c.width(Type::kSmall, ", inconclusive") - 8 >= r.x + 16 + title_w || r.h < 160)
      qualifier += word;
    else
      stretch += (stretch.empty() ? "" : ", ") + std::string("inconclusive"), below = true;
  }
  float right = help.x - 20;
  for (size_t i = badges.size(); i-- > 0; right -= 8) {
    right -= badge_width(c, badges[i], qualifiers[i]);
    badge(c, {right, help.y}, badges[i], qualifiers[i]);
    c.mark_provenance();
  }
  // Of what stretch of time the figures are is said at every size: other tabs and the explanation give way to it, and
  // where the title has no room beside it, it stands below.
  float stretch_w = stretch.empty() ? 0 : c.width(Type::kSmall, stretch) + 12;
  below |= stretch_w > 0 && r.x + 16 + title_w + 12 + stretch_w > right - 8 && r.h >= 160;
  if (below) stretch_w = 0;
  const float x = draw_titles(f, slot, *panel, right - 8 - stretch_w) + 12;
  if (stretch_w > 0) c.text({x, r.y + 20}, Type::kSmall, Token::kText2, stretch);
  const std::string words = empty ? std::string() : panel->explanation(f);
  if (x + stretch_w + c.width(Type::kSmall, words) < right - 8)
    c.text({x + stretch_w, r.y + 20}, Type::kSmall, Token::kMuted, words);

  Rect body{r.x + 16, r.y + 42, r.w - 32, r.h - 54};
  Clip clip(c, {r.x + 2, r.y + 36, r.w - 4, r.h - 38});
  if (c.clicked(body)) f.ui.focus.clear(), f.ui.list_has_focus = false;  // a list that is clicked takes it back
  if (below) c.text({body.x, body.cut_top(18).mid_y() - 1}, Type::kSmall, Token::kText2, stretch);
  if (empty)
    draw_empty(f, *panel, body);
  else
    draw_scrolled(f, *panel, body);
  if (f.ui.focus == panel->id()) c.frame(r.inset(1), Token::kHalo, 2, 4);
}

void PanelHost::draw_help(const PanelFrame& f, Rect screen) {
  if (f.ui.help.empty()) return;
  const Panel* panel = find(f.ui.help);
  if (!panel) return f.ui.help.clear();
  Canvas& c = f.c;
  const float width = std::min(420.f, screen.w - 32);
  const RichLook look{.type = Type::kSmall, .bold = Type::kSmallBold, .line = 20, .paragraph = 6, .terms = &f.words};
  const std::string text = panel->help(f.words);
  const float height = 60 + rich_height(c, width - 40, text, look);
  Rect box{help_anchor_.x - width + 16, help_anchor_.y + 18, width, height};
  box.x = std::clamp(box.x, 8.f, std::max(8.f, screen.right() - width - 8));
  box.y = std::clamp(box.y, 8.f, std::max(8.f, screen.bottom() - height - 8));
  c.cover(box);
  Group group(c, "help", box);
  c.fill(box, Token::kRaised, 4);
  c.frame(box, Token::kOutline, 1, 4);
  c.text({box.x + 20, box.y + 24}, Type::kBodyBold, Token::kText, panel->id());
  c.text({box.right() - 20, box.y + 24}, Type::kSmall, Token::kMuted, "Esc closes", Align::kRight);
  draw_rich(c, {box.x + 20, box.y + 44}, width - 40, text, look);
}

}  // namespace ringside::desktop
