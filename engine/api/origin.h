// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <utility>

namespace ringside {

// Whose text a command or a scenario is. The user's own may do all that the language can: write files, use the network.
// A lab that somebody else wrote may build a machine, play captures of its own folder, and nothing else; what it may is
// in engine/control/commands/confinement.h. Plain data.
struct Origin {
  bool own = true;
  std::string folder = {};  // of a text from elsewhere: its captures lie here or below; "" = it has none

  static Origin elsewhere(std::string folder) { return {false, std::move(folder)}; }
};

}  // namespace ringside
