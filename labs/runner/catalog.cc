// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/catalog.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <optional>

#include "engine/base/read_file.h"
#include "engine/base/visible.h"
#include "labs/runner/distrust.h"
#include "labs/runner/store_open.h"

namespace ringside::labs {
namespace fs = std::filesystem;
namespace {

// Beside the programs that were built with it; in what is handed out, beside the texts.
std::string shipped_file() {
  std::error_code error;
  const fs::path exe = fs::read_symlink("/proc/self/exe", error).parent_path();
  const fs::path built = (exe / ".." / "labs" / "labs.db").lexically_normal();
  return fs::exists(built, error) ? built.string() : labs_path("labs.db");
}

// Opens the file of shipped labs for `work`.
template <class Work>
auto with_shipped(Work work) -> decltype(work(std::declval<SQLite::Database&>())) {
  const std::string file = shipped_file();
  try {
    SQLite::Database db(file, SQLite::OPEN_READONLY);
    return work(db);
  } catch (const SQLite::Exception& thrown) {
    return Error{std::string("The labs that come with Ringside cannot be read: ") + thrown.what() + ".",
                 "Nothing was started.", "Build or install Ringside again: `./run.sh`", file, true};
  }
}

std::vector<std::vector<LabItem>> items_in(SQLite::Database& db, const std::string& lab) {
  SQLite::Statement row(
      db,
      "SELECT variant, step, step_name, id, kind FROM item WHERE lab = ? AND kind <> 'text' AND variant "
      "BETWEEN 1 AND 256 ORDER BY variant, position");
  row.bind(1, lab);
  std::vector<std::vector<LabItem>> asks;
  while (row.executeStep()) {
    asks.resize(size_t(row.getColumn(0).getInt()));
    asks.back().push_back({row.getColumn(1).getString(), row.getColumn(2).getString(), row.getColumn(3).getString(),
                           row.getColumn(4).getString() == "do"});
  }
  return asks;
}

// A pack has them inside; those that come along lie beside their texts.
bool has_windows(SQLite::Database& db, const std::string& lab, const std::string& folder) {
  constexpr const char* kFirst = "windows/solution-1.json";
  if (db.tableExists("pack")) {
    if (!db.tableExists("capture")) return false;
    SQLite::Statement row(db, "SELECT 1 FROM capture WHERE lab = ? AND name = ?");
    row.bind(1, lab), row.bind(2, kFirst);
    return row.executeStep();
  }
  std::error_code error;
  return !folder.empty() && fs::is_regular_file(labs_path("exercises/" + folder + "/" + kFirst), error);
}

}  // namespace

Result<std::vector<LabEntry>> labs_in(SQLite::Database& db, const std::string& words, const std::string& title) {
  std::string sql =
      "SELECT number, id, title, promise, block, hash, minutes, variants, items, cores, kvm, mem_mb, folder "
      "FROM lab";
  constexpr size_t kMostWords = 20;  // SQLite takes no expression of any depth
  const std::vector<std::string> all = words_of(words);
  if (all.size() > kMostWords)
    return Error{"Labs are searched for by at most " + std::to_string(kMostWords) + " words; these are " +
                     std::to_string(all.size()) + ".",
                 "", "Fewer words: `ringsidectl lab list tail`", ""};
  for (size_t i = 0; i < all.size(); i++) {
    const std::string word = "lower(?" + std::to_string(i + 1) + ")";
    sql += std::string(i ? " AND " : " WHERE ") + "(instr(lower(id || ' ' || title || ' ' || promise || ' ' || block" +
           " || ' ' || ?" + std::to_string(all.size() + 1) + "), " + word +
           ") OR EXISTS (SELECT 1 FROM item WHERE item.lab = lab.id AND instr(lower(item.content), " + word + ")))";
  }
  SQLite::Statement row(db, sql + " ORDER BY number, id");
  for (size_t i = 0; i < all.size(); i++) row.bind(int(i) + 1, all[i]);
  if (!all.empty()) row.bind(int(all.size()) + 1, title);
  std::vector<LabEntry> list;
  while (row.executeStep()) {
    LabEntry& lab = list.emplace_back();
    lab.number = row.getColumn(0).getInt(), lab.id = row.getColumn(1).getString();
    lab.title = row.getColumn(2).getString(), lab.promise = row.getColumn(3).getString();
    lab.block = row.getColumn(4).getString(), lab.hash = row.getColumn(5).getString();
    lab.minutes = row.getColumn(6).getInt(), lab.variants = row.getColumn(7).getInt();
    lab.items = row.getColumn(8).getInt();
    lab.requirements = {row.getColumn(9).getInt(), row.getColumn(11).getInt(), row.getColumn(10).getString()};
    lab.recorded = has_windows(db, lab.id, row.getColumn(12).getString());
    lab.asks = items_in(db, lab.id);
  }
  return list;
}

Result<std::vector<LabEntry>> shipped_labs(const std::string& words) {
  return with_shipped([&](SQLite::Database& db) { return labs_in(db, words); });
}

Result<LabText> find_lab(const std::string& name) {
  std::error_code error;
  if (fs::is_regular_file(name, error) && fs::path(name).extension() == ".md") return read_lab(name);
  if (fs::is_regular_file(fs::path(name) / "lab.md", error)) return read_lab((fs::path(name) / "lab.md").string());
  if (const size_t colon = name.rfind(':'); colon != name.npos && fs::is_regular_file(name.substr(0, colon), error))
    return read_compiled_lab(name.substr(0, colon), name.substr(colon + 1));
  auto found = find_shipped(name);
  if (!found) return found.error();
  if (*found) return **found;
  return Error{"There is no lab of this name.", "Nothing was started.", "The list: `ringsidectl lab list`",
               excerpt(name)};
}

Result<std::optional<LabText>> find_shipped(const std::string& name) {
  const bool number = !name.empty() && name.size() < 10 && std::all_of(name.begin(), name.end(), ::isdigit);
  return with_shipped([&](SQLite::Database& db) -> Result<std::optional<LabText>> {
    SQLite::Statement row(db, std::string("SELECT folder, source, hash FROM lab WHERE id = ?1 OR folder = ?1") +
                                  (number ? " OR number = CAST(?1 AS INTEGER)" : ""));
    row.bind(1, name);
    if (!row.executeStep()) return std::optional<LabText>();
    // Errors in it name the text that it was compiled from, and its captures lie beside that.
    const std::string folder = labs_path("exercises/" + row.getColumn(0).getString());
    return std::optional<LabText>(
        {folder + "/lab.md", row.getColumn(1).getString(), row.getColumn(2).getString(), folder});
  });
}

Result<LabText> read_compiled_lab(const std::string& file, const std::string& id) {
  constexpr uint64_t kMost = kMostFileMiB << 20;
  auto open = DistrustedFile::open(file, "file of labs", 2 * kMost, kMost);
  if (!open) return open.error();
  try {
    if (!(*open)->has_table("lab"))
      return Error{"This file has no table of labs.", "Nothing was started.",
                   "Compile them: `ringsidectl lab build FILE`", file};
    if ((*open)->has_table("pack"))
      return Error{"This is a pack.", "Nothing was started.",
                   "Install it, and take its labs then: `ringsidectl lab install '" + visible_line(file) + "'`", file};
    SQLite::Statement query((*open)->db(), "SELECT source, hash FROM lab WHERE id = ?");
    query.bind(1, id);
    if (!query.executeStep())
      return Error{"There is no lab `" + id + "` in this file.", "Nothing was started.",
                   "The list: `sqlite3 '" + visible_line(file) + "' 'SELECT id FROM lab'`", file};
    return LabText{file + ":" + id, query.getColumn(0).getString(), query.getColumn(1).getString()};
  } catch (const SQLite::Exception& thrown) {
    return (*open)->error_of(thrown);
  }
}

}  // namespace ringside::labs
