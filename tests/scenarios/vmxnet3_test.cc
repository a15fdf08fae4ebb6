// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <set>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {
std::string text_of(const Snapshot& s, const std::string& name) {
  const std::optional<Probe> found = s.find(name);
  INFO(name);
  REQUIRE(found);
  return std::string(std::get<std::string_view>(found->value));
}
}  // namespace

TEST_CASE("E1000 and VMXNET3 deliver the same frames, and VMXNET3 with 97 % fewer exits", "[scenario]") {
  auto engine = make_engine();
  for (const char* mode : {"free", "stepped"}) {
    INFO(mode);
    load(*engine,
         "wire add name=w0 kind=ring window=64 digest=yes\nwire add name=w1 kind=ring window=64 digest=yes\nswitch add "
         "name=s0 uplink=w0\nswitch add name=s1 uplink=w1\n"
         "vm add name=old nic=e1000 switch=s0\nvm add name=new nic=vmxnet3 switch=s1\n");
    const int count = std::string(mode) == "free" ? 10'000 : 640;
    ask(*engine, "send to=old count=" + std::to_string(count) + " flows=16");
    ask(*engine, "send to=new count=" + std::to_string(count) + " flows=16");
    ask(*engine, std::string("run until=idle mode=") + mode);
    auto s = engine->cut();
    CHECK(s->balance.holds());
    CHECK(s->balance.dropped == 0);
    CHECK(text_of(*s, "w0.digest_payload") == text_of(*s, "w1.digest_payload"));
    const double old_exits = probe(*s, "old/0.exits.MMIO_write.TDT"), new_exits = probe(*s, "new/0.exits");
    CHECK(old_exits == count);
    CHECK(new_exits <= count / 32 + 1);
    CHECK(new_exits >= count / 32 / 2);
  }
}

TEST_CASE("a packet's nine stops, with VMXNET3 on both sides", "[scenario]") {
  auto engine = make_engine();
  for (const char* driver : {"interrupt", "poll"}) {
    INFO(driver);
    load(*engine, std::string("switch add name=s0\nvm add name=a nic=vmxnet3 switch=s0 workload=generate peer=b "
                              "count=1 size=100\nvm add name=b nic=vmxnet3 switch=s0 workload=sink driver=") +
                      driver + "\nrun mode=stepped\n");
    Events events(*engine);
    ask(*engine, "run until=idle");
    std::vector<int> stops = events.stops();
    // A guest that polls may see the completion before the device has thought about an interrupt: 8 before 7.
    if (std::string(driver) == "poll") std::sort(stops.begin(), stops.end());
    CHECK(stops == std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9});
    std::set<std::string> rings;
    uint32_t packets = 0;
    for (const EventView& e : events.list) rings.insert(e.ring), packets = std::max(packets, e.packet);
    CHECK(packets == 1);  // followed through guest memory from the one guest to the other
    CHECK(rings.count("a.nic0.tx"));
    CHECK(rings.count("b.nic0.rx"));
    CHECK(rings.count("b.nic0.rx.comp"));
  }
}

TEST_CASE("each vCPU serves a queue pair of its own, and RSS keeps a flow in its queue", "[scenario]") {
  auto engine = make_engine();
  for (const char* driver : {"poll", "interrupt"}) {
    INFO(driver);
    load(*engine, std::string("wire add name=w0 kind=ring window=64 digest=yes\nswitch add name=s0 uplink=w0\nvm add "
                              "name=web nic=vmxnet3 switch=s0 queues=4 vcpus=4 memory=32M driver=") +
                      driver + "\nrun mode=free\n");
    ask(*engine, "send to=web count=2000 flows=64");
    ask(*engine, "run until=idle");
    auto s = engine->cut();
    CHECK(s->balance.holds());
    CHECK(s->vms[0].guest_received == 2000);
    CHECK(s->vms[0].guest_errors == 0);
    REQUIRE(s->vms[0].nics[0].rx_queues.size() == 4);
    for (const QueueView& queue : s->vms[0].nics[0].rx_queues) CHECK(queue.frames > 100);
    std::set<std::string> rings;
    for (const RingView& ring : s->rings) rings.insert(ring.name);
    CHECK(rings.count("web.nic0.tx1"));
    CHECK(rings.count("web.nic0.rx3.comp"));
    CHECK(rings.size() == 20);
  }
}

