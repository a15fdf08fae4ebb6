// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

namespace ringside {

// One line to stderr, for what a person at the terminal has to know. Cold threads only.
void log_line(std::string_view text);

}  // namespace ringside
