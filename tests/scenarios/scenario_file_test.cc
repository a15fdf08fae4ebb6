// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

const char* kGood =
    "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0\nsend to=web "
    "count=forever rate=10kpps\nrun mode=free\n";

}  // namespace

TEST_CASE("a wrong line: file, line, what was expected, and nothing half-applied", "[scenario]") {
  auto engine = make_engine();
  load(*engine, kGood);
  run_until(*engine, [](const Snapshot& s) { return s.balance.sent > 0; });
  auto before = engine->cut();
  const char* wrong[][3] = {
      {"wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n\nvm add name=web nic=e1000 switch=s0 rx_ring=100\n",
       "first.scn, line 4", "rx_ring=104"},
      {"wire add name=w0 kind=ring\n# comment\nfrobnicate\n", "first.scn, line 3", "show commands"},
      {"wire add name=w0 kind=pcap:/nowhere/at/all.pcap\nswitch add name=s0 uplink=w0\n", "first.scn, line 1", ""},
      {"wire add name=w0 kind=af_packet:nosuchif0\n", "first.scn, line 1", ""},
  };
  for (auto& [text, place, remedy] : wrong) {
    INFO(text);
    Status loaded = engine->load_scenario("first.scn", text).status();
    REQUIRE_FALSE(loaded.ok());
    INFO(loaded.error().text());
    CHECK(loaded.error().place == place);
    CHECK(loaded.error().text().find("No line of this file was applied.") != std::string::npos);
    CHECK(loaded.error().remedy.find(remedy) != std::string::npos);
    auto after = engine->cut();
    CHECK(after->balance.sent == before->balance.sent);
    CHECK(after->vms.size() == 1);
    CHECK(after->leaked_packets == 0);
  }
  run_until(*engine, [&](const Snapshot& s) { return s.balance.sent > before->balance.sent; });
}

TEST_CASE("a wrong command changes nothing", "[scenario]") {
  auto engine = make_engine();
  load(*engine, kGood);
  for (const char* line :
       {"vm set name=web rx_ring=100", "vm set name=web refill=5000", "vm add name=web nic=e1000 switch=s0",
        "send to=db", "watch ring=web.nic0.rxx", "vm remove name=we"}) {
    INFO(line);
    Answer answer = engine->execute(line);
    CHECK_FALSE(answer.ok());
    CHECK_FALSE(answer.text.empty());
  }
  auto s = engine->cut();
  CHECK(probe(*s, "web.nic0.rx.ring_size") == 256);
  CHECK(s->balance.holds());
}

TEST_CASE("reset goes back to the beginning", "[scenario]") {
  auto engine = make_engine();
  load(*engine, kGood);
  ask(*engine, "run for=20ms");
  ask(*engine, "vm set name=web rx_ring=64");
  ask(*engine, "reset");
  auto s = engine->cut();
  CHECK(probe(*s, "web.nic0.rx.ring_size") == 256);
  CHECK(s->scenario == "test.scn");
}

TEST_CASE("the model lab's arithmetic: N rows take N - 1 packets, and a ring is time", "[scenario]") {
  struct Variant {
    int ring, usable, sent, lost, pause_us, fit, shorter;
  };
  auto engine = make_engine();
  for (const Variant& v : {Variant{8, 7, 20, 13, 35, 40, 32},
                           {16, 15, 40, 25, 50, 56, 48},
                           {24, 23, 60, 37, 67, 72, 64},
                           {32, 31, 80, 49, 83, 88, 80}}) {
    INFO("ring " << v.ring);
    load(*engine,
         "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 rx_ring=" +
             std::to_string(v.ring) + " refill=1 driver=poll workload=sink vcpu=soft\nrun mode=stepped seed=1\n");
    ask(*engine, "send to=web count=1 size=60");
    ask(*engine, "step until=packet");
    ask(*engine, "send to=web count=2 size=60");
    ask(*engine, "run until=idle");
    auto s = engine->cut();
    CHECK(probe(*s, "web.nic0.reg.RDH") == 3);
    CHECK(probe(*s, "web.nic0.rx.rows_device") == v.usable);
    ask(*engine, "mark name=sleep");
    ask(*engine, "vm pause name=web");
    ask(*engine, "send to=web count=" + std::to_string(v.sent) + " size=60");
    ask(*engine, "run until=idle");
    s = engine->cut();
    CHECK(probe(*s, "web.nic0.rx.rows_done") == v.usable);
    CHECK(s->since("web.nic0.rx.dropped.no_descriptor", "sleep") == v.lost);
    CHECK(s->since("w0.generator.sent", "sleep") == v.sent);
    CHECK(s->balance.holds());
    ask(*engine, "mark name=wake");
    ask(*engine, "vm resume name=web");
    ask(*engine, "run until=idle");
    s = engine->cut();
    CHECK(s->since("web.nic0.rx.accepted", "wake") == 0);
    CHECK(probe(*s, "web.nic0.rx.rows_done") == 0);
    for (int rows : {v.fit, v.shorter}) {
      ask(*engine,
          "vm set name=web rx_ring=" + std::to_string(rows) + " poll_every=" + std::to_string(v.pause_us) + "us");
      ask(*engine, "mark name=sleepy");
      ask(*engine, "send to=web rate=1Mpps count=1000 size=60");
      ask(*engine, "run until=idle");
      s = engine->cut();
      CHECK(s->since("w0.generator.sent", "sleepy") == 1000);
      CHECK((s->since("web.nic0.rx.dropped.no_descriptor", "sleepy") == 0) == (rows == v.fit));
    }
  }
}

TEST_CASE("every scenario that comes along can be loaded, or says what this machine lacks", "[scenario]") {
  auto engine = make_engine();
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator("assets/scenarios")) {
    if (entry.path().extension() != ".scn" || entry.path().stem() == "ping") continue;  // ping needs its network first
    load_file(*engine, entry.path().string());
    ask(*engine, "pause");
    CHECK(engine->cut()->balance.holds());
    seen++;
  }
  CHECK(seen >= 3);
}
