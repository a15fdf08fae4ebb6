// SPDX-License-Identifier: BSD-3-Clause
// A learning switch flooded link-local group addresses, which a bridge does not relay (IEEE 802.1Q-2018 8.6.3).
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/switch_bench.h"

using namespace ringside;
using datapath::SwitchMode;

TEST_CASE("the sixteen link-local group addresses are dropped by name, and no other", "[sanitize]") {
  for (auto [mode, relays] : {std::pair(SwitchMode::kLearning, false), std::pair(SwitchMode::kLearning, true),
                              std::pair(SwitchMode::kVss, false), std::pair(SwitchMode::kVss, true)}) {
    test::SwitchBench bench(mode, 511, relays);
    test::SwitchSink a, b;
    datapath::SwitchPort& pa = bench.plug(a, 0x0a00'0000'0002);
    bench.plug(b, 0x0b00'0000'0002);
    for (uint64_t last = 0; last < 16; last++) bench.send(pa, 0x0a00'0000'0002, last << 40 | 0xc2'8001);
    CHECK(b.tags.size() == (relays ? 16 : 0));
    CHECK(bench.dropped(net::DropReason::kReservedAddress) == (relays ? 0 : 16));
    b.tags.clear();
    for (uint64_t near : std::initializer_list<uint64_t>{0x1000'00c2'8001, 0x2100'00c2'8001, 0x0001'00c2'8001,
                                                         0x0000'01c2'8001, 0x0000'00c3'8001})
      bench.send(pa, 0x0a00'0000'0002, near);
    CHECK(b.tags.size() == 5);
  }
}

TEST_CASE("reserved= decides; without it a learning switch drops and vss forwards", "[scenario]") {
  auto engine = test::make_engine();
  struct Case {
    const char* wish;
    int drops;
  };
  for (const Case& c : {Case{"mode=learning", 1}, Case{"mode=learning reserved=forward", 0}, Case{"mode=vss", 0},
                        Case{"mode=vss reserved=drop", 1}, Case{"", 0}}) {
    INFO(c.wish);
    test::load(*engine, std::string("switch add name=s0 ") + c.wish +
                            "\nvm add name=a nic=e1000 switch=s0 workload=sink\nrun mode=free\n");
    CHECK(engine->cut()->switches.at(0).reserved == (c.drops ? "drop" : "forward"));
  }
}
