// SPDX-License-Identifier: BSD-3-Clause
// Visual language, section 16, on what is drawn of the real engine's snapshots: running, paused on a step, empty, all
// tabs, sizes, themes.
#include <imgui.h>

#include <thread>

#include "app/desktop/model/packet_path.h"
#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/patience.h"

using namespace ringside;
using namespace ringside::test;

namespace {

struct Screen {
  float width, height;
  int scale;
};

constexpr Screen kSizes[] = {{1280, 720, 100},  {1920, 1080, 100}, {2560, 1440, 200},
                             {3840, 2160, 200}, {1920, 1080, 150}, {2560, 1440, 100}};

// Every layout, tab, size of ring and theme of one state of the machine.
void check_everything(Engine& engine, const std::string& what, int frames, bool several_sizes) {
  for (const std::string theme : {"dark", "light"})
    for (const Screen& size : kSizes) {
      if (!several_sizes && size.width != 1280 && size.width != 1920) continue;
      for (const auto layout : {"learn", "explore"}) {
        Headless h({{}, size.width, size.height, size.scale, theme, layout}, &engine);
        for (int i = 0; i < frames; ++i) h.frame(0.02), std::this_thread::sleep_for(std::chrono::milliseconds(5));
        CAPTURE(what, theme, size.width, size.height, size.scale, layout);
        test::check_picture(h);
        for (const char* tab : {"Rings", "Steps", "Registers", "Cycles per packet", "Running"}) {
          h.desktop->ui().bring_to_front(tab);
          h.desktop->ui().extended = std::string(tab) == "Running";
          h.frame(), h.frame();
          CAPTURE(tab);
          test::check_picture(h);
        }
      }
    }
}

}  // namespace

TEST_CASE("the default scenario keeps the visual language: running, paused, stepped", "[picture][real]") {
  auto engine = make_engine();
  load_file(*engine, "assets/scenarios/first.scn");
  ask(*engine, "run for=300ms");
  ask(*engine, "resume");
  check_everything(*engine, "running", 12, false);
  ask(*engine, "pause");
  check_everything(*engine, "paused", 6, false);
  ask(*engine, "step n=40");
  check_everything(*engine, "on step 40", 6, true);
}

TEST_CASE("other machines keep the visual language on each kind of step", "[picture][real]") {
  auto engine = make_engine();
  for (const char* lines : {"switch add name=s0\nvm add name=a nic=e1000 switch=s0 workload=generate peer=b "
                            "count=2\nvm add name=b nic=e1000 switch=s0 driver=interrupt workload=sink\n"
                            "run mode=stepped seed=7\n",
                            "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 "
                            "switch=s0 rx_ring=16 refill=1 poll_every=35us workload=sink\n"
                            "send to=web rate=1Mpps count=100 size=60\nrun mode=stepped seed=1\n"}) {
    load(*engine, lines);
    for (const char* command : {"step", "step n=3", "step until=exit", "step until=arrival", "step until=packet",
                                "step until=drop", "step n=60"}) {
      engine->execute(command);  // one of these machines has nothing to drop
      Headless h({{}, 1920, 1080, 100, "dark", "learn"}, engine.get());
      h.frame(), h.frame(), h.frame();
      CAPTURE(lines, command);
      test::check_picture(h);
      h.desktop->ui().layout = "explore";
      h.frame(), h.frame();
      test::check_picture(h);
    }
  }
}

TEST_CASE("a packet's way there and back keeps the visual language on every step, in a small window",
          "[picture][real]") {
  auto engine = make_engine();
  load_file(*engine, "assets/scenarios/first.scn");
  ask(*engine, "run for=20ms");
  Headless h({{}, 1280, 720, 100, "dark", "learn"}, engine.get());
  h.desktop->ui().reduced_motion = true;  // what eases in passes over words for a moment
  int outward = 0;
  for (int step = 0; step < 240; step++) {
    ask(*engine, "step");
    const auto cut = engine->cut();
    const Snapshot& s = *cut;
    if (s.events.back().kind == EventKind::kWireOut) {
      outward++;
      CHECK(s.events.back().vm.empty());  // though the VM's transmit context did it
      const auto way = desktop::path_of(s, 0, "web");
      CHECK(way.stops.back().place == desktop::PathStop::Place::kWire);
      CHECK(way.stops.back().state == desktop::PathStop::State::kHere);
    }
    h.frame(), h.frame();
    std::string stops;
    for (const auto& p : desktop::path_of(s, 0, "web").stops) stops += std::to_string(p.number) + " " + p.label + "; ";
    CAPTURE(step, stops);
    test::check_picture(h);
  }
  CHECK(outward > 0);
}

TEST_CASE("real packets' ways keep the visual language at class S and among 32 VMs", "[picture][real]") {
  auto engine = make_engine();
  std::string lines = "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n", to;
  for (int i = 0; i < 32; ++i) {
    const std::string name = "vm" + std::to_string(i);
    lines += "vm add name=" + name + " nic=" + (i % 3 ? "e1000" : "vmxnet3") +
             " switch=s0 driver=" + (i % 2 ? "interrupt" : "poll") + " refill=1 workload=forward\n";
    to += (to.empty() ? "" : ",") + name;
  }
  load(*engine, lines + "send to=" + to + " rate=1Mpps count=3200 size=60\nrun mode=stepped seed=3\n");
  ask(*engine, "step n=300");
  const Screen sizes[] = {{1024, 768, 100}, {1280, 720, 100}, {1920, 1080, 200}};
  for (const Screen& size : sizes) {
    Headless h({{}, size.width, size.height, size.scale, "dark", "learn"}, engine.get());
    h.desktop->ui().reduced_motion = true;
    int exits = 0;
    for (int step = 0; step < 60; ++step) {
      ask(*engine, "step");
      h.frames(2);
      CAPTURE(size.width, size.scale, step);
      test::check_picture(h);
      for (const auto& stop : desktop::path_of(h.desktop->client().snapshot(), 0, "").stops) {
        exits += int(stop.exits.size());
        if (!stop.exits.empty())  // the last register stands at the border, and how many there were before it
          CHECK(h.shows(stop.exits.back().substr(0, stop.exits.back().find(' '))));
      }
    }
    CHECK(exits > 0);
    h.desktop->ui().layout = "explore";
    h.frames(2);
    test::check_picture(h);
  }
}

TEST_CASE("two frames of a real paused machine are identical, and its balance sums", "[picture][real]") {
  auto engine = make_engine();
  load_file(*engine, "assets/scenarios/first.scn");
  ask(*engine, "run for=100ms");
  ask(*engine, "pause");
  for (const char* command : {"pause", "step n=5"}) {
    ask(*engine, command);
    for (const auto layout : {"learn", "explore"}) {
      Headless h({{}, 1920, 1080, 100, "dark", layout}, engine.get());
      // The picture of the pause may still be on its way; once it is there, none differs from the one before.
      h.frame();
      auto before = h.vertices();
      int same = 0;
      CAPTURE(command, layout);
      CHECK(eventually([&] {
        h.frame();
        same = h.vertices() == before ? same + 1 : 0;
        before = h.vertices();
        return same == 50;
      }));
      const Balance b = h.desktop->client().snapshot().balance;
      CHECK(b.exact);
      CHECK(b.sent + b.copied == b.delivered + b.dropped + b.in_flight);
      CHECK(h.shows("in flight " + std::to_string(b.in_flight)));
    }
  }
}
