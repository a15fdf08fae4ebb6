// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "engine/base/result.h"

namespace ringside::labs {

struct NewLab {
  std::string name;    // its id: "what-a-sleep-costs"
  std::string folder;  // in which it gets one of its own; it must be there
  int number = 0;      // 1 to 999; 0 = the one after those that stand in `folder`
};

// Writes NNN_name/lab.md, a small lab that is complete and plays as it is (assets/lab/new_lab.md), and answers its
// path. Nothing that exists is written over, and what was begun is taken back when it fails. Errors name the remedy.
Result<std::string> make_new_lab(const NewLab& wanted);

}  // namespace ringside::labs
