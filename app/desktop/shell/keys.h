// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/kit/key_press.h"

namespace ringside::desktop {

class EngineClient;
struct Slot;
struct UiState;

// Ctrl F6: the next tab of the slot whose panel has the keyboard; where that has one panel, of the next that has more.
void tab_keys(std::vector<KeyPress>& presses, const std::vector<Slot>& slots, UiState& ui);

// Takes the presses that mean something everywhere (visual language, section 12) and leaves the others.
// `typing`: a text field has the focus; `panels`: the visible ones in order, for F6.
void handle_keys(std::vector<KeyPress>& presses, bool typing, const std::vector<std::string>& panels, UiState& ui,
                 EngineClient& client, int scale_percent);

}  // namespace ringside::desktop
