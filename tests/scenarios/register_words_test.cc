// SPDX-License-Identifier: BSD-3-Clause
// What a step says of a register's value: rows are counted, all else is read by its bits.
#include <regex>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

namespace ringside::test {
namespace {

TEST_CASE("steps: a register's value is in hexadecimal, unless it is the number of a row", "[scenario]") {
  auto engine = make_engine();
  for (const char* nic : {"e1000", "vmxnet3"}) {
    load(*engine, std::string("wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=") + nic +
                      " switch=s0 driver=interrupt workload=forward\nsend to=web count=40\nrun mode=stepped");
    ask(*engine, "run until=idle");
    ask(*engine, "pause");
    const auto s = engine->cut();
    int rows = 0, bits = 0;
    for (const EventView& e : s->events) {
      if (e.kind != EventKind::kRegisterRead && e.kind != EventKind::kRegisterWrite) continue;
      CAPTURE(nic, e.what);
      bool row = false;
      for (const RingView& ring : s->rings)
        for (const PointerView& p : ring.pointers) row |= p.name == e.reg;
      row ? rows++ : bits++;
      if (row)
        CHECK(std::regex_search(e.what, std::regex(" [0-9]{1,4}$")));
      else
        CHECK(std::regex_search(e.what, std::regex(" [0-9a-f]{4} [0-9a-f]{4}$")));
    }
    CHECK(rows > 0);
    CHECK(bits > 0);
  }
}

}  // namespace
}  // namespace ringside::test
