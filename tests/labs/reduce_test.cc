// SPDX-License-Identifier: BSD-3-Clause
// What a student's pack holds back: that it is gone, and that nothing else is.
#include "labs/pack/reduce.h"

#include <algorithm>

#include "labs/runner/checks.h"
#include "labs/runner/lab_compiler.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

// Those that come along.
std::vector<LabText> texts_that_come_along() {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  std::vector<LabText> all;
  for (const std::string& path : lab_sources()) {
    auto text = read_lab(path);
    REQUIRE(text.ok());
    all.push_back(*text);
  }
  REQUIRE(all.size() >= 2);
  return all;
}

LabText reduced(LabText text, const Release& release) {
  auto source = reduce_lab(text, release);
  INFO((source ? "" : source.error().text()));
  REQUIRE(source.ok());
  text.text = *source;
  text.reduced = true;
  return text;
}

Lab parsed(const LabText& text, int variant = 0) {
  auto lab = parse_lab(text, variant, 7);
  INFO((lab ? "" : lab.error().text()));
  REQUIRE(lab.ok());
  return *lab;
}

// The model lab with its last check hidden, and a check that looks at two more probes.
LabText with_hidden() {
  LabText text = model_lab();
  const size_t at = text.text.find("```check c5\n") + 12;
  text.text.insert(at,
                   "hidden = true\nneeds = [ { verb = \"at_most\", of = \"cycles_per_packet.tx web.nic0\", value = 9, "
                   "else = \"No.\" } ]\n");
  const size_t before = text.text.find("```solution");
  text.text.insert(before,
                   "```check c6\nhidden = true\nverb = \"ratio\"\nof = \"w0.frames_in\"\nto = \"w0.generator.sent\"\n"
                   "value = {{sent}}\nsince = \"sleep\"\nclaim = \"All came in.\"\nelse = \"No.\"\n```\n\n");
  return text;
}

}  // namespace

TEST_CASE("a student's edition has no solution, no wrong attempt and no teacher's page", "[labs]") {
  for (const LabText& whole : texts_that_come_along()) {
    const LabText text = reduced(whole, {});
    int variants = *count_variants(whole);
    REQUIRE(*count_variants(text) == variants);
    for (int v = 0; v < variants; v++) {
      const Lab before = parsed(whole, v), after = parsed(text, v);
      CHECK(after.solution.lines.empty());
      CHECK(after.wrong.empty());
      CHECK(after.teacher.empty());
      CHECK_FALSE(holds_text(text.text, "for authors"));
      // All that stays is what it was, and where it was.
      REQUIRE(after.questions.size() == before.questions.size());
      for (size_t i = 0; i < before.questions.size(); i++) {
        CHECK(after.questions[i].line == before.questions[i].line);
        CHECK(after.questions[i].ask == before.questions[i].ask);
        CHECK(after.questions[i].right == before.questions[i].right);
        CHECK(after.questions[i].model == before.questions[i].model);
      }
      REQUIRE(after.checks.size() == before.checks.size());
      for (size_t i = 0; i < before.checks.size(); i++) {
        CHECK(after.checks[i].condition.line == before.checks[i].condition.line);
        CHECK(after.checks[i].condition.value == before.checks[i].condition.value);
      }
      REQUIRE(after.texts.size() == before.texts.size());
      for (size_t i = 0; i < before.texts.size(); i++) CHECK(after.texts[i].text == before.texts[i].text);
      REQUIRE(after.start.size() == before.start.size());
      CHECK(after.start.back().number == before.start.back().number);
      CHECK(after.plan == before.plan);
    }
  }
}

TEST_CASE("a graded edition says nowhere what is right", "[labs]") {
  for (const LabText& whole : texts_that_come_along()) {
    const LabText text = reduced(whole, {true, 3});
    const Lab before = parsed(whole), after = parsed(text);
    REQUIRE(after.questions.size() == before.questions.size());
    for (size_t i = 0; i < before.questions.size(); i++) {
      const Question &q = before.questions[i], &left = after.questions[i];
      INFO(q.id);
      CHECK(left.ask == q.ask);
      CHECK(left.line == q.line);
      CHECK(left.options.size() == q.options.size());
      if (q.kind == QuestionKind::kPredict) continue;
      CHECK(left.right.empty());
      CHECK(left.model.empty());
      CHECK(left.mark.empty());
      for (const Option& option : left.options) CHECK((option.reply + option.holds).empty());
    }
    for (const Misconception& m : after.misconceptions) CHECK(m.truth.empty());
    for (const Hints& hints : after.hints) CHECK(hints.levels.size() <= 3);
  }
  // And the bytes: no sentence of what is held back stands anywhere.
  const LabText text = reduced(model_lab(), {true, 3});
  for (const char* part :
       {"So it keeps one row back", "nobody told the sender", "It says what was missing", "None of them is special",
        "has nowhere to go", "with the guest.\"\nworked", "3 … ", "Ask the room", "never-paused"})
    CHECK_FALSE(holds_text(text.text, part));
  CHECK(holds_text(text.text, "Start at RDH = 3"));
  CHECK(parsed(reduced(model_lab(), {true, 1})).hints[0].levels.size() == 1);
  CHECK(parsed(reduced(model_lab(), {true, 0})).hints.empty());
}

