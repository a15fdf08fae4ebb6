// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "labs/runner/evidence.h"
#include "labs/runner/lab.h"

namespace ringside::labs {

enum class Verdict { kPass, kFail, kInconclusive, kSkipped };
const char* name_of(Verdict verdict);  // "pass"

// What is observed where nothing was run; where something was, and it says nothing.
inline constexpr const char *kNothingYet = "nothing yet", *kNotClear = "not clear";

// What a condition says of the evidence.
struct Judgement {
  Verdict verdict = Verdict::kInconclusive;
  std::string expected, observed, reason;
};

bool is_verb(const std::string& name);
std::string planned_verb(const std::string& name);  // what the engine would have to record for it; "" = not planned
std::string verb_list();                            // "equals, at_least …"

Judgement judge_condition(const Condition& condition, const Evidence& evidence);
// What its verdict rests on, by name, each with where it comes from: who judges asks whether that counts.
std::vector<std::pair<std::string, Provenance>> inputs_of(const Condition& condition, const Evidence& evidence);
// The names that have to be recorded for it, as freeze() takes them.
std::vector<std::string> names_in(const Condition& condition);

}  // namespace ringside::labs
