// SPDX-License-Identifier: BSD-3-Clause
// What lint says beyond ids and keys: long sentences, places, answers that come too early, numbers that are typed.
#include "labs/runner/lint.h"

#include <algorithm>

#include "labs/runner/lab_compiler.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

// 16 lines; a body begins with the 17th.
const char* kLintHead =
    "+++\nid = \"x\"\ntitle = \"X\"\npromise = \"P.\"\n[[variant]]\nsent = 20\nring = 8\n[[variant]]\nsent = 40\nring "
    "= "
    "16\n+++\n"
    "```start\nwire add name=w0 kind=ring\nvm add name=web nic=e1000\n```\n"
    "## Do: one sleep\n";
const char* kLintDo = "```do it\nrun until=idle\n```\n";
const char* kLintSolution = "```solution\ndo it\n```\n";

// "18 [place]: what …" a line, for the rules of this file; what else lint says of such a small lab is left out.
std::string lint_of(const std::string& body, bool all = false) {
  auto findings = lint_text(
      {"x/lab.md",
       kLintHead + body + (holds_text(body, "```solution") ? kLintDo : std::string(kLintDo) + kLintSolution), ""});
  INFO(body << (findings ? "" : findings.error().text()));
  REQUIRE(findings.ok());
  std::string said;
  for (const Finding& f : *findings)
    if (all || !f.rule.empty()) said += std::to_string(f.line) + " [" + f.rule + "] " + f.what + "\n";
  return said;
}

std::string number_question(const std::string& more) {
  return "```observe o1\nask = \"How many came?\"\nfrom = \"w0.generator.sent\"\nunit = \"packets\"\npoints = 1\n```\n"
         "```solution\nanswer o1 " +
         more + "\n```\n";
}

}  // namespace

TEST_CASE("lint says which sentence is too long, and in which line it begins", "[labs]") {
  const std::string ten = "a b c d e f g h i j ";
  CHECK(lint_of("Short.\n\nNot here. Now " + ten + ten + "end.\n") ==
        "19 [sentence] this text has a sentence of 22 words; 20 at most: \"Now " + ten + ten + "end.\"\n");
  CHECK(lint_of("Well! " + ten + "k l m n o p q r s t.\n").empty());
  CHECK(lint_of("- " + ten + "\n- " + ten + "\n- " + ten + "\n").empty());  // a list is no sentence
  CHECK(lint_of("1. " + ten + "\n2. " + ten + "\n3. " + ten + "\n").empty());
  // Of each variant the numbers differ; the sentence is one.
  const std::string twice = lint_of("{{sent}} {{ring}} " + ten + ten + "end.\n");
  CHECK(holds_text(twice, "17 [sentence] this text has a sentence of 23 words"));
  CHECK(std::count(twice.begin(), twice.end(), '\n') == 1);
}

TEST_CASE("lint finds places that the programs do not have, and leaves alone what may be none", "[labs]") {
  for (const auto& [text, says] :
       {std::pair("Read it in Ringz.", "names the place Ringz, which the window has not; nearest: Rings"),
        {"*Topolgy* says it.", "names the place Topolgy, which the window has not; nearest: Topology"},
        {"The Troughput of it.", "names the place Troughput, which the window has not; nearest: Throughput"},
        {"Look at *Counters*.", "sends one to Counters, which the window has not; expected {window:…}{terminal:…}"},
        {"{window:Look at Rings.}{terminal:Look in Measured.}", "sends one to Measured, which the terminal has not"},
        {"{window:Press *Reset labs* now.}",
         "says to press *Reset labs*, which the window has not; nearest: *Reset lab*"},
        {"{window:Press *Reset lab* now.}", ""},
        {"Look at Rings, then at Steps. {terminal:Counters says it.}", ""},
        {"In Ringside, in English, in E1000 and at RDH. Rings 2 and Ring 0.", ""},
        {"Measure again. Machines count. Counters are words. The register.", ""},
        {"A card counts *MPC* and *Things* of its own.", ""}}) {
    const std::string found = lint_of(std::string(text) + "\n");
    INFO(text << "\n" << found);
    CHECK((*says ? holds_text(found, std::string("17 [place] this text ") + says) : found.empty()));
  }
}

TEST_CASE("a link leads to a panel, to what a line adds, or to a step", "[labs]") {
  for (const auto& [look, says] :
       {std::pair("ringz/web.nic0.rx", "leads nowhere; expected lab/do/BLOCK, or one of: topology, rings"),
        {"rings/db.nic0.rx", "leads nowhere: no line of the lab adds `db`"},
        {"lab/do/that", "leads nowhere: there is no do-block `that`"},
        {"rings/web.nic0.rx", ""},
        {"topology/web", ""},
        {"lab/do/it", ""},
        {"steps", ""}}) {
    for (const bool check : {false, true}) {
      const std::string block =
          check ? "```check c1\nverb = \"equals\"\nof = \"a\"\nvalue = 1\nclaim = \"C.\"\nelse = \"E.\"\nlook = \""
                : "```observe o1\nask = \"A?\"\nfrom = \"w0.generator.sent\"\nlook = \"";
      const std::string found = lint_of(block + look + "\"\n```\n", true);
      INFO(found);
      CHECK(holds_text(found, "leads nowhere") == (*says != 0));
      CHECK(holds_text(found, std::string("`look = \"") + look + "\"` " + says) == (*says != 0));
    }
  }
}

