// SPDX-License-Identifier: BSD-3-Clause
// Topology by mouse and keyboard: every VM of a large machine can be reached, and a followed packet is never stale.
#include <imgui.h>

#include <set>

#include "app/desktop/model/packet_path.h"
#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/patience.h"

using namespace ringside;
using namespace ringside::test;
using desktop::Key;

namespace {

const desktop::Rect* target(const Headless& h, const std::string& name) {
  for (const auto& t : h.recording.targets)
    if (t.name == name) return &t.rect;
  return nullptr;
}

bool stands(const Headless& h, const std::string& vm) { return target(h, "Topology/vm " + vm); }

void wheel(Headless& h, float by) {
  ImGui::GetIO().MouseWheel = by;
  h.frame();
  ImGui::GetIO().MouseWheel = 0;
  h.frame();
}

std::string explained(const Headless& h) {
  for (const desktop::Drawn& d : h.recording.drawn)
    if (d.text.starts_with("packet ")) return d.text;
  return "";
}

}  // namespace

TEST_CASE("each of 32 VMs can be reached by wheel, by click and by keys", "[topology]") {
  const bool stepped = GENERATE(false, true);
  Headless h({{.vms = 32, .stepped = stepped}, 1280, 720, 100, "dark", stepped ? "learn" : "explore"});
  h.frames(4, 0.1);
  REQUIRE(stands(h, "web"));
  REQUIRE_FALSE(stands(h, "vm31"));
  CAPTURE(stepped);
  SECTION("wheel") {
    const desktop::Rect at = *target(h, "Topology/vm web");
    h.move_mouse(at.mid_x(), at.mid_y());
    std::set<std::string> seen;
    for (int i = 0; i < 40; ++i) {
      for (const VmView& vm : h.desktop->client().snapshot().vms)
        if (stands(h, vm.name)) seen.insert(vm.name);
      wheel(h, -0.4f);
    }
    CHECK(seen.size() == 32);
    CHECK(stands(h, "vm31"));
    CHECK_FALSE(target(h, "Topology/rows below"));
    wheel(h, 40);
    CHECK(target(h, "Topology/rows below"));
    CHECK_FALSE(target(h, "Topology/rows above"));
  }
  SECTION("click on how many more there are, and back") {
    for (int i = 0; i < 32 && !stands(h, "vm31"); ++i) {
      const desktop::Rect* more = target(h, "Topology/rows below");
      REQUIRE(more);
      h.click(more->mid_x(), more->mid_y());
    }
    CHECK(stands(h, "vm31"));
    CHECK(h.desktop->ui().vm == "web");  // to look is not to choose
    for (int i = 0; i < 32; ++i)
      if (const desktop::Rect* above = target(h, "Topology/rows above")) h.click(above->mid_x(), above->mid_y());
    CHECK_FALSE(target(h, "Topology/rows above"));
  }
  SECTION("keys") {
    h.desktop->ui().focus = "Topology";
    for (int i = 0; i < 31; ++i) {
      h.press(Key::kDown);
      h.frames(2);
      CHECK(guests_out_of_the_picture(h.recording, h.desktop->client().snapshot(), h.desktop->ui().vm) ==
            std::vector<std::string>{});
    }
    CHECK(h.desktop->ui().vm == "vm31");
    h.press(Key::kHome);
    h.frames(2);
    CHECK(h.desktop->ui().vm == "web");
    h.press(Key::kPageDown);
    h.frames(2);
    CHECK(h.shows("above"));
  }
}

TEST_CASE("a followed packet is never stale", "[topology]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 "
       "workload=forward\nsend to=web rate=1Mpps count=400 size=60\nrun mode=stepped seed=1\n");
  ask(*engine, "step n=60");
  {  // where a way is always shown, the newest packet's comes next
    Headless h({{}, 1920, 1080, 100, "dark", "learn"}, engine.get());
    h.desktop->ui().packet = engine->cut()->events.back().packet;
    for (int i = 0; i < 200 && h.desktop->ui().packet; ++i) {
      ask(*engine, "step");
      h.frames(3);
      const Snapshot& s = h.desktop->client().snapshot();
      if (h.desktop->ui().packet) CHECK(desktop::followed(s, h.desktop->ui().packet) != desktop::Followed::kUnseen);
    }
    CHECK(h.desktop->ui().packet == 0);
    CHECK(explained(h).find("stop ") != std::string::npos);
    h.desktop->ui().packet = 4000;
    h.frames(2);
    CHECK(h.desktop->ui().packet == 0);
  }
  {  // elsewhere words say so
    Headless h({{}, 1920, 1080, 100, "dark", "explore"}, engine.get());
    h.frames(3);
    const uint32_t packet = engine->cut()->events.back().packet;
    REQUIRE(packet);
    REQUIRE(engine->cut()->events.back().kind == EventKind::kWireIn);
    h.desktop->ui().packet = packet;
    h.frames(2);
    CHECK(eventually([&] {
      h.frame();
      return explained(h) == "packet " + std::to_string(packet) + ", on the wire";
    }));
    ask(*engine, "step n=700");
    CHECK(eventually([&] {
      h.frame();
      return explained(h).starts_with("packet " + std::to_string(packet) + " has left");
    }));
    CHECK(stands(h, "web"));
    check_picture(h);
  }
}

