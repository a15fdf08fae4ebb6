// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "labs/pack/pack_file.h"

// The packs of this user, a file each in packs_folder(). All or nothing: a process that is killed leaves the old state.
namespace ringside::labs {

std::string packs_folder();  // beside the progress file: $XDG_DATA_HOME/ringside/packs

struct Installed {
  enum class What { kNew, kReplaced, kAlready, kUnlocked };
  What what = What::kNew;
  PackInfo info;
  std::vector<std::string> labs;  // by id
};

// A pack, or an unlock file of one that is installed. Another edition of the same id is refused without `replace`.
Result<Installed> install_pack(const std::string& file, bool replace, const Rehearse& rehearse);
Status remove_pack(const std::string& id);

struct PackEntry {
  std::string file, id;
  PackInfo info;
  std::vector<std::string> labs;
  std::optional<Error> damaged;  // then only file and id are known
};
std::vector<PackEntry> installed_packs();  // by id

std::string file_of_pack(const std::string& id);
// Where its captures are unpacked. A pack with another content has another place.
std::string captures_of_pack(const PackInfo& info);

}  // namespace ringside::labs
