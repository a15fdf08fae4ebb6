// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/desktop/kit/canvas.h"
#include "app/desktop/model/guest_state.h"
#include "engine/api/probe.h"
#include "engine/api/view/ring.h"

namespace ringside::desktop {

// One direction of an edge.
struct Flow {
  double rate = 0;      // frames a second, or so far
  double activity = 0;  // share of polls that find work, 0..1
  double lost = 0;      // the same, at its end
  std::string reason;   // of the loss
  bool known = true;    // false: nothing was measured yet
  std::string shown{};  // the rate as it is written; empty = without a memory of its prefix
};
std::string text_of(const Flow& flow);

// A vNIC and its VM: one row.
struct TopologyRow {
  std::string vm, nic, model, workload;  // "web", "nic0", "E1000", "forward"
  // Shown where a row is high: {"doorbell", "packet"}; of the VM, and of its NIC.
  std::vector<std::pair<std::string, std::string>> facts, nic_facts;
  const RingView* rx = nullptr;
  const RingView* tx = nullptr;
  Flow in, out;
  double rx_full = 0;
  double exits = 0;           // a second, or so far
  std::string exits_shown{};  // as it is written
  double busy = -1;           // of its vCPU, 0..1; negative: time is not real, and it is not shown
  double exit_cost = 0;       // cycles, where it is modelled
  GuestState state = GuestState::kRunning;
  bool has_vcpu = true, selected = false;
};

// A switch with its wire and its vNICs.
struct TopologyGroup {
  std::string wire, wire_kind, wire_detail, vswitch, mode;
  std::vector<std::pair<std::string, std::string>> wire_facts;  // shown where it is high
  bool has_wire = false;
  Flow in, out;  // wire
  uint64_t macs = 0, vlans = 0, flooded = 0;
  double dropped = 0;  // by the switch, a second or so far
  std::vector<TopologyRow> rows;
};

struct Topology {
  std::vector<TopologyGroup> groups;
  double scale = 1e6;     // frames (a second, or so far) that make an edge 12 px wide
  double phase = 0;       // seconds that packets moved, for the arrows
  bool rated = true;      // false: time is not real, and what flows is counted
  bool at_speed = false;  // it runs free: what a guest does in the moment of the picture changes many times a second
  size_t first = 0;       // row at the top, where not all have room
};

struct TopologyHit {
  const TopologyRow* row = nullptr;
  std::string ring;                       // a dial was clicked: "web.nic0.rx"
  bool menu = false;                      // with the right button
  bool on_nic = false;                    // the row's vNIC, else its VM
  const TopologyGroup* edge = nullptr;    // an edge was clicked: of a switch
  const TopologyRow* edge_row = nullptr;  // to this vNIC; null = to the wire
  int page = 0;                           // "19 more" was clicked: +1; "5 above": -1
  // The number under the mouse, by its key in assets/help/numbers.md.
  struct Spot {
    Rect rect{};
    std::string_view key{}, unit{};
    double raw = 0;
    Provenance provenance = Provenance::kMeasured;
    const TopologyRow* row = nullptr;
    const TopologyGroup* group = nullptr;
  } spot{};
};

// The next of 1, 2, 5 × 10ⁿ.
double edge_scale(double greatest_rate);
float edge_width(double rate, double scale, float widest = 12);

TopologyHit draw_topology(Canvas& c, Rect area, const Topology& topology);
// How many rows are drawn there, and how many there are. A switch without a vNIC has a row, too.
struct TopologyRoom {
  size_t shown = 0, rows = 0;
  ptrdiff_t chosen = -1;  // row of the VM that is selected; of several, the first
};
TopologyRoom topology_room(Rect area, const Topology& topology);
// The room below which it scrolls both ways.
inline constexpr Point kLeastTopology{376, 96};

}  // namespace ringside::desktop
