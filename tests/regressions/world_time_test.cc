// SPDX-License-Identifier: BSD-3-Clause
// Stepped time outran the world's where a guest polls at an interval: each look for what a tap may have brought let all
// of the interval pass, ten times as much as outside.
#include <chrono>

#include "tests/support/engine.h"
#include "tests/support/own_network.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("while only the world can make something move, virtual time goes as the world's does", "[regression]") {
  need_tap();
  enter_own_network();
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=tap:rst\nswitch add name=s0 uplink=w0\n"
       "vm add name=a nic=e1000 switch=s0 workload=sink poll_every=200ms\n");
  const auto begin = std::chrono::steady_clock::now();
  ask(*engine, "run mode=stepped for=3");
  // A poll is due at once, and others where something did come. How much longer it took does not matter.
  CHECK(std::chrono::steady_clock::now() - begin > std::chrono::seconds(2));
}
