// SPDX-License-Identifier: BSD-3-Clause
// A wire with a window waits for answers to its own frames, and learns of losses of its own frames: of no others.
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

const WireView& wire(const Snapshot& s, const std::string& name) {
  for (const WireView& w : s.wires)
    if (w.name == name) return w;
  FAIL("no wire " << name);
  return s.wires.front();
}

// Sent, and not yet back on the wire: at least as many as wait for an answer, unless frames were lost.
uint64_t open(const Snapshot& s, const std::string& name) {
  return wire(s, name).generator_sent - wire(s, name).frames_out;
}

}  // namespace

TEST_CASE("a closed loop does not take what others lose for its own answers", "[regression][sanitize]") {
  auto engine = make_engine();
  // w1's frames carry a VLAN that nobody has: all are lost. w2 is a wire without end that loses, too.
  load(*engine,
       "wire add name=w0 kind=ring window=1\nwire add name=w1 kind=ring vlan=5\nwire add name=w2 kind=null window=3\n"
       "switch add name=s0 uplink=w0\nswitch add name=s1 uplink=w1\nswitch add name=s2 uplink=w2\n"
       "vm add name=a nic=e1000 switch=s0 workload=forward\nvm add name=b nic=e1000 switch=s1 workload=sink\n"
       "vm add name=c nic=vmxnet3 switch=s2 workload=forward\n"
       "vm pause name=a\nvm pause name=c\nsend to=a count=2000\nsend to=b count=2000\nsend to=c count=2000\n"
       "run mode=stepped until=idle");
  auto s = engine->cut();
  CHECK(wire(*s, "w1").generator_sent == 2000);
  CHECK(s->balance.dropped == 2000);
  CHECK(wire(*s, "w0").generator_sent == 1);
  CHECK(wire(*s, "w2").generator_sent == 3);
  CHECK(s->balance.holds());
}

TEST_CASE("what other guests send through its wire is no answer to a closed loop", "[regression][sanitize]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring window=2\nswitch add name=s0 uplink=w0\n"
       "vm add name=a nic=e1000 switch=s0 workload=forward\n"
       "vm add name=b nic=e1000 switch=s0 workload=generate count=500 size=60\n"
       "vm pause name=a\nsend to=a count=2000\nrun mode=stepped until=idle");
  auto s = engine->cut();
  CHECK(wire(*s, "w0").frames_out == 500);
  CHECK(wire(*s, "w0").generator_sent == 2);
}

TEST_CASE("a closed loop goes on when its own frames are lost, wherever that is", "[regression][sanitize]") {
  auto engine = make_engine();
  for (const char* kind : {"ring", "null"}) {
    load(*engine, std::string("wire add name=w0 window=4 vlan=5 kind=") + kind +
                      "\nswitch add name=s0 uplink=w0\nvm add name=a nic=e1000 switch=s0\n"
                      "send to=a count=100\nrun mode=stepped until=idle");
    auto s = engine->cut();  // in the switch
    CHECK(wire(*s, "w0").generator_sent == 100);
    CHECK(s->balance.dropped == 100);
    load(*engine, std::string("wire add name=w0 window=40 kind=") + kind +
                      "\nswitch add name=s0 uplink=w0\nvm add name=a nic=e1000 switch=s0 rx_ring=8\nvm pause name=a\n"
                      "send to=a count=100\nrun mode=stepped until=idle");
    s = engine->cut();  // in the NIC: its ring has 7 places
    CHECK(wire(*s, "w0").generator_sent == 100);
    CHECK(s->balance.delivered + s->balance.dropped == 100);
  }
}

TEST_CASE("a flooded frame is one frame of a closed loop, and who overhears it owes no answer",
          "[regression][sanitize]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring window=1\nswitch add name=s0 uplink=w0 mode=learning\n"
       "portgroup add name=mir switch=s0 promiscuous=accept\n"
       "vm add name=a nic=e1000 switch=s0 workload=forward\nvm add name=b nic=e1000 switch=s0 workload=sink\n"
       "vm add name=c nic=vmxnet3 switch=s0 workload=sink\n"
       "vm add name=l nic=e1000 switch=s0 portgroup=mir promiscuous=yes workload=sink\n"
       "send to=a count=12\nrun mode=stepped");
  // With the answers on the wire; a copy that somebody loses opens nothing.
  for (int i = 0; i < 4000 && wire(*engine->cut(), "w0").frames_out < 12; i++) {
    ask(*engine, "step n=5 grain=stage");
    REQUIRE(open(*engine->cut(), "w0") <= 1);
  }
  auto s = engine->cut();
  CHECK(wire(*s, "w0").frames_out == 12);
  CHECK(s->balance.holds());
}

