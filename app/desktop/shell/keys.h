// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ringside::desktop {

class EngineClient;
struct UiState;

enum class Key : uint8_t {
  kNone,
  kLetter,
  kSpace,
  kLeft,
  kRight,
  kUp,
  kDown,
  kTab,
  kEnter,
  kEscape,
  kHome,
  kEnd,
  kPageUp,
  kPageDown,
  kF1,
  kF6,
  kF11
};

// One press. Letters follow what the keyboard prints, not the place of the key.
struct KeyPress {
  Key key = Key::kNone;
  char32_t letter = 0;  // lower case, with Key::kLetter
  bool ctrl = false, shift = false, alt = false;
};

// Takes the presses that mean something everywhere (visual language, section 12) and leaves the others.
// `typing`: a text field has the focus; `panels`: the visible ones in order, for F6.
void handle_keys(std::vector<KeyPress>& presses, bool typing, const std::vector<std::string>& panels, UiState& ui,
                 EngineClient& client, int scale_percent);

// What the transport's controls send, so that keys and buttons speak alike.
std::string run_or_pause_command(const EngineClient& client);
void run_or_pause(UiState& ui,
                  EngineClient& client);  // the same within a lab: to its goal, or not before the prediction is locked
std::string pace_command(const EngineClient& client, int direction);  // empty at the ladder's end

}  // namespace ringside::desktop
