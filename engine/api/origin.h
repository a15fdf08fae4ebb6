// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <utility>

namespace ringside {

// Whose text a command or a scenario is. The user's own may do all that the language can: write files, use the network.
// A lab that somebody else wrote may build a machine, play captures of its own folder, and nothing else; what it may is
// in engine/control/commands/confinement.h. Plain data.
struct Origin {
  bool own = true;
  // Where the names of its captures begin: the text's own folder. Of a text from elsewhere they lie here or below, and
  // "" means that it has none; of one's own, "" is the folder that the program was started in.
  std::string folder = {};

  // Of one's own scenario file; of "-", standard input, names begin where the program was started.
  static Origin file(const std::string& path) { return {true, std::filesystem::path(path).parent_path().string()}; }
  static Origin elsewhere(std::string folder) { return {false, std::move(folder)}; }
};

}  // namespace ringside
