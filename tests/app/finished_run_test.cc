// SPDX-License-Identifier: BSD-3-Clause
// A finite run that was over before the window looked had dashes for its totals, and a last moment that came within
// 50 ms of the one before was left out.
#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

constexpr char kMachine[] =
    "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=forward\n"
    "send to=web count=12345 size=60\n";

bool dashed(const Headless& h, const std::string& panel) {
  for (const desktop::Drawn& d : h.recording.drawn)
    for (int g = d.text == "\u2013" ? d.group : -1; g >= 0; g = h.recording.groups[size_t(g)].parent)
      if (h.recording.groups[size_t(g)].name == panel) return true;
  return false;
}

}  // namespace

TEST_CASE("a run that was over before the window looked keeps its totals on screen", "[history][real]") {
  auto engine = make_engine();
  load(*engine, std::string(kMachine) + "run mode=free until=idle\n");
  const auto s = engine->cut();
  REQUIRE(s->state == RunState::kIdle);
  for (const float width : {1024.f, 1400.f, 1920.f}) {
    Headless h({{}, width, width == 1024 ? 768.f : 1000.f, 100, "dark", "explore"}, engine.get());
    h.frames(3);
    CHECK(h.shows("12\u2009345"));
    CHECK_FALSE(dashed(h, "Throughput"));
    CHECK_FALSE(dashed(h, "Topology"));
    CHECK_FALSE(h.shows("No packet has been handled yet"));
    CHECK(h.desktop->history().total("sent") == s->balance.sent);
    check_picture(h);
  }
}

TEST_CASE("a run's last frames are counted, however soon it ended after the last look", "[history][real]") {
  auto engine = make_engine();
  load(*engine, std::string(kMachine) + "run mode=free for=5ms\n");
  Headless h({{}, 1920, 1080, 100, "dark", "explore"}, engine.get());
  h.frames(2);
  ask(*engine, "run until=idle");
  const auto s = engine->cut();
  for (int i = 0; i < 100 && h.desktop->client().snapshot().serial < s->serial; ++i) h.frame();
  h.frames(2);
  CHECK(h.desktop->history().total("delivered") == s->balance.delivered);
  CHECK(h.desktop->history().total("sent") == s->balance.sent);
}

// A short run's window is mostly the wait for its end: 1,000 frames were shown as 136 kpps, and the next runs' as well.
TEST_CASE("a run that was over in a moment is counted, and has no rate", "[history][real]") {
  auto engine = make_engine();
  load(*engine, std::string(kMachine) + "run mode=free until=idle\n");
  Headless h({{}, 1920, 1080, 100, "dark", "explore"}, engine.get());
  h.frames(3);
  uint64_t sent = 12345;
  for (const uint64_t more : {1000, 500, 100}) {
    ask(*engine, "send to=web count=" + std::to_string(more));
    ask(*engine, "run until=idle");
    sent += more;
    const auto s = engine->cut();
    for (int i = 0; i < 100 && h.desktop->client().snapshot().serial < s->serial; ++i) h.frame();
    h.frames(2);
    if (s->run_ns > 200'000'000) return;  // a machine this loaded runs long enough to have a rate
    CHECK_FALSE(h.desktop->history().rated());
    CHECK(h.desktop->history().amount("in") == double(sent));
    CHECK_FALSE(h.shows("pps"));
  }
}
