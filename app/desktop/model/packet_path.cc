// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/packet_path.h"

#include <algorithm>
#include <string_view>
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
    for (const bool any : {false, true})  // rather at a stop
      for (auto e = s.events.rbegin(); e != s.events.rend(); ++e)
        if (e->packet == packet && (any || e->stop)) return &*e;
  if (chosen)
    for (const EventView& e : s.events)
      if (e.number == chosen) return &e;
  // Behind a burst the device thinks of an interrupt, for all of it: what became of the last frame was said before.
  const EventView& last = s.events.back();
  if (s.events.size() > 1 && last.stop == 7 && !last.packet)
    if (const EventView& before = s.events[s.events.size() - 2]; before.kind == EventKind::kDrop) return &before;
  return &last;
}

// "tx web.nic0" acts for "web", and not for "b".
bool acts_for(const std::string& who, const std::string& vm) {
  const size_t at = who.find(vm + ".");
  return at != std::string::npos && (at == 0 || who[at - 1] == ' ');
}

// The VM in whose NIC or guest an event happened; -1 = at the switch or at the wire.
int row_of(const Snapshot& s, const EventView& e) {
  for (size_t i = 0; i < s.vms.size(); ++i)
    if (s.vms[i].name == e.vm || (e.vm.empty() && acts_for(e.who, s.vms[i].name))) return int(i);
  return -1;
}

