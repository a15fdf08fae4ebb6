// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "app/desktop/model/ui_state.h"

namespace ringside::desktop {

// What the window remembers from one start to the next: splitters, layout, theme, scale, motion, where the tour was
// left. A small text file; one that cannot be read or written is as if there were none.
struct SavedState {
  std::string theme;
  int scale = 0;       // 0 = as the display says
  bool found = false;  // false: the first start of all
  bool tour_seen = false;
};

// $XDG_STATE_HOME/ringside/window.toml, else ~/.local/state/ringside/window.toml; empty when there is no home.
std::string saved_state_path();
SavedState load_state(const std::string& path, UiState& ui);
bool save_state(const std::string& path, const UiState& ui, const SavedState& state);

// Does the desktop ask for less motion? GTK's settings file and GNOME's setting are looked at.
bool desktop_wants_less_motion();

}  // namespace ringside::desktop
