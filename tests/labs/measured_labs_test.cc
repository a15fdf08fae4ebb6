// SPDX-License-Identifier: BSD-3-Clause
// Labs 3 and 4: their verdicts about time are made of windows that were measured once and kept, a solution's for each
// variant, those of wrong attempts, and some of a machine that others were using.
#include <cstdlib>
#include <filesystem>

#include "labs/grade/grade.h"
#include "labs/runner/lint.h"
#include "labs/runner/script.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

constexpr const char *kLab3 = "labs/exercises/003_97_percent_fewer_exits/lab.md",
                     *kLab4 = "labs/exercises/004_what_does_an_exit_cost/lab.md";

LabText lab_of(const char* file) {
  setenv("RINGSIDE_ASSETS", (std::filesystem::current_path() / "assets").c_str(), 0);
  auto text = read_lab(file);
  REQUIRE(text.ok());
  return *text;
}

void prove_lab(const char* file, int variant) {
  auto engine = make_engine();
  const LabText text = lab_of(file);
  REQUIRE(std::filesystem::is_regular_file(recording_file(text, "solution", variant - 1)));
  auto problems = prove(*engine, text, variant - 1);
  INFO((problems ? "" : problems.error().text()));
  REQUIRE(problems.ok());
  for (const std::string& problem : *problems) FAIL_CHECK(problem);
}

// What the checks say of one recording.
std::map<std::string, CheckResult> verdicts_of(const LabText& text, const Lab& lab, const std::string& name) {
  auto recording = read_recording(recording_file(text, name, 0));
  REQUIRE(recording.ok());
  Evidence evidence;
  for (const auto& [block, samples] : *recording) {
    Window window{block, {}, {}};
    window.samples = samples;
    evidence.add(std::move(window));
  }
  std::map<std::string, CheckResult> results;
  for (CheckResult& result : judge(lab, evidence)) results[result.id] = std::move(result);
  return results;
}

}  // namespace

TEST_CASE("lab 3: variant 1, and its wrong attempts", "[labs]") { prove_lab(kLab3, 1); }
TEST_CASE("lab 3: variant 2", "[labs]") { prove_lab(kLab3, 2); }
TEST_CASE("lab 3: variant 3", "[labs]") { prove_lab(kLab3, 3); }
TEST_CASE("lab 3: variant 4", "[labs]") { prove_lab(kLab3, 4); }
TEST_CASE("lab 4: variant 1, and its wrong attempts", "[labs]") { prove_lab(kLab4, 1); }
TEST_CASE("lab 4: variant 2", "[labs]") { prove_lab(kLab4, 2); }
TEST_CASE("lab 4: variant 3", "[labs]") { prove_lab(kLab4, 3); }
TEST_CASE("lab 4: variant 4", "[labs]") { prove_lab(kLab4, 4); }

TEST_CASE(
    "labs that measure: four variants, three wrong attempts with windows of their own, nothing to mend in the text",
    "[labs]") {
  for (const char* file : {kLab3, kLab4}) {
    const LabText text = lab_of(file);
    CHECK(*count_variants(text) == 4);
    for (int v = 0; v < 4; v++) {
      auto lab = parse_lab(text, v, 1);
      REQUIRE(lab.ok());
      REQUIRE(lab->wrong.size() == 3);
      for (const Attempt& wrong : lab->wrong)
        CHECK(std::filesystem::is_regular_file(recording_file(text, wrong.name, 0)));
      for (const Finding& finding : lint(*lab)) FAIL_CHECK(finding.line << ": " << finding.what);
    }
  }
}

TEST_CASE("lab 3: on a machine that others use counts are known, time is not, and nothing passes or fails by it",
          "[labs]") {
  const LabText text = lab_of(kLab3);
  auto lab = parse_lab(text, 0, 1);
  REQUIRE(lab.ok());
  const auto results = verdicts_of(text, *lab, "noisy");
  for (const char* counted : {"c1", "c4"}) CHECK(results.at(counted).verdict == Verdict::kPass);
  for (const char* timed : {"c2", "c5", "c7"}) {
    CHECK(results.at(timed).verdict == Verdict::kInconclusive);
    CHECK(results.at(timed).observed == kNotClear);
    CHECK(results.at(timed).reason.starts_with("Other programs took a CPU of this machine in "));
  }
}

TEST_CASE("what a machine cannot do is left out with its reason, and costs nobody a point", "[labs]") {
  const LabText text = lab_of(kLab4);
  for (const LabMachine machine : {LabMachine{true, true}, LabMachine{true, false}, LabMachine{false, true}}) {
    CAPTURE(machine.kvm, machine.bare);
    auto lab = parse_lab(text, 0, 1);
    REQUIRE(lab.ok());
    const auto all = lab->items().size();
    int points = 0, kept = 0;
    for (const Question& q : lab->questions) points += q.points;
    leave_out(*lab, machine);
    for (const Question& q : lab->questions) kept += q.points;
    CHECK(is_left_out(*lab, "prices") == !machine.kvm);
    CHECK(is_left_out(*lab, "o4") == !machine.kvm);
    CHECK_FALSE(is_left_out(*lab, "price"));
    CHECK(points - kept == (machine.kvm ? 0 : 2));
    CHECK((lab->items().size() == all) == machine.kvm);
    CHECK(lab->check("c3")->skipped.empty() == (machine.kvm && machine.bare));
    CHECK(lab->check("c1")->skipped.empty());
  }
}

TEST_CASE("graded is what the student's machine could do, and not what the teacher's can", "[labs]") {
  const LabText text = lab_of(kLab4);
  const auto maximum = [&](const char* kvm, const char* nested) {
    HandIn all;
    all.student = "ada", all.environment = {{"kvm", kvm}, {"nested", nested}};
    HandedLab handed;
    handed.attempt.student = "ada", handed.attempt.lab = "what-does-an-exit-cost", handed.attempt.hash = text.hash;
    auto graded = grade_lab(all, handed, text, "");
    REQUIRE(graded.ok());
    return graded->maximum;
  };
  const int whole = maximum("yes", "no");
  CHECK(whole - maximum("yes", "yes") == 1);  // the order of prices
  CHECK(whole - maximum("no", "no") == 3);    // and the two that were to be read
}

TEST_CASE("labs that measure: a check calls a figure what its chart calls it", "[labs]") {
  const LabText text = lab_of(kLab3);
  auto lab = parse_lab(text, 0, 1);
  REQUIRE(lab.ok());
  const auto dear = verdicts_of(text, *lab, "back-end-too-dear");
  CHECK(dear.at("c2").expected == "at least 1.4 times packets a second at db (E1000)");
  const auto rings = verdicts_of(text, *lab, "rings-for-each");
  CHECK(rings.at("c7").expected == "at most 0.3 times cycles a packet, the guest web with its exits (1)");
}
