// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "labs/runner/lab.h"

namespace ringside::labs {

// Where a lab is taken. What only one of the two has (a key, a panel, a line that one types) stands in the text as
// {window:…} or {terminal:…}, and the other never says it.
enum class Program { kWindow, kTerminal };

std::string said_in(Program program, std::string_view text);
void speak(Lab& lab, Program program);  // all its texts

// What `text` says that this program does not have: a key, a panel, ":hint"; "" = nothing.
std::string foreign_word(Program program, const std::string& text);

}  // namespace ringside::labs
