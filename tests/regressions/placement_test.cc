// SPDX-License-Identifier: BSD-3-Clause
// By default every data-path context shared the first worker: 14 independent chains on 14 workers were slower than one
// chain on one worker. And what a scenario says about workers was looked at only while it was being applied.
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "engine/base/fault_injection.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

std::string chains(int count, int window = 32) {
  std::string text;
  for (int i = 0; i < count; i++) {
    const std::string n = std::to_string(i);
    text += "wire add name=w" + n + " kind=ring window=" + std::to_string(window) + "\nswitch add name=s" + n +
            " uplink=w" + n + "\nvm add name=v" + n + " nic=e1000 switch=s" + n + " doorbell=batch exit_cost=0\n";
  }
  return text;
}

std::map<std::string, ContextView> contexts_of(const Snapshot& s) {
  std::map<std::string, ContextView> all;
  for (const ContextView& c : s.contexts) all[c.name] = c;
  return all;
}

}  // namespace

TEST_CASE("14 independent chains on 14 workers have a worker each", "[regression][sanitize]") {
  auto engine = make_engine(14);
  std::string text = chains(14);
  for (int i = 0; i < 14; i++) text += "send to=v" + std::to_string(i) + " count=100\n";
  load(*engine, text + "run mode=free until=idle\n");
  auto all = contexts_of(*engine->cut());
  std::set<int> used;
  for (int i = 0; i < 14; i++) {
    const std::string n = std::to_string(i);
    const int worker = all.at("rx w" + n).worker;
    used.insert(worker);
    CHECK(all.at("generator w" + n).worker == worker);
    CHECK(all.at("tx v" + n + ".nic0").worker == worker);
    CHECK(all.at("v" + n + "/0").worker == worker);
    CHECK(all.at("rx w" + n).packets == 100);
  }
  CHECK(used.size() == 14);
  CHECK(engine->cut()->balance.holds());
}

TEST_CASE("a machine of more than 16 CPUs has a worker for each", "[regression]") {
  EngineOptions options;
  options.workers = 64;
  CHECK(Engine::create(options).ok());
  options.workers = 65;
  CHECK_FALSE(Engine::create(options).ok());
}

TEST_CASE("a worker that cannot be is the scenario's fault, and found before anything is built", "[regression]") {
  const std::string worker = GENERATE("0", "65", "2147483648", "4294967297", "forever");
  auto engine = make_engine(1);
  const Answer loaded =
      engine->load_scenario("test.scn", chains(1) + "context place context=\"rx w0\" worker=" + worker + "\n");
  INFO(worker);
  REQUIRE_FALSE(loaded.ok());
  CHECK_FALSE(loaded.error.environment);
  CHECK(engine->snapshot()->wires.empty());
}

TEST_CASE("adding a VM while frames flow moves nobody", "[regression][sanitize]") {
  auto engine = make_engine(3);
  load(*engine, chains(3) + "send to=v0 count=forever\nrun mode=free\n");
  const auto before = contexts_of(*engine->cut());
  ask(*engine, "vm add name=late nic=e1000 switch=s1 exit_cost=0");
  ask(*engine, "vm add name=later nic=e1000 switch=s1 exit_cost=0");
  auto after = contexts_of(*engine->cut());
  for (const auto& [name, view] : before) CHECK(after.at(name).worker == view.worker);
  CHECK(after.at("late/0").worker == after.at("tx late.nic0").worker);
  ask(*engine, "vm remove name=late");
  after = contexts_of(*engine->cut());
  for (const auto& [name, view] : before) CHECK(after.at(name).worker == view.worker);
  CHECK(engine->cut()->balance.holds());
}

TEST_CASE("what the user placed stays through `placement redo`, stepping and back", "[regression][sanitize]") {
  auto engine = make_engine(3);
  load(*engine, chains(2) + "context place context=\"v0/0\" worker=3\nsend to=v0 count=forever\nrun mode=free\n");
  const auto at = [&](const char* name) { return int(contexts_of(*engine->cut()).at(name).worker); };
  CHECK(at("v0/0") == 2);
  CHECK(contexts_of(*engine->cut()).at("v0/0").why == "You placed it here.");
  const int rest = at("rx w0");
  ask(*engine, "placement redo");
  CHECK(at("v0/0") == 2);
  CHECK(at("rx w0") == at("tx v0.nic0"));
  ask(*engine, "step n=50");
  ask(*engine, "run mode=free");
  CHECK(at("v0/0") == 2);
  CHECK(at("rx w0") == rest);
  // Taken back, it stays until somebody asks.
  ask(*engine, "context release context=\"v0/0\"");
  CHECK(at("v0/0") == 2);
  ask(*engine, "placement redo");
  CHECK(at("v0/0") == at("rx w0"));
  CHECK(engine->cut()->balance.holds());
}

