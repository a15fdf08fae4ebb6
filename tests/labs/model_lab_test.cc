// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/script.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

// The solution passes every check, and each wrong attempt fails the check that it names, with that check's reason.
void prove_variant(int variant, const char* attempt) {
  const LabText text = model_lab();
  auto engine = make_engine();
  auto problems = prove(*engine, text, variant - 1, attempt);
  INFO((problems ? "" : problems.error().text()));
  REQUIRE(problems.ok());
  for (const std::string& problem : *problems) FAIL_CHECK(problem);
}

}  // namespace

// A case each, so that each has a process and a time limit of its own.
TEST_CASE("the model lab: solution, variant 1", "[labs]") { prove_variant(1, "solution"); }
TEST_CASE("the model lab: never-paused, variant 1", "[labs]") { prove_variant(1, "never-paused"); }
TEST_CASE("the model lab: ring-too-small, variant 1", "[labs]") { prove_variant(1, "ring-too-small"); }
TEST_CASE("the model lab: ring-too-large, variant 1", "[labs]") { prove_variant(1, "ring-too-large"); }
TEST_CASE("the model lab: solution, variant 2", "[labs]") { prove_variant(2, "solution"); }
TEST_CASE("the model lab: never-paused, variant 2", "[labs]") { prove_variant(2, "never-paused"); }
TEST_CASE("the model lab: ring-too-small, variant 2", "[labs]") { prove_variant(2, "ring-too-small"); }
TEST_CASE("the model lab: ring-too-large, variant 2", "[labs]") { prove_variant(2, "ring-too-large"); }
TEST_CASE("the model lab: solution, variant 3", "[labs]") { prove_variant(3, "solution"); }
TEST_CASE("the model lab: never-paused, variant 3", "[labs]") { prove_variant(3, "never-paused"); }
TEST_CASE("the model lab: ring-too-small, variant 3", "[labs]") { prove_variant(3, "ring-too-small"); }
TEST_CASE("the model lab: ring-too-large, variant 3", "[labs]") { prove_variant(3, "ring-too-large"); }
TEST_CASE("the model lab: solution, variant 4", "[labs]") { prove_variant(4, "solution"); }
TEST_CASE("the model lab: never-paused, variant 4", "[labs]") { prove_variant(4, "never-paused"); }
TEST_CASE("the model lab: ring-too-small, variant 4", "[labs]") { prove_variant(4, "ring-too-small"); }
TEST_CASE("the model lab: ring-too-large, variant 4", "[labs]") { prove_variant(4, "ring-too-large"); }

TEST_CASE("the model lab has these wrong attempts and variants", "[labs]") {
  const LabText text = model_lab();
  CHECK(*count_variants(text) == 4);
  auto lab = parse_lab(text, 0, 1);
  REQUIRE(lab.ok());
  REQUIRE(lab->wrong.size() == 3);
  CHECK((lab->wrong[0].name == "never-paused" && lab->wrong[1].name == "ring-too-small" &&
         lab->wrong[2].name == "ring-too-large"));
}
