// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/scenario_text.h"

#include "tests/support/catch.h"

using ringside::desktop::waiting_for_steps;

TEST_CASE("a stepped scenario waits in the window for its first step, a free one runs", "[scenario_text]") {
  CHECK(waiting_for_steps("switch add name=s0\nrun mode=stepped seed=7 until=idle\n") ==
        "switch add name=s0\nrun mode=stepped seed=7\n");
  CHECK(waiting_for_steps("# until=idle\nrun mode=stepped for=2ms seed=1 # why") ==
        "# until=idle\nrun mode=stepped seed=1 # why\n");
  CHECK(waiting_for_steps("run mode=free until=idle\n") == "run mode=free until=idle\n");
}
