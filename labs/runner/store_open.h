// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "engine/base/result.h"

namespace ringside::labs {

struct StoreOptions;

// Opens the file with the right journal, checks it and brings its schema up to date. Nothing is written before it has
// been found to be sound and ours.
Result<std::unique_ptr<SQLite::Database>> open_progress(const std::string& path, const StoreOptions& options);

// Without a home, answers go to a folder of this user's alone, which this makes. Refused when somebody else could have
// a hand in it: it is a link, another's, or open to others.
Status make_own_folder();

// What is kept there for long: nothing yet, or a plain file, links followed. SQLite would lay a journal beside a
// device.
bool can_be_database(const std::string& path);

// An exception of SQLite as Ringside speaks.
Error store_error(const SQLite::Exception& error, const std::string& path);

// A file of labs/, such as "progress.sql".
Result<std::string> read_labs_file(const std::string& name);
std::string labs_path(const std::string& name);

}  // namespace ringside::labs
