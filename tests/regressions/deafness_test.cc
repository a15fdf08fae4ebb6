// SPDX-License-Identifier: BSD-3-Clause
// Stepped time looked at what else was asked for after 6.5 million turns, 10 to 40 s. Here the moment is one of the
// command's own, an event of the guest, and so is the answer: how many events still came after it.
#include <atomic>
#include <random>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

// What one turn of every context can make at most: 32 frames, each with a handful of events a row, and the goal looks
// up between turns.
constexpr uint64_t kABreath = 2000;

constexpr char kSlow[] =
    "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n"
    "vm add name=web nic=e1000 switch=s0 driver=interrupt batch=2 workload=echo\nsend to=web count=forever "
    "rate=1kpps\n";
constexpr char kFast[] =
    "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n"
    "vm add name=web nic=vmxnet3 switch=s0 workload=forward\nsend to=web count=forever\n";

// Runs `command` until event number `when`, then does `what`. How many events came after that; the answer is left in
// `answer`.
uint64_t events_after(Engine& engine, const std::string& command, uint64_t when, const std::function<void()>& what,
                      Answer& answer) {
  std::atomic<uint64_t> seen{0};
  engine.on_event([&](const EventView&) {
    if (++seen == when) what();
  });
  answer = engine.execute(command);
  engine.on_event({});
  INFO(answer.text << answer.error.text());
  REQUIRE(seen >= when);
  return seen - when;
}

}  // namespace

TEST_CASE("an interrupt or a command at any event is heard by whatever steps, within a breath",
          "[regression][sanitize]") {
  auto engine = make_engine(1);
  std::mt19937 chance(20261126);
  const std::function<void()> interrupt = [&] { engine->interrupt(); };
  const std::function<void()> pause = [&] { engine->submit("pause", [](const Answer&) {}); };
  for (const auto& what : {interrupt, pause})
    for (const char* machine : {kSlow, kFast})
      for (const char* command : {"run mode=stepped until=idle", "run mode=stepped for=3600s", "step n=100M",
                                  "step n=1M grain=packet", "step n=1M until=exit"}) {
        load(*engine, machine);
        Answer answer;
        const uint64_t when = 1 + chance() % 3000;
        INFO(command << " at event " << when);
        CHECK(events_after(*engine, command, when, what, answer) < kABreath);
        CHECK(answer.ended == Ended::kStopped);
        CHECK(engine->cut()->balance.holds());
      }
}
