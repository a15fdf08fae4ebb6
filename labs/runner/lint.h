// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "labs/runner/lab.h"

namespace ringside::labs {

struct Finding {
  int line = 0;
  bool warning = false;
  std::string what;
};

// What can be seen without a machine: unknown ids, verbs and keys, hints that hang on nothing, long sentences.
std::vector<Finding> lint(const Lab& lab);

}  // namespace ringside::labs
