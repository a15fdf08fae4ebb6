// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "app/desktop/panels/actions.h"
#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// What rests behind a number on the screen (visual language, section 10): its full value, its definition from
// assets/help/numbers.md, the raw counters, where it comes from. Ctrl C and the right mouse button copy the raw value.
struct NumberTip {
  std::string_view key;     // of assets/help/numbers.md
  double raw = 0;           // what a copy gives
  std::string_view unit{};  // "pps"
  Provenance provenance = Provenance::kMeasured;
  MenuValues names{};  // fill in the counters' names: {"vm", "web"}
};
void number_tip(const PanelFrame& f, Rect where, const NumberTip& tip);

// A register's name, rested upon: its long name, access, section of the datasheet, and what a doorbell is where it is
// one.
void register_tip(const PanelFrame& f, Rect where, const std::string& model, const std::string& reg);
// A word of the glossary, rested upon.
void term_tip(const PanelFrame& f, Rect where, std::string_view term);

}  // namespace ringside::desktop
