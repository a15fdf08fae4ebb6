// SPDX-License-Identifier: BSD-3-Clause
// The text of a lab: front matter, blocks, Markdown; each variant is parsed, and looked over as `lab lint` does; and
// what a student's pack has of it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "labs/pack/reduce.h"
#include "labs/runner/lab_text.h"
#include "labs/runner/lint.h"
#include "labs/runner/rehearsal.h"
#include "tests/fuzz/words.h"

using namespace ringside;
using namespace ringside::fuzz;

namespace {

const std::vector<std::string> kPieces = {"+++\n",
                                          "```\n",
                                          "```",
                                          "```start\n",
                                          "```do one\n",
                                          "```do one edit\n",
                                          "```predict p1\n",
                                          "```observe o1\n",
                                          "```explain e1\n",
                                          "```check c1\n",
                                          "```hints p1\n",
                                          "```solution\n",
                                          "hidden = true\n",
                                          "after = \"c1\"\n",
                                          "seen = \"c1\"\n",
                                          "```watch\n",
                                          "```teacher\n",
                                          "<!-- note\n",
                                          "-->\n",
                                          "```wrong late fails=c1\n",
                                          "# Title\n",
                                          "## predict: one\n",
                                          "## do\n",
                                          "\n",
                                          "id = \"lab\"\n",
                                          "title = \"A lab\"\n",
                                          "promise = \"You see.\"\n",
                                          "minutes = 10\n",
                                          "scaffold = \"worked\"\n",
                                          "requires = { cores = 2, kvm = \"no\", mem_mb = 512 }\n",
                                          "next = \"\"\n",
                                          "[[variant]]\n",
                                          "n = 3\n",
                                          "name = \"x\"\n",
                                          "[[misconception]]\n",
                                          "ask = \"How many?\"\n",
                                          "number = { from = \"w0.out\" }\n",
                                          "kind = \"choice\"\n",
                                          "points = 2\n",
                                          "since = \"one\"\n",
                                          "verb = \"equals\"\n",
                                          "of = \"w0.out\"\n",
                                          "value = \"{{n}}\"\n",
                                          "else = \"It is not.\"\n",
                                          "hints = [\"a\"]\n",
                                          "wire add name=w0 kind=ring\n",
                                          "run mode=stepped seed={{seed}}\n",
                                          "answer p1 3\n",
                                          "do one\n",
                                          "do one skip=1\n",
                                          "expect pass c1\n",
                                          "{{n}}",
                                          "{{answer:p1}}",
                                          "{{",
                                          "}}",
                                          "{key:step}",
                                          "**",
                                          "\"",
                                          "'''",
                                          "\"\"\"",
                                          "= [[[[[[[[",
                                          "{{{{",
                                          "\\u0000"};

// A lab that comes with Ringside, a line each; empty when the program was not started in the repository's root.
const std::vector<std::string>& shipped() {
  static const std::vector<std::string> lines = [] {
    std::vector<std::string> all;
    std::ifstream in("labs/exercises/001_anatomy_of_a_ring/lab.md");
    for (std::string line; std::getline(in, line);) all.push_back(line + "\n");
    return all;
  }();
  return lines;
}

std::string piece(Input& in) { return in.below(12) ? one_of(in, kPieces) : any_bytes(in, 6); }

// The shipped lab with some lines left out, doubled, torn or replaced; or a text of pieces.
std::string text_of(Input& in) {
  std::string text;
  if (in.below(4)) {
    for (const std::string& line : shipped()) {
      const uint32_t what = in.below(64);  // 0 when the input is used up: then the lines stand as they are
      if (what == 1) continue;
      text += what == 2 ? piece(in) : what == 3 ? line.substr(0, in.below(uint32_t(line.size() + 1))) : line;
      if (what == 4) text += line;
    }
    return text;
  }
  while (!in.empty() && text.size() < 4000) text += piece(in);
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  const labs::LabText text{"lab.md", text_of(in), "0"};
  // What a student's pack would have of it can be read whenever the whole can.
  const auto kept = labs::reduce_lab(text, {in.below(2) != 0, int(in.below(5))});
  labs::LabText reduced = text;
  reduced.text = kept ? *kept : "";
  reduced.reduced = true;
  const auto variants = labs::count_variants(text);
  for (int v = 0; variants && v < std::min(*variants, 3); v++) {
    const auto lab = labs::parse_lab(text, v, 1);
    if (!lab) continue;
    (void)labs::lint(*lab);
    (void)labs::lines_to_rehearse(*lab);
    if (const auto less = labs::parse_lab(reduced, v, 1); kept && !less) {
      std::fprintf(stderr, "%s\n%s\n", less.error().text().c_str(), reduced.text.c_str());
      std::abort();
    }
  }
  if (variants && *variants <= 3) (void)labs::lint_text(text);
  return 0;
}
