// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "labs/runner/lab_text.h"

namespace SQLite {
class Database;
}

// From text to the file that both programs take labs from: the authors' way, and the build's.
namespace ringside::labs {

inline constexpr int kLabsSchema = 3;  // PRAGMA user_version of labs/schema.sql

// The texts that come along, labs/exercises/*/lab.md, in the order of their folders.
std::vector<std::string> lab_sources();

// An author's text: by a path to it or its folder, or one of those above by id, number ("1") or folder.
Result<LabText> find_source(const std::string& name);

// labs/schema.sql: what the tables are.
Result<std::string> labs_schema();

// Compiles labs into one SQLite file (schema.sql): all or none. An old file is replaced when the new one is complete
// and on the disk. `more` adds what else belongs into it, before it is.
using AddMore = std::function<Status(SQLite::Database&)>;
Status build_labs(const std::vector<LabText>& labs, const std::string& to, const AddMore& more = {});

}  // namespace ringside::labs