TEST_CASE("a wire says what it sends now, and that it is silent when it is", "[topology]") {
  auto engine = make_engine();
  for (const float width : {1280.f, 1920.f}) {  // with the wire in the NIC's box, and apart
    load(*engine,
         "wire add name=w0 kind=ring rate=2Mpps size=1500\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 "
         "switch=s0\nrun mode=stepped seed=1\n");
    Headless h({{}, width, width == 1280 ? 900.f : 1080.f, 100, "dark", "explore"}, engine.get());
    const auto says = [&](std::initializer_list<const char*> words) {
      return eventually([&] {
        h.frame();
        return std::all_of(words.begin(), words.end(), [&](const char* w) { return h.shows(w); });
      });
    };
    CHECK(says({"generator", "silent"}));  // told nothing yet: the wire's own size is what the next line would take
    CHECK_FALSE(h.shows("1\u2009500\u2009B"));
    ask(*engine, "send to=web rate=1Mpps count=3 size=1024 flows=2");
    CHECK(says({"1.00\u2009Mpps", "1\u2009024\u2009B"}));
    check_picture(h);
    ask(*engine, "send to=web count=forever size=imix");
    CHECK(says({"2.00\u2009Mpps", "IMIX"}));  // the wire's own rate
    ask(*engine, "wire stop name=w0");
    CHECK(says({"silent"}));
    ask(*engine, "send to=web count=1 rate=0");
    CHECK(says({"full rate"}));
    ask(*engine, "run until=idle");
    CHECK(says({"silent"}));
  }
}

TEST_CASE("a line whose rate has fallen is narrow, and the legend says what the widest means", "[topology]") {
  // 1 Mpps for three seconds, then a hundredth of it
  const auto fall = [](Snapshot& s) {
    const double t = double(s.run_ns) * 1e-9, frames = 1e6 * std::min(t, 3.0) + 1e4 * std::max(0.0, t - 3);
    for (VmView& vm : s.vms)
      vm.nics[0].rx.frames = vm.nics[0].tx.frames = vm.guest_received = vm.guest_sent = uint64_t(frames);
    for (WireView& w : s.wires) w.frames_in = w.frames_out = uint64_t(frames);
    s.balance.sent = s.balance.delivered = uint64_t(2 * frames);
  };
  Headless h({{.vms = 1, .adorn = fall}, 1920, 1080, 100, "dark", "explore"});
  h.desktop->ui().reduced_motion = GENERATE(false, true);  // then nothing moves, and the scale changes all the same
  const auto widest = [&] {
    float most = 0;
    for (const desktop::Drawn& d : h.recording.drawn)
      if (d.kind == desktop::Drawn::Kind::kStroke && d.points.size() == 2 && d.box.w > 24 &&
          (d.paint.token == desktop::Token::kFlow || d.paint.token == desktop::Token::kFlowHi))
        most = std::max(most, d.width);
    return most;
  };
  h.frames(25, 0.1);
  CHECK(widest() > 8);
  h.frames(60, 0.1);
  CHECK(widest() < 3);
  CHECK(h.shows("widest "));
}

TEST_CASE("a short name is never cut: the figure beside it gives it its place", "[topology]") {
  const auto size = GENERATE(1024.f, 960.f, 860.f);
  for (int vms : {2, 8, 16}) {
    Headless h({{.vms = vms}, size, size == 1024 ? 768.f : 540.f, 100, "dark", "explore"});
    h.frames(12, 0.1);
    CAPTURE(size, vms);
    check_picture(h);
  }
}
