// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/menu.h"

#include <algorithm>
#include <utility>

#include "app/desktop/panels/actions.h"
#include "app/desktop/widgets/controls.h"

namespace ringside::desktop {
namespace {

constexpr float kRow = 28, kGroup = 24, kPad = 8;

float height_of(const Menu& menu) {
  float h = 2 * kPad;
  std::string group;
  for (const Menu::Row& r : menu.rows) {
    if (!r.group.empty() && r.group != group) h += kGroup;
    group = r.group;
    h += kRow;
  }
  return h;
}

}  // namespace

void menu_keys(const PanelFrame& f, std::vector<KeyPress>& presses) {
  Menu& m = f.ui.menu;
  if (!m.open) return;
  const int n = int(m.rows.size());
  std::string chosen;
  std::erase_if(presses, [&](const KeyPress& k) {
    switch (k.key) {
      case Key::kUp: m.at = (std::max(m.at, 0) + n - 1) % n; return true;
      case Key::kDown: m.at = (m.at + 1) % n; return true;
      case Key::kEnter:
        if (m.at >= 0) chosen = m.rows[size_t(m.at)].command;
        m.open = false;
        return true;
      case Key::kEscape: m.open = false; return true;
      default: return false;
    }
  });
  if (!chosen.empty()) act(f, chosen);
}

void draw_menu(const PanelFrame& f, Rect screen) {
  Menu& m = f.ui.menu;
  if (!m.open) return;
  Canvas& c = f.c;
  c.cover(screen);
  float label = 0, command = 0, key = 0;
  for (const Menu::Row& r : m.rows) {
    label = std::max(label, c.width(Type::kSmall, r.label));
    command = std::max(command, c.width(Type::kMono, r.command));
    if (!r.key.empty()) key = std::max(key, c.width(Type::kSmall, r.key) + 27);
  }
  const float width = std::min(screen.w - 16, 2 * kPad + 24 + label + 32 + command + key);
  Rect box{m.x, m.y, width, height_of(m)};
  box.x = std::clamp(box.x, screen.x + 8, std::max(screen.x + 8, screen.right() - box.w - 8));
  box.y = std::clamp(box.y, screen.y + 8, std::max(screen.y + 8, screen.bottom() - box.h - 8));
  Group group(c, "menu", box);
  c.fill(box, Token::kRaised, 4);
  c.frame(box, Token::kOutline, 1, 4);
  float y = box.y + kPad;
  std::string last, chosen;
  for (size_t i = 0; i < m.rows.size(); ++i) {
    const Menu::Row& r = m.rows[i];
    if (!r.group.empty() && r.group != last) {
      c.text({box.x + kPad + 8, y + kGroup / 2}, Type::kSmallBold, Token::kText2, r.group);
      y += kGroup;
    }
    last = r.group;
    const Rect row{box.x + kPad, y, box.w - 2 * kPad, kRow};
    c.target(r.label, row);
    if (c.hovered(row)) m.at = int(i);
    if (int(i) == m.at) c.fill(row, Token::kPanel, 3);
    const float indent = r.group.empty() ? 8.f : 20.f;
    c.text({row.x + indent, row.mid_y()}, Type::kSmall, Token::kText, r.label);
    const float command_x = row.x + 24 + label + 28, room = row.right() - key - 8 - command_x;
    c.text({command_x, row.mid_y()}, Type::kMono, int(i) == m.at ? Token::kText2 : Token::kMuted,
           c.elide(Type::kMono, r.command, room));
    if (!r.key.empty()) key_cap(c, {row.right() - 8 - (c.width(Type::kSmall, r.key) + 11), row.mid_y()}, r.key);
    if (c.clicked(row)) chosen = r.command;
    y += kRow;
  }
  const bool opened_now = std::exchange(m.fresh, false);  // by the click that is still being released
  if (opened_now) return;
  if (!chosen.empty())
    m.open = false, act(f, chosen);
  else if (!box.contains(c.mouse()) && (c.clicked(screen) || c.right_clicked(screen)))
    m.open = false;
}

}  // namespace ringside::desktop
