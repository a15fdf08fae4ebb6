// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/api/engine.h"

namespace ringside {

// What could stand next on a command line, from the engine's own table and the names in the snapshot.
struct Completion {
  std::vector<std::string> words;  // for the eye: "until=", "vm set"
  std::vector<std::string> lines;  // the whole line with each of them
  std::string help;                // usage and summary of the command that is being typed
};

Completion complete(const std::vector<CommandInfo>& commands, const Snapshot& s, const std::string& line);

}  // namespace ringside
