// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "labs/runner/lab.h"
#include "labs/runner/lab_text.h"

namespace ringside::labs {

struct Finding {
  int line = 0;
  bool warning = false;
  std::string what;
  std::string rule = {};  // what silences it: "sentence", "place", "answer", "number"; "" = nothing does
};

// What can be seen in one variant without a machine: unknown ids, verbs and keys, hints that hang on nothing, long
// sentences, places that no program has.
std::vector<Finding> lint(const Lab& lab);

// What shows only when all variants lie side by side: an answer that stands in a text before its question, and a
// number that is typed where one student alone has it. All must be of one text, in order.
std::vector<Finding> lint_across(const std::vector<Lab>& variants);

// The whole text: each finding once, without those that an author silences by `<!-- lint-off: RULE -->` above a block
// or a paragraph; such a comment that silences nothing is a finding, too. Error: the text cannot be read as a lab.
Result<std::vector<Finding>> lint_text(const LabText& text);

// As a line of a report: "FILE:12: warning: … [sentence]".
std::string line_of(const Finding& finding, const std::string& file);

}  // namespace ringside::labs
