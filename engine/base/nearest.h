// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace ringside {

// The word of `words` that looks most like `word`, or "" when none does. A pure function; any thread.
std::string nearest(const std::string& word, const std::vector<std::string>& words);

}  // namespace ringside
