// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/model/guest_state.h"
#include "engine/api/snapshot.h"

namespace ringside::desktop {

// A stop on a packet's way.
struct PathStop {
  enum class Place : uint8_t { kWire, kSwitch, kNic, kVm } place = Place::kNic;
  int row = 0;     // which VM's
  int number = 0;  // 1..9
  enum class State : uint8_t { kDone, kHere, kToCome } state = State::kDone;
  std::string label;
  bool exit = false;               // the way from the stop before crosses the border by an exit
  std::string reg;                 // the register written there
  std::vector<std::string> exits;  // other registers for which the guest stopped there: "RDT 12"
  uint64_t cycles = 0;             // what the stop cost so far, modelled
  uint64_t exit_cycles = 0;        // what the exit before it cost
};

// The machine while a packet is followed: nodes with numbered stops, the past solid, the present ringed, the future
// dotted.
struct PathView {
  struct Row {
    std::string vm, workload, nic, model;
    const RingView* ring = nullptr;
    const char* ring_name = "TX";
    GuestState state = GuestState::kRunning;
    bool selected = false;
  };
  bool has_wire = false;
  std::string wire, wire_kind, wire_state, vswitch, ports;
  std::vector<Row> rows;
  std::vector<PathStop> stops;
  bool left = false;  // the packet is in the machine no more: no stop is the current one
  size_t first = 0;   // of the VMs that are not on its way, where not all have room
  float arrival = 1,
        closing = 1;  // of the current stop, 0..1: the packet's disc on its way to it, and its ring closing in
};

// The way of a packet as far as it is recorded: of the one that is followed, by its number; with 0, of the one that the
// chosen step belongs to; with 0 there too, of the newest step's.
PathView path_of(const Snapshot& s, uint64_t chosen_event, const std::string& selected_vm, uint32_t packet = 0);

// A packet that is followed, as the snapshot knows it.
enum class Followed : uint8_t {
  kUnseen,  // no recorded event is of it: it has left long ago, or never was
  kHere,    // it is in the machine, or the newest event is that it leaves
  kLeft     // it was used up, sent or dropped, and something else happened since
};
Followed followed(const Snapshot& s, uint32_t packet);

// "packet 41, web: stop 4 of 9"; empty when no packet is known.
std::string path_words(const Snapshot& s, uint64_t chosen_event, uint32_t packet = 0);
// The newest packet that was seen in a VM (or, with an empty name, at a wire or the switch); 0 = none.
uint32_t newest_packet(const Snapshot& s, const std::string& vm);
// The packet whose way is drawn when this step is chosen: its own, or, of a step that belongs to none (a breath, a
// register that is read), that of the stop before it; 0 = none is known.
uint32_t packet_of(const Snapshot& s, const EventView& event);

}  // namespace ringside::desktop
