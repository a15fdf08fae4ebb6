// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "labs/runner/values.h"

namespace ringside::labs {

// Windows that were really measured once, by block, kept in a file: a verdict about time can be made again where there
// is no time to measure, as in the suite.
using Recording = std::map<std::string, std::vector<Sample>>;

std::string recording_text(const Recording& recording);  // JSON, a line each window
// Errors: no such file, none of ours, or more windows than any lab measures. It may be a pack's, which is anybody's.
Result<Recording> read_recording(const std::string& file);

}  // namespace ringside::labs
