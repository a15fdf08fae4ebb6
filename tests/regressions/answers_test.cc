// SPDX-License-Identifier: BSD-3-Clause
// A command that was stopped or given up was answered "ok", as if its goal had been reached, and `pause` left whoever
// waited for a goal waiting for good.
#include <chrono>
#include <future>
#include <thread>

#include "engine/base/fault_injection.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/patience.h"

using namespace ringside;
using namespace ringside::test;

namespace {

constexpr char kEndless[] =
    "wire add name=w0 kind=ring rate=1kpps\nswitch add name=s0 uplink=w0\n"
    "vm add name=web nic=e1000 switch=s0 workload=sink\nsend to=web count=forever\n";

std::future<Answer> ask_later(Engine& engine, const std::string& command) {
  auto promise = std::make_shared<std::promise<Answer>>();
  engine.submit(command, [promise](const Answer& answer) { promise->set_value(answer); });
  return promise->get_future();
}

// Asks at the window's pace: who asks without a breath keeps the engine from answering.
void wait_until_running(Engine& engine) {
  while (engine.snapshot()->state != RunState::kRunning) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace

TEST_CASE("what ended before its goal says how", "[regression][sanitize]") {
  auto engine = make_engine(1);
  load(*engine, kEndless);
  for (const char* mode : {"free", "stepped", "paced"}) {
    INFO(mode);
    const std::string endless = std::string("run until=idle mode=") + mode;

    auto run = ask_later(*engine, endless);
    wait_until_running(*engine);
    engine->interrupt();
    Answer answer = run.get();
    CHECK(answer.ended == Ended::kStopped);
    CHECK(answer.text == "Stopped.");

    run = ask_later(*engine, endless);
    wait_until_running(*engine);
    const std::string paused = ask(*engine, "pause");
    answer = run.get();
    CHECK(answer.ended == Ended::kStopped);
    CHECK(answer.text == "Stopped by `pause`.");
    CHECK(paused == "ok, stopped at a breath boundary; `" + endless + "` has not reached its goal");
    CHECK(engine->snapshot()->state == RunState::kPaused);

    run = ask_later(*engine, endless);
    wait_until_running(*engine);
    ask(*engine, "run for=1ms");
    answer = run.get();
    CHECK(answer.ended == Ended::kGivenUp);
    CHECK(answer.text == "Given up for the next command.");
    CHECK(engine->snapshot()->log.back().ok());
  }
}

TEST_CASE("`run for=` that is stopped says how much of its time it had", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, kEndless);
  auto run = ask_later(*engine, "run mode=free for=3600s");
  wait_until_running(*engine);
  ask(*engine, "pause");
  const Answer answer = run.get();
  CHECK(answer.ended == Ended::kStopped);
  CHECK(answer.text.starts_with("Stopped by `pause` after "));
  CHECK(answer.text.ends_with(" s of 3.6e+03 s."));
}

// "Given up for a new scenario after -0.05 s of 3.6e+03 s.": the time was the new scene's.
TEST_CASE("`run for=` that is given up for a new scenario says how much of its time it had", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, kEndless);
  for (const std::string fresh : {"switch add name=s9\n", kEndless}) {
    load(*engine, kEndless);
    ask(*engine, "run mode=free for=50ms");
    auto run = ask_later(*engine, "run mode=free for=3600s");
    wait_until_running(*engine);
    load(*engine, fresh);
    const Answer answer = run.get();
    CHECK(answer.ended == Ended::kGivenUp);
    const std::string before = "Given up for a new scenario after ";
    REQUIRE(answer.text.starts_with(before));
    CHECK(answer.text.ends_with(" s of 3.6e+03 s."));
    const double ran = std::stod(answer.text.substr(before.size()));
    CHECK(ran >= 0);
    CHECK(ran < 3600);
  }
}

// It was forgotten when the goal began after it.
TEST_CASE("an interrupt stops what was asked for before it, and nothing else", "[regression][sanitize]") {
  auto engine = make_engine(1);
  load(*engine, kEndless);
  for (int round = 0; round < 100; round++) {
    auto run = ask_later(*engine, round % 2 ? "run until=idle mode=stepped" : "run until=idle mode=free");
    engine->interrupt();
    REQUIRE(run.get().ended == Ended::kStopped);
  }
  engine->interrupt();
  CHECK(ask(*engine, "run mode=stepped for=10ms").starts_with("ok, "));
}

TEST_CASE("the engine's end stops what is under way", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, kEndless);
  auto run = ask_later(*engine, "run mode=free for=3600s");
  wait_until_running(*engine);
  engine.reset();
  CHECK(run.get().ended == Ended::kStopped);
}

