// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// What fills in the braces of assets/help/menus.md: {"vm", "web"}.
using MenuValues = std::vector<std::pair<std::string, std::string>>;

// Opens the menu of this name beside the mouse, with the rows whose words are known.
void open_menu(const PanelFrame& f, std::string_view name, const MenuValues& values);
// The same below a button.
void open_menu_at(const PanelFrame& f, Point at, std::string_view name, const MenuValues& values);

// Does what a row says: a command for the engine or the window, or `copy TEXT`.
void act(const PanelFrame& f, const std::string& command);

}  // namespace ringside::desktop
