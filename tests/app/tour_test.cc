// SPDX-License-Identifier: BSD-3-Clause
// The tour's cards lay on what they spoke of, its sixth step spoke of a panel that a small window did not show, and by
// keyboard alone a step of no packet was taken for a packet that is followed.
#include <algorithm>
#include <thread>

#include "app/desktop/model/words.h"
#include "tests/app/button_checks.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;
using desktop::Key;

namespace {

// Two VMs and one packet between them, a step at a time.
std::unique_ptr<Engine> one_packet() {
  auto engine = make_engine();
  load(*engine,
       "switch add name=s0\n"
       "vm add name=a nic=e1000 switch=s0 driver=poll doorbell=packet workload=generate peer=b count=1 size=60\n"
       "vm add name=b nic=e1000 switch=s0 driver=interrupt workload=sink\nrun mode=stepped seed=7\n");
  return engine;
}

struct TourWindow {
  float width, height;
  int scale;
};

bool has_panel(const Headless& h, const std::string& panel) {
  return std::any_of(h.recording.groups.begin(), h.recording.groups.end(),
                     [&](const desktop::Recording::Group& g) { return g.panel && g.name == panel; });
}

}  // namespace

TEST_CASE("a card of the tour lies beside what it speaks of, and that is in the picture", "[tour]") {
  auto engine = one_packet();
  ask(*engine, "step n=11");
  const auto words = desktop::Words::load();
  for (const TourWindow& size : {TourWindow{1024, 768, 100}, TourWindow{1280, 720, 100}, TourWindow{1920, 1080, 100},
                                 TourWindow{1920, 1080, 200}, TourWindow{2560, 1440, 200}, TourWindow{2560, 1440, 100}})
    for (int step = 2; step <= int(words.tour().size()); ++step) {
      Headless h({{}, size.width, size.height, size.scale}, engine.get());
      for (int i = 0; i < 3; ++i) h.frame(0.02);
      h.desktop->ui().tour.step = step;
      h.frames(3);
      CAPTURE(size.width, size.height, size.scale, step);
      REQUIRE(h.desktop->ui().tour.step == step);
      const std::vector<std::string>& panels = words.tour()[size_t(step) - 1].speaks_of;
      REQUIRE_FALSE(panels.empty());
      CHECK(has_panel(h, panels.front()));
      if (step == 6)
        for (const std::string& panel : panels) CHECK(has_panel(h, panel));
      for (const auto& wrong :
           {cards_on_their_subject(h.recording, words.tour()[size_t(step) - 1]), buttons_covered(h.recording)}) {
        for (const std::string& line : wrong) UNSCOPED_INFO(line);
        CHECK(wrong.empty());
      }
    }
}

TEST_CASE("a card of the tour stays where it is while steps are made", "[tour]") {
  auto engine = one_packet();
  Headless h({{}, 1024, 768}, engine.get());
  for (int i = 0; i < 3; ++i) h.frame(0.02);
  h.desktop->ui().tour.step = 5;
  const auto card = [&] {
    for (const auto& g : h.recording.groups)
      if (g.name == "tour") return g.rect;
    return desktop::Rect{};
  };
  ask(*engine, "step n=3");
  h.frames(4);
  const desktop::Rect before = card();
  REQUIRE_FALSE(before.empty());
  for (int i = 0; i < 6; ++i) {
    ask(*engine, "step n=1");
    h.frames(3);
    CHECK(card() == before);
  }
}

TEST_CASE("by keyboard alone a packet is followed, also from a step that belongs to none", "[tour]") {
  auto engine = one_packet();
  ask(*engine, "step n=5");  // step 4 is a breath: it serves many packets
  Headless h({{}, 1280, 720}, engine.get());
  for (int i = 0; i < 3; ++i) h.frame(0.02);
  h.desktop->ui().tour.step = 5;
  h.frames(3);
  h.desktop->ui().focus = "Steps";
  h.press(Key::kUp);
  h.frames(3);
  const Snapshot& s = h.desktop->client().snapshot();
  REQUIRE(s.events[3].packet == 0);
  CHECK(h.desktop->ui().event == s.events[3].number);
  CHECK(h.desktop->ui().packet == s.events[4].packet);
  CHECK(h.desktop->ui().tour.step == 6);
  CHECK(h.desktop->ui().layout == "explore");
  CHECK(h.shows("fetch and copy"));  // its way is drawn there, too
}
