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

// What is printed may come from a file, a guest, a lab or a name: nothing in it reaches the terminal as an escape
// sequence (engine/base/visible.h). Only inked() colours, and only send() passes bytes on as they are.
enum class Ink { kPlain, kBold, kFaint, kGood, kWarning, kBad };
std::string inked(const Terminal& terminal, Ink ink, std::string_view text);

std::string shown(std::string_view text);  // as print() sends it: colours as sequences, all else visible
void print(std::string_view text);         // to stdout, at once
void send(std::string_view bytes);         // our own control sequences, and what shown() made
int output_lost();                         // errno of the first text that stdout did not take; 0 = it took all
// Last thing in main, with what the command answers: `code`, unless stdout did not take all that was printed. Then a
// full disk or a closed stdout is said on stderr and is kEnvironment; a reader that went away (`… | head`) is SIGPIPE.
int close_output(int code);
void note(bool quiet, std::string_view line);  // progress and hints, to stderr, none when quiet
void print_error(const Error& error);          // to stderr, "ringsidectl: " in front
// Prints it; the exit code of a command that ends with it: the machine's fault, or else `otherwise`.
int end_with(const Error& error, int otherwise);

}  // namespace ringside::ctl
