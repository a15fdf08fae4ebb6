// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "labs/runner/lab.h"
#include "labs/runner/lab_text.h"

namespace SQLite {
class Database;
}

// Labs as the programs find them: in SQLite files that were compiled from text (lab_compiler.h), by queries. Any
// thread.
namespace ringside::labs {

// What a lab asks for, in its order.
struct LabItem {
  std::string step, step_name, id;  // "Observe", "the guest stops", "o4"
  bool is_do = false;
};

// What a list says of a lab.
struct LabEntry {
  int number = 0;
  std::string id, title, promise, block, hash;  // block: "Rings and exits", may be empty
  std::string pack = {}, pack_title = {};       // of an installed pack; "" = it comes with Ringside
  int minutes = 0, variants = 0;
  int items = 0;  // questions and do-blocks
  Requirements requirements;
  bool recorded = false;                        // windows that its solution measured once are kept with it
  std::vector<std::vector<LabItem>> asks = {};  // by variant, from 0

  // Under which its answers are kept, and how a list names it.
  std::string key() const { return pack.empty() ? id : pack + "/" + id; }
  // What nobody else is called: "ringside/anatomy-of-a-ring".
  std::string name() const { return (pack.empty() ? "ringside" : pack) + "/" + id; }
};

// Those that come with Ringside, by number; `words`: those in whose id, title, promise, block, texts, questions and
// commands all of them stand, at most 20. Error: their file is missing or damaged.
Result<std::vector<LabEntry>> shipped_labs(const std::string& words = "");

// Those of one compiled file, whose title is searched, too. It throws what SQLite says.
Result<std::vector<LabEntry>> labs_in(SQLite::Database& db, const std::string& words, const std::string& title = "");

// `name` is a lab's id, its number ("1"), its folder, a path to a lab.md (an author's), or ID in another compiled file:
// "labs.db:ID".
Result<LabText> find_lab(const std::string& name);
// By id, number or folder; nothing when none of those that come with Ringside is called so.
Result<std::optional<LabText>> find_shipped(const std::string& name);

// A lab's source out of a compiled file, which may be anybody's.
Result<LabText> read_compiled_lab(const std::string& file, const std::string& id);

}  // namespace ringside::labs
