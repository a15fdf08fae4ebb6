// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ringside {

// Texts from outside, as they may be shown: names, file names, lab texts, lines of a scenario. Any thread.

// A terminal does nothing with the result but write it: control characters stand there as \x1b, characters that change
// the direction of writing as \u202e, bytes that are no UTF-8 as \xff. Line ends and tabs stay.
std::string visible(std::string_view text);
// The same for a text that has one line, such as a name: line ends and tabs are shown, too.
std::string visible_line(std::string_view text);

// JSON as an encoder wrote it, fit for a terminal, and the same JSON still: what it left as it was within a string
// becomes \u009b.
std::string visible_json(std::string_view json);

// What an error quotes of a text: at most so many characters of it, and an ellipsis for the rest.
inline constexpr size_t kMostQuoted = 200;
std::string excerpt(std::string_view text, size_t most = kMostQuoted);

}  // namespace ringside
