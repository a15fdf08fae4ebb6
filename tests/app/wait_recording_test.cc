// SPDX-License-Identifier: BSD-3-Clause
// Lanes forgot that a vCPU had waited once 512 other events had come: a snapshot holds the latest alone.
#include "app/desktop/model/wait_recording.h"

#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::desktop;

namespace {

EventView wait_event(uint64_t number, const std::string& who, EventKind kind) {
  EventView e;
  e.number = number, e.ns = number * 100, e.who = who, e.kind = kind;
  return e;
}

// Events `from` to `to`: web/0 halts at the 10th and is woken at the 20th; the rest is the switch's.
Snapshot wait_events(uint64_t from, uint64_t to) {
  Snapshot s;
  s.mode = RunMode::kStepped;
  for (uint64_t n = from; n <= to; ++n)
    s.events.edit().push_back(n == 10   ? wait_event(n, "web/0", EventKind::kHalt)
                              : n == 20 ? wait_event(n, "web/0", EventKind::kWake)
                                        : wait_event(n, "s0", EventKind::kLookUp));
  return s;
}

}  // namespace

TEST_CASE("a wait stays in the recording when its events have left the snapshot", "[timeline]") {
  WaitRecording recording;
  recording.add(wait_events(1, 15));
  CHECK(recording.of("web/0").halted == Approx(1e-6));
  recording.add(wait_events(1, 30));
  CHECK(recording.of("web/0").halted < 0);
  for (uint64_t n = 40; n < 2000; n += 10) recording.add(wait_events(n > 511 ? n - 511 : 1, n));
  REQUIRE(recording.of("web/0").waits.size() == 1);
  CHECK(recording.of("web/0").waits[0].first == Approx(1e-6));
  CHECK(recording.of("web/0").waits[0].second == Approx(2e-6));
  CHECK(recording.of("web/0").interrupts.size() == 1);
  CHECK(recording.of("web/0").unknown.empty());
  recording.add(wait_events(3000, 3511));  // more than a snapshot holds went by unseen: that is said
  REQUIRE(recording.of("web/0").unknown.size() == 1);
  CHECK(recording.of("web/0").unknown[0].second == Approx(3000e-7));
  recording.add(wait_events(1, 5));  // another machine
  CHECK(recording.of("web/0").waits.empty());
}
