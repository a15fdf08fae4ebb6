// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/figures/number_format.h"

namespace ringside::ctl {

// Numbers for a terminal, as figures::kPlain sets them.

std::string si(double value, std::string_view unit);         // "29.1 Mpps", "0 pps", "950 pps"
std::string count(uint64_t value);                           // exact, in groups of three: "3,000,123"
std::string counted(uint64_t value, std::string_view noun);  // "1 frame", "3,000,123 frames"
std::string decimal(double value);     // three significant digits, no prefix: "45.1", "0.031", "1,204"
std::string percent(double share);     // "66.1 %"
std::string duration(double seconds);  // "385 ns", "3.00 s"
std::string nanoseconds(uint64_t ns);  // exact, in groups of three: "1,204,318 ns"

// `text` in a column of `width` characters; a character is a code point, not a byte.
std::string left(std::string_view text, size_t width);
std::string right(std::string_view text, size_t width);
size_t columns(std::string_view text);

using figures::line_bits;

}  // namespace ringside::ctl
