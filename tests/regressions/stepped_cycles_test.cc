// SPDX-License-Identifier: BSD-3-Clause
// Cycles that the stepper had priced were called measured as soon as the mode was free, though not one frame had moved
// since.
#include "engine/figures/derived.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

void check_cycles(const Snapshot& s, Provenance wanted) {
  int checked = 0;
  for (const auto& figure : figures::derive(s, nullptr))
    if (figure.name.starts_with("cycles_per_packet.")) {
      INFO(figure.name);
      CHECK(figure.provenance == (figure.name.ends_with("web/0") ? Provenance::kModelled : wanted));
      checked++;
    }
  CHECK(checked >= 2);
  const auto busy = s.find("context.rx_w0.busy_cycles");
  REQUIRE(busy);
  CHECK(busy->provenance == wanted);
}

}  // namespace

TEST_CASE("cycles that were stepped stay modelled when time runs free", "[regression]") {
  auto engine = make_engine(1);
  const std::string machine =
      "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink\n"
      "send to=web count=200\n";
  load(*engine, machine + "run mode=free until=idle\n");
  check_cycles(*engine->cut(), Provenance::kMeasured);
  ask(*engine, "send to=web count=1");
  ask(*engine, "run mode=stepped until=idle");
  check_cycles(*engine->cut(), Provenance::kModelled);
  load(*engine, machine + "run mode=stepped until=idle\n");
  check_cycles(*engine->cut(), Provenance::kModelled);
  ask(*engine, "run mode=free for=1ms");
  check_cycles(*engine->cut(), Provenance::kModelled);
}
