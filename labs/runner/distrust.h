// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "engine/base/result.h"

namespace ringside::labs {

// A SQLite file that anybody may have made, opened to be read: its size, the lengths of its texts and the steps of a
// statement are bounded, nothing of its schema is run, and it holds tables only. Errors are one clear sentence. One
// thread at a time.
class DistrustedFile {
 public:
  // `what` is what errors call it: "pack".
  static Result<std::unique_ptr<DistrustedFile>> open(const std::string& path, const std::string& what,
                                                      uint64_t most_bytes, uint64_t most_value_bytes);

  SQLite::Database& db() { return *db_; }
  int schema() const { return schema_; }  // PRAGMA user_version
  bool has_table(const std::string& name);
  Status sound();  // all of it: PRAGMA quick_check

  // What a read threw, as Ringside says it.
  Error error_of(const SQLite::Exception& thrown) const;

 private:
  DistrustedFile(std::string path, std::string what) : path_(std::move(path)), what_(std::move(what)) {}
  Status connect(uint64_t most_value_bytes);
  Status only_tables();

  const std::string path_, what_;
  std::unique_ptr<SQLite::Database> db_;
  int calls_ = 0, schema_ = 0;
};

}  // namespace ringside::labs
