// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace ringside::ctl {

// What the far end of stdout can show. Colour only for a person at a terminal who did not set NO_COLOR.
struct Terminal {
  bool tty = false, colour = false;
  int columns = 100, rows = 40;
  static Terminal of_stdout();
};

enum class Ink { kPlain, kBold, kFaint, kGood, kWarning, kBad };
std::string inked(const Terminal& terminal, Ink ink, std::string_view text);

void print(std::string_view text);             // to stdout, at once
bool output_lost();                            // nobody reads stdout any more: `ringsidectl step … | head`
void note(bool quiet, std::string_view line);  // progress and hints, to stderr, none when quiet
void print_error(const Error& error);          // to stderr, "ringsidectl: " in front

}  // namespace ringside::ctl
