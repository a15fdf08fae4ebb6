// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/nearest.h"

#include "tests/support/catch.h"

using namespace ringside;

TEST_CASE("the nearest word is at most half of its letters away", "[base]") {
  const std::vector<std::string> words = {"run", "step", "exits", "show", "lab", "doctor", "bench"};
  CHECK(nearest("rnu", words) == "run");  // two letters that changed places are one slip
  CHECK(nearest("stpe", words) == "step");
  CHECK(nearest("exit", words) == "exits");
  CHECK(nearest("docktor", words) == "doctor");
  CHECK(nearest("measure", words).empty());
  CHECK(nearest("", words).empty());
  CHECK(nearest(std::string(65, 'x'), words).empty());
}
