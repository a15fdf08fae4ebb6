// SPDX-License-Identifier: BSD-3-Clause
// A mark was a whole picture, which held the marks before it: 4,000 of them took 871 MB.
#include <memory>

#include "engine/api/engine.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;

TEST_CASE("a mark keeps the counters and nothing of the picture, and marks are bounded", "[regressions]") {
  auto engine = test::make_engine();
  test::load(*engine,
             "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0\n"
             "run mode=stepped\n");
  std::weak_ptr<const Snapshot> then = engine->cut();
  for (int i = 0; i < 256; i++) test::ask(*engine, "mark name=m" + std::to_string(i));
  CHECK(then.expired());
  // Each says what it said: counters since it, and nothing before.
  test::ask(*engine, "send to=web count=3");
  test::ask(*engine, "run until=idle");
  test::ask(*engine, "mark name=m255");
  test::ask(*engine, "send to=web count=4");
  test::ask(*engine, "run until=idle");
  const auto picture = engine->cut();
  CHECK(picture->since("w0.generator.sent", "m0") == 7);
  CHECK(picture->since("w0.generator.sent", "m255") == 4);
  CHECK(picture->marks.size() == 256);
  const Answer refused = engine->execute("mark name=another");
  CHECK(refused.text.find("256 marks already") != std::string::npos);
  CHECK(engine->cut()->marks.size() == 256);
}

TEST_CASE("too many marks are a fault of the scenario, found before anything is built", "[regressions]") {
  auto engine = test::make_engine();
  std::string lines = "wire add name=w0 kind=ring\n";
  for (int i = 0; i < 300; i++) lines += "mark name=m" + std::to_string(i) + "\n";
  const Status refused = engine->load_scenario("marks.scn", lines).status();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().place == "marks.scn, line 258");
  CHECK_FALSE(refused.error().environment);
  CHECK(engine->cut()->wires.empty());
}
