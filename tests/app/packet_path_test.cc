// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/packet_path.h"

#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::desktop;
using State = PathStop::State;

namespace {

struct Line {
  EventKind kind;
  const char *who, *vm, *ring;
  int row;
  uint8_t stop;
  const char* what = "";
};

// A packet from a to b as the stepper reports it, between the events of another.
Snapshot two_vms(size_t steps) {
  static const Line lines[] = {{EventKind::kBuildFrame, "a/0", "a", "", -1, 1},
                               {EventKind::kDriverWriteRow, "a/0", "a", "a.nic0.tx", 0, 2},
                               {EventKind::kRegisterWrite, "a/0", "a", "", -1, 0, "write TDT ← 1"},
                               {EventKind::kBuildFrame, "a/0", "a", "", -1, 1},
                               {EventKind::kDriverWriteRow, "a/0", "a", "a.nic0.tx", 1, 2},
                               {EventKind::kRegisterWrite, "a/0", "a", "", -1, 0, "write TDT ← 2"},
                               {EventKind::kInhale, "tx a.nic0", "", "", -1, 3},
                               {EventKind::kDeviceReadRow, "a.nic0", "a", "a.nic0.tx", 0, 4},
                               {EventKind::kDeviceReadBuffer, "a.nic0", "a", "a.nic0.tx", 0, 4},
                               {EventKind::kLookUp, "s0", "", "", -1, 5},
                               {EventKind::kDeviceReadRow, "b.nic0", "b", "b.nic0.rx", 7, 6},
                               {EventKind::kDeviceWriteBack, "b.nic0", "b", "b.nic0.rx", 7, 6},
                               {EventKind::kInterrupt, "b.nic0", "b", "b.nic0.rx", 7, 7},
                               {EventKind::kDriverTakeRow, "b/0", "b", "b.nic0.rx", 7, 8},
                               {EventKind::kConsume, "b/0", "b", "", -1, 9}};
  Snapshot s;
  s.mode = RunMode::kStepped;
  for (const char* name : {"a", "b"}) {
    VmView vm;
    vm.name = name;
    s.vms.push_back(vm);
  }
  for (size_t i = 0; i < steps && i < std::size(lines); ++i) {
    EventView e;
    e.number = i + 1, e.kind = lines[i].kind, e.who = lines[i].who, e.vm = lines[i].vm, e.ring = lines[i].ring,
    e.row = lines[i].row, e.stop = lines[i].stop, e.what = lines[i].what;
    e.exit = e.kind == EventKind::kRegisterWrite;
    if (e.exit) e.reg = "TDT";
    s.events.edit().push_back(e);
  }
  return s;
}

std::string numbers(const PathView& v) {
  std::string text;
  for (const PathStop& s : v.stops)
    text += std::to_string(s.number) + (s.state == State::kHere ? "!" : s.state == State::kToCome ? "?" : "");
  return text;
}

}  // namespace

TEST_CASE("a packet without a number is followed by ring and row", "[path]") {
  CHECK(numbers(path_of(two_vms(1), 0, "")) == "1!2?3?4?5?");
  CHECK(numbers(path_of(two_vms(2), 0, "")) == "12!3?4?5?");
  // the device fetches row 0: that is the first frame, though another was built since
  const PathView fetching = path_of(two_vms(8), 0, "");
  CHECK(numbers(fetching) == "1234!5?");
  CHECK(numbers(path_of(two_vms(10), 0, "")) == "12345!");
  CHECK(numbers(path_of(two_vms(12), 0, "")) == "123456!7?8?9?");
  CHECK(numbers(path_of(two_vms(15), 0, "")) == "123456789!");
  CHECK(path_words(two_vms(15), 0) == "from a to b: stop 9 of 9, inferred");
}

TEST_CASE("the doorbell is an exit on the way from the guest to the worker", "[path]") {
  const PathView v = path_of(two_vms(7), 0, "");
  REQUIRE(v.stops.size() >= 3);
  CHECK(v.stops[2].number == 3);
  CHECK(v.stops[2].exit);
  CHECK(v.stops[2].reg == "TDT 2");
}

