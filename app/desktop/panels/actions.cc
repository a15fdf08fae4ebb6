// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/actions.h"

#include <utility>

#include "app/desktop/model/window_command.h"

namespace ringside::desktop {

void open_menu_at(const PanelFrame& f, Point at, std::string_view name, const MenuValues& values) {
  Menu menu;
  menu.x = at.x, menu.y = at.y;
  for (const Words::MenuWord& w : f.words.menus()) {
    if (w.menu != name) continue;
    const auto group = fill_in(w.group, values), label = fill_in(w.label, values), command = fill_in(w.command, values);
    if (group && label && command) menu.rows.push_back({*group, *label, *command, w.key});
  }
  menu.open = menu.fresh = !menu.rows.empty();
  f.ui.menu = std::move(menu);
}

void open_menu(const PanelFrame& f, std::string_view name, const MenuValues& values) {
  open_menu_at(f, {f.c.mouse().x + 2, f.c.mouse().y + 2}, name, values);
}

void act(const PanelFrame& f, const std::string& command) {
  if (command.rfind("copy ", 0) == 0)
    f.ui.to_clipboard = command.substr(5);
  else if (is_window_command(command))
    f.client.note(command, apply_window_command(f.ui, command));
  else
    f.client.send(command);
}

}  // namespace ringside::desktop
