// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "labs/runner/lab.h"
#include "labs/runner/lab_toml.h"

namespace ringside::labs {

// A `compare` or `sweep` block: lines to begin with, settings to go through, figures to draw. Errors name the line.
DoBlock read_measure_block(TomlReader& reader, const std::string& id, bool sweep, bool edit);

}  // namespace ringside::labs