TEST_CASE("stops stand in the nodes where they happen", "[path]") {
  const PathView v = path_of(two_vms(15), 0, "");
  REQUIRE(v.stops.size() == 9);
  CHECK(v.stops[0].place == PathStop::Place::kVm);
  CHECK(v.stops[0].row == 0);
  CHECK(v.stops[3].place == PathStop::Place::kNic);
  CHECK(v.stops[4].place == PathStop::Place::kSwitch);
  CHECK(v.stops[5].place == PathStop::Place::kNic);
  CHECK(v.stops[5].row == 1);
  CHECK(v.stops[8].place == PathStop::Place::kVm);
}

namespace {

EventView access(uint64_t number, EventKind kind, const char* who, const char* vm, uint8_t stop, uint32_t packet,
                 const char* reg = "", const char* what = "") {
  EventView e;
  e.number = number, e.kind = kind, e.who = who, e.vm = vm, e.nic = "nic0", e.stop = stop, e.packet = packet;
  e.reg = reg, e.what = what, e.exit = *reg;
  return e;
}

// "a" gets packet 5 by an interrupt, gives buffers back and sends it on; packet 6 waits behind it.
Snapshot forwarding() {
  Snapshot s;
  s.mode = RunMode::kStepped;
  VmView vm;
  vm.name = "a";
  vm.nics.emplace_back().name = "nic0";
  s.vms.push_back(vm);
  for (const bool receive : {true, false}) {
    RingView r;
    r.vm = "a", r.nic = "nic0", r.receive = receive, r.name = receive ? "a.nic0.rx" : "a.nic0.tx";
    r.pointers = {{receive ? "RDT" : "TDT", 0, true, false}};
    s.rings.push_back(r);
  }
  s.events = {access(1, EventKind::kDeviceWriteBack, "a.nic0", "a", 6, 5),
              access(2, EventKind::kInterrupt, "a.nic0", "a", 7, 5),
              access(3, EventKind::kWake, "a/0", "a", 0, 0),
              access(4, EventKind::kRegisterRead, "a/0", "a", 0, 0, "ICR", "read ICR"),
              access(5, EventKind::kDriverTakeRow, "a/0", "a", 8, 5),
              access(6, EventKind::kRegisterWrite, "a/0", "a", 0, 0, "RDT", "write RDT ← 12"),
              access(7, EventKind::kDriverWriteRow, "a/0", "a", 2, 5),
              access(8, EventKind::kDriverTakeRow, "a/0", "a", 8, 6),
              access(9, EventKind::kRegisterWrite, "a/0", "a", 0, 0, "RDT", "write RDT ← 13"),
              access(10, EventKind::kRegisterWrite, "a/0", "a", 0, 0, "TDT", "write TDT ← 7"),
              access(11, EventKind::kInhale, "tx a.nic0", "", 3, 0),
              access(12, EventKind::kDeviceReadRow, "a.nic0", "a", 4, 5),
              access(13, EventKind::kWireOut, "w0", "", 6, 5)};
  return s;
}

}  // namespace

TEST_CASE("every register for which the guest stopped at a packet is marked on its way", "[path]") {
  const Snapshot s = forwarding();
  const PathView v = path_of(s, 0, "", 5);
  std::string text;
  for (const PathStop& stop : v.stops) {
    text += std::to_string(stop.number) + (stop.exit ? "[" + stop.reg + "]" : "");
    for (const std::string& reg : stop.exits) text += "(" + reg + ")";
    text += " ";
  }
  CHECK(text == "6 7 8(ICR)(RDT 12) 2 3[TDT 7] 4 6 ");  // RDT 13 is packet 6's, and rings no bell for packet 5
}

TEST_CASE("a doorbell's exit is seen as soon as it happened, and so is the one of a refill", "[path]") {
  Snapshot s = forwarding();
  s.events.edit().resize(4);
  const PathView woken = path_of(s, 0, "");
  CHECK(woken.stops[2].state == State::kToCome);
  CHECK(woken.stops[2].exits == std::vector<std::string>{"ICR"});
  s = forwarding();
  s.events.edit().resize(6);
  CHECK(path_of(s, 0, "").stops[2].exits == std::vector<std::string>{"ICR", "RDT 12"});
}