// Backwards from `at`: through guest memory a packet is followed by ring and row, elsewhere by the order of the stops.
Way infer(const Snapshot& s, size_t at) {
  const SharedList<EventView>& events = s.events;
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
void add_inhale(const SharedList<EventView>& events, Way& way, size_t at) {
  for (size_t i = 0; i < way.events.size(); ++i) {
    const EventView* posted = way.events[i];
    const bool last = i + 1 == way.events.size();
    if (posted->stop > 2 || (!last && way.events[i + 1]->stop != 4)) continue;
    const EventView* end = last ? &events[at] + 1 : way.events[i + 1];
    const EventView* breath = nullptr;
    for (const EventView* e = posted + 1; e < end; ++e)
      if (e->kind == EventKind::kInhale && e->stop == 3 && acts_for(e->who, posted->vm)) breath = e;
    if (breath) way.events.insert(way.events.begin() + long(++i), breath);
  }
}

// `packet`: the one that is followed, which may have come to no stop yet.
Way way_of(const Snapshot& s, const EventView* now, uint32_t packet) {
  if (!now || (packet && now->packet == packet && now->stop == 0)) return {};
  size_t at = size_t(now - s.events.data());
  if (now->kind == EventKind::kDrop && now->packet) {
    Way lost;
    for (size_t i = 0; i <= at; ++i)
      if (s.events[i].packet == now->packet && s.events[i].stop) lost.events.push_back(&s.events[i]);
    return lost;
  }
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

// A write that sends what stands in a transmit ring. Where no ring is known, any write is taken for it.
bool is_doorbell(const Snapshot& s, const EventView& e) {
  if (e.kind != EventKind::kRegisterWrite) return false;
  const RingView* ring = ring_of_register(s, e.vm, e.reg);
  return ring ? !ring->receive : !find_ring(s, e.vm, e.nic, false);
}

// The doorbell that was rung between two events by the same guest; null = none.
const EventView* doorbell(const Snapshot& s, const EventView* from, const EventView* end) {
  for (const EventView* e = from; e < end; ++e)
    if (e->exit && e->vm == from->vm && is_doorbell(s, *e)) return e;
  return nullptr;
}

// "TDT 13", "ICR".
std::string register_text(const EventView& e) {
  const size_t arrow = e.what.rfind("← ");
  return e.reg + (arrow == std::string::npos ? "" : " " + e.what.substr(arrow + 4));
}

void ring_the_bell(PathStop& stop, const EventView* bell) {
  if (!bell) return;
  stop.reg = register_text(*bell), stop.exit = true, stop.exit_cycles = bell->cycles;
}

// Registers for which a vCPU left its guest while it was at this packet: behind `at` (up to `end`), and before it.
// What it does for another packet ends the search.
void add_exits(const Snapshot& s, const EventView* at, const EventView* end, PathStop& stop) {
  const auto foreign = [&](const EventView& e) { return e.who == at->who && e.stop != 0; };
  const auto take = [&](const EventView& e) {
    if (e.exit && !e.reg.empty() && e.who == at->who && !is_doorbell(s, e)) stop.exits.push_back(register_text(e));
  };
  for (const EventView* e = at + 1; e < end && !foreign(*e); ++e) take(*e);
}
// Those before the first of a packet's stops in a guest: it was woken, and asked its NIC why.
void add_exits_before(const Snapshot& s, const EventView* last, const EventView* at, PathStop& stop) {
  const EventView* from = at;
  while (from > last + 1 && !((from - 1)->who == at->who && (from - 1)->stop != 0)) --from;
  for (; from < at; ++from)
    if (from->exit && !from->reg.empty() && from->who == at->who && !is_doorbell(s, *from))
      stop.exits.push_back(register_text(*from));
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

// The switch that a packet goes through: that of the first NIC on its way.
std::string switch_of(const Snapshot& s, const Way& way) {
  for (const EventView* e : way.events)
    if (const NicView* nic = find_nic(s, e->vm, e->nic)) return nic->switch_name;
  return s.switches.empty() ? "" : s.switches[0].name;
}

void add_nodes(const Snapshot& s, const EventView* now, const Way& way, const std::string& selected_vm, PathView& v) {
  v.vswitch = switch_of(s, way);
  size_t ports = 0;
  for (const SwitchView& sw : s.switches)
    for (const WireView& w : s.wires)
      if (!v.has_wire && sw.name == v.vswitch && (w.switch_name == sw.name || w.name == sw.uplink)) {
        v.has_wire = true, v.wire = w.name, v.wire_kind = w.kind, ++ports;
        v.wire_state = w.frames_in + w.frames_out == 0 ? "idle" : "uplink";
      }
  for (const VmView& vm : s.vms) {
    PathView::Row row;
    row.state = guest_state(vm);
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
    for (const NicView& nic : vm.nics) ports += nic.switch_name == v.vswitch;
    v.rows.push_back(std::move(row));
  }
  v.ports = std::to_string(ports) + (ports == 1 ? " port" : " ports");
}

}  // namespace

uint32_t newest_packet(const Snapshot& s, const std::string& vm) {
  for (auto e = s.events.rbegin(); e != s.events.rend(); ++e)
    if (e->packet && e->vm == vm) return e->packet;
  return 0;
}

uint32_t packet_of(const Snapshot& s, const EventView& event) {
  if (event.packet) return event.packet;
  const Way way = way_of(s, current(s, event.number, 0), 0);
  for (auto e = way.events.rbegin(); e != way.events.rend(); ++e)
    if ((*e)->packet) return (*e)->packet;
  return 0;
}

Followed followed(const Snapshot& s, uint32_t packet) {
  bool known = false, gone = false;
  std::vector<std::string_view> places;  // where it was received or lost, each with its newest event seen already
  for (auto e = s.events.rbegin(); e != s.events.rend(); ++e) {
    // Its row is cleaned after it has left, and that is no part of its way.
    if (e->packet != packet || e->kind == EventKind::kDriverCleanRow) continue;
    known = true;
    if (e->stop == 0 && e->kind != EventKind::kDrop) continue;
    // The copies of a flooded frame have one number, and an end each. They were made by the newest look-up.
    if (e->stop < 6 && e->kind != EventKind::kDrop && !places.empty()) break;
    const std::string_view place = e->vm;
    if (std::find(places.begin(), places.end(), place) != places.end()) continue;
    places.push_back(place);
    const bool ended = e->kind == EventKind::kConsume || e->kind == EventKind::kWireOut || e->kind == EventKind::kDrop;
    if (!ended || e == s.events.rbegin()) return Followed::kHere;
    gone = true;
  }
  return gone ? Followed::kLeft : known ? Followed::kHere : Followed::kUnseen;
}

PathView path_of(const Snapshot& s, uint64_t chosen, const std::string& selected_vm, uint32_t packet) {
  PathView v;
  const EventView* now = current(s, chosen, packet);
  const Way way = way_of(s, now, chosen ? 0 : packet);
  add_nodes(s, now, way, selected_vm, v);
  v.left = packet && !chosen && followed(s, packet) == Followed::kLeft;
  int last_row = 0;
  const EventView* last = nullptr;
  for (size_t i = 0; i < way.events.size(); ++i) {
    const EventView* e = way.events[i];
    const int row = row_of(s, *e);
    if (row >= 0) last_row = row;
    if (!v.stops.empty() && v.stops.back().number == e->stop) {
      v.stops.back().cycles += e->cycles;
    } else {
      PathStop stop = stop_of(e->stop, place_of(*e, row), last_row, PathStop::State::kDone);
      stop.cycles = e->cycles;
      const bool was_guest = last && v.stops.back().place == Place::kVm;
      if (was_guest && stop.place != Place::kVm) ring_the_bell(stop, doorbell(s, last, e));
      if (last && !was_guest && stop.place == Place::kVm) add_exits_before(s, last, e, stop);
      v.stops.push_back(std::move(stop));
    }
    if (v.stops.back().place == Place::kVm)
      add_exits(s, e,
                i + 1 < way.events.size() ? way.events[i + 1]
                : chosen                  ? now + 1
                                          : &s.events.back() + 1,
                v.stops.back());
    last = e;
  }
  if (v.stops.empty() || v.left) return v;
  if (now->kind == EventKind::kDrop && now->packet) {  // here it ends: nothing is to come
    if (const int row = row_of(s, *now); row >= 0 && v.stops.back().place != Place::kNic)
      v.stops.push_back(stop_of(6, Place::kNic, row, PathStop::State::kHere));
    v.stops.back().state = PathStop::State::kHere, v.stops.back().label = now->what;
    return v;
  }
  v.stops.back().state = PathStop::State::kHere;
  const int here = v.stops.back().number;
  if (here == 5 || v.stops.back().place == Place::kWire) return v;  // the look-up decides where it goes on
  // What must come: from a guest up to the switch; from a receive ring to the guest's use of the frame.
  const EventView* rung = doorbell(s, last, now + 1);
  for (int n = here + 1; n <= (here < 5 ? 5 : 9); ++n) {
    const Place place = n == 5 ? Place::kSwitch : n <= 2 || n >= 8 ? Place::kVm : Place::kNic;
    v.stops.push_back(stop_of(n, place, last_row, PathStop::State::kToCome));
    if (n == 3) ring_the_bell(v.stops.back(), rung);
    if (n == 8 && here < 8 && !chosen) {  // its guest is awake already, and asks its NIC why
      std::vector<std::string>& exits = v.stops.back().exits;
      for (const EventView* e = last + 1; e < &s.events.back() + 1; ++e) {
        if (e->vm != s.vms[size_t(last_row)].name) continue;
        if (e->stop == 1 || e->stop == 2 || e->stop >= 8) exits.clear();  // that was another packet's
        if (e->exit && !e->reg.empty() && !is_doorbell(s, *e)) exits.push_back(register_text(*e));
      }
    }
  }
  return v;
}

std::string path_words(const Snapshot& s, uint64_t chosen, uint32_t packet) {
  const Way way = way_of(s, current(s, chosen, packet), chosen ? 0 : packet);
  if (way.events.empty())
    return packet && !chosen && followed(s, packet) == Followed::kHere
               ? "packet " + std::to_string(packet) + ", on the wire"
               : "";
  const int from = row_of(s, *way.events.front()), to = row_of(s, *way.events.back());
  std::string words = way.events.back()->packet ? "packet " + std::to_string(way.events.back()->packet) + ", " : "";
  words += from >= 0 ? "from " + s.vms[size_t(from)].name : "from the wire";
  if (to >= 0 && to != from) words += " to " + s.vms[size_t(to)].name;
  if (packet && !chosen && followed(s, packet) == Followed::kLeft) {
    const EventView& end = *way.events.back();
    return words + (end.kind == EventKind::kWireOut   ? ": left on the wire"
                    : end.kind == EventKind::kConsume ? ": used up by " + end.vm
                                                      : ": dropped");
  }
  return words + ": stop " + std::to_string(way.events.back()->stop) + " of 9" + (way.inferred ? ", inferred" : "");
}

}  // namespace ringside::desktop
