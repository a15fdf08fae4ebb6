// SPDX-License-Identifier: BSD-3-Clause
// A vCPU that slept before the events that are kept, and woke: its past was drawn as running once it ran.
#include "tests/app/headless.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::test;

namespace {

EventView event(uint64_t ns, const std::string& who, EventKind kind) {
  EventView e;
  e.ns = ns, e.who = who, e.kind = kind, e.what = "acts", e.cycles = 26;
  return e;
}

}  // namespace

TEST_CASE("until its wake-up a vCPU slept, also when its HLT is no longer kept", "[running]") {
  for (const bool woke : {false, true}) {
    FakeOptions options;
    options.stepped = true, options.running = false;
    options.adorn = [woke](Snapshot& s) {
      std::vector<EventView> events;
      for (auto& vm : s.vms)
        for (VcpuView& v : vm.vcpus) v.state = "running";
      events.push_back(event(1000, "wire w0", EventKind::kWireIn));
      for (const uint64_t ns : {1100, 1200, 1300}) events.push_back(event(ns, "vswitch s0", EventKind::kLookUp));
      if (woke) events.push_back(event(2800, "web/0", EventKind::kWake));
      events.push_back(event(2900, "web/0", EventKind::kDriverTakeRow));
      s.events = std::move(events);
    };
    Headless h({options, 1920, 1080, 100, "dark", "learn"});
    h.desktop->ui().bring_to_front("Running");
    h.frames(4);
    CHECK(h.shows("HLT") == woke);
  }
}
