// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "labs/runner/lab.h"

namespace ringside::labs {

// A fenced block as the scanner found it: ```KIND ID WORDS…, and what stands inside.
struct Block {
  std::string kind;
  std::vector<std::string> words;  // after the kind
  std::string body;
  int line = 0;  // of the fence
};

// Puts a block where it belongs in the lab; questions and do-blocks also become items of `step` (null before the first
// heading).
Status take_block(Lab& lab, Step* step, const Block& block);

Status take_front_matter(Lab& lab, const std::string& body, int line, int variant);

}  // namespace ringside::labs
