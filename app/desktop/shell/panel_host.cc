// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/panel_host.h"

#include <algorithm>

#include "app/desktop/shell/menu.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/rich_text.h"

namespace ringside::desktop {

Panel* PanelHost::find(const std::string& id) const {
  for (const auto& p : panels_)
    if (p->id() == id) return p.get();
  return nullptr;
}

float PanelHost::draw_titles(const PanelFrame& f, const Slot& slot, const Panel& front, float right) {
  Canvas& c = f.c;
  const float y = slot.rect.y + 20;
  float x = slot.rect.x + 16;
  if (slot.panels.size() == 1) return x + c.name({x, y}, Type::kBodyBold, Token::kText, front.title(f), right - x);
  for (const std::string& id : slot.panels) {
    const bool on = id == front.id();
    const std::string label = on ? front.title(f) : id;
    const float w = c.width(on ? Type::kBodyBold : Type::kBody, label);
    if (x + w > right) break;
    const Rect target{x - 8, slot.rect.y + 4, w + 16, 32};
    c.target("tab " + id, target);
    const bool over = c.hovered(target);
    c.text({x, y}, on ? Type::kBodyBold : Type::kBody, on || over ? Token::kText : Token::kMuted, label);
    if (on) c.fill({x, slot.rect.y + 34, w, 2}, Token::kText);
    if (c.clicked(target)) f.ui.tabs[slot.name] = id;
    x += w + 24;
  }
  return x - 24;
}

void PanelHost::draw_empty(const PanelFrame& f, const Panel& panel, Rect body) {
  Canvas& c = f.c;
  const Words::Empty words = f.words.empty(panel.id());
  float y = body.y + 16;
  for (const std::string& line : c.wrap(Type::kBody, words.sentence, body.w)) c.text({body.x, y}, Type::kBody, Token::kText2, line), y += 24;
  if (words.command.empty()) return;
  y += 4;
  Group group(c, "command", body);
  c.name({body.x, y}, Type::kMono, Token::kText, words.command, body.w);
  y += 20;
  if (button(c, {body.x, y, button_width(c, "Send it", {}), 32}, "Send it")) act(f, words.command);
}

void PanelHost::draw_slot(const PanelFrame& f, const Slot& slot) {
  Canvas& c = f.c;
  Panel* panel = find(slot.front(f.ui));
  if (!panel) return;
  const Rect r = slot.rect;
  Group group(c, panel->id(), r, true);
  c.fill(r, Token::kPanel, 4);
  const Point help{r.right() - 24, r.y + 20};
  if (help_mark(c, help)) f.ui.help = f.ui.help == panel->id() ? "" : panel->id();
  if (f.ui.help == panel->id()) help_anchor_ = {help.x, help.y, 0, 0};

  const bool empty = panel->empty(f);
  float right = help.x - 20;
  const auto badges = empty ? std::vector<Provenance>{} : panel->provenance(f);
  for (auto it = badges.rbegin(); it != badges.rend(); ++it) {
    right -= badge_width(c, *it);
    badge(c, {right, help.y}, *it);
    c.mark_provenance();
    right -= 8;
  }
  const float x = draw_titles(f, slot, *panel, right - 8) + 12;
  const std::string words = empty ? std::string() : panel->explanation(f);
  if (x + c.width(Type::kSmall, words) < right - 8) c.text({x, r.y + 20}, Type::kSmall, Token::kMuted, words);

  const Rect body{r.x + 16, r.y + 42, r.w - 32, r.h - 54};
  Clip clip(c, {r.x + 2, r.y + 36, r.w - 4, r.h - 38});
  if (c.clicked(body)) f.ui.focus.clear(), f.ui.list_has_focus = false;  // a list that is clicked takes it back
  if (empty) draw_empty(f, *panel, body);
  else panel->draw(f, body);
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
