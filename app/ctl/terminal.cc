// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace ringside::ctl {

Terminal Terminal::of_stdout() {
  Terminal terminal;
  terminal.tty = isatty(STDOUT_FILENO);
  const char* no_colour = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  const bool dumb = !kind || std::string_view(kind) == "dumb";
  terminal.colour = terminal.tty && !dumb && !(no_colour && *no_colour);
  winsize size{};
  if (terminal.tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col && size.ws_row) {
    terminal.columns = size.ws_col;
    terminal.rows = size.ws_row;
  }
  return terminal;
}

std::string inked(const Terminal& terminal, Ink ink, std::string_view text) {
  if (!terminal.colour || ink == Ink::kPlain) return std::string(text);
  const char* code = ink == Ink::kBold      ? "1"
                     : ink == Ink::kFaint   ? "2"
                     : ink == Ink::kGood    ? "32"
                     : ink == Ink::kWarning ? "33"
                                            : "31";
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

bool output_lost() { return std::ferror(stdout); }

void note(bool quiet, std::string_view line) {
  if (!quiet) std::fprintf(stderr, "%.*s\n", int(line.size()), line.data());
}

void print_error(const Error& error) { std::fprintf(stderr, "ringsidectl: %s\n", error.text().c_str()); }

}  // namespace ringside::ctl
