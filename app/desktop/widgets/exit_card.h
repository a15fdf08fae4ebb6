// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/kit/canvas.h"
#include "engine/api/probe.h"

namespace ringside::desktop {

// One exit's record, opened. Plain words: whoever draws knows what they mean.
struct ExitCard {
  std::string title, long_name;         // "MMIO write TDT", "Transmit Descriptor Tail"
  std::string vcpu, when;               // "web/0", "−12.4 µs"
  std::string address, width, value;    // empty = the exit has none
  std::string instruction, where, rip;  // empty on a soft vCPU
  std::string cost, cost_time;          // "1 000 cycles", "385 ns"
  std::string qualifier;                // "nested"
  Provenance cost_provenance = Provenance::kMeasured;
  std::string no_instruction;  // what stands there instead, in words
  bool has_register = false, has_ring = false;
};

enum class ExitCardHit : uint8_t { kNone, kRegister, kRing, kBefore, kAfter, kClose };
inline constexpr float kExitCardLeast = 92;
float exit_card_height(float width);
ExitCardHit draw_exit_card(Canvas& c, Rect r, const ExitCard& card);

}  // namespace ringside::desktop
