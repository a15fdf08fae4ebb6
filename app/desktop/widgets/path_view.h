// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/shell/canvas.h"
#include "engine/api/view/ring.h"

namespace ringside::desktop {

// A stop on a packet's way.
struct PathStop {
  enum class Place : uint8_t { kWire, kSwitch, kNic, kVm } place = Place::kNic;
  int row = 0;     // which VM's
  int number = 0;  // 1..9
  enum class State : uint8_t { kDone, kHere, kToCome } state = State::kDone;
  std::string label;
  bool exit = false;         // the way from the stop before crosses the border by an exit
  std::string reg;           // the register written there
  uint64_t cycles = 0;       // what the stop cost so far, modelled
  uint64_t exit_cycles = 0;  // what the exit before it cost
};

// The machine while a packet is followed: nodes with numbered stops, the past solid, the present ringed, the future
// dotted.
struct PathView {
  struct Row {
    std::string vm, workload, nic, model;
    const RingView* ring = nullptr;
    const char* ring_name = "TX";
    bool selected = false;
  };
  bool has_wire = true;
  std::string wire, wire_kind, wire_state, vswitch, ports;
  std::vector<Row> rows;
  std::vector<PathStop> stops;
  float arrival = 1,
        closing = 1;  // of the current stop, 0..1: the packet's disc on its way to it, and its ring closing in
};

// What the mouse does: the VM's row that was clicked (with the right button: its menu), and the cost of the stop under
// the mouse.
struct PathHit {
  int row = -1;
  bool menu = false;
  uint64_t stop = 0;
  Rect at{};
};
PathHit draw_path(Canvas& c, Rect area, const PathView& view);

}  // namespace ringside::desktop
