// SPDX-License-Identifier: BSD-3-Clause
// Bits a second are what moved in the second of the rates; they were the rate times the mean size of all frames ever.
#include "tests/app/headless.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("bits per second follow the frames that come now, not those that came before", "[throughput]") {
  FakeOptions options;
  options.adorn = [](Snapshot& s) {
    // Three million long frames once; now 200,000 short ones a second.
    const uint64_t now = uint64_t(200'000 * double(s.run_ns) * 1e-9);
    for (WireView& w : s.wires) {
      w.frames_in = 3'000'000 + now, w.bytes_in = 3'000'000ull * 1500 + now * 60;
      w.frames_out = w.bytes_out = 0;
    }
    s.balance.sent = 3'000'000 + now;
  };
  Headless h({options, 1920, 1080, 100, "dark", "explore"});
  h.frames(80, 0.05);
  CHECK(h.desktop->history().rate("in") == Approx(200'000).epsilon(0.02));
  CHECK(h.shows("64\u2009B frames"));
  CHECK(h.shows("134\u2009Mb/s at L1"));  // (64 + 20) x 8 x 200,000
  CHECK(h.find("102"));                   // Mb/s L2: 64 x 8 x 200,000
}
