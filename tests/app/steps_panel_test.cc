// SPDX-License-Identifier: BSD-3-Clause
// Who had scrolled back in Steps saw other lines with each step, and nothing said that new ones had come.
#include <imgui.h>

#include "tests/app/headless.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

std::string first_step(const Headless& h) {
  std::string first;
  float top = 1e9f;
  for (const auto& t : h.recording.targets)
    if (t.name.starts_with("Steps/step ") && t.rect.y < top) top = t.rect.y, first = t.name;
  return first;
}

const desktop::Rect* steps_target(const Headless& h, const std::string& name) {
  for (const auto& t : h.recording.targets)
    if (t.name == name) return &t.rect;
  return nullptr;
}

}  // namespace

TEST_CASE("Steps that was scrolled back stays, and says how many steps have come since", "[steps]") {
  auto engine = make_engine();
  load(
      *engine,
      "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=forward\n"
      "send to=web count=200 size=60\nrun mode=stepped\n");
  ask(*engine, "step n=60");
  Headless h({{}, 1280, 720, 100, "dark", "learn"}, engine.get());
  h.desktop->ui().bring_to_front("Steps");
  h.frames(4);
  CHECK_FALSE(steps_target(h, "Steps/newer"));
  const desktop::Rect* newest = steps_target(h, "Steps/newest");
  REQUIRE(newest);
  h.move_mouse(newest->mid_x(), newest->mid_y());
  h.frame();
  ImGui::GetIO().MouseWheel = 4;
  h.frames(2);
  const std::string before = first_step(h);
  REQUIRE(steps_target(h, "Steps/newer"));
  CHECK(h.shows("12 newer steps"));
  ask(*engine, "step n=9");
  h.frames(4);
  CHECK(first_step(h) == before);
  CHECK(h.shows("21 newer steps"));
  const desktop::Rect button = *steps_target(h, "Steps/newer");
  h.click(button.mid_x(), button.mid_y());
  h.frames(2);
  CHECK(steps_target(h, "Steps/newest"));
  CHECK_FALSE(steps_target(h, "Steps/newer"));
}
