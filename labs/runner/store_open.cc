// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/store_open.h"

#include <pwd.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "engine/base/assets.h"
#include "engine/base/visible.h"
#include "labs/runner/store.h"

namespace ringside::labs {
namespace fs = std::filesystem;
namespace {

constexpr int kApplicationId = 0x52696e67;  // "Ring"
constexpr int kBusyMs = 3000;

// Migration i brings schema i to i + 1; the first one is progress.sql itself.
struct Migration {
  const char* file;  // of labs/
};
constexpr Migration kMigrations[] = {{"progress.sql"}, {"progress_2.sql"}, {"progress_3.sql"}};
static_assert(std::size(kMigrations) == ProgressStore::kSchema);

constexpr const char* kDamaged = "The progress file is damaged";

bool is_damage(int code) { return (code & 255) == SQLITE_CORRUPT || (code & 255) == SQLITE_NOTADB; }

// path.damaged-N with the lowest N that is free; the journals go with it. "" = it could not be copied.
std::string copy_aside(const std::string& path) {
  std::error_code error;
  for (int n = 1; n < 1000; n++) {
    const std::string copy = fmt::format("{}.damaged-{}", path, n);
    if (fs::exists(copy, error)) continue;
    if (!fs::copy_file(path, copy, fs::copy_options::none, error) || error) return {};
    for (const char* journal : {"-wal", "-journal"})
      if (fs::exists(path + journal, error))
        fs::copy_file(path + journal, copy + journal, fs::copy_options::none, error);
    return copy;
  }
  return {};
}

bool same_content(const std::string& a, const std::string& b) {
  std::ifstream x(a, std::ios::binary), y(b, std::ios::binary);
  return x && y && std::equal(std::istreambuf_iterator<char>(x), {}, std::istreambuf_iterator<char>(y), {});
}

// A copy that an earlier start made of the same damage.
std::string earlier_copy(const std::string& path) {
  std::error_code error;
  for (int n = 1; n < 1000; n++) {
    const std::string copy = fmt::format("{}.damaged-{}", path, n);
    if (!fs::exists(copy, error)) return {};
    if (same_content(path, copy)) return copy;
  }
  return {};
}

Error damaged(const std::string& path, const std::string& copy, const std::string& detail) {
  return {fmt::format("{} ({}).", kDamaged, detail),
          copy.empty() ? "It was left as it is. There was no room for a copy of it."
                       : fmt::format("It was left as it is, and a copy stands beside it: {}.", visible_line(copy)),
          fmt::format("To begin a new one and keep the copy: `ringsidectl lab run ID --new-progress`. To look into it: "
                      "`sqlite3 '{}' .recover`",
                      visible_line(path)),
          path, true};
}

Error read_only(const std::string& path) {
  return {"The progress file cannot be written, so no answer would be kept.", "It was left as it is.",
          fmt::format("Give yourself the right: `chmod u+w '{}'` (and for its folder), or keep your answers elsewhere: "
                      "`--progress FILE`",
                      visible_line(path)),
          path, true};
}

std::unique_ptr<SQLite::Database> connect(const std::string& path, bool network) {
  auto db = std::make_unique<SQLite::Database>(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMs);
  if (network) db->exec("PRAGMA locking_mode = EXCLUSIVE");
  return db;
}

std::string text_of(SQLite::Database& db, const char* query) {
  SQLite::Statement statement(db, query);
  return statement.executeStep() ? statement.getColumn(0).getString() : "";
}

// Sound, ours, not newer than we are, and writable; else the reason.
Status examine(SQLite::Database& db, const std::string& path, int& schema) {
  if (std::string said = text_of(db, "PRAGMA quick_check(1)"); said != "ok")
    throw SQLite::Exception(said, SQLITE_CORRUPT);
  schema = std::stoi(text_of(db, "PRAGMA user_version"));
  const int id = std::stoi(text_of(db, "PRAGMA application_id"));
  const bool empty = text_of(db, "SELECT count(*) FROM sqlite_schema") == "0";
  if (!empty && id != kApplicationId)
    return Error{"This is a database, but not Ringside's progress.", "It was left as it is.",
                 "Name another file: `--progress FILE`", path, true};
  if (schema > ProgressStore::kSchema)
    return Error{fmt::format("The progress file was written by a newer Ringside (schema {}; this one knows {}).",
                             schema, ProgressStore::kSchema),
                 "It was left as it is.", "Take the newer Ringside, or keep your answers elsewhere: `--progress FILE`",
                 path, true};
  if (sqlite3_db_readonly(db.getHandle(), "main") == 1) return read_only(path);
  db.exec("BEGIN IMMEDIATE");  // the folder, too, must be writable, for the journal
  db.exec("ROLLBACK");
  return {};
}

Status migrate(SQLite::Database& db, int schema) {
  for (int from = schema; from < ProgressStore::kSchema; from++) {
    auto sql = read_labs_file(kMigrations[from].file);
    if (!sql) return sql.error();
    SQLite::Transaction all_or_none(db);
    if (text_of(db, "PRAGMA user_version") != std::to_string(from)) continue;  // another Ringside was faster
    db.exec(*sql);
    db.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
    db.exec(fmt::format("PRAGMA user_version = {}", from + 1));
    all_or_none.commit();
  }
  return {};
}

}  // namespace

std::string labs_path(const std::string& name) { return asset_path("../labs/" + name); }

Result<std::string> read_labs_file(const std::string& name) {
  std::ifstream in(labs_path(name), std::ios::binary);
  if (!in)
    return Error{"A file of Ringside is missing.", "",
                 "Install Ringside again, or set RINGSIDE_ASSETS to the folder assets/ beside labs/.", labs_path(name),
                 true};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string student_name() {
  if (const char* user = std::getenv("USER"); user && *user) return user;
  const passwd* entry = getpwuid(getuid());
  return entry ? entry->pw_name : "student";
}

bool is_damaged(const Error& error) { return error.what.starts_with(kDamaged); }

namespace {

// An absolute path of the environment; "" = none.
std::string folder_in(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value == '/' ? value : "";
}

// Where progress goes that has no home: a folder below a place where everybody may write.
std::string own_folder() {
  const std::string temporary = folder_in("TMPDIR");
  return fmt::format("{}/ringside-{}", temporary.empty() ? "/tmp" : temporary, geteuid());
}

bool homeless() { return folder_in("XDG_DATA_HOME").empty() && folder_in("HOME").empty(); }

}  // namespace

std::string default_progress_path() {
  const std::string data = folder_in("XDG_DATA_HOME");
  if (homeless()) return own_folder() + "/progress.db";
  return (data.empty() ? folder_in("HOME") + "/.local/share" : data) + "/ringside/progress.db";
}

Status make_own_folder() {
  if (!homeless()) return {};
  const std::string folder = own_folder();
  if (mkdir(folder.c_str(), 0700) && errno != EEXIST)
    return Error{fmt::format("No folder for your answers can be made: {}.", std::strerror(errno)),
                 "Nothing was stored.", "Set HOME, or name a file: `--progress FILE`", folder, true};
  struct stat info {};
  const bool own = !lstat(folder.c_str(), &info) && S_ISDIR(info.st_mode) && info.st_uid == geteuid();
  if (own && !(info.st_mode & 077)) return {};
  return Error{own ? "The folder for your answers is open to others."
                   : "The folder for your answers is a link, or belongs to somebody else.",
               "Nothing was stored there.",
               own ? fmt::format("Close it: `chmod 700 '{}'`", visible_line(folder))
                   : "There is no HOME. Set it, or name a file: `--progress FILE`",
               folder, true};
}

Error store_error(const SQLite::Exception& error, const std::string& path) {
  const int code = error.getErrorCode() & 255;
  if (code == SQLITE_READONLY || code == SQLITE_PERM || code == SQLITE_CANTOPEN) return read_only(path);
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return {"Another Ringside is using the progress file.", "Nothing was written.",
            "Close the other one, or keep your answers elsewhere: `--progress FILE`", path, true};
  if (code == SQLITE_FULL)
    return {"The disk is full.", "What was answered before is kept; this answer is not.",
            "Make room, and answer again: `df -h '" + visible_line(path) + "'`", path, true};
  if (is_damage(code)) return damaged(path, "", error.what());
  return {fmt::format("The progress file cannot be used: {}.", error.what()), "What was answered before is kept.",
          "Look at it: `sqlite3 '" + visible_line(path) + "' 'PRAGMA integrity_check'`", path, true};
}

bool can_be_database(const std::string& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  return !fs::exists(status) || fs::is_regular_file(status);
}

Result<std::unique_ptr<SQLite::Database>> open_progress(const std::string& path, const StoreOptions& options) {
  std::error_code error;
  const bool memory = path == ":memory:";
  if (!memory && !can_be_database(path))
    return Error{"This is no plain file, so no answer would be kept.", "It was left as it is.",
                 "Keep your answers elsewhere: `--progress FILE`", path};
  if (!memory) fs::create_directories(fs::path(path).parent_path(), error);
  const bool network = !memory && (options.network ? *options.network : on_network_file_system(path));
  try {
    auto db = connect(path, network);
    int schema = 0;
    if (Status sound = examine(*db, path, schema); !sound) return sound.error();
    db->exec(network ? "PRAGMA journal_mode = DELETE" : "PRAGMA journal_mode = WAL");
    db->exec("PRAGMA synchronous = FULL");
    db->exec("PRAGMA foreign_keys = ON");
    if (Status done = migrate(*db, schema); !done) return done.error();
    return db;
  } catch (const SQLite::Exception& thrown) {
    if (!is_damage(thrown.getErrorCode()) || memory) return store_error(thrown, path);
    std::string copy = earlier_copy(path);
    if (copy.empty()) copy = copy_aside(path);
    if (!options.start_anew || copy.empty()) return damaged(path, copy, thrown.what());
    for (const char* part : {"", "-wal", "-shm", "-journal"}) fs::remove(path + part, error);
    StoreOptions again = options;
    again.start_anew = false;
    return open_progress(path, again);
  }
}

}  // namespace ringside::labs
