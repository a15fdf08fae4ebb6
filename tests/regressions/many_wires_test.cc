// SPDX-License-Identifier: BSD-3-Clause
// DPDK has 32 ports. A ring or a null wire took one, and a machine that stands aside kept its own: `reset` of a
// scenario with 17 wires was refused.
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/whole_state.h"

using namespace ringside;
using namespace ringside::test;

namespace {

std::string wires_of(int count, const std::vector<std::string>& kinds) {
  std::string lines;
  for (int i = 0; i < count; i++)
    lines += "wire add name=w" + std::to_string(i) + " kind=" + kinds[size_t(i) % kinds.size()] + "\n";
  lines += "switch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink\n";
  return lines + "send to=web count=100\nrun until=idle\n";
}

void check_run(Engine& engine, int wires) {
  const auto s = engine.cut();
  CHECK(s->wires.size() == size_t(wires));
  CHECK(probe(*s, "web.guest.received") == 100);
  CHECK(s->balance.holds());
  CHECK(s->leaked_packets == 0);
}

const std::vector<std::string> kMixed{"ring", "null", "pcap:assets/captures/lan.pcap"};

}  // namespace

TEST_CASE("a scenario of many wires is loaded again and again", "[regression][sanitize]") {
  auto engine = make_engine(1);
  for (int wires : {20, 32, 40})
    for (int again = 0; again < 2; again++) {
      load(*engine, wires_of(wires, kMixed));
      check_run(*engine, wires);
      ask(*engine, "reset");
      check_run(*engine, wires);
    }
}

TEST_CASE("a scenario of many wires is loaded after many wires of another kind", "[regression]") {
  auto engine = make_engine(1);
  for (const char* kind : {"ring", "null", "ring"}) {
    load(*engine, wires_of(32, {"ring", kind}));
    check_run(*engine, 32);
  }
}

TEST_CASE("a failed load of many wires leaves many wires as they are", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, wires_of(32, kMixed));
  const std::string before = whole_state(*engine->cut());
  const Answer failed = engine->load_scenario(
      "new.scn", wires_of(32, {"ring", "null"}) + "wire add name=x0 kind=pcap:assets/captures/nosuch.pcap\n");
  REQUIRE(failed.ended == Ended::kRefused);
  CHECK(failed.text.find("nosuch.pcap") != std::string::npos);
  CHECK(changed_lines(before, whole_state(*engine->cut())) == "");
  ask(*engine, "send to=web count=10");
  ask(*engine, "run until=idle");
  CHECK(probe(*engine->cut(), "web.guest.received") == 110);
  CHECK(engine->cut()->balance.holds());
}

// The 257th wire sent from the first one's address: what was lost of its frames counted for the first one's window.
TEST_CASE("no two wires of a machine send from one address", "[regression]") {
  auto engine = make_engine(1);
  std::string lines = "wire add name=a kind=ring window=2\n";
  for (int i = 2; i <= 256; i++) lines += "wire add name=x" + std::to_string(i) + " kind=null\n";
  lines +=
      "wire add name=b kind=ring\nswitch add name=s0 uplink=a\nswitch add name=s1 uplink=b\n"
      "vm add name=one nic=e1000 switch=s0\nvm add name=other nic=e1000 switch=s1 rx_ring=16\nvm pause name=one\n"
      "vm pause name=other\nsend to=one count=2000\nsend to=other count=2000\nrun mode=stepped for=5ms\n";
  load(*engine, lines);
  const auto s = engine->cut();
  CHECK(probe(*s, "a.frames_in") == 2);
  CHECK(probe(*s, "other.nic0.rx.dropped.no_descriptor") > 1000);
  CHECK(s->balance.holds());
}
