// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <set>
#include <string>
#include <vector>

#include "labs/runner/evidence.h"
#include "labs/runner/lab.h"
#include "labs/runner/requirement.h"
#include "labs/runner/verbs.h"

namespace ringside::labs {

// A check's answer: claim · expected · observed · where to look.
struct CheckResult {
  std::string id;
  Verdict verdict = Verdict::kPass;
  std::string claim, expected, observed, reason, look;
  int points = 0, maximum = 0;  // a skipped check leaves the maximum
  bool explain = false;         // inconclusive three times: the student's explanation counts instead
  std::string explained;        // what the student wrote
  bool hidden = false;          // it would answer a question that is still open: claim and numbers are left out
};

// A run of this step was a try of that check: it looks at the step, and what was found says nothing.
bool is_unclear_try(const Lab& lab, const CheckResult& result, const std::string& block);

std::set<std::string> probes_of(const Lab& lab);  // everything that its questions and checks look at

// A run of this block may change what the check says. A check of a state, without a block of its own, looks at each.
bool looks_at(const Check& check, const std::string& block);

// All checks, band after band: environment, topology, traffic, claim. After a band with a failure the later ones say
// nothing.
std::vector<CheckResult> judge(const Lab& lab, const Evidence& evidence);
// For what another machine has measured, which lacked this; "" = nothing.
std::vector<CheckResult> judge(const Lab& lab, const Evidence& evidence, const std::string& lacking);

}  // namespace ringside::labs
