// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "app/desktop/model/ui_state.h"
#include "engine/api/snapshot.h"

namespace ringside::desktop {

// How the window itself looks, as far as menus set it.
struct WindowLook {
  std::string theme;
  int scale = 100;  // percent
};

// Does this command set what is set already? Then its row has a tick. Commands that do something, or of which a
// snapshot tells nothing, never have one.
bool already_so(const std::string& command, const Snapshot& s, const UiState& ui, const WindowLook& look);

}  // namespace ringside::desktop