TEST_CASE("a scenario whose line is stopped is not loaded to its end, and others are answered meanwhile",
          "[regression]") {
  auto engine = make_engine(1);
  auto loading = std::async(std::launch::async, [&] {
    return engine->load_scenario("long.scn",
                                 std::string(kEndless) + "run mode=stepped until=idle\nwire add name=w9 kind=ring\n");
  });
  wait_until_running(*engine);
  const Answer refused = engine->execute("vm remove name=web");
  CHECK(refused.ended == Ended::kRefused);
  CHECK(
      refused.text ==
      "long.scn, line 5, `run mode=stepped until=idle`, is under way.\nNothing was changed.\nWait for its end, or stop "
      "it: `pause`");
  CHECK(engine->cut()->balance.holds());
  ask(*engine, "pause");
  const Answer loaded = loading.get();
  CHECK(loaded.ended == Ended::kStopped);
  CHECK(loaded.error.place == "long.scn, line 5");
  CHECK(engine->cut()->wires.size() == 1);
  ask(*engine, "vm remove name=web");
}

TEST_CASE("a step that runs out of events says how many it made", "[regression]") {
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink\n"
       "run mode=stepped\n");
  CHECK(engine->execute("step n=5").text == "Nothing can move any more: no step was made.");
  ask(*engine, "send to=web count=2 size=60");
  const uint64_t before = engine->cut()->steps;
  Answer answer = engine->execute("step n=5000");
  CHECK(answer.ended == Ended::kGivenUp);
  const std::string made = std::to_string(engine->cut()->steps - before);
  CHECK(answer.text == "Nothing can move any more after " + made + " of 5000 steps.");
  ask(*engine, "send to=web count=1 size=60");
  answer = engine->execute("step until=drop");
  CHECK(answer.text.starts_with("Nothing can move any more after "));
  CHECK(answer.text.ends_with(" steps."));
}

// 'step' ended the run under way and stopped time before it knew whether the machine can be stepped at all.
TEST_CASE("a refused step or change of mode leaves the run under way", "[regression]") {
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=ring window=32\nswitch add name=s0 uplink=w0\n"
       "vm add name=web nic=e1000 switch=s0 workload=forward\nsend to=web size=60\n");
  auto run = ask_later(*engine, "run mode=free for=1000s");
  wait_until_running(*engine);
  for (const char* refused : {"step n=5", "run mode=stepped", "run mode=paced pace=5 until=idle"}) {
    INFO(refused);
    const ArmedFault fault({.only = "mmap"});
    CHECK(engine->execute(refused).ended == Ended::kRefused);
    CHECK(fault.hit());
    CHECK(engine->cut()->state == RunState::kRunning);
    CHECK(engine->cut()->mode == RunMode::kFree);
    CHECK(run.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  }
  engine->interrupt();
  CHECK(run.get().ended == Ended::kStopped);
}

// The mode had changed and the goal was gone before it turned out that no worker could run.
TEST_CASE("a refused run leaves the mode and what is under way", "[regression]") {
  auto engine = make_engine(2);
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink\n"
       "context place context=\"tx web.nic0\" worker=2\nsend to=web count=forever\nrun mode=paced pace=1000 seed=5\n"
       "run mode=stepped\n");
  for (const char* goal : {"step until=interrupt", "run until=idle"}) {
    INFO(goal);
    const uint64_t before = engine->cut()->steps;
    auto led = ask_later(*engine, goal);
    REQUIRE(eventually([&] { return engine->snapshot()->steps > before; }));
    const RunState state = engine->cut()->state;
    for (const char* refused : {"run mode=free seed=9 pace=7", "run mode=free until=idle", "run mode=free for=1ms"}) {
      INFO(refused);
      const ArmedFault fault({.only = "rte_ring_create"});
      CHECK(engine->execute(refused).ended == Ended::kRefused);
      CHECK(fault.hit());
      const auto s = engine->cut();
      CHECK(s->mode == RunMode::kStepped);
      CHECK(s->state == state);
      CHECK(s->seed == 5);
      CHECK(s->pace == 1000);
      CHECK(led.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
    }
    engine->interrupt();
    CHECK(led.get().ended == Ended::kStopped);
  }
}

TEST_CASE("the reading of a long scenario can be stopped", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, "wire add name=w0 kind=ring\n");
  for (const char* line : {"# nothing\n", "mark name=m\n"}) {
    std::string text = "wire add name=other kind=ring\n";
    for (int n = 0; n < 400'000; n++) text += line;
    auto load = std::async(std::launch::async, [&] { return engine->load_scenario("long.scn", text); });
    while (load.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) engine->interrupt();
    CHECK(load.get().ended == Ended::kStopped);
    CHECK(engine->cut()->wires.at(0).name == "w0");
  }
}

// A signal that came before anything was built left a picture whose balance "does not hold".
TEST_CASE("where there is no machine, nothing moves: its balance is exact", "[regression]") {
  auto engine = make_engine(1);
  CHECK(engine->cut()->balance.exact);
  CHECK(engine->cut()->balance.holds());
}
