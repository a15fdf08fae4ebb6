// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <istream>
#include <string>

#include "engine/base/result.h"

namespace ringside {

// No scenario, lab or list of answers is as long as that; what is, is something else.
inline constexpr size_t kMostFileMiB = 64;

// A whole text. The error of one that is too long names `place`. Any thread.
Result<std::string> read_all(std::istream& in, const std::string& place);
// A whole file. Errors, which name `path`: there is none, it is no file (a folder, a device, a pipe that nobody may
// ever write to; never waited for), it may not be read, or it is too long.
Result<std::string> read_file(const std::string& path);

}  // namespace ringside
