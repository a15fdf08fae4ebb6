// SPDX-License-Identifier: BSD-3-Clause
// In a small window a packet's way had no room for what its stops cost, their names were cut, and the tags of several
// exits lay over "host" and "guest".
#include <algorithm>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/model/packet_path.h"
#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;
using desktop::Drawn;

namespace {

struct PathWindow {
  float width, height;
  int scale;
};

bool path_shows(const Headless& h, const desktop::Rect& topology, const std::string& text) {
  return std::any_of(h.recording.drawn.begin(), h.recording.drawn.end(), [&](const Drawn& d) {
    return d.kind == Drawn::Kind::kText && d.text == text && topology.contains({d.box.x, d.box.y});
  });
}

}  // namespace

TEST_CASE("each stop of a packet's way has its whole name and its cost, on every step and in a small window",
          "[picture][real]") {
  auto engine = make_engine();
  load(*engine,
       "switch add name=s0\n"
       "vm add name=web nic=e1000 switch=s0 rx_ring=64 tx_ring=64 driver=poll workload=generate peer=db count=2\n"
       "vm add name=db nic=e1000 switch=s0 rx_ring=64 tx_ring=64 driver=interrupt refill=1 workload=sink\n"
       "run mode=stepped seed=7\n");
  int steps = 0, costs = 0;
  while (engine->execute("step").ok() && steps < 70) {
    ++steps;
    for (const PathWindow& size :
         {PathWindow{1024, 768, 100}, PathWindow{1280, 720, 100}, PathWindow{1920, 1080, 200}}) {
      Headless h({{}, size.width, size.height, size.scale, "dark", "learn"}, engine.get());
      h.desktop->ui().reduced_motion = true;
      h.frames(3);
      desktop::Rect topology;
      for (const auto& g : h.recording.groups)
        if (g.panel && g.name == "Topology") topology = g.rect;
      CAPTURE(steps, size.width, size.scale);
      check_picture(h);
      if (topology.empty()) continue;
      for (const desktop::PathStop& stop : desktop::path_of(h.desktop->client().snapshot(), 0, "web").stops) {
        CAPTURE(stop.number, stop.label, stop.cycles);
        CHECK(path_shows(h, topology, stop.label));
        if (!stop.cycles) continue;
        ++costs;
        CHECK(path_shows(h, topology, desktop::count(stop.cycles)));
      }
    }
  }
  CHECK(steps > 30);
  CHECK(costs > 100);
}
