// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace ringside {

// Where a file of assets/ lies: beside the program (exe/../assets, exe/../../assets, exe/../share/ringside/assets),
// else in $RINGSIDE_ASSETS. The first place that has it wins; when none has it, the first place's path. Any thread.
std::string asset_path(std::string_view relative);

// The whole file, or an empty text when there is none.
std::string read_asset(std::string_view relative);

}  // namespace ringside
