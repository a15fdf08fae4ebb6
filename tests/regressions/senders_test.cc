// SPDX-License-Identifier: BSD-3-Clause
// A VM that got another address was followed by the guests that send to it, and not by the wires: what they had been
// told to send went on to the old address, where nobody was.
#include <algorithm>
#include <string>

#include "engine/base/fault_injection.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/whole_state.h"

using namespace ringside;
using namespace ringside::test;

namespace {

constexpr char kMachine[] =
    "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n"
    "vm add name=web nic=e1000 switch=s0 workload=sink\nvm add name=db nic=vmxnet3 switch=s0 workload=sink\n"
    "vm add name=gen nic=e1000 switch=s0 workload=generate peer=web\n";

constexpr uint64_t kFirst = 0x01'00'00'00'00'02, kSecond = 0x02'00'00'00'00'02, kOther = 0x77'00'00'00'00'02;

using Macs = std::vector<uint64_t>;

Macs wire_sends_to(Engine& engine) { return engine.cut()->wires[0].sends_to; }

uint64_t guest_sends_to(Engine& engine, const std::string& name = "gen") {
  for (const auto newest = engine.cut(); const VmView& vm : newest->vms)
    if (vm.name == name) return vm.sends_to;
  return 0;
}

}  // namespace

TEST_CASE("what is sent to a VM goes to the address that it gets", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, kMachine);
  ask(*engine, "send to=web count=10 rate=1Mpps");
  ask(*engine, "run mode=stepped for=5us");
  const double early = probe(*engine->cut(), "w0.generator.sent");
  REQUIRE(early > 2);
  REQUIRE(early < 9);
  ask(*engine, "vm set name=web mac=02:00:00:00:00:77");
  CHECK(wire_sends_to(*engine) == Macs{kOther});
  CHECK(guest_sends_to(*engine) == kOther);
  ask(*engine, "mark name=then");
  ask(*engine, "run mode=stepped until=idle");
  const auto end = engine->cut();
  CHECK(probe(*end, "w0.generator.sent") == 10);
  // One may have been on its way to the old address.
  CHECK(end->since("web.nic0.rx.accepted", "then") >= 10 - early - 1);
  CHECK(end->balance.holds());
}

TEST_CASE("of several destinations the one with another address changes, and each has its turn", "[regression]") {
  auto engine = make_engine(1);
  for (const char* frames : {"size=60", "size=imix", "size=1514 flows=3"}) {
    INFO(frames);
    load(*engine, kMachine);
    ask(*engine, std::string("send to=web,db count=24 ") + frames);
    CHECK(wire_sends_to(*engine) == Macs{kFirst, kSecond});
    ask(*engine, "run mode=stepped");
    ask(*engine, "vm set name=web mac=02:00:00:00:00:77");
    CHECK(wire_sends_to(*engine) == Macs{kOther, kSecond});
    ask(*engine, "run until=idle");
    CHECK(probe(*engine->cut(), "web.nic0.rx.accepted") == 12);
    CHECK(probe(*engine->cut(), "db.nic0.rx.accepted") == 12);
  }
}

TEST_CASE("a null wire follows, too", "[regression]") {
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=null rate=1kpps\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0\n"
       "send to=web count=5\nvm set name=web mac=02:00:00:00:00:77\n");
  CHECK(wire_sends_to(*engine) == Macs{kOther});
}

TEST_CASE("who sends to a VM that goes and comes back sends to it again", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, kMachine);
  ask(*engine, "send to=web,db count=3");
  ask(*engine, "vm remove name=web");
  // In between to where it was, whatever else is changed.
  ask(*engine, "vm set name=gen batch=8");
  ask(*engine, "vm set name=db mac=02:00:00:00:00:78");
  CHECK(guest_sends_to(*engine) == kFirst);
  CHECK(wire_sends_to(*engine) == Macs{kFirst, 0x78'00'00'00'00'02});
  ask(*engine, "vm add name=web nic=vmxnet3 switch=s0 mac=02:00:00:00:00:77");
  CHECK(guest_sends_to(*engine) == kOther);
  CHECK(wire_sends_to(*engine) == Macs{kOther, 0x78'00'00'00'00'02});
}

// The change told them, and taking it back did not.
TEST_CASE("a change that is refused leaves those who send to the VM as they were", "[regression][sanitize]") {
  auto engine = make_engine(2);
  for (const char* mode : {"run mode=free for=1ms", "run mode=stepped"}) {
    load(*engine, kMachine);
    ask(*engine, "send to=web,db count=4");
    ask(*engine, "run until=idle");
    ask(*engine, mode);
    ask(*engine, "vm remove name=db");
    for (const char* command : {"vm set name=web mac=02:00:00:00:00:77 ", "vm set name=web mac=02:00:00:00:00:76",
                                "vm add name=db nic=e1000 switch=s0 mac=02:00:00:00:00:78"}) {
      uint64_t refused = 0;
      for (uint64_t nth = 0;; nth++) {
        const std::string before = whole_state(*engine->cut());
        ArmedFault fault({.nth = nth});
        const Answer answer = engine->execute(command);
        if (answer.ok()) break;
        refused++;
        INFO(mode << ", " << command << ", call " << nth << " (" << fault.where() << "): " << answer.text);
        REQUIRE(changed_lines(before, whole_state(*engine->cut())) == "");
      }
      CHECK(refused > 0);
    }
    CHECK(wire_sends_to(*engine) == Macs{0x76'00'00'00'00'02, 0x78'00'00'00'00'02});
    CHECK(guest_sends_to(*engine) == 0x76'00'00'00'00'02);
    CHECK(engine->cut()->balance.holds());
  }
}

TEST_CASE("who is to send to a VM that is not there is told so", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=b nic=e1000 switch=s0\n");
  const auto said = [&](const std::string& line) { return ask(*engine, line); };
  CHECK(said("vm add name=gen nic=e1000 switch=s0 workload=generate peer=wbe") ==
        "ok, VM gen boots. There is no VM wbe, so gen sends to everybody until there is one");
  CHECK(said("vm set name=gen peer=b").find("There is no VM") == std::string::npos);
  CHECK(said("vm set name=gen peer=nobody").find("There is no VM nobody") != std::string::npos);
}