TEST_CASE("the back end's price is spent in the transmit context, in virtual time while stepping", "[scenario]") {
  auto engine = make_engine();
  for (const char* model : {"e1000", "vmxnet3"}) {
    INFO(model);
    load(*engine, std::string("wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=") +
                      model + " switch=s0\nbackend cycles=2300\nrun mode=stepped\n");
    ask(*engine, "send to=web count=10");
    ask(*engine, "run until=idle");
    auto s = engine->cut();
    CHECK(s->balance.holds());
    CHECK(probe(*s, "context.tx_web.nic0.backend_cycles") == 23'000);
    CHECK(s->find("context.tx_web.nic0.backend_cycles")->provenance == Provenance::kModelled);
    CHECK(probe(*s, "context.tx_web.nic0.busy_cycles") > 23'000);
    // At speed too it is the price, whoever had the CPU meanwhile.
    ask(*engine, "send to=web count=20000");
    ask(*engine, "run mode=free until=idle");
    s = engine->cut();
    CHECK(probe(*s, "context.tx_web.nic0.backend_cycles") == 2300 * probe(*s, "context.tx_web.nic0.packets"));
    CHECK(probe(*s, "context.tx_web.nic0.busy_cycles") > probe(*s, "context.tx_web.nic0.backend_cycles"));
  }
  Answer bad = engine->execute("backend cycles=2000000");
  CHECK_FALSE(bad.ok());
  CHECK(bad.text.find("Nearest: `cycles=1M`") != std::string::npos);
}

TEST_CASE("what a model cannot have is refused in its own words", "[scenario]") {
  auto engine = make_engine();
  const auto refused = [&](const std::string& keys) {
    Status loaded =
        engine->load_scenario("test.scn", "switch add name=s0\nvm add name=a switch=s0 " + keys + "\n").status();
    return loaded ? std::string() : loaded.error().text();
  };
  CHECK(refused("nic=vmxnet3 rx_ring=40")
            .find("rx_ring=40 is not possible for a VMXNET3. Its rings have 32, 64, 96 … 4096 rows.") !=
        std::string::npos);
  CHECK(refused("nic=e1000 rx_ring=42")
            .find("rx_ring=42 is not possible for an E1000. Its rings have 8, 16, 24 … 4096 rows.") !=
        std::string::npos);
  CHECK(refused("nic=e1000 queues=2").find("queues=2 is not possible for an E1000. It has one queue pair.") !=
        std::string::npos);
  CHECK(refused("nic=vmxnet3 queues=9").find("queues=9 is not possible. Expected 1 to 8.") != std::string::npos);
  CHECK(refused("nic=vmxnet3 tx_threshold=0").find("Expected 1 to 4096.") != std::string::npos);
}

TEST_CASE("an interrupt that comes while a guest executes HLT wakes it, whenever that is", "[scenario]") {
  auto engine = make_engine();
  for (const char* model : {"e1000", "vmxnet3"})
    for (int kpps : {900, 1300, 1700, 2100, 2600, 3300, 4100}) {
      INFO(model << ", " << kpps << " kpps");
      load(*engine, std::string("wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=") +
                        model + " switch=s0 workload=sink driver=interrupt exit_cost=1000\nrun mode=stepped\n");
      ask(*engine, "send to=web count=25 rate=" + std::to_string(kpps) + "kpps");
      ask(*engine, "run until=idle");
      auto s = engine->cut();
      CHECK(s->balance.holds());
      CHECK(s->vms[0].guest_received == 25);
    }
}
