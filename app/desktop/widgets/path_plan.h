// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/kit/geometry.h"
#include "app/desktop/model/packet_path.h"

namespace ringside::desktop {

// Where a packet's way stands in a room. VMs on its way have room for all their stops; the others share what is left,
// as lines where it is little, and those that have none are counted.
struct PathPlan {
  // A node's stops, one below the other.
  struct Column {
    float first = 66, step = 34;  // of the first below the node's top, and from one to the next
    bool subtitle = true;         // above the stops
  };
  struct Row {
    size_t vm = 0;  // index into PathView::rows
    Rect nic, guest;
    Column column;
  };
  bool slim = false;  // wire, physical NIC and switch are one node
  Rect wire, pnic, vswitch;
  float border = 0, gap = 60;   // between host and guest, and the room around it
  std::vector<Row> rows;        // from the top down
  size_t above = 0, below = 0;  // VMs that are not drawn
  Rect more;                    // says so; empty when all are
  std::vector<Point> stops;     // of PathView::stops
  std::vector<size_t> row_of;   // of each stop, index into `rows`

  Rect node(size_t stop, const PathView& v) const;  // in which a stop stands
};
PathPlan plan_path(Rect area, const PathView& view);
constexpr float kWords = 22;  // the line below, for "host", "guest" and how many VMs are not drawn

}  // namespace ringside::desktop
