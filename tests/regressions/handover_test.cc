// SPDX-License-Identifier: BSD-3-Clause
// While a scenario is loaded again, the machine before it stands aside with all that it has. It kept its tap, so that
// `reset` of a scenario with a tap was refused; it kept its socket, and received there what the new machine sent. What
// exists only once goes over to the new machine, and comes back when the load fails.
#include "engine/base/fault_injection.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/own_network.h"
#include "tests/support/whole_state.h"

using namespace ringside;
using namespace ringside::test;

namespace {

constexpr uint8_t kVm = 0x77;  // 02:00:00:00:00:77

std::string machine_at(const std::string& kind) {
  return "wire add name=w0 kind=" + kind +
         "\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 mac=02:00:00:00:00:77\n";
}

// Frames go in, and the guest sends them back; they are in the books of this machine.
void check_traffic(Engine& engine, const WorldEnd& world, uint32_t frames) {
  const auto before = engine.cut();
  const double in = probe(*before, "w0.frames_in"), out = probe(*before, "w0.frames_out");
  world.send(kVm, frames);
  uint32_t back = 0;
  run_until(
      engine, [&](const Snapshot&) { return (back += world.take()) >= frames; }, " mode=free");
  const auto after = engine.cut();
  CHECK(back == frames);
  CHECK(probe(*after, "w0.frames_in") == in + frames);
  CHECK(probe(*after, "w0.frames_out") == out + frames);
  CHECK(after->balance.holds());
  CHECK(after->leaked_packets == 0);
}

// The same scenario again and again, and loads that fail with the port in the new machine's hands.
void check_handed_over(const std::string& kind, const std::string& interface, const std::string& world_end) {
  auto engine = make_engine(1);
  load(*engine, machine_at(kind));
  const unsigned index = if_nametoindex(interface.c_str());
  WorldEnd world(world_end);
  check_traffic(*engine, world, 20);
  for (int again = 0; again < 3; again++) {
    load(*engine, machine_at(kind));
    CHECK(if_nametoindex(interface.c_str()) == index);  // the same interface, with all that the world knows of it
    CHECK(probe(*engine->cut(), "w0.frames_in") == 0);
    check_traffic(*engine, world, 20);
    ask(*engine, "reset");
    CHECK(if_nametoindex(interface.c_str()) == index);
    CHECK(probe(*engine->cut(), "w0.frames_in") == 0);
    check_traffic(*engine, world, 20);
  }
}

void check_handed_back(const std::string& kind, const std::string& world_end) {
  auto engine = make_engine(1);
  load(*engine, machine_at(kind));
  WorldEnd world(world_end);
  check_traffic(*engine, world, 3);
  const std::string before = whole_state(*engine->cut());
  // The new machine answers five frames of the world before a line of it fails.
  world.send(kVm, 5);
  const Answer failed = engine->load_scenario("new.scn", machine_at(kind) +
                                                             "run mode=stepped for=2ms\nwire add name=w1 "
                                                             "kind=af_packet:nosuch0\n");
  REQUIRE(failed.ended == Ended::kRefused);
  CHECK(failed.text.find("There is no network interface nosuch0") != std::string::npos);
  CHECK(changed_lines(before, whole_state(*engine->cut())) == "");
  CHECK(world.take() == 5);
  // Not one of them, and none of the answers, lies in the old machine's way now.
  check_traffic(*engine, world, 10);
}

void check_handed_back_whatever_fails(const std::string& kind, const std::string& world_end) {
  auto engine = make_engine(1);
  load(*engine, machine_at(kind) + "run mode=stepped\n");
  WorldEnd world(world_end);
  world.send(kVm, 1);
  ask(*engine, "step n=7");  // in the middle of a turn, with a frame in its hands
  uint64_t nth = 0;
  for (bool hit = true; hit; nth++) {
    const std::string before = whole_state(*engine->cut());
    ArmedFault fault({.nth = nth});
    const Answer loaded = engine->load_scenario("new.scn", machine_at(kind) + "run mode=stepped for=100us\n");
    hit = fault.hit();
    INFO("call " << nth << ": " << fault.where() << "; " << loaded.text);
    if (loaded.ok()) {
      check_traffic(*engine, world, 2);
      continue;
    }
    CHECK(loaded.ended == Ended::kRefused);
    REQUIRE(changed_lines(before, whole_state(*engine->cut())) == "");
    REQUIRE(engine->cut()->balance.holds());
  }
  CHECK(nth > 5);
  check_traffic(*engine, world, 10);
}

// The frames that the old machine had in flight are its own: after a failed load they go where they went.
void check_frames_in_flight(const std::string& kind, const std::string& world_end) {
  auto engine = make_engine(1);
  load(*engine, machine_at(kind) + "run mode=stepped\n");
  WorldEnd world(world_end);
  world.send(kVm, 4);
  ask(*engine, "step n=15");  // the first of them are in the switch, and in the guest
  CHECK(engine->cut()->balance.in_flight > 0);
  const std::string before = whole_state(*engine->cut());
  const std::string broken = machine_at(kind) + "run for=1ms\nwire add name=w1 kind=af_packet:nosuch0\n";
  REQUIRE(engine->load_scenario("new.scn", broken).ended == Ended::kRefused);
  REQUIRE(changed_lines(before, whole_state(*engine->cut())) == "");
  uint32_t back = world.take();
  run_until(
      *engine, [&](const Snapshot&) { return (back += world.take()) >= 4; }, " mode=free");
  CHECK(back == 4);
  CHECK(engine->cut()->balance.holds());
  // And of a load that goes well they are nobody's: none comes out.
  world.send(kVm, 4);
  ask(*engine, "step n=9");
  load(*engine, machine_at(kind));
  CHECK(engine->cut()->leaked_packets == 0);
  CHECK(engine->cut()->balance.holds());
}

}  // namespace