TEST_CASE("an answer that stands in a text before its question is found, with both lines", "[labs]") {
  CHECK(holds_text(lint_of("Then **{{sent}} packets** come.\n\n" + number_question("{{sent}}")),
                   "17 [answer] \"20 packets\" stands here, and is the answer to o1 (line 19), which is asked later"));
  CHECK(lint_of(number_question("{{sent}}") + "Then {{sent}} packets came.\n").empty());  // behind it
  CHECK(lint_of("Then {{sent}} rows come.\n\n" + number_question("{{sent}}")).empty());   // of something else
  CHECK(lint_of("Then {{sent}}0 packets come.\n\n" + number_question("{{sent}}")).empty());
  CHECK(lint_of("Then {{ring}} packets come.\n\n" + number_question("{{sent}}")).empty());
  const std::string choice =
      "```explain e1\nask = \"Why?\"\nkind = \"choice\"\nright = \"a\"\nmodel = \"M.\"\npoints = 1\n[[option]]\nid = "
      "\"a\"\ntext = \"The tail must not pass.\"\n[[option]]\nid = \"b\"\ntext = \"No.\"\nreply = \"R.\"\n```\n";
  CHECK(holds_text(lint_of("You know: *the tail must not pass*, ever.\n\n" + choice),
                   "17 [answer] \"The tail must not pass.\" stands here, and is the answer to e1 (line 19)"));
  CHECK(lint_of("You know: the tail may pass.\n\n" + choice).empty());
}

TEST_CASE("a number that is typed, where only some students have it, is found in its round", "[labs]") {
  const std::string field = "Now {{sent}} packets come.\n\n";
  CHECK(holds_text(lint_of(field + "Of the 20 packets some are lost.\n"),
                   "19 [number] \"20 packets\" is typed here for every student, and only variant 1 has it as {{sent}}; "
                   "expected {{sent}}"));
  CHECK(lint_of(field + "Of the 21 packets some are lost.\n").empty());
  CHECK(lint_of(field + "Of the 20 rows some are full.\n").empty());
  CHECK(lint_of("A ring of {{ring}} rows.\n\nTry 8 rows less.\n").empty());  // a difference
  CHECK(lint_of(field + "## Explain\nThe talk has 20 packets.\n").empty());  // another round: another number
  CHECK(holds_text(lint_of(field + "```hints it\nnudge = \"N.\"\n```\n"
                                   "```check c1\nverb = \"equals\"\nof = \"a\"\nvalue = 1\nsince = \"it\"\nclaim = "
                                   "\"Of 40 packets none is lost.\"\nelse = \"E.\"\n```\n"),
                   "[number] \"40 packets\" is typed here for every student, and only variant 2 has it as {{sent}}"));
}

TEST_CASE("an author silences a finding by a comment, for what comes next alone", "[labs]") {
  const std::string field = "Now {{sent}} packets come.\n\n", typed = "Of the 20 packets some are lost.\n";
  CHECK(lint_of(field + "<!-- lint-off: number; the talk's -->\n" + typed, true).find("[number]") == std::string::npos);
  CHECK(holds_text(lint_of(field + "<!-- lint-off: number -->\n" + typed + "\n" + typed), "22 [number]"));
  CHECK(lint_of("Then {{sent}} packets come.\n<!-- lint-off: answer -->\nNot there.\n\n" + number_question("{{sent}}"),
                true)
            .find("18 [] nothing is left to silence here: take `answer` out") != std::string::npos);
  CHECK(lint_of("<!-- lint-off: answer, place -->\nThen in Ringz {{sent}} packets come.\n\n" +
                number_question("{{sent}}"))
            .empty());
  CHECK(holds_text(lint_of("<!-- lint-off: everything -->\nText.\n", true), "17 [] there is no rule `everything`"));
  CHECK(holds_text(lint_of("<!-- lint-off: -->\nText.\n", true), "17 [] this comment names no rule"));
  // A block is covered to its end.
  const std::string block =
      "```observe o1\nask = \"\"\"\nIs it\n\nin Ringz?\n\"\"\"\nkind = \"point\"\nplaces = [\"a\", "
      "\"b\"]\nright = \"a\"\n```\n";
  CHECK(holds_text(lint_of(block), "[place]"));
  CHECK(lint_of("<!-- lint-off: place -->\n" + block).empty());
}

TEST_CASE("the labs that come along are clean", "[labs]") {
  TemporaryFolder assets;  // says where they lie
  REQUIRE(lab_sources().size() >= 4);
  for (const std::string& file : lab_sources()) {
    auto text = read_lab(file);
    REQUIRE(text.ok());
    auto findings = lint_text(*text);
    REQUIRE(findings.ok());
    for (const Finding& finding : *findings) FAIL_CHECK(line_of(finding, file));
  }
}
