// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// The arrows, Enter and Esc while a menu is open.
// `typing`: a field or the palette has the keyboard; no menu opens then.
void menu_keys(const PanelFrame& f, std::vector<KeyPress>& presses, bool typing);
void draw_menu(const PanelFrame& f, Rect screen);

}  // namespace ringside::desktop
