// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/base/result.h"

namespace ringside::ctl {

// What ringsidectl says to the shell. 128 + n: ended by signal n.
enum ExitCode : int {
  kOk = 0,
  kNegative = 1,  // the result is no: a balance that does not hold, a ratio below its target
  kUsage = 2,
  kEnvironment = 3,  // this machine cannot do it
  kScenario = 4,     // the scenario file is wrong
  kInternal = 5,
  kInconclusive = 6,  // too noisy to say
  kSkipped = 77,      // a requirement is missing
  kSignalled = 128,
};

// An error of the engine: one with a place in a file is the file's fault, any other the machine's.
inline ExitCode exit_code_of(const Error& error) {
  return error.environment || error.place.empty() ? kEnvironment : kScenario;
}

inline int exit_code_of(const Error& error, int signal) { return signal ? kSignalled + signal : exit_code_of(error); }

}  // namespace ringside::ctl
