// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/kit/canvas.h"
#include "app/desktop/model/words.h"
#include "engine/api/view/ring.h"

namespace ringside::desktop {

// What stands beside and below a ring: its registers, its owners, one descriptor decoded.

struct RingRegister {
  std::string name, value, note;
  bool pointer = false, now = false, exit = false;
};
// Lines of 24 px below a title, or without it where room is short.
inline constexpr float kSideTitle = 22, kSideLine = 24;
void draw_ring_registers(Canvas& c, Rect r, const std::vector<RingRegister>& registers, const std::string& note_title,
                         bool titled);
void draw_owners(Canvas& c, Rect r, const RingView& ring, bool titled);

inline constexpr float kDescriptorLeast = 178;  // title, bits, raw bytes
void draw_descriptor(Canvas& c, Rect r, const RingView& ring, uint32_t row, const std::vector<FieldView>& fields,
                     const Words::Verdict& verdict);

}  // namespace ringside::desktop
