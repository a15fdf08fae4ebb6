// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/desktop/model/ui_state.h"
#include "engine/api/engine.h"
#include "engine/base/result.h"

namespace ringside::desktop {

// `window layout=learn tab=Steps vm=web ring=web.nic0.tx row=12 size=extended view=driver console=yes help=Rings
// theme=light scale=150 packet=3 event=12 register=TDT motion=reduced search=word tour=start layout=reset quit=yes`:
// what a person can do to the window itself, in text, so that --exec can picture any state. Not sent to the engine.
bool is_window_command(const std::string& line);
Status apply_window_command(UiState& ui, const std::string& line);

// What the window itself is told, for `help` and completion: `window`, `lab`, `help`.
const std::vector<CommandInfo>& window_commands();
// "vm set" of `help vm set`; nothing of another line.
std::optional<std::string> help_topic(const std::string& line);

}  // namespace ringside::desktop
