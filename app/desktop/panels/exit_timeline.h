// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "app/desktop/panels/panel.h"
#include "app/desktop/widgets/timeline.h"

namespace ringside::desktop {

// What the panels Exits and Timeline have in common: the recorded exits as lanes.

// `width`: of the whole timeline. Only what the scale shows is turned into slices.
Timeline exit_timeline(const PanelFrame& f, const TimeScale& scale, float width, bool shares);

// Draws it, with its tooltips, menus and links: a name chooses its VM, a slice opens. True when one was opened.
bool draw_exit_timeline(const PanelFrame& f, Rect r, const Timeline& t, TimeScale& scale, float drag);

// How much the lanes show when nobody chose: free, 40 µs, or longer where exits are so rare that a sample would be
// empty; stepped, all that was recorded. `now`: what they show, which is kept while it still fits.
double shown_seconds(const PanelFrame& f, double now);
// "a 40 µs sample, twice a second", or what else the lanes are.
std::string timeline_words(const PanelFrame& f, double seconds);
// "records of 6.2 % of the exits", right-aligned where it has room between the two; nothing when there is one of each.
void draw_recorded_share(const PanelFrame& f, float left, Point right_middle);

// Where the prices of exits come from: measured counts, and modelled prices where a vCPU is soft.
std::vector<Provenance> exit_provenance(const Snapshot& s);

// Chooses an exit everywhere: its VM, register, ring, and the step that it was.
void open_exit(const PanelFrame& f, const ExitView& exit);

}  // namespace ringside::desktop
