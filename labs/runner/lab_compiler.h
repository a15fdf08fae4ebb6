// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/base/new_file.h"
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

// An older file of compiled labs is what a new one replaces: no pack, no student's answers, nothing else.
Status may_replace_labs(const std::string& path);

// What else a file of labs is asked for: `more` adds what belongs into it, and `sound` looks at the whole, closed file
// before it takes its place. `may_replace` empty: any plain file is replaced, as in a folder of our own.
struct LabsFileRequest {
  std::function<Status(SQLite::Database&)> more = {};
  std::function<Status(const std::string& path)> sound = {};
  NewFile::MayReplace may_replace = may_replace_labs;
};
// Compiles labs into one SQLite file (schema.sql): all or none. An old file is replaced when the new one is complete
// and on the disk.
Status build_labs(const std::vector<LabText>& labs, const std::string& to, const LabsFileRequest& request = {});

}  // namespace ringside::labs