namespace {

// Others may be busy here while it runs.
std::unique_ptr<Engine> crowded_engine() {
  EngineOptions options;
  options.workers = 2, options.memory_mb = 256, options.judge_busy_seconds = true;
  auto engine = Engine::create(options);
  REQUIRE(engine.ok());
  return std::move(*engine);
}

// Two busy chains on one worker, where nobody wants them any more.
void crowd(Engine& engine, const std::string& mode) {
  std::string text =
      chains(2, 256) + "placement mode=" + mode + "\nsend to=v0 count=forever\nsend to=v1 count=forever\n";
  load(engine, text + "run mode=free\n");
  for (const char* name : {"generator w1", "rx w1", "tx v1.nic0", "v1/0"})
    ask(engine, std::string("context place context=\"") + name + "\" worker=1");
  for (const char* name : {"generator w1", "rx w1", "tx v1.nic0", "v1/0"})
    ask(engine, std::string("context release context=\"") + name + "\"");
}

std::set<int> used_workers(Engine& engine) {
  std::set<int> used;
  for (const auto newest = engine.cut(); const ContextView& c : newest->contexts) used.insert(c.worker);
  return used;
}

}  // namespace

TEST_CASE("a load that stays lopsided moves what nobody placed", "[regression]") {
  auto engine = crowded_engine();
  crowd(*engine, "auto");
  REQUIRE(used_workers(*engine) == std::set<int>{0});
  // The limit is a safety net: three seconds of running are enough where the machine has them to give.
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(100);
  while (engine->snapshot()->placement_note.empty() && std::chrono::steady_clock::now() < limit)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto s = engine->cut();
  INFO(s->placement_note);
  CHECK_FALSE(s->placement_note.empty());
  CHECK(s->balance.holds());
  // Both on one again only if that was tried and carried less.
  if (used_workers(*engine).size() == 1)
    CHECK(engine->snapshot()->placement_note.find("went back") != std::string::npos);
}

namespace {

// One chain that a worker cannot carry, whose generator and then its VM could leave. Waits until the note says so much;
// the limit is a safety net.
void crowd_one(Engine& engine) {
  load(engine, chains(1, 256) + "vm add name=spare nic=e1000 switch=s0 exit_cost=0\nsend to=v0 count=forever\n" +
                   "run mode=free\n");
}

std::string wait_for_note(Engine& engine, const std::string& words) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(100);
  while (engine.snapshot()->placement_note.find(words) == std::string::npos && std::chrono::steady_clock::now() < limit)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  const auto seen = engine.snapshot();
  const std::string& note = seen->placement_note;
  INFO(note);
  CHECK(seen->placement_on_trial == (note.find("is on trial") != std::string::npos));
  CHECK(note.find(words) != std::string::npos);
  return note;
}

std::map<std::string, int> places(Engine& engine) {
  std::map<std::string, int> all;
  for (const auto newest = engine.cut(); const ContextView& c : newest->contexts) all[c.name] = c.worker;
  return all;
}

}  // namespace

TEST_CASE("a trial that the machine refuses leaves contexts where they were, and they run on", "[regression]") {
  auto engine = crowded_engine();
  crowd_one(*engine);
  // The generator alone needs no crossing; a VM that leaves does, and there is no memory for its rings.
  ArmedFault fault({.nth = 0, .times = UINT64_MAX, .only = "rte_ring_create"});
  wait_for_note(*engine, "refused");
  CHECK(fault.hit());
  for (const auto& [name, worker] : places(*engine)) CHECK((name + " " + std::to_string(worker)) == name + " 0");
  CHECK(engine->snapshot()->state == RunState::kRunning);
  run_until(*engine, [first = engine->cut()->balance.delivered](const Snapshot& s) {
    return s.balance.delivered > first && s.balance.holds();
  });
}

TEST_CASE("`placement mode=keep` in the middle of a trial leaves contexts where they are", "[regression]") {
  auto engine = crowded_engine();
  crowd_one(*engine);
  wait_for_note(*engine, "on trial");
  ask(*engine, "placement mode=keep");
  const auto then = places(*engine);
  wait_for_note(*engine, "ended the trial");
  ask(*engine, "run for=4500ms");
  CHECK(places(*engine) == then);
  CHECK(engine->cut()->balance.holds());
}

TEST_CASE("a VM that goes in the middle of a trial ends it, and nobody is left where he was on trial", "[regression]") {
  auto engine = crowded_engine();
  crowd_one(*engine);
  wait_for_note(*engine, "on trial");
  CHECK(used_workers(*engine) == std::set<int>{0, 1});
  ask(*engine, "vm remove name=spare");
  for (const auto& [name, worker] : places(*engine)) CHECK((name + " " + std::to_string(worker)) == name + " 0");
  CHECK(engine->snapshot()->placement_note.find("ended early") != std::string::npos);
  CHECK(engine->cut()->balance.holds());
}

TEST_CASE("`placement mode=keep` moves nobody, `placement redo` does", "[regression]") {
  auto engine = crowded_engine();
  crowd(*engine, "keep");
  ask(*engine, "run for=4500ms");
  CHECK(used_workers(*engine) == std::set<int>{0});
  CHECK(engine->snapshot()->placement_note.empty());
  ask(*engine, "placement redo");
  CHECK(used_workers(*engine) == std::set<int>{0, 1});
  const auto s = engine->cut();
  CHECK(s->crossings == 0);
  CHECK(s->balance.holds());
}
