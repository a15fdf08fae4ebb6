// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/lab_text.h"

#include "labs/runner/lint.h"
#include "labs/runner/program_words.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

const char* kFront = "+++\nid = \"x\"\ntitle = \"X\"\npromise = \"P.\"\n[[variant]]\nring = 8\n+++\n";  // 7 lines
const char* kStart = "```start\nwire add name=w0 kind=ring\n```\n";                                     // 3 lines
const char* kDo = "## Do: it\n```do it\nrun until=idle\n```\n";

Result<Lab> parse(const std::string& text) { return parse_lab({"x/lab.md", text, ""}, 0, 1); }

}  // namespace

TEST_CASE("the model lab is read whole, for every variant", "[labs]") {
  const LabText text = model_lab();
  auto variants = count_variants(text);
  REQUIRE(variants.ok());
  REQUIRE(*variants == 4);
  for (int v = 0; v < 4; v++) {
    auto read = parse_lab(text, v, 77);
    INFO((read ? "" : read.error().text()));
    REQUIRE(read.ok());
    const Lab& lab = *read;
    const std::string ring = std::to_string(8 * (v + 1));
    CHECK(lab.id == "anatomy-of-a-ring");
    CHECK(lab.fields.at("ring") == ring);
    CHECK(lab.questions.size() == 13);
    CHECK(lab.blocks.size() == 5);
    CHECK(lab.checks.size() == 5);
    CHECK(lab.wrong.size() == 3);
    CHECK(lab.hints.size() == 3);
    CHECK(lab.start[2].text.find("rx_ring=" + ring + " ") != std::string::npos);
    CHECK(lab.start[3].text == "run mode=stepped seed=77");
    CHECK(lab.question("p2")->holds.at("ring-of-n-holds-n") == ring);
    CHECK(lab.block("sleepy")->edit);
    CHECK(lab.block("sleepy")->commands[0].text.find("{{answer:p4}}") != std::string::npos);
    CHECK(lab.check("c4")->needs.size() == 2);
    CHECK(lab.steps.front().kind == "Context");
    CHECK(lab.steps.back().kind == "Checks");
    CHECK(lab.teacher.find("Ask the room") != std::string::npos);
    for (const Finding& finding : lint(lab)) {
      INFO(finding.line << ": " << finding.what);
      CHECK(finding.warning);
    }
  }
}

TEST_CASE("an error names file and line, and what was expected", "[labs]") {
  struct Case {
    std::string text, place, what, remedy;
  };
  const std::string head = std::string(kFront) + kStart;  // 10 lines
  for (const Case& c : {
           Case{"# no front matter\n", "x/lab.md:1", "front matter", "+++"},
           {"+++\nid = \"x\"\n", "x/lab.md:1", "does not end", "+++"},
           {"+++\nid = \"x\"\ntitle = oops\n+++\n", "x/lab.md:3", "not TOML", "key"},
           {"+++\nid = \"x\"\ntitel = \"X\"\n+++\n", "x/lab.md:3", "titel", "title"},
           {"+++\nid=\"x\"\ntitle=\"X\"\npromise=\"P\"\n[[variant]]\na = 1\n[[variant]]\nb = 2\n+++\n", "x/lab.md:7",
            "not in every variant", "same fields"},
           {head + kDo + "Your ring has {{rong}} rows.\n", "x/lab.md:15", "rong", "ring"},
           {head + "## Predikt: it\n", "x/lab.md:11", "Predikt", "Predict"},
           {head + kDo + "```predikt p1\n```\n", "x/lab.md:15", "predikt", "predict"},
           {head + kDo + "```predict\n```\n", "x/lab.md:15", "no id", "ID"},
           {head + kDo + "```predict p1\nask = \"A?\"\n", "x/lab.md:15", "does not end", "```"},
           {head + kDo + "```predict p1\nask = \"A?\"\nkind = \"choise\"\n```\n", "x/lab.md:17", "choise", "choice"},
           {head + kDo + "```predict p1\nkind = \"number\"\n```\n", "x/lab.md:16", "`ask`", "ask"},
           {head + kDo + "```observe o1\nask = \"A?\"\nform = \"a.b\"\n```\n", "x/lab.md:17", "form", "from"},
           {head + kDo +
                "```explain e1\nask = \"A?\"\nright = \"b\"\nmodel = \"M\"\n[[option]]\nid = \"a\"\ntext = "
                "\"T\"\n```\n",
            "x/lab.md:15", "right", "option"},
           {head + kDo + "```check c1\nverb = \"equals\"\nof = \"a\"\nvalue = 1\n```\n", "x/lab.md:16", "`else`",
            "else"},
           {head + kDo + "```check c1\nverb = \"within\"\nof = \"a\"\nvalue = 1\ntolerance = 2\nelse = \"E\"\n```\n",
            "x/lab.md:16", "without a reason", "because"},
           {head + kDo + "```wrong w\n```\n", "x/lab.md:15", "which check", "fails="},
           {head + kDo + kDo, "x/lab.md:16", "already", "name"},
           {head + kDo + "<!--\n", "x/lab.md:15", "does not end", "-->"},
           {head + kDo + "```predict p1\nask = \"A?\"\nkind = \"number\"\nright = 3\n```\n", "x/lab.md:15", "not when",
            "seen"},
           {std::string(kFront) + kDo, "x/lab.md:11", "no start block", "start"},
       }) {
    INFO(c.text);
    auto lab = parse(c.text);
    REQUIRE_FALSE(lab.ok());
    INFO(lab.error().text());
    CHECK(lab.error().place == c.place);
    CHECK(lab.error().what.find(c.what) != std::string::npos);
    CHECK(lab.error().remedy.find(c.remedy) != std::string::npos);
  }
}

