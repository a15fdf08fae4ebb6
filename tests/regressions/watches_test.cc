// SPDX-License-Identifier: BSD-3-Clause
// A watch lay in the NIC: one that was built anew had none, while whoever looked at its ring, which bears the same
// name, saw no reason to ask again. The window's ring panel showed "…" for good.
#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

constexpr char kMachine[] =
    "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0\n"
    "vm add name=db nic=vmxnet3 switch=s0 queues=2\n";

// The rings whose rows are shown, in the machine's order: "web.nic0.rx db.nic0.tx1 ".
std::string shown(Engine& engine) {
  std::string names;
  for (const auto newest = engine.cut(); const RingView& ring : newest->rings)
    if (!ring.rows.empty()) names += ring.name + " ";
  return names;
}

}  // namespace

TEST_CASE("a ring stays watched when its NIC is exchanged", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, kMachine);
  ask(*engine, "watch ring=web.nic0.rx");
  ask(*engine, "watch ring=db.nic0.tx1");
  REQUIRE(shown(*engine) == "web.nic0.rx db.nic0.tx1 ");
  for (const char* change :
       {"web memory=32M", "web mac=02:00:00:00:00:77", "web rx_ring=64", "web workload=sink", "db memory=32M",
        "db mac=02:00:00:00:00:78", "db interrupts=intx", "db interrupts=msix", "db queues=4"}) {
    INFO(change);
    ask(*engine, std::string("vm set name=") + change);
    CHECK(shown(*engine) == "web.nic0.rx db.nic0.tx1 ");
  }
  // A ring that goes and comes back.
  ask(*engine, "vm set name=db queues=1");
  CHECK(shown(*engine) == "web.nic0.rx ");
  ask(*engine, "vm set name=db queues=2");
  CHECK(shown(*engine) == "web.nic0.rx db.nic0.tx1 ");
  ask(*engine, "unwatch ring=db.nic0.tx1");
  ask(*engine, "vm set name=db memory=16M");
  CHECK(shown(*engine) == "web.nic0.rx ");
}

TEST_CASE("an exchanged NIC's ring is copied while time runs free", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, kMachine);
  ask(*engine, "watch ring=web.nic0.rx");
  ask(*engine, "run mode=free");
  ask(*engine, "vm set name=web memory=32M");
  // At the window's pace, until its worker has copied it.
  bool copied = false;
  for (int i = 0; i < 60'000 && !copied; i++) {
    const auto picture = engine->snapshot();
    for (const RingView& ring : picture->rings)
      copied |= !picture->cut && ring.name == "web.nic0.rx" && !ring.rows.empty();
    if (!copied) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(copied);
}

TEST_CASE("a ring stays watched over `reset` and when a scenario is loaded", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, kMachine);
  ask(*engine, "watch ring=web.nic0.rx");
  ask(*engine, "watch ring=db.nic0.tx1");
  ask(*engine, "reset");
  CHECK(shown(*engine) == "web.nic0.rx db.nic0.tx1 ");
  load(*engine, kMachine);
  CHECK(shown(*engine) == "web.nic0.rx db.nic0.tx1 ");
  // Another machine has some of its rings, and then another still none.
  load(*engine, "switch add name=s1\nvm add name=x nic=e1000 switch=s1\nvm add name=web nic=vmxnet3 switch=s1\n");
  CHECK(shown(*engine) == "web.nic0.rx ");
  load(*engine, "switch add name=s2\n");
  CHECK(shown(*engine) == "");
  ask(*engine, "vm add name=web nic=e1000 switch=s2");
  CHECK(shown(*engine) == "web.nic0.rx ");
  // One that could not be loaded has changed nothing.
  CHECK_FALSE(engine->load_scenario("wrong.scn", "switch add name=s0\nvm add name=web nic=e9000 switch=s0\n").ok());
  CHECK(shown(*engine) == "web.nic0.rx ");
}

TEST_CASE("a watch of a ring that is gone can end, and is then over", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, kMachine);
  ask(*engine, "watch ring=web.nic0.rx");
  ask(*engine, "vm remove name=web");
  ask(*engine, "unwatch ring=web.nic0.rx");
  ask(*engine, "vm add name=web nic=e1000 switch=s0");
  CHECK(shown(*engine) == "");
  // Nothing is gone that was never watched.
  CHECK(engine->execute("unwatch ring=web.nic9.rx").ended == Ended::kRefused);
}

// The window sends a watch once: one that was refused while a line led to its goal was lost.
TEST_CASE("a ring can be watched while a scenario's line is under way", "[regression]") {
  auto engine = make_engine(1);
  std::promise<Answer> loaded;
  auto over = loaded.get_future();
  std::thread loader([&] {
    loaded.set_value(engine->load_scenario("busy.scn", std::string(kMachine) + "send to=web count=forever rate=1kpps\n"
                                                                               "run mode=free until=idle\n"));
  });
  // At the window's pace: who asks without a breath keeps the engine from answering.
  while (engine->snapshot()->state != RunState::kRunning) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  CHECK(engine->execute("watch ring=web.nic0.rx").ok());
  CHECK(engine->execute("unwatch ring=web.nic0.tx").ok());
  CHECK(engine->execute("vm set name=web batch=8").text.find("is under way") != std::string::npos);
  ask(*engine, "pause");
  loader.join();
  CHECK(over.get().ended == Ended::kStopped);
  CHECK(shown(*engine) == "web.nic0.rx ");
}
