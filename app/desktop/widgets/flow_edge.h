// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/widgets/topology.h"

namespace ringside::desktop {

struct EdgeLook {
  double scale = 1e6, phase = 0;
  bool rated = true;  // rates, else counts
  bool selected = false;
  bool labels = true;         // rates above and below
  bool towards_right = true;  // the upper line's packets
  float pitch = 200;          // to the next edge below: its labels must not meet these
  float widest = 12;          // of a line, so that it stays apart from the next edge's
};

// Two lines between two nodes: the upper towards the VM, the lower towards the wire.
void draw_edge(Canvas& c, float x0, float x1, float y, const Flow& in, const Flow& out, const EdgeLook& look);

}  // namespace ringside::desktop