TEST_CASE("two closed loops at one machine keep their own windows, whoever drops", "[regression][sanitize]") {
  auto engine = make_engine(2);
  load(*engine,
       "wire add name=w0 kind=ring window=8\nwire add name=w1 kind=ring window=32\nswitch add name=s0 uplink=w0\n"
       "switch add name=s1 uplink=w1\nvm add name=a nic=vmxnet3 switch=s0 workload=forward\n"
       "vm add name=b nic=e1000 switch=s1 workload=forward rx_ring=8\n"
       "send to=a count=forever\nsend to=b count=forever\nrun mode=free");
  for (int i = 0; i < 20; i++) {
    auto s = engine->cut();
    CHECK(open(*s, "w0") <= 8);
    const WireView& w = wire(*s, "w1");
    CHECK(w.generator_sent - w.frames_out - s->balance.dropped <= 32);
    CHECK(s->balance.holds());
  }
}

TEST_CASE("who overhears an answer answers nothing, and loses nothing of the loop's", "[regression][sanitize]") {
  auto engine = make_engine();
  // The listener's ring has 7 places: it loses most of what it overhears.
  load(*engine,
       "wire add name=w0 kind=ring window=2\nswitch add name=s0 uplink=w0\n"
       "portgroup add name=mir switch=s0 promiscuous=accept\n"
       "vm add name=a nic=vmxnet3 switch=s0 workload=forward\n"
       "vm add name=l nic=e1000 switch=s0 portgroup=mir promiscuous=yes workload=sink rx_ring=8\n"
       "vm pause name=l\nsend to=a count=30\nrun mode=stepped");
  for (int i = 0; i < 4000 && wire(*engine->cut(), "w0").frames_out < 30; i++) {
    if (!engine->execute("step n=5 grain=stage").ok()) break;  // nothing can move any more
    REQUIRE(open(*engine->cut(), "w0") <= 2);
  }
  auto s = engine->cut();
  CHECK(wire(*s, "w0").frames_out == 30);
  CHECK(s->balance.dropped > 30);
  CHECK(s->balance.holds());
}

TEST_CASE("what a listener makes of a frame that it overheard is no answer", "[regression][sanitize]") {
  auto engine = make_engine();
  for (const char* mode : {"vss", "learning"}) {
    INFO(mode);
    load(*engine, std::string("wire add name=w0 kind=ring window=4\nswitch add name=s0 uplink=w0 mode=") + mode +
                      "\nportgroup add name=mir switch=s0 promiscuous=accept\n"
                      "vm add name=web nic=e1000 switch=s0 workload=forward\n"
                      "vm add name=spy nic=e1000 switch=s0 portgroup=mir promiscuous=yes workload=forward\n"
                      "vm pause name=web\nsend to=web count=100\nrun mode=stepped until=idle");
    auto s = engine->cut();
    CHECK(wire(*s, "w0").generator_sent == 4);  // web has answered none
    CHECK(s->balance.holds());
  }
  // Who is addressed owes, though he may overhear.
  load(*engine,
       "wire add name=w0 kind=ring window=4\nswitch add name=s0 uplink=w0\n"
       "portgroup add name=mir switch=s0 promiscuous=accept\n"
       "vm add name=spy nic=e1000 switch=s0 portgroup=mir promiscuous=yes workload=forward\n"
       "send to=spy count=100\nrun mode=stepped until=idle");
  CHECK(wire(*engine->cut(), "w0").generator_sent == 100);
}

TEST_CASE("a machine whose windows are all shut for good is idle, free as well as stepped", "[regression]") {
  auto engine = make_engine();
  for (const char* mode : {"stepped", "free"}) {
    load(*engine,
         "wire add name=w0 kind=ring window=4\nswitch add name=s0 uplink=w0\n"
         "vm add name=a nic=e1000 switch=s0 workload=sink\nsend to=a count=100");
    CHECK(ask(*engine, std::string("run until=idle mode=") + mode).starts_with("ok, idle"));
    CHECK(wire(*engine->cut(), "w0").generator_sent == 4);
  }
}
