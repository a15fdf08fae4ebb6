// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "engine/api/snapshot.h"

namespace ringside::test {

// All that a picture says of a machine that stands, a line each, but for what the clock on the wall and the log say:
// two of them are equal when nothing has changed in between.
std::string whole_state(const Snapshot& snapshot);
// The lines of one that are not in the other, with - and +; empty: they are equal.
std::string changed_lines(const std::string& before, const std::string& after);

}  // namespace ringside::test
