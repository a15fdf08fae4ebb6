// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/packet_path.h"

#include <algorithm>
#include <vector>

#include "app/lookup/find.h"

namespace ringside::desktop {
namespace {

using Place = PathStop::Place;

constexpr const char* kLabels[] = {"",
                                   "build the frame",
                                   "post, ring doorbell",
                                   "worker inhales",
                                   "fetch and copy",
                                   "look up port",
                                   "take a descriptor",
                                   "interrupt, if any",
                                   "clean, refill",
                                   "count, verify"};
constexpr const char* kWireLabels[] = {"", "", "", "inhale", "take it", "", "send", "", "", ""};

struct Way {
  std::vector<const EventView*> events;  // of one packet, in order
  bool inferred = false;                 // joined by ring and row, not by the packet's own number
};

const EventView* current(const Snapshot& s, uint64_t chosen, uint32_t packet) {
  if (s.events.empty()) return nullptr;
  if (packet && !chosen)
    for (auto e = s.events.rbegin(); e != s.events.rend(); ++e)
      if (e->packet == packet) return &*e;
  if (chosen)
    for (const EventView& e : s.events)
      if (e.number == chosen) return &e;
  return &s.events.back();
}

// The VM in whose NIC or guest an event happened; -1 = at the switch or at the wire.
int row_of(const Snapshot& s, const EventView& e) {
  for (size_t i = 0; i < s.vms.size(); ++i)
    if (s.vms[i].name == e.vm || (e.vm.empty() && e.who.find(s.vms[i].name + ".") != std::string::npos)) return int(i);
  return -1;
}

// Backwards from `at`: through guest memory a packet is followed by ring and row, elsewhere by the order of the stops.
Way infer(const Snapshot& s, size_t at) {
  const std::vector<EventView>& events = s.events;
  Way way;
  way.inferred = true;
  int level = 10;
  std::string ring;
  int row = -1;
  for (size_t i = at + 1; i-- > 0 && level > 1;) {
    const EventView& e = events[i];
    if (e.stop == 0 || e.stop > level) continue;
    const bool has_row = e.row >= 0 && !e.ring.empty();
    if (level < 10) {
      if (e.stop == level &&
          (e.who != way.events.back()->who || (has_row && row >= 0 && (e.ring != ring || e.row != row))))
        continue;
      if (e.stop == 1 && level != 2 && e.kind == EventKind::kBuildFrame) continue;  // of another frame
      const bool through_memory = (level == 8 && e.stop <= 7) || (level <= 4 && e.stop == 2);
      if (e.stop < level && through_memory && row >= 0 && (e.ring != ring || e.row != row)) continue;
    }
    way.events.push_back(&e);
    level = e.stop;
    if (has_row) ring = e.ring, row = e.row;
    // What a wire's context turns to came from the world, and from no ring.
    const bool from_the_world = e.kind == EventKind::kInhale && row_of(s, e) < 0;
    if (e.kind == EventKind::kWireIn || e.kind == EventKind::kBuildFrame || from_the_world) break;
  }
  std::reverse(way.events.begin(), way.events.end());
  return way;
}

// A breath serves many packets and bears no packet's number: the last one before the device (or the wire) turned to
// this packet is its stop 3.
void add_inhale(const std::vector<EventView>& events, Way& way, size_t at) {
  size_t later = 0;
  while (later < way.events.size() && way.events[later]->stop <= 2) ++later;
  if (later == 0 || (later < way.events.size() && way.events[later]->stop != 4)) return;
  const EventView* posted = way.events[later - 1];
  const EventView* end = later < way.events.size() ? way.events[later] : &events[at] + 1;
  const EventView* breath = nullptr;
  for (const EventView* e = posted + 1; e < end; ++e)
    if (e->kind == EventKind::kInhale && e->stop == 3 && e->who.find(posted->vm + ".") != std::string::npos) breath = e;
  if (breath) way.events.insert(way.events.begin() + long(later), breath);
}

Way way_of(const Snapshot& s, const EventView* now) {
  if (!now) return {};
  size_t at = size_t(now - s.events.data());
  while (at > 0 && s.events[at].stop == 0) --at;
  const EventView& base = s.events[at];
  if (base.stop == 0) return {};
  if (!base.packet) return infer(s, at);
  Way way;
  for (size_t i = 0; i <= at; ++i)
    if (s.events[i].packet == base.packet && s.events[i].stop) way.events.push_back(&s.events[i]);
  add_inhale(s.events, way, at);
  return way;
}

// The doorbell that was rung between two events by the same guest; null = none.
const EventView* doorbell(const EventView* from, const EventView* end) {
  for (const EventView* e = from; e < end; ++e)
    if (e->exit && e->kind == EventKind::kRegisterWrite && e->vm == from->vm) return e;
  return nullptr;
}

// "TDT 13".
void ring_the_bell(PathStop& stop, const EventView* bell) {
  if (!bell) return;
  const size_t arrow = bell->what.rfind("← ");
  stop.reg = bell->reg + (arrow == std::string::npos ? "" : " " + bell->what.substr(arrow + 4));
  stop.exit = true;
  stop.exit_cycles = bell->cycles;
}

Place place_of(const EventView& e, int row) {
  if (e.kind == EventKind::kLookUp || e.stop == 5) return Place::kSwitch;
  if (row < 0) return Place::kWire;
  return e.stop == 1 || e.stop == 2 || e.stop >= 8 ? Place::kVm : Place::kNic;
}

PathStop stop_of(int number, Place place, int row, PathStop::State state) {
  PathStop s;
  s.number = number, s.place = place, s.row = row, s.state = state;
  s.label = place == Place::kWire ? kWireLabels[number] : kLabels[number];
  return s;
}

void add_nodes(const Snapshot& s, const EventView* now, const std::string& selected_vm, PathView& v) {
  if (!s.wires.empty()) v.wire = s.wires[0].name, v.wire_kind = s.wires[0].kind;
  v.has_wire = !s.wires.empty();
  v.wire_state = s.wires.empty() || s.wires[0].frames_in + s.wires[0].frames_out == 0 ? "idle" : "uplink";
  if (!s.switches.empty()) v.vswitch = s.switches[0].name;
  size_t ports = 0;
  for (const VmView& vm : s.vms) {
    PathView::Row row;
    row.vm = vm.name, row.workload = vm.workload + (vm.vcpus.empty() ? "" : ", " + vm.vcpus[0].kind + " vCPU");
    row.selected = vm.name == selected_vm && s.vms.size() > 1;
    if (!vm.nics.empty()) {
      const NicView& nic = vm.nics[0];
      row.nic = vm.name + "." + nic.name, row.model = shown_model(nic.model);
      bool transmit = false;  // the ring that was touched last
      for (const EventView& e : s.events) {
        if (!e.ring.empty() && e.ring.rfind(vm.name + ".", 0) == 0) transmit = e.ring.ends_with("tx");
        if (&e == now) break;
      }
      row.ring = find_ring(s, vm.name, nic.name, !transmit), row.ring_name = transmit ? "TX" : "RX";
    }
    ports += vm.nics.size();
    v.rows.push_back(std::move(row));
  }
  v.ports = std::to_string(ports + s.wires.size()) + " ports";
}

}  // namespace

uint32_t newest_packet(const Snapshot& s, const std::string& vm) {
  for (auto e = s.events.rbegin(); e != s.events.rend(); ++e)
    if (e->packet && e->vm == vm) return e->packet;
  return 0;
}

PathView path_of(const Snapshot& s, uint64_t chosen, const std::string& selected_vm, uint32_t packet) {
  PathView v;
  const EventView* now = current(s, chosen, packet);
  add_nodes(s, now, selected_vm, v);
  const Way way = way_of(s, now);
  int last_row = 0;
  const EventView* last = nullptr;
  for (const EventView* e : way.events) {
    const int row = row_of(s, *e);
    if (row >= 0) last_row = row;
    if (!v.stops.empty() && v.stops.back().number == e->stop) {
      v.stops.back().cycles += e->cycles;
      last = e;
      continue;
    }
    PathStop stop = stop_of(e->stop, place_of(*e, row), last_row, PathStop::State::kDone);
    stop.cycles = e->cycles;
    if (last && v.stops.back().place == Place::kVm) ring_the_bell(stop, doorbell(last, e));
    v.stops.push_back(std::move(stop));
    last = e;
  }
  if (v.stops.empty()) return v;
  v.stops.back().state = PathStop::State::kHere;
  const int here = v.stops.back().number;
  if (here == 5 || v.stops.back().place == Place::kWire) return v;  // the look-up decides where it goes on
  // What must come: from a guest up to the switch; from a receive ring to the guest's use of the frame.
  const EventView* rung = doorbell(last, now + 1);
  for (int n = here + 1; n <= (here < 5 ? 5 : 9); ++n) {
    const Place place = n == 5 ? Place::kSwitch : n <= 2 || n >= 8 ? Place::kVm : Place::kNic;
    v.stops.push_back(stop_of(n, place, last_row, PathStop::State::kToCome));
    if (n == 3) ring_the_bell(v.stops.back(), rung);
  }
  return v;
}

std::string path_words(const Snapshot& s, uint64_t chosen, uint32_t packet) {
  const Way way = way_of(s, current(s, chosen, packet));
  if (way.events.empty()) return {};
  const int from = row_of(s, *way.events.front()), to = row_of(s, *way.events.back());
  std::string words = way.events.back()->packet ? "packet " + std::to_string(way.events.back()->packet) + ", " : "";
  words += from >= 0 ? "from " + s.vms[size_t(from)].name : "from the wire";
  if (to >= 0 && to != from) words += " to " + s.vms[size_t(to)].name;
  return words + ": stop " + std::to_string(way.events.back()->stop) + " of 9" + (way.inferred ? ", inferred" : "");
}

}  // namespace ringside::desktop
