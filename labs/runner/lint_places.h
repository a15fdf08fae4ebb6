// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "labs/runner/lab.h"
#include "labs/runner/program_words.h"

// Places that a lab sends one to, and that are not there. Any thread.
namespace ringside::labs {

// What is wrong with `look = "…"` of a question or check: "leads nowhere; expected …". "" = nothing.
std::string wrong_link(const Lab& lab, const std::string& link);

// What `text`, as `program` says it, names as a place ("in Ringz", "*Counters* says it", "Press *Reset labs*") and that
// this program has under another name or not at all. Only what can be nothing else: a word that merely may be one is
// left alone.
std::vector<std::string> wrong_places(Program program, const std::string& text);

}  // namespace ringside::labs
