// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "engine/base/result.h"

namespace ringside {

// How a command ended. What asks for evidence (a lab's step, a benchmark's window) takes kReached only.
enum class Ended : uint8_t {
  kReached,  // it was applied, or what it waited for has come
  kGivenUp,  // what it waited for cannot come any more, or another command took its place
  kStopped,  // somebody ended it before its goal: interrupt(), `pause`, the program's end
  kRefused,  // it was wrong, or cannot be done here: nothing has changed
};

// A command's result: one line for the console, and data for a program.
struct Answer {
  Ended ended = Ended::kReached;
  std::string text;  // "ok, applied at a breath boundary", or the error's text
  Error error;       // unless reached

  bool ok() const { return ended == Ended::kReached; }
  // Success, or why it was not reached.
  Status status() const { return ok() ? Status{} : Status{error}; }

  static Answer reached(std::string text) { return {Ended::kReached, std::move(text), {}}; }
  static Answer refused(Error error) { return {Ended::kRefused, error.text(), std::move(error)}; }
  // Given up or stopped: `text` says what was reached and what was not.
  static Answer short_of_goal(Ended ended, std::string text) { return {ended, text, Error{.what = text}}; }
};

}  // namespace ringside
