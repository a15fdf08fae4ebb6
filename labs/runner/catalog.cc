// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/catalog.h"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>

#include "engine/base/read_file.h"
#include "engine/base/visible.h"
#include "labs/runner/store_open.h"

namespace ringside::labs {
namespace fs = std::filesystem;
namespace {

// For a file from elsewhere: its schema may call no function with effects, no text in it is longer than a lab may be,
// and a statement ends after so many steps of SQLite's machine, whatever a view or a column computes (about a second).
void distrust(SQLite::Database& db) {
  constexpr int kStepsBetween = 100'000, kMostCalls = 200;
  sqlite3* handle = db.getHandle();
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, int(kMostFileMiB << 20));
  thread_local int calls = 0;
  calls = 0;
  sqlite3_progress_handler(
      handle, kStepsBetween, [](void* n) { return int(++*static_cast<int*>(n) > kMostCalls); }, &calls);
}

// Beside the programs that were built with it; in what is handed out, beside the texts.
std::string shipped_file() {
  std::error_code error;
  const fs::path exe = fs::read_symlink("/proc/self/exe", error).parent_path();
  const fs::path built = (exe / ".." / "labs" / "labs.db").lexically_normal();
  return fs::exists(built, error) ? built.string() : labs_path("labs.db");
}

// Asks the file of shipped labs: `each` gets every row.
Status ask(const std::string& sql, const std::vector<std::string>& words,
           const std::function<void(SQLite::Statement&)>& each) {
  const std::string file = shipped_file();
  try {
    SQLite::Database db(file, SQLite::OPEN_READONLY);
    SQLite::Statement query(db, sql);
    for (size_t i = 0; i < words.size(); i++) query.bind(int(i) + 1, words[i]);
    while (query.executeStep()) each(query);
    return {};
  } catch (const SQLite::Exception& thrown) {
    return Error{std::string("The labs that come with Ringside cannot be read: ") + thrown.what() + ".",
                 "Nothing was started.", "Build or install Ringside again: `./run.sh`", file, true};
  }
}

}  // namespace

Result<std::vector<LabEntry>> shipped_labs(const std::string& words) {
  std::string sql =
      "SELECT number, id, title, promise, block, hash, minutes, variants, items, cores, kvm, mem_mb FROM lab";
  constexpr size_t kMostWords = 20;  // SQLite takes no expression of any depth
  const std::vector<std::string> all = words_of(words);
  if (all.size() > kMostWords)
    return Error{"Labs are searched for by at most " + std::to_string(kMostWords) + " words; these are " +
                     std::to_string(all.size()) + ".",
                 "", "Fewer words: `ringsidectl lab list tail`", ""};
  for (size_t i = 0; i < all.size(); i++)
    sql += std::string(i ? " AND " : " WHERE ") +
           "(instr(lower(id || ' ' || title || ' ' || promise || ' ' || block), " + "lower(?" + std::to_string(i + 1) +
           ")) OR EXISTS (SELECT 1 FROM item WHERE item.lab = lab.id AND " + "instr(lower(item.content), lower(?" +
           std::to_string(i + 1) + "))))";
  std::vector<LabEntry> list;
  Status asked = ask(sql + " ORDER BY number, id", all, [&](SQLite::Statement& row) {
    LabEntry& lab = list.emplace_back();
    lab.number = row.getColumn(0).getInt(), lab.id = row.getColumn(1).getString();
    lab.title = row.getColumn(2).getString(), lab.promise = row.getColumn(3).getString();
    lab.block = row.getColumn(4).getString(), lab.hash = row.getColumn(5).getString();
    lab.minutes = row.getColumn(6).getInt(), lab.variants = row.getColumn(7).getInt();
    lab.items = row.getColumn(8).getInt();
    lab.requirements = {row.getColumn(9).getInt(), row.getColumn(11).getInt(), row.getColumn(10).getString()};
  });
  if (!asked) return asked.error();
  return list;
}

Result<LabText> find_lab(const std::string& name) {
  std::error_code error;
  if (fs::is_regular_file(name, error) && fs::path(name).extension() == ".md") return read_lab(name);
  if (fs::is_regular_file(fs::path(name) / "lab.md", error)) return read_lab((fs::path(name) / "lab.md").string());
  if (const size_t colon = name.rfind(':'); colon != name.npos && fs::is_regular_file(name.substr(0, colon), error))
    return read_compiled_lab(name.substr(0, colon), name.substr(colon + 1));
  std::optional<LabText> found;
  const bool number = !name.empty() && name.size() < 10 && std::all_of(name.begin(), name.end(), ::isdigit);
  const std::string sql = std::string("SELECT folder, source, hash FROM lab WHERE id = ?1 OR folder = ?1") +
                          (number ? " OR number = CAST(?1 AS INTEGER)" : "");
  Status asked = ask(sql, {name}, [&](SQLite::Statement& row) {
    // Errors in it name the text that it was compiled from, and its captures lie beside that.
    const std::string folder = labs_path("exercises/" + row.getColumn(0).getString());
    found = LabText{folder + "/lab.md", row.getColumn(1).getString(), row.getColumn(2).getString(), folder};
  });
  if (!asked) return asked.error();
  if (found) return *found;
  return Error{"There is no lab of this name.", "Nothing was started.", "The list: `ringsidectl lab list`",
               excerpt(name)};
}

Result<LabText> read_compiled_lab(const std::string& file, const std::string& id) {
  try {
    SQLite::Database db(file, SQLite::OPEN_READONLY);
    distrust(db);
    // What `lab build` makes is a table. A view can be anything, also without an end.
    SQLite::Statement kind(db, "SELECT type FROM sqlite_schema WHERE name = 'lab'");
    if (!kind.executeStep() || kind.getColumn(0).getString() != "table")
      return Error{"This file has no table of labs.", "Nothing was started.",
                   "Compile them: `ringsidectl lab build FILE`", file};
    SQLite::Statement query(db, "SELECT source, hash FROM lab WHERE id = ?");
    query.bind(1, id);
    if (!query.executeStep())
      return Error{"There is no lab `" + id + "` in this file.", "Nothing was started.",
                   "The list: `sqlite3 '" + file + "' 'SELECT id FROM lab'`", file};
    return LabText{file + ":" + id, query.getColumn(0).getString(), query.getColumn(1).getString()};
  } catch (const SQLite::Exception& thrown) {
    if (thrown.getErrorCode() == SQLITE_INTERRUPT)
      return Error{"This file takes too long to read: its tables hide a program that does not end.",
                   "Nothing was started.", "Compile the labs yourself: `ringsidectl lab build FILE`", file};
    return Error{std::string("This file cannot be read as compiled labs: ") + thrown.what() + ".",
                 "Nothing was started.", "Compile them: `ringsidectl lab build FILE`", file};
  }
}

}  // namespace ringside::labs