TEST_CASE("a tap goes over to the machine that is loaded next", "[regression][sanitize]") {
  enter_own_network();
  need_tap();
  check_handed_over("tap:rst0", "rst0", "rst0");
}

TEST_CASE("a tap comes back from a load that failed", "[regression]") {
  enter_own_network();
  need_tap();
  check_handed_back("tap:rst0", "rst0");
}

TEST_CASE("a tap comes back whatever fails in a load", "[regression][sanitize]") {
  enter_own_network();
  need_tap();
  check_handed_back_whatever_fails("tap:rst0", "rst0");
}

TEST_CASE("frames in flight stay with the machine that a tap is taken from", "[regression]") {
  enter_own_network();
  need_tap();
  check_frames_in_flight("tap:rst0", "rst0");
}

TEST_CASE("a socket goes over to the machine that is loaded next", "[regression]") {
  enter_own_network();
  make_veth("rsv0", "rsv1");
  check_handed_over("af_packet:rsv0", "rsv0", "rsv1");
}

TEST_CASE("a socket comes back from a load that failed", "[regression]") {
  enter_own_network();
  make_veth("rsv0", "rsv1");
  check_handed_back("af_packet:rsv0", "rsv1");
}

TEST_CASE("a socket comes back whatever fails in a load", "[regression]") {
  enter_own_network();
  make_veth("rsv0", "rsv1");
  check_handed_back_whatever_fails("af_packet:rsv0", "rsv1");
}

TEST_CASE("frames in flight stay with the machine that a socket is taken from", "[regression]") {
  enter_own_network();
  make_veth("rsv0", "rsv1");
  check_frames_in_flight("af_packet:rsv0", "rsv1");
}

TEST_CASE("a tap of another name is a new one, and the old one goes with its machine", "[regression]") {
  enter_own_network();
  need_tap();
  auto engine = make_engine(1);
  load(*engine, machine_at("tap:rst0"));
  load(*engine, machine_at("tap:rst1"));
  CHECK(if_nametoindex("rst0") == 0);
  WorldEnd world("rst1");
  check_traffic(*engine, world, 5);
  // One that was deleted is made anew; one that was given another name is the same one.
  REQUIRE(std::system("ip link del rst1") == 0);
  load(*engine, machine_at("tap:rst1"));
  WorldEnd again("rst1");
  check_traffic(*engine, again, 5);
  REQUIRE(std::system("ip link set rst1 down && ip link set rst1 name rst2 && ip link set rst2 up") == 0);
  load(*engine, machine_at("tap:rst1"));
  CHECK(if_nametoindex("rst1") == 0);
  WorldEnd renamed("rst2");
  check_traffic(*engine, renamed, 5);
}

TEST_CASE("as many taps as DPDK has ports go over, and one more is refused", "[regression]") {
  enter_own_network();
  need_tap();
  auto engine = make_engine(1);
  std::string lines;
  for (int i = 0; i < 32; i++)
    lines += "wire add name=w" + std::to_string(i) + " kind=tap:rst" + std::to_string(i) + "\n";
  lines += "switch add name=s0 uplink=w31\nvm add name=web nic=e1000 switch=s0 mac=02:00:00:00:00:77\n";
  load(*engine, lines);
  load(*engine, lines);
  ask(*engine, "reset");
  const Answer more = engine->execute("wire add name=x0 kind=tap:rst32");
  REQUIRE(more.ended == Ended::kRefused);
  CHECK(more.text.find("There are 32 DPDK ports already") != std::string::npos);
  WorldEnd world("rst31");
  const double in = probe(*engine->cut(), "w31.frames_in");
  world.send(kVm, 5);
  run_until(*engine, [&](const Snapshot& s) { return probe(s, "w31.frames_in") == in + 5; });
  CHECK(engine->cut()->balance.holds());
}

TEST_CASE("two wires of one scenario do not share a tap, in a second load either", "[regression]") {
  enter_own_network();
  need_tap();
  auto engine = make_engine(1);
  load(*engine, machine_at("tap:rst0"));
  WorldEnd world("rst0");
  const std::string before = whole_state(*engine->cut());
  const Answer twice = engine->load_scenario("new.scn", machine_at("tap:rst0") + "wire add name=w1 kind=tap:rst0\n");
  REQUIRE(twice.ended == Ended::kRefused);
  CHECK(twice.text.find("There is an interface rst0 already") != std::string::npos);
  CHECK(changed_lines(before, whole_state(*engine->cut())) == "");
  check_traffic(*engine, world, 5);
}
