// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/kit/canvas.h"
#include "app/desktop/model/guest_state.h"

namespace ringside::desktop {

// A node of a guest: one that stands looks switched off.
Token guest_token(GuestState state);
void guest_ground(Canvas& c, Rect r, GuestState state);

// What a guest that does not run does instead: its symbol, and its word unless `moment`. Ends at `right`; its width, 0
// while it runs.
float guest_mark_width(const Canvas& c, GuestState state, bool moment);
float guest_mark(Canvas& c, Point right_middle, GuestState state, bool moment);

}  // namespace ringside::desktop
