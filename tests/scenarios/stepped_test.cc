// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

const char* kTwoVms =
    "switch add name=s0\n"
    "vm add name=a nic=e1000 switch=s0 workload=generate peer=b count=COUNT refill=1\n"
    "vm add name=b nic=e1000 switch=s0 workload=sink refill=1\n"
    "run mode=MODE seed=7\n";

std::string two_vms(const std::string& count, const std::string& mode) {
  std::string text = kTwoVms;
  text.replace(text.find("COUNT"), 5, count);
  text.replace(text.find("MODE"), 4, mode);
  return text;
}

const std::vector<int> kNineStops = {1, 2, 3, 4, 5, 6, 7, 8, 9};

}  // namespace

TEST_CASE("one packet between two VMs passes the nine stops in order", "[scenario]") {
  auto engine = make_engine();
  load(*engine, two_vms("1", "stepped"));
  Events events(*engine);
  ask(*engine, "run until=idle");
  INFO(events.text());
  CHECK(events.stops() == kNineStops);
  int exits = 0;
  for (const EventView& e : events.list) exits += e.exit;
  CHECK(exits == 2);  // TDT of the sender, RDT of the receiver
}

TEST_CASE("one packet from the wire passes its part of the stops in order", "[scenario]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink "
       "refill=1\nrun mode=stepped\n");
  Events events(*engine);
  ask(*engine, "send to=web count=1");
  ask(*engine, "run until=idle");
  INFO(events.text());
  CHECK(events.stops() == std::vector<int>{3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("two stepped runs with one seed are the same, event for event", "[scenario]") {
  std::string first;
  auto engine = make_engine();
  for (int run = 0; run < 2; run++) {
    load(*engine, two_vms("40", "stepped"));
    Events events(*engine);
    ask(*engine, "run until=idle");
    CHECK(events.list.size() > 400);
    if (run == 0)
      first = events.text();
    else
      CHECK(events.text() == first);
  }
}

TEST_CASE("free, stepped and paced running deliver the same frames", "[scenario][sanitize]") {
  auto engine = make_engine();
  for (const char* mode : {"free", "stepped", "paced pace=100000"}) {
    INFO(mode);
    load(*engine, two_vms("200", mode));
    ask(*engine, "run until=idle");
    auto s = engine->cut();
    CHECK(s->balance.holds());
    CHECK(probe(*s, "b.guest.received") == 200);
    CHECK(probe(*s, "b.guest.errors") == 0);
    CHECK(s->balance.dropped == 0);
    CHECK(s->leaked_packets == 0);
  }
}

TEST_CASE("in a stepped run the balance is exact after every single step", "[scenario][sanitize]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0 mode=learning\n"
       "vm add name=a nic=e1000 switch=s0 rx_ring=8 refill=1\nvm add name=b nic=e1000 switch=s0 rx_ring=8 refill=1 "
       "workload=sink\nrun mode=stepped\n");
  ask(*engine, "send to=a,b count=30");
  uint64_t in_flight_seen = 0;
  for (int step = 0; step < 400; step++) {
    Answer answer = engine->execute("step");
    auto s = engine->snapshot();
    INFO("step " << s->steps << " " << (s->events.empty() ? "" : s->events.back().what));
    REQUIRE(s->balance.exact);
    REQUIRE(s->balance.holds());
    in_flight_seen = std::max(in_flight_seen, s->balance.in_flight);
    if (!answer.ok()) break;
  }
  CHECK(in_flight_seen > 1);
}

TEST_CASE("a step goes until what was asked for", "[scenario]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 rx_ring=8 "
       "refill=1 driver=interrupt workload=sink\nrun mode=stepped\n");
  ask(*engine, "send to=web count=20");
  auto last = [&] { return engine->snapshot()->events.back(); };
  ask(*engine, "step until=arrival");
  CHECK(last().kind == EventKind::kDeviceWriteBack);
  ask(*engine, "step until=interrupt");
  CHECK(last().what == "raise interrupt");
  ask(*engine, "step until=exit");
  CHECK(last().exit);
  ask(*engine, "vm pause name=web");
  ask(*engine, "step until=drop");
  CHECK(last().what == "drop: no_descriptor");
  uint64_t before = engine->snapshot()->steps;
  ask(*engine, "step");
  CHECK(engine->snapshot()->steps == before + 1);
  ask(*engine, "step n=3");
  CHECK(engine->snapshot()->steps == before + 4);
  ask(*engine, "run until=idle");
  Answer none = engine->execute("step");
  CHECK_FALSE(none.ok());
}

