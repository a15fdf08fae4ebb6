// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "labs/runner/lab_text.h"

namespace ringside::labs {

// What a student's edition of a lab holds back.
struct Release {
  bool graded = false;  // also model answers, what is right, replies and the truth behind a belief
  int hints = 4;        // so many levels of them are in it: 0 none, 1 nudge, 2 concept, 3 step, 4 worked
};

// "step" to 3; -1 = no level is called so. And back.
int hint_level_of(const std::string& name);
std::string hint_level_name(int level);

// The text without hidden checks, solution, wrong attempts, the teacher's page and comments, and without what the
// release holds back; what the hidden checks look at becomes a `watch` block, so that it is recorded all the same. A
// variant's fields that nothing shown needs are left out. Every line that stays keeps its number. To reduce what is
// reduced to more than that is to reduce it at once: reduce(reduce(x, a), b) = reduce(x, b) where b holds back more.
Result<std::string> reduce_lab(const LabText& text, const Release& release);

}  // namespace ringside::labs
