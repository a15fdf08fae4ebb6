// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// What lies above the panels. Each covers its place, so that the mouse does not reach what is below.

// A refused command in its three parts: what happened, what is unchanged, what to do; somewhere in `room`, where it
// covers nothing that is pressed next.
void draw_error_card(const PanelFrame& f, Rect room);

// Search and commands in one field: things by name, commands, terms, probes. Enter does what the chosen row says.
void palette_keys(const PanelFrame& f, std::vector<KeyPress>& presses);
void draw_palette(const PanelFrame& f, Rect screen);

// The tour of six steps: its text beside what it speaks of, which it never covers. Each step ends when the person has
// done it.
void tour_keys(const PanelFrame& f, std::vector<KeyPress>& presses);  // Enter goes on, Esc leaves
void watch_tour(const PanelFrame& f);
void draw_tour(const PanelFrame& f, Rect screen);

}  // namespace ringside::desktop
