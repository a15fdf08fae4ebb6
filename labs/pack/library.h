// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "labs/runner/catalog.h"

// All labs that this user has: those that come with Ringside, and those of installed packs. Any thread.
namespace ringside::labs {

struct Library {
  std::vector<LabEntry> labs;     // Ringside's own first, then pack by pack
  std::vector<Error> unreadable;  // packs that were left out
};

// `words`: only those in which all of them stand, as shipped_labs() looks for them; in a pack its title, too.
Result<Library> all_labs(const std::string& words = "");

// `name` is what shipped_labs() or a pack calls it: an id, a number, a folder; PACK/LAB, or ringside/LAB for one that
// comes with Ringside; a path to a lab.md; "labs.db:ID". An id that two have is refused, and both are named; a number
// alone is Ringside's own where it has one. A lab of a pack has its captures unpacked then.
Result<LabText> find_any_lab(const std::string& name);

}  // namespace ringside::labs