TEST_CASE("a step of n goes n times until what was asked for", "[scenario]") {
  auto engine = test::make_engine(1);
  const auto steps_of = [&](const std::vector<std::string>& commands) {
    test::load(*engine,
               "wire add name=w0 kind=ring rate=1kpps\nswitch add name=s0 uplink=w0\n"
               "vm add name=web nic=e1000 switch=s0 workload=forward driver=interrupt\nsend to=web count=10\n");
    for (const std::string& command : commands) test::ask(*engine, command);
    return engine->cut()->steps;
  };
  for (const std::string what : {"until=arrival", "until=exit", "until=interrupt", "until=packet", "grain=burst",
                                 "grain=packet", "grain=access"}) {
    INFO(what);
    const std::string one = "step " + what, three = "step n=3 " + what;
    const uint64_t steps = steps_of({three});
    CHECK(steps == steps_of({one, one, one}));
    CHECK(steps > steps_of({one, one}));
  }
}

TEST_CASE("a free run goes over into steps and back, and nothing is lost", "[scenario][sanitize]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 "
       "exit_cost=100\nsend to=web rate=20kpps count=forever\nrun mode=free\n");
  uint64_t sent = 0;
  for (int round = 0; round < 3; round++) {
    run_until(
        *engine, [&](const Snapshot& s) { return s.balance.sent > sent; }, " mode=free");
    for (int i = 0; i < 20; i++) ask(*engine, "step");
    auto s = engine->cut();
    CHECK(s->mode == RunMode::kStepped);
    CHECK(s->balance.holds());
    sent = s->balance.sent;
  }
  run_until(
      *engine, [](const Snapshot& s) { return s.balance.sent > 1000; }, " mode=free");
}

namespace {

// The events up to the goal, one access at a time, and how many presses that took.
std::string stepped_to_goal(Engine& engine, const std::string& line, int& presses) {
  Events events(engine);
  ask(engine, line + " arm=yes");
  CHECK(engine.cut()->goal == line);
  for (presses = 0; presses < 500 && !engine.cut()->goal_reached; presses++) ask(engine, "step");
  return events.text();
}

}  // namespace

TEST_CASE("steps lead to an armed goal by the same events, and to the same end, as its own command", "[scenario]") {
  auto engine = make_engine();
  const std::string machine =
      "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink "
      "rx_ring=8 refill=1\nrun mode=stepped\n";
  for (const std::string line : {"step until=packet", "step until=exit", "step until=arrival", "run until=idle"}) {
    CAPTURE(line);
    load(*engine, machine);
    ask(*engine, "send to=web count=2");
    std::string whole;
    {
      Events events(*engine);
      ask(*engine, line);
      whole = events.text();
    }
    const double rdt = probe(*engine->cut(), "web.nic0.reg.RDT");
    load(*engine, machine);
    CHECK(engine->cut()->goal.empty());
    ask(*engine, "send to=web count=2");
    int presses = 0;
    CHECK(stepped_to_goal(*engine, line, presses) == whole);
    CHECK(presses > 4);
    CHECK(engine->cut()->goal_reached);
    CHECK(probe(*engine->cut(), "web.nic0.reg.RDT") == rdt);
  }
}

// Its clock stood where it had fallen asleep: it took frames before they had been written.
TEST_CASE("a guest that is woken goes on from now", "[scenario]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 rx_ring=8 "
       "refill=1 "
       "workload=sink\nrun mode=stepped\n");
  ask(*engine, "send to=web count=3");
  ask(*engine, "run until=idle");
  ask(*engine, "vm pause name=web");
  ask(*engine, "send to=web count=20");
  ask(*engine, "run until=idle");
  const uint64_t slept = engine->cut()->events.back().ns;
  ask(*engine, "vm resume name=web");
  ask(*engine, "run until=idle");
  uint64_t taken = 0;
  for (const auto newest = engine->cut(); const EventView& e : newest->events)
    if (e.kind == EventKind::kDriverTakeRow && (taken++ >= 3)) CHECK(e.ns >= slept);
  CHECK(taken == 10);
}

TEST_CASE("from the middle of the way, the goal's own command goes the rest of it", "[scenario]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink "
       "refill=1\nrun mode=stepped\n");
  ask(*engine, "send to=web count=2");
  ask(*engine, "step until=packet arm=yes");
  // Up to the driver's part of it.
  ask(*engine, "step");
  for (int i = 0; i < 100 && engine->cut()->events.back().kind != EventKind::kDriverTakeRow; i++) ask(*engine, "step");
  const uint64_t steps = engine->cut()->steps;
  ask(*engine, "step until=packet");
  const auto end = engine->cut();
  CHECK(end->goal_reached);
  CHECK(end->steps > steps);
  CHECK_FALSE(engine->execute("step arm=yes").ok());
  ask(*engine, "run mode=paced pace=5 seed=99 until=idle arm=yes");  // what else the line says holds, too
  CHECK(engine->cut()->mode == RunMode::kPaced);
  CHECK(engine->cut()->seed == 99);
  CHECK(engine->cut()->state == RunState::kPaused);
}
