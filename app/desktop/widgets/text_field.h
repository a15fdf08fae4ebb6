// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "app/desktop/kit/canvas.h"

namespace ringside::desktop {

struct TextFieldLook {
  Type type = Type::kBody;
  bool take_focus = false;  // the keyboard goes to it in this frame
  bool wraps = false;       // several lines, broken at words; Enter does not break a line
  size_t most = 400;        // bytes: what is typed or pasted behind them is cut, and the field says so
};

struct TextFieldState {
  bool edited = false;
  bool active = false;  // has the keyboard
  bool cut = false;     // something was cut, and nothing deleted since
};

// A field that a person types into: ImGui's, in our colours. Drawn only where it is wholly visible.
TextFieldState text_field(Canvas& c, const std::string& id, Rect r, std::string& text, const TextFieldLook& look = {});
// Takes the keyboard away from whichever field has it.
void leave_text_fields();

}  // namespace ringside::desktop
