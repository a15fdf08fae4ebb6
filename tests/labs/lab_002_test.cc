// SPDX-License-Identifier: BSD-3-Clause
// Lab 2, one packet, how many exits: the solution passes every check for every variant, and each wrong attempt fails
// the check that it names, for its reason.
#include <cstdlib>
#include <filesystem>

#include "labs/runner/lint.h"
#include "labs/runner/script.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

LabText lab_2() {
  setenv("RINGSIDE_ASSETS", (std::filesystem::current_path() / "assets").c_str(), 0);
  auto text = read_lab("labs/exercises/002_one_packet_how_many_exits/lab.md");
  REQUIRE(text.ok());
  return *text;
}

void prove_variant(int variant) {
  auto engine = make_engine();
  auto problems = prove(*engine, lab_2(), variant - 1);
  INFO((problems ? "" : problems.error().text()));
  REQUIRE(problems.ok());
  for (const std::string& problem : *problems) FAIL_CHECK(problem);
}

}  // namespace

TEST_CASE("lab 2: variant 1", "[labs]") { prove_variant(1); }
TEST_CASE("lab 2: variant 2", "[labs]") { prove_variant(2); }
TEST_CASE("lab 2: variant 3", "[labs]") { prove_variant(3); }
TEST_CASE("lab 2: variant 4", "[labs]") { prove_variant(4); }

TEST_CASE("lab 2: four variants, three wrong attempts, and nothing to mend in its text", "[labs]") {
  const LabText text = lab_2();
  CHECK(*count_variants(text) == 4);
  for (int v = 0; v < 4; v++) {
    auto lab = parse_lab(text, v, 1);
    REQUIRE(lab.ok());
    CHECK(lab->wrong.size() == 3);
    for (const Finding& finding : lint(*lab)) FAIL_CHECK(finding.line << ": " << finding.what);
  }
}
