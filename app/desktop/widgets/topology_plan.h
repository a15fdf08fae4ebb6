// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/widgets/topology.h"

namespace ringside::desktop {

// Where the columns and rows of a topology stand in a room. What there is no width for folds, from left to right: wire
// and physical NIC into one node, then those and the switch; the guest always stays.
struct TopologyPlan {
  bool folded = false;  // no node of its own for the wire
  bool slim = false;    // wire, physical NIC and switch are one node
  bool any_wire = true;
  Rect wire, pnic, vswitch, nic, vm;  // x and w only
  float border = 0, exits = 80;       // between host and guest, and the gap that it stands in
  size_t rows = 0, first = 0, shown = 0;
  float start = 0, pitch = 0, height = 0;  // of the rows
  Rect more;                               // says how many are not shown; empty when all are
  bool legend = false;
  float widest = 12;  // an edge's lines, so that neighbours stay apart
};
TopologyPlan plan_topology(Rect area, const Topology& topology);

// The nodes: each keeps its texts in its box at any height from 24 on.
void draw_uplink(Canvas& c, const TopologyPlan& plan, const TopologyGroup& group, float top, float bottom,
                 const Topology& topology, TopologyHit& hit);
void draw_switch(Canvas& c, const TopologyPlan& plan, const TopologyGroup& group, float top, float bottom,
                 TopologyHit& hit);
void draw_nic(Canvas& c, Rect r, const TopologyRow& row, TopologyHit& hit);
void draw_vm(Canvas& c, Rect r, const TopologyRow& row, bool at_speed, TopologyHit& hit);

// A number that says what it is when the mouse rests on it.
void topology_spot(Canvas& c, TopologyHit& hit, const TopologyHit::Spot& spot);
// An edge's two directions are numbers, and the edge itself can be pressed.
void edge_spots(Canvas& c, const Topology& topology, TopologyHit& hit, Rect gap, const Flow& in, const Flow& out,
                const TopologyGroup& group, const TopologyRow* row);

}  // namespace ringside::desktop
