// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/distrust.h"

#include <sqlite3.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "engine/base/visible.h"

namespace ringside::labs {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr int kStepsBetween = 100'000, kMostCalls = 2'000;  // of SQLite's machine, a few seconds in all
constexpr int kMostObjects = 200;
constexpr const char* kNothing = "Nothing was installed or started.";

// The name of a file as a URI has it.
std::string uri_of(const std::string& path) {
  std::error_code error;
  std::string uri = "file:";
  for (const unsigned char c : fs::absolute(path, error).string())
    uri += isalnum(c) || strchr("/-_.~", c) ? std::string(1, char(c)) : fmt::format("%{:02x}", c);
  return uri + "?mode=ro&immutable=1";  // no lock, no journal beside it is played, nothing is written
}

uint32_t big_endian(const unsigned char* at, int bytes) {
  uint32_t value = 0;
  for (int i = 0; i < bytes; i++) value = value << 8 | at[i];
  return value;
}

void bound(sqlite3* db, uint64_t most_value_bytes) {
  for (const auto& [option, value] : {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                      {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                                      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                                      {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0}})
    sqlite3_db_config(db, option, value, nullptr);
  for (const auto& [limit, value] : {std::pair{SQLITE_LIMIT_LENGTH, int(most_value_bytes)},
                                     {SQLITE_LIMIT_SQL_LENGTH, 100'000},
                                     {SQLITE_LIMIT_COLUMN, 100},
                                     {SQLITE_LIMIT_EXPR_DEPTH, 100},
                                     {SQLITE_LIMIT_COMPOUND_SELECT, 3},
                                     {SQLITE_LIMIT_VDBE_OP, 25'000},
                                     {SQLITE_LIMIT_FUNCTION_ARG, 8},
                                     {SQLITE_LIMIT_ATTACHED, 0},
                                     {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50},
                                     {SQLITE_LIMIT_VARIABLE_NUMBER, 30},
                                     {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
                                     {SQLITE_LIMIT_WORKER_THREADS, 0}})
    sqlite3_limit(db, limit, value);
}

}  // namespace

Result<std::unique_ptr<DistrustedFile>> DistrustedFile::open(const std::string& path, const std::string& what,
                                                             uint64_t most_bytes, uint64_t most_value_bytes) {
  const auto refused = [&](const std::string& why, const std::string& remedy) {
    return Error{why, kNothing, remedy, visible_line(path)};
  };
  std::error_code error;
  if (!fs::is_regular_file(path, error))
    return refused(fs::exists(path, error) ? "This is no file." : "There is no such file.",
                   "Name the " + what + " that you were given.");
  const uint64_t size = fs::file_size(path, error);
  if (error)
    return refused("It cannot be read: " + error.message() + ".", "Look at it: `ls -l '" + visible_line(path) + "'`");
  if (size > most_bytes)
    return refused(fmt::format("This file has {} MiB; a {} has at most {}.", size >> 20, what, most_bytes >> 20),
                   "Ask for another one: what is as large as that is none.");
  unsigned char head[100] = {};
  std::ifstream in(path, std::ios::binary);
  in.read(reinterpret_cast<char*>(head), sizeof head);
  if (!in && size >= sizeof head)
    return refused("It may not be read.", "Look at it: `ls -l '" + visible_line(path) + "'`");
  if (size < sizeof head || std::string_view(reinterpret_cast<char*>(head), kMagic.size()) != kMagic)
    return refused("This is no " + what + ": it does not begin as one.", "Name the file that you were given.");
  const uint32_t stored = big_endian(head + 16, 2);
  const uint64_t whole = uint64_t(stored == 1 ? 65536 : stored) * big_endian(head + 28, 4);
  if (size < whole)
    return refused(fmt::format("This {} is cut off: {} of its {} bytes are here.", what, size, whole),
                   "Copy or download it again.");
  auto file = std::unique_ptr<DistrustedFile>(new DistrustedFile(path, what));
  if (Status connected = file->connect(most_value_bytes); !connected) return connected.error();
  return file;
}

Status DistrustedFile::connect(uint64_t most_value_bytes) {
  try {
    db_ = std::make_unique<SQLite::Database>(uri_of(path_), SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    bound(db_->getHandle(), most_value_bytes);
    sqlite3_progress_handler(
        db_->getHandle(), kStepsBetween, [](void* n) { return int(++*static_cast<int*>(n) > kMostCalls); }, &calls_);
    db_->exec("PRAGMA cell_size_check = ON");
    db_->exec("PRAGMA mmap_size = 0");
    SQLite::Statement version(*db_, "PRAGMA user_version");
    if (version.executeStep()) schema_ = version.getColumn(0).getInt();
    return only_tables();
  } catch (const SQLite::Exception& thrown) {
    return error_of(thrown);
  }
}

// Views, triggers, virtual tables, computed columns and indexes by expression are programs: none is of ours.
Status DistrustedFile::only_tables() {
  SQLite::Statement objects(*db_, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema");
  for (int count = 0; objects.executeStep(); count++) {
    const std::string type = objects.getColumn(0).getString(), name = objects.getColumn(1).getString();
    std::string sql = objects.getColumn(2).getString().substr(0, 100);
    for (char& c : sql) c = char(toupper(uint8_t(c)));
    const bool own_index = type == "index" && sql.empty();
    if (count >= kMostObjects || (type != "table" && !own_index) || sql.starts_with("CREATE VIRTUAL"))
      return Error{fmt::format("A {} holds tables only, and this has more: {} `{}`.", what_,
                               type == "table" ? "virtual table" : excerpt(type, 20), excerpt(name, 60)),
                   kNothing, "Do not trust it. Ask where it comes from.", visible_line(path_)};
    if (type != "table") continue;
    SQLite::Statement computed(*db_, "SELECT 1 FROM pragma_table_xinfo(?) WHERE hidden <> 0");
    computed.bind(1, name);
    if (computed.executeStep())
      return Error{fmt::format("A {} holds plain values only, and `{}` computes some.", what_, excerpt(name, 60)),
                   kNothing, "Do not trust it. Ask where it comes from.", visible_line(path_)};
  }
  return {};
}

bool DistrustedFile::has_table(const std::string& name) {
  SQLite::Statement table(*db_, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  table.bind(1, name);
  return table.executeStep();
}

Status DistrustedFile::sound() {
  try {
    SQLite::Statement check(*db_, "PRAGMA quick_check(1)");
    const std::string said = check.executeStep() ? check.getColumn(0).getString() : "";
    if (said == "ok") return {};
    return error_of(SQLite::Exception(said, SQLITE_CORRUPT));
  } catch (const SQLite::Exception& thrown) {
    return error_of(thrown);
  }
}

Error DistrustedFile::error_of(const SQLite::Exception& thrown) const {
  const int code = thrown.getErrorCode() & 255;
  Error error{"", kNothing, "Copy or download it again.", visible_line(path_)};
  if (code == SQLITE_INTERRUPT)
    error.what = "This " + what_ + " takes too long to read: something in it does not end.",
    error.remedy = "Do not trust it. Ask where it comes from.";
  else if (code == SQLITE_TOOBIG)
    error.what = "This " + what_ + " holds a text or a file that is too long.",
    error.remedy = "Do not trust it. Ask where it comes from.";
  else if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    error.what = "This " + what_ + " is damaged (" + excerpt(thrown.what()) + ").";
  else
    error.what = "This " + what_ + " cannot be read: " + excerpt(thrown.what()) + ".";
  return error;
}

}  // namespace ringside::labs
