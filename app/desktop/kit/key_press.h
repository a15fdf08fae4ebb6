// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace ringside::desktop {

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
  kF11,
  kMenu
};

// One press. Letters follow what the keyboard prints, not the place of the key.
struct KeyPress {
  Key key = Key::kNone;
  char32_t letter = 0;  // lower case, with Key::kLetter
  bool ctrl = false, shift = false, alt = false;
};

}  // namespace ringside::desktop
