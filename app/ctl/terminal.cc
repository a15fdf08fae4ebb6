// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/terminal.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>

#include <fmt/format.h>

#include "app/ctl/exit_code.h"
#include "engine/base/visible.h"

namespace ringside::ctl {
namespace {

// Where a colour begins or ends within a text that is still to be made visible. A text from outside cannot hold it,
// since it was drawn when the program started.
const std::string& ink_mark() {
  static const std::string mark = [] {
    std::random_device lots;
    return fmt::format("\x1b<{:08x}{:08x}>", lots(), lots());
  }();
  return mark;
}

}  // namespace

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
  return ink_mark() + code + "m" + std::string(text) + ink_mark() + "0m";
}

std::string shown(std::string_view text) {
  const std::string& mark = ink_mark();
  std::string result;
  for (size_t at = text.find(mark); at != text.npos; at = text.find(mark)) {
    result += visible(text.substr(0, at)) + "\x1b[";
    text.remove_prefix(at + mark.size());
  }
  return result + visible(text);
}

namespace {
std::atomic<int> lost_why{0};

void lose(int why) {
  int nothing = 0;
  lost_why.compare_exchange_strong(nothing, why ? why : EIO);
}
}  // namespace

void print(std::string_view text) { send(shown(text)); }

void send(std::string_view bytes) {
  errno = 0;
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0) lose(errno);
}

int output_lost() { return lost_why; }

int close_output(int code) {
  errno = 0;
  std::cout.flush();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) || !std::cout) lose(errno);
  const int why = output_lost();
  if (!why || code >= kSignalled) return code;
  if (why == EPIPE) return kSignalled + SIGPIPE;
  print_error({std::string("What was printed could not be written: ") + std::strerror(why) + ".", "",
               "A place with room, or another one to print to", ""});
  return kEnvironment;
}

void note(bool quiet, std::string_view line) {
  if (!quiet) std::fprintf(stderr, "%s\n", visible_line(line).c_str());
}

int end_with(const Error& error, int otherwise) {
  print_error(error);
  return error.environment ? kEnvironment : otherwise;
}

void print_error(const Error& error) {
  Error one = error;
  one.place = visible_line(error.place);  // a file's name may have line ends
  std::fprintf(stderr, "ringsidectl: %s\n", visible(one.text()).c_str());
}

}  // namespace ringside::ctl