TEST_CASE("a hidden check is gone, and what it looks at is recorded", "[labs]") {
  const LabText whole = with_hidden();
  const LabText text = reduced(whole, {});
  for (const char* part : {"c5", "c6", "the smallest such ring", "All came in"}) {
    INFO(part);
    CHECK_FALSE(holds_text(text.text, part));
  }
  const LabText graded = reduced(whole, {true, 3});  // its number was in the last hint, too, and in no other place
  for (const char* part : {"{{fit}}", "fit = ", "short = "}) CHECK_FALSE(holds_text(graded.text, part));
  for (int v = 0; v < 4; v++) {
    const Lab before = parsed(whole, v), after = parsed(text, v);
    CHECK(after.checks.size() == 4);
    CHECK(after.question("p4")->seen.empty());
    CHECK(after.question("p4")->right.empty());
    std::vector<std::string> watched;
    for (const Line& probe : after.watch) watched.push_back(probe.text);
    CHECK(watched == std::vector<std::string>{"web.nic0.rx.ring_size", "cycles_per_packet.tx web.nic0", "w0.frames_in",
                                              "w0.generator.sent"});
    CHECK(probes_of(before) == probes_of(after));
  }
}

TEST_CASE("whatever is hidden of a lab that comes along, the same is recorded", "[labs]") {
  for (LabText whole : texts_that_come_along()) {
    const Lab shown = parsed(whole);
    for (const Check& check : shown.checks) {
      const std::string fence = "```check " + check.id + "\n";
      whole.text.insert(whole.text.find(fence) + fence.size(), "hidden = true\n");
    }
    const Lab before = parsed(whole), after = parsed(reduced(whole, {true, 3}));
    INFO(before.id);
    CHECK(before.checks.size() == shown.checks.size());
    CHECK(after.checks.empty());
    CHECK(probes_of(after) == probes_of(before));
    CHECK(probes_of(after) == probes_of(shown));
  }
}

TEST_CASE("what was reduced before is reduced to the same, so that an unlock file can be held against a pack",
          "[labs]") {
  std::vector<LabText> labs = texts_that_come_along();
  labs.push_back(with_hidden());
  for (const LabText& whole : labs)
    for (const Release& release : {Release{true, 3}, Release{true, 0}, Release{false, 2}, Release{false, 4}}) {
      const LabText open = reduced(whole, {});
      CHECK(reduced(open, release).text == reduced(whole, release).text);
      CHECK(reduced(reduced(whole, release), release).text == reduced(whole, release).text);
    }
}

TEST_CASE("numbers that are filled in later may stand in a block that is written anew", "[labs]") {
  LabText text = model_lab();
  const size_t at = text.text.find("points = 1\nmodel  = \"\"\"");
  REQUIRE(at != text.text.npos);
  text.text.replace(at, 10, "points = {{usable}}");
  const LabText graded = reduced(text, {true, 3});
  CHECK(holds_text(graded.text, "points = {{usable}}\n"));
  CHECK(parsed(graded, 1).question("e1")->points == 15);
}

TEST_CASE("only a student's edition may leave out what is right", "[labs]") {
  LabText text = reduced(model_lab(), {true, 3});
  text.reduced = false;
  auto lab = parse_lab(text, 0, 1);
  REQUIRE_FALSE(lab.ok());
  CHECK(holds_text(lab.error().text(), "has no `truth`"));
}

TEST_CASE("no comment of the author's is in a student's edition, wherever it stood", "[labs]") {
  LabText whole = model_lab();
  const auto put = [&](const std::string& behind, const std::string& what) {
    const size_t at = whole.text.find(behind);
    REQUIRE(at != std::string::npos);
    whole.text.insert(at + behind.size(), what);
  };
  put("```observe o1\n", "# SECRET one\n");
  put("```check c2\n", "points = 1 # SECRET two\n");
  put("```start\n", "# SECRET three\nmark name=x # SECRET four\n");
  put("## Context\n\n", "Here <!-- SECRET five --> and <!-- SECRET six --> there.\n\n");
  const LabText text = reduced(whole, {});
  CHECK(text.text.find("SECRET") == std::string::npos);
  CHECK(text.text.find("Here  and  there.") != std::string::npos);
  CHECK(parsed(text).start.size() == parsed(whole).start.size());
}
