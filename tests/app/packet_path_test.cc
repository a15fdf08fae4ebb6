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
    s.events.push_back(e);
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
