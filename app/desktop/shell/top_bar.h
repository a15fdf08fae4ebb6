// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/panel.h"
#include "app/desktop/shell/workspace.h"

namespace ringside::desktop {

// Mark, layouts, transport, grain, time, state and clock, search.
void draw_top_bar(const PanelFrame& f, Rect r);

// The whole recording in one strip: density of exits, drops on top, flags, the playhead; stepped: one tick an event by
// kind.
void draw_recorder(const PanelFrame& f, Rect r);

// In the recorder's place: that others have the CPUs, with a link to the panel that says more.
void draw_banner(const PanelFrame& f, Rect r);

// The latest command and its answer, and the balance.
void draw_last_line(const PanelFrame& f, Rect r);

}  // namespace ringside::desktop
