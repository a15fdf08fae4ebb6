// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace ringside::desktop {

// A scenario as the window opens it: a stepped run waits for the first step instead of running to its end unseen. Lines
// keep their numbers.
std::string waiting_for_steps(const std::string& text);

}  // namespace ringside::desktop
