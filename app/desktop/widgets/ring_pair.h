// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/kit/canvas.h"
#include "app/desktop/widgets/ring_cells.h"
#include "engine/api/view/ring.h"

namespace ringside::desktop {

// A command ring and the completion ring that points into it, one above the other (visual language, section 5): a slot
// an entry, with a strip for its generation bit, the seam where the laps meet, and a curve from each new completion to
// the last descriptor of its packet.
struct PairLook {
  const RingView* command = nullptr;
  const RingView* completion = nullptr;
  uint8_t link_ring = 0;                        // which of the completion ring's links the command ring is
  int command_row = -1, completion_row = -1;    // chosen
  std::string command_words, completion_words;  // beside the titles
};

struct PairHit {
  RowHit command, completion;
};

// The stretch of a ring that is drawn as slots: all of it, or from behind the device's place on.
struct Stretch {
  uint32_t first = 0, shown = 0;
  float pitch = 0;
  bool whole = true;  // else a bar shows the rest
  // The place of a row on screen, in slots; -1 = not in the stretch.
  int slot_of(uint32_t row, uint32_t size) const {
    const uint32_t at = (row + size - first % size) % size;
    return at < shown ? int(at) : -1;
  }
};
Stretch stretch_of(const RingView& ring, float width, bool completion);

inline constexpr float kPairHeight = 252;  // with titles and pointers
inline constexpr float kPairLeast = 188;   // without titles
PairHit draw_ring_pair(Canvas& c, Rect area, const PairLook& look);
float pair_legend(Canvas& c, Point left_middle, float right);

// Completions that speak of the command ring's present lap, newest first.
std::vector<uint32_t> newest_completions(const RingView& completion, uint8_t link_ring);
// The completion that frees this command row, or -1; and the first row that a completion's packet took.
int completion_of(const RingView& completion, uint32_t row, uint8_t link_ring);
uint32_t first_row_of(const RingView& command, uint32_t last);

// A doorbell that waits: how many are deferred, and at how many it rings.
struct DeferredWords {
  std::string title, state, numbers;
};
void draw_deferred(Canvas& c, Rect r, int64_t deferred, int64_t threshold, const DeferredWords& words);

}  // namespace ringside::desktop
