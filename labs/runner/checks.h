// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "labs/runner/lab.h"
#include "labs/runner/values.h"

namespace ringside::labs {

enum class Verdict { kPass, kFail, kInconclusive, kSkipped };
const char* name_of(Verdict verdict);  // "pass"

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

// What checks and observations look at: the newest window of each do-block that was run.
class Evidence {
 public:
  void add(Window window);  // the newest; it takes the place of an older one of the same block
  const Window* of(const std::string& block) const;
  const Window* latest() const { return windows_.empty() ? nullptr : &windows_.back(); }

  // A counter's growth within the block, or a state at its end; without a block, the value at the end of the latest
  // one.
  std::optional<Value> value(const std::string& probe, const std::string& since) const;

 private:
  std::vector<Window> windows_;  // oldest first
};

bool is_verb(const std::string& name);
std::string planned_verb(const std::string& name);  // what the engine would have to record for it; "" = not planned
std::string verb_list();                            // "equals, at_least …"
std::set<std::string> probes_of(const Lab& lab);    // everything that its questions and checks look at

// All checks, band after band: environment, topology, traffic, claim. After a band with a failure the later ones say
// nothing.
std::vector<CheckResult> judge(const Lab& lab, const Evidence& evidence);

// Why this machine cannot do the lab; "" = it can.
std::string missing_requirement(const Requirements& requirements);

}  // namespace ringside::labs
