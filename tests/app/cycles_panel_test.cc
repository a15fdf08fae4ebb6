// SPDX-License-Identifier: BSD-3-Clause
// "Cycles per packet" of a VM is made of what works for this VM: names were looked for as parts of names, so that "v1"
// had the cost of "v10", and "c" that of every "nic0".
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"
#include "tests/support/fake_nics.h"

using namespace ringside;
using namespace ringside::test;

namespace {

ContextView context(const std::string& name, const std::string& kind, uint64_t each, double seconds) {
  ContextView c;
  c.name = name, c.kind = kind;
  c.packets = uint64_t(1e6 * seconds), c.busy_cycles = c.packets * each;
  return c;
}

}  // namespace

TEST_CASE("a VM's cycles are those of its own contexts and of its own switch's wire", "[cycles]") {
  FakeOptions options;
  options.vms = 2;
  options.adorn = [](Snapshot& s) {
    if (s.vms.size() < 2) return;
    s.vms[0].name = "v1", s.vms[1].name = "v10";
    s.vms[0].nics[0].switch_name = "s0", s.vms[1].nics[0].switch_name = "s1";
    s.switches.resize(2);
    s.switches[0].name = "s0", s.switches[0].uplink = "w0";
    s.switches[1].name = "s1", s.switches[1].uplink = "w1";
    const double seconds = double(s.run_ns) * 1e-9;
    s.contexts = {context("tx v1.nic0", "transmit", 3100, seconds), context("tx v10.nic0", "transmit", 5070, seconds),
                  context("rx w0", "receive", 4300, seconds), context("rx w1", "receive", 8110, seconds)};
  };
  Headless h({options, 1920, 1080, 100, "dark", "explore"});
  h.desktop->ui().bring_to_front("Cycles per packet");
  h.frames(60, 0.05);
  for (const char* own : {"3\u2009100", "4\u2009300", "5\u2009070", "8\u2009110"}) {
    INFO(own);
    CHECK(h.find(own));
  }
}