TEST_CASE("a followed packet is here, has left, or is not known any more", "[path]") {
  Snapshot s = forwarding();
  CHECK(followed(s, 5) == Followed::kHere);  // that it leaves is the newest event
  CHECK(path_of(s, 0, "", 5).stops.back().state == State::kHere);
  CHECK(path_words(s, 0, 5).find("stop 6 of 9") != std::string::npos);
  s.events.edit().push_back(access(14, EventKind::kDriverWriteRow, "a/0", "a", 2, 6));
  CHECK(followed(s, 5) == Followed::kLeft);
  const PathView v = path_of(s, 0, "", 5);
  CHECK(v.left);
  for (const PathStop& stop : v.stops) CHECK(stop.state == State::kDone);
  CHECK(path_words(s, 0, 5).ends_with("left on the wire"));
  CHECK(followed(s, 6) == Followed::kHere);
  s.events.edit().push_back(access(15, EventKind::kDriverCleanRow, "a/0", "a", 0, 5));
  CHECK(followed(s, 5) == Followed::kLeft);
  s.events.edit().erase(s.events.edit().begin(), s.events.edit().end() - 1);
  CHECK(followed(s, 5) == Followed::kUnseen);
}

TEST_CASE("a followed packet that has come to no stop yet is not taken for the one before", "[path]") {
  Snapshot s = forwarding();
  s.events.edit().push_back(access(14, EventKind::kWireIn, "w0", "", 0, 7));
  CHECK(followed(s, 7) == Followed::kHere);
  CHECK(path_of(s, 0, "", 7).stops.empty());
  CHECK(path_words(s, 0, 7) == "packet 7, on the wire");
}

// A burst's interrupt came behind the drop, and the frame was drawn as still on its way to the guest.
TEST_CASE("a frame that was lost ends where it was lost", "[path]") {
  Snapshot s = two_vms(13);
  std::vector<EventView> events(s.events.begin(), s.events.end());
  events.resize(10);  // up to the look-up
  for (EventView& e : events) e.packet = e.kind == EventKind::kLookUp ? 4 : 0;
  EventView drop = events.back();
  drop.number++, drop.who = "b.nic0", drop.vm = "b", drop.nic = "nic0", drop.kind = EventKind::kDrop, drop.stop = 0;
  drop.what = "drop: no_descriptor", drop.packet = 4;
  EventView interrupt = drop;
  interrupt.number++, interrupt.kind = EventKind::kInterrupt, interrupt.stop = 7, interrupt.packet = 0;
  events.push_back(drop), events.push_back(interrupt);
  s.events = events;
  const PathView v = path_of(s, 0, "");
  REQUIRE_FALSE(v.stops.empty());
  CHECK(v.stops.back().label == "drop: no_descriptor");
  CHECK(v.stops.back().state == State::kHere);
  for (const PathStop& stop : v.stops) CHECK(stop.state != State::kToCome);
}

TEST_CASE("a VM's name that ends like another's is not taken for it", "[path]") {
  Snapshot s = two_vms(7);
  s.vms[0].name = "data", s.vms[1].name = "a";
  s.events.edit().back().who = "tx data.nic0";
  for (EventView& e : s.events.edit())
    if (e.vm == "a") e.vm = "data", e.who = "data/0";
  std::swap(s.vms[0], s.vms[1]);
  CHECK(path_words(s, 0).find("from data: stop 3") == 0);
}

TEST_CASE("a flooded packet has not left while one of its copies is still with somebody", "[path]") {
  Snapshot s = two_vms(7);
  s.events = {access(1, EventKind::kLookUp, "s0", "", 5, 7),
              access(2, EventKind::kDeviceWriteBack, "b.nic0", "b", 6, 7),
              access(3, EventKind::kDrop, "a.nic0", "a", 0, 7), access(4, EventKind::kRegisterRead, "b/0", "b", 0, 0)};
  CHECK(followed(s, 7) == Followed::kHere);
  s.events.edit().push_back(access(5, EventKind::kConsume, "b/0", "b", 9, 7));
  s.events.edit().push_back(access(6, EventKind::kHalt, "b/0", "b", 0, 0));
  CHECK(followed(s, 7) == Followed::kLeft);
}