TEST_CASE("lint finds what hangs on nothing", "[labs]") {
  const std::string text =
      std::string(kFront) + kStart + kDo +
      "```hints o9\nnudge = \"N.\"\n```\n"
      "```predict p7\nask = \"A?\"\nkind = \"number\"\nseen = \"o77\"\n```\n"
      "```predict p8\nask = \"A?\"\nkind = \"number\"\n```\n"
      "```observe o1\nask = \"A?\"\nfrom = \"a.b\"\nsince = \"nowhere\"\n```\n"
      "```check c1\nverb = \"equalz\"\nof = \"a\"\nvalue = 1\nelse = \"E.\"\nclaim = \"C.\"\nafter = \"c9\"\n```\n"
      "Press {key:fly} and read.\n\n"
      "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
      "eighteen nineteen twenty more.\n"
      "```solution\nanswer q9 1\ndo nothing\nexpect pass c8\n```\n"
      "```wrong w fails=c7\ndo it\n```\n";
  auto lab = parse(text);
  INFO((lab ? "" : lab.error().text()));
  REQUIRE(lab.ok());
  std::string all;
  for (const Finding& f : lint(*lab)) all += std::to_string(f.line) + (f.warning ? " warning " : " ") + f.what + "\n";
  INFO(all);
  for (const char* wanted :
       {"o9", "`seen = \"o77\"` names no question", "warning p8 is never laid beside what came", "nowhere", "equalz",
        "c9", "{key:fly}", "warning this text has a sentence of 21 words", "q9", "`nothing`", "c8", "c7"}) {
    INFO(wanted);
    CHECK(all.find(wanted) != std::string::npos);
  }
}

// The window spoke of rows "on the terminal", and the terminal told one to click.
TEST_CASE("the words of one program stand in braces, and the other never says them", "[labs]") {
  const std::string text = "Press {window:{key:step}, once more}{terminal:Enter} and read {{n}}.{window: Click it.}";
  CHECK(said_in(Program::kWindow, text) == "Press {key:step}, once more and read {{n}}. Click it.");
  CHECK(said_in(Program::kTerminal, text) == "Press Enter and read {{n}}.");
  CHECK(said_in(Program::kTerminal, "{window:it does not end") == "{window:it does not end");
  CHECK(said_in(Program::kTerminal, "{key:step}") == "{key:step}");
  for (const auto& [said, found] : {std::pair("Read it on the terminal.", "\"terminal\", which the window has not"),
                                    std::pair("Type :hint then.", "\":hint\", which the window has not"),
                                    std::pair("Press {key:step} now.", "\"{key:\", which the terminal has not"),
                                    std::pair("Click the row.", "\"click\", which the terminal has not"),
                                    std::pair("Topology says it.", "\"Topology\", which the terminal has not"),
                                    std::pair("{window:Click it in Topology.}{terminal:Type :look.}", ""),
                                    std::pair("A terminally ill row.", "")}) {
    auto lab = parse(std::string(kFront) + kStart + kDo + "```observe o1\nask = \"" + said +
                     "\"\nkind = \"point\"\nplaces = [\"a\", \"b\"]\nright = \"a\"\n```\n");
    INFO(said << (lab ? "" : lab.error().text()));
    REQUIRE(lab.ok());
    std::string all;
    for (const Finding& f : lint(*lab))
      if (f.what.find("has not") != std::string::npos) all += f.what + "\n";
    CHECK((all.empty() ? "" : all.substr(all.find('"'), all.find(';') - all.find('"'))) == found);
  }
}

TEST_CASE("a check's reason does not name what a prediction asks for", "[labs]") {
  for (const auto& [reason, gives] : {std::pair("Try 40 rows.", true), std::pair("Try 8 fewer than 140.", false)}) {
    auto lab = parse(std::string(kFront) + kStart + kDo +
                     "```predict p1\nask = \"A?\"\nkind = \"number\"\nseen = \"c1\"\nright = 40\n```\n"
                     "```check c1\nverb = \"equals\"\nof = \"a\"\nvalue = 40\nclaim = \"C.\"\nelse = \"" +
                     reason + "\"\n```\n");
    INFO(reason << (lab ? "" : lab.error().text()));
    REQUIRE(lab.ok());
    bool found = false;
    for (const Finding& f : lint(*lab)) found |= f.what.find("gives away 40") != std::string::npos;
    CHECK(found == gives);
  }
}

TEST_CASE("a student's variant and seed are drawn by lab and student alone", "[labs]") {
  std::set<int> variants;
  for (int i = 0; i < 40; i++) {
    const std::string student = "s" + std::to_string(i);
    const Draw first = draw("anatomy-of-a-ring", student, 4), again = draw("anatomy-of-a-ring", student, 4);
    CHECK((first.variant == again.variant && first.seed == again.seed));
    CHECK((first.variant >= 0 && first.variant < 4 && first.seed >= 1));
    variants.insert(first.variant);
  }
  CHECK(variants.size() == 4);
}
