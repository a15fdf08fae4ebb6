// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/menu.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/desktop/model/menu_state.h"
#include "app/desktop/panels/actions.h"
#include "app/desktop/widgets/controls.h"

namespace ringside::desktop {
namespace {

constexpr float kRow = 28, kGroup = 24, kPad = 8, kIndent = 28, kLine = 20;

// How a menu is laid out: a row has its command beside its label where all rows have room for that, else below it. It
// is never cut: that is what one learns from it.
struct Plan {
  float label = 0, key = 0, width = 0, height = 2 * kPad;
  bool stacked = false;
  std::vector<std::vector<std::string>> commands;  // by row, in lines
};

std::vector<std::string> in_lines(const Canvas& c, const std::string& command, float room) {
  std::vector<std::string> lines;
  for (std::string line : c.wrap(Type::kMono, command, room)) {
    for (size_t fit;
         (fit = size_t(room / std::max(1.f, c.width(Type::kMono, "0")))) && line.size() > fit;)  // a long name
      lines.push_back(line.substr(0, fit)), line.erase(0, fit);
    lines.push_back(std::move(line));
  }
  return lines;
}

Plan plan_of(const Canvas& c, const Menu& menu, float room) {
  Plan plan;
  float command = 0;
  for (const Menu::Row& r : menu.rows) {
    plan.label = std::max(plan.label, c.width(Type::kSmall, r.label));
    command = std::max(command, c.width(Type::kMono, r.command));
    if (!r.key.empty()) plan.key = std::max(plan.key, c.width(Type::kSmall, r.key) + 27);
  }
  plan.width = 2 * kPad + kIndent + plan.label + 28 + command + 16 + plan.key;
  if ((plan.stacked = plan.width > room))
    plan.width = std::min(room, 2 * kPad + kIndent + std::max(plan.label + 16 + plan.key, command) + 8);
  std::string group;
  for (const Menu::Row& r : menu.rows) {
    plan.commands.push_back(plan.stacked ? in_lines(c, r.command, plan.width - 2 * kPad - kIndent - 8)
                                         : std::vector{r.command});
    if (!r.group.empty() && r.group != group) plan.height += kGroup;
    group = r.group;
    plan.height += plan.stacked ? kRow + kLine * float(plan.commands.back().size()) : kRow;
  }
  return plan;
}

void draw_row(const PanelFrame& f, const Plan& plan, size_t at, Rect row) {
  Canvas& c = f.c;
  const Menu::Row& r = f.ui.menu.rows[at];
  const bool here = int(at) == f.ui.menu.at;
  if (here) c.fill(row, Token::kPanel, 3);
  const float y = row.y + kRow / 2;
  if (already_so(r.command, f.s, f.ui, {c.theme().name(), int(std::lround(c.scale() * 100))})) {
    draw_icon(c, Icon::kCheck, {row.x + 14, y}, Token::kText);
    c.target("on " + r.label, row);
  }
  c.text({row.x + kIndent, y}, Type::kSmall, Token::kText, r.label);
  const Token ink = here ? Token::kText2 : Token::kMuted;
  if (!plan.stacked)
    c.text({row.x + kIndent + plan.label + 28, y}, Type::kMono, ink, r.command);
  else
    for (size_t i = 0; i < plan.commands[at].size(); ++i)
      c.text({row.x + kIndent, y + kLine * float(i + 1)}, Type::kMono, ink, plan.commands[at][i]);
  if (!r.key.empty() && c.fits_line({row.x, y}, 10))
    key_cap(c, {row.right() - 8 - (c.width(Type::kSmall, r.key) + 11), y}, r.key);
}

}  // namespace

void menu_keys(const PanelFrame& f, std::vector<KeyPress>& presses, bool typing) {
  Menu& m = f.ui.menu;
  if (!m.open)
    return void(std::erase_if(presses, [&](const KeyPress& k) {
      if (k.key != Key::kMenu || f.ui.vm.empty() || typing) return false;  // Enter would be the field's as well
      open_menu_at(f, {240, 96}, "vm", {{"vm", f.ui.vm}});
      m.at = 0;
      return true;
    }));
  const int n = int(m.rows.size());
  std::string chosen;
  std::erase_if(presses, [&](const KeyPress& k) {
    switch (k.key) {
      case Key::kUp: m.at = (std::max(m.at, 0) + n - 1) % n, m.walked = true; return true;
      case Key::kDown: m.at = (m.at + 1) % n, m.walked = true; return true;
      case Key::kEnter:
        if (m.at >= 0) chosen = m.rows[size_t(m.at)].command;
        m.open = false;
        return true;
      case Key::kMenu:
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
  const Plan plan = plan_of(c, m, screen.w - 16);
  Rect box{m.x, m.y, plan.width, std::min(plan.height, screen.h - 16)};
  box.x = std::clamp(box.x, screen.x + 8, std::max(screen.x + 8, screen.right() - box.w - 8));
  box.y = std::clamp(box.y, screen.y + 8, std::max(screen.y + 8, screen.bottom() - box.h - 8));
  Group group(c, "menu", box);
  c.fill(box, Token::kRaised, 4);
  c.frame(box, Token::kOutline, 1, 4);
  // What is higher than the window scrolls: by the wheel, and with the row that the arrows chose.
  m.scroll = std::clamp(m.scroll - c.wheel(box) * 48, 0.f, plan.height - box.h);
  const Rect inner = box.inset(0, 4);
  Clip clip(c, inner);
  const bool before = c.whole_lines(true);
  const bool moved = ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0;
  float y = box.y + kPad - m.scroll;
  std::string last, chosen;
  for (size_t i = 0; i < m.rows.size(); ++i) {
    const Menu::Row& r = m.rows[i];
    if (!r.group.empty() && r.group != last) {
      c.text({box.x + kPad + 8, y + kGroup / 2}, Type::kSmallBold, Token::kText2, r.group);
      y += kGroup;
    }
    last = r.group;
    const Rect row{box.x + kPad, y, box.w - 2 * kPad,
                   plan.stacked ? kRow + kLine * float(plan.commands[i].size()) : kRow};
    y = row.bottom();
    c.target(r.label, row);
    if (c.hovered(row) && (moved || m.at < 0)) m.at = int(i);
    draw_row(f, plan, i, row);
    if (c.clicked(row)) chosen = r.command;
    if (int(i) != m.at || !m.walked) continue;
    if (row.y < inner.y) m.scroll -= inner.y - row.y + kGroup;
    if (row.bottom() > inner.bottom()) m.scroll += row.bottom() - inner.bottom();
  }
  m.walked = false;
  c.whole_lines(before);
  const bool opened_now = std::exchange(m.fresh, false);  // by the click that is still being released
  if (opened_now) return;
  if (!chosen.empty())
    m.open = false, act(f, chosen);
  else if (!box.contains(c.mouse()) && (ImGui::IsMouseReleased(0) || ImGui::IsMouseReleased(1)))
    m.open = false;
}

}  // namespace ringside::desktop
