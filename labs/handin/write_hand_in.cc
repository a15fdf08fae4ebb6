// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "engine/base/build_info.h"
#include "engine/base/new_file.h"
#include "engine/base/visible.h"
#include "labs/handin/hand_in.h"
#include "labs/pack/install.h"
#include "labs/runner/store_open.h"

namespace ringside::labs {
namespace fs = std::filesystem;
namespace {

constexpr int kHandInApplication = 0x52737562;  // "Rsub"
constexpr const char* kNothing = "Nothing was handed in.";

struct Wanted {
  int64_t attempt = 0;
  int number = 1;
  std::string key;
};

// The newest attempt of each lab, and of those only what was asked for.
Result<std::vector<Wanted>> attempts_of(ProgressStore& store, const HandInRequest& request) {
  std::vector<Wanted> all;
  SQLite::Statement row(store.db(),
                        "SELECT max(id), count(*), lab FROM attempt WHERE student = ? GROUP BY lab ORDER BY lab");
  row.bind(1, request.student);
  while (row.executeStep()) {
    Wanted one{row.getColumn(0).getInt64(), row.getColumn(1).getInt(), row.getColumn(2).getString()};
    const bool named = std::count(request.labs.begin(), request.labs.end(), one.key);
    if (!request.labs.empty() && !named) continue;
    SQLite::Statement any(store.db(),
                          "SELECT EXISTS (SELECT 1 FROM answer WHERE attempt = ?1) OR EXISTS (SELECT 1 FROM do_run "
                          "WHERE attempt = ?1)");
    any.bind(1, one.attempt);
    if (any.executeStep() && any.getColumn(0).getInt()) all.push_back(std::move(one));
  }
  const auto remedy = "Whose answers? `--student ID`; where are they? `--progress FILE`";
  for (const std::string& key : request.labs)
    if (std::none_of(all.begin(), all.end(), [&](const Wanted& one) { return one.key == key; }))
      return Error{request.student + " has not answered anything in the lab " + excerpt(visible_line(key)) + ".",
                   kNothing, remedy, visible_line(store.path())};
  if (all.empty())
    return Error{"There are no answers of " + excerpt(visible_line(request.student)) + " yet.", kNothing, remedy,
                 visible_line(store.path())};
  if (all.size() > HandInBounds::kMostLabs)
    return Error{fmt::format("These are {} labs; a hand-in takes {}.", all.size(), HandInBounds::kMostLabs), kNothing,
                 "Name those that are asked for: `ringsidectl lab hand-in LAB…`", ""};
  return all;
}

// An empty hand-in in an empty file. Its indexes are taken out again: who reads it allows tables only.
Status create(const std::string& path) {
  SQLite::Database db(path, SQLite::OPEN_READWRITE);
  db.exec("PRAGMA synchronous = OFF");
  db.exec("BEGIN");
  for (const char* file : {"progress.sql", "progress_2.sql", "progress_3.sql", "handin.sql"}) {
    auto sql = read_labs_file(file);
    if (!sql) return sql.error();
    db.exec(*sql);
  }
  std::vector<std::string> indexes;
  {
    SQLite::Statement row(db, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL");
    while (row.executeStep()) indexes.push_back(row.getColumn(0).getString());
  }
  for (const std::string& name : indexes) db.exec("DROP INDEX " + name);
  db.exec(fmt::format("PRAGMA application_id = {}", kHandInApplication));
  db.exec(fmt::format("PRAGMA user_version = {}", kHandInSchema));
  db.exec("COMMIT");
  return {};
}

void copy_attempt(SQLite::Database& db, const Wanted& one) {
  const auto copy = [&](const std::string& table, const std::string& where) {
    SQLite::Statement rows(db, fmt::format("INSERT INTO handed.{0} SELECT * FROM main.{0} WHERE {1}", table, where));
    rows.bind(1, one.attempt);
    rows.exec();
  };
  copy("attempt", "id = ?1");
  for (const char* table : {"answer", "do_run", "hint", "verdict", "chain"}) copy(table, "attempt = ?1");
  for (const char* table : {"frozen", "sample", "sample_value"})
    copy(table, "run IN (SELECT id FROM main.do_run WHERE attempt = ?1)");
  const size_t slash = one.key.find('/');
  const std::string pack = slash == one.key.npos ? "" : one.key.substr(0, slash);
  std::string edition, kind;
  std::error_code error;
  if (is_plain_name(pack) && fs::exists(file_of_pack(pack), error))
    if (const auto info = read_info(file_of_pack(pack))) edition = info->info.hash, kind = name_of(info->info.kind);
  SQLite::Statement row(db, "INSERT INTO handed.handed_lab VALUES (?, ?, ?, ?, ?, ?)");
  row.bind(1, one.attempt), row.bind(2, one.number), row.bind(3, one.key.substr(slash == one.key.npos ? 0 : slash + 1));
  row.bind(4, pack), row.bind(5, edition), row.bind(6, kind);
  row.exec();
}

int64_t count_in(SQLite::Database& db, const char* table) {
  SQLite::Statement count(db, std::string("SELECT count(*) FROM handed.") + table);
  return count.executeStep() ? count.getColumn(0).getInt64() : 0;
}

// All rows at one moment, whatever another Ringside adds meanwhile.
void fill(ProgressStore& store, const HandInRequest& request, const std::vector<Wanted>& wanted,
          const std::string& fresh, Handed& handed) {
  SQLite::Database& db = store.db();
  SQLite::Statement attach(db, "ATTACH ? AS handed");
  attach.bind(1, fresh);
  attach.exec();
  struct Detach {
    SQLite::Database& db;
    ~Detach() { (void)db.tryExec("DETACH handed"); }
  } detach{db};
  {
    SQLite::Transaction all_or_none(db);
    for (const Wanted& one : wanted) copy_attempt(db, one), handed.labs.push_back(one.key);
    SQLite::Statement head(db, "INSERT INTO handed.hand_in VALUES (?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?)");
    head.bind(1, request.student), head.bind(2, std::string("Ringside ") + kVersion);
    head.exec();
    for (const auto& [name, value] : environment()) {
      SQLite::Statement row(db, "INSERT INTO handed.environment VALUES (?, ?)");
      row.bind(1, name), row.bind(2, value);
      row.exec();
    }
    handed.answers = size_t(count_in(db, "answer")), handed.runs = size_t(count_in(db, "do_run"));
    all_or_none.commit();
  }
}

// Of what stands where the hand-in shall go, only an older one of this student is replaced.
Status may_replace(const std::string& to, const HandInRequest& request) {
  const auto old = read_hand_in(to);
  if (old && old->student == request.student) return {};
  return Error{old ? "There is a hand-in of " + old->student + " already." : "There is another file of this name.",
               "It was left as it is. " + std::string(kNothing), "Choose another name: `" + request.how + "`",
               visible_line(to)};
}

// Better that the student hears it than the teacher.
Status can_be_read(const std::string& fresh) {
  const auto again = read_hand_in(fresh);
  if (again) return {};
  return Error{"What would be handed in cannot be graded: " + again.error().what, kNothing,
               "Begin the lab anew, and hand that in: `ringsidectl lab run LAB --anew`", ""};
}

}  // namespace

std::string hand_in_name(const std::string& student, const std::string& lab) {
  std::string name;
  for (const char c : student + (lab.empty() ? "" : "-" + lab))
    name += isalnum(uint8_t(c)) || strchr("-_.@", c) ? c : '-';
  return (name.starts_with(".") || name.starts_with("-") ? "student" + name : name) + kHandInEnding;
}

Result<Handed> write_hand_in(ProgressStore& store, const HandInRequest& request) {
  Handed handed;
  handed.file =
      request.to.empty()
          ? (fs::path(request.folder) / hand_in_name(request.student, request.labs.size() == 1 ? request.labs[0] : ""))
                .string()
          : request.to;
  if (request.student.empty() || request.student.size() > HandInBounds::kMostName ||
      visible_line(request.student) != request.student)
    return Error{"This is no name of a student: " + excerpt(visible_line(request.student), 60), kNothing,
                 "Expected one line: `--student ada`", ""};
  try {
    auto wanted = attempts_of(store, request);
    if (!wanted) return wanted.error();
    auto fresh = NewFile::beside(handed.file, {kNothing, "Choose another place: `" + request.how + "`"},
                                 [&](const std::string& to) { return may_replace(to, request); });
    if (!fresh) return fresh.error();
    Status done = create(fresh->path());
    if (done) fill(store, request, *wanted, fresh->path(), handed);
    if (done) done = can_be_read(fresh->path());
    std::error_code error;
    handed.replaced = fs::exists(handed.file, error);
    if (done) done = fresh->take_place();
    if (!done) return done.error();
    return handed;
  } catch (const SQLite::Exception& thrown) {
    const int code = thrown.getErrorCode() & 255;
    if (code == 14 || code == 8)  // SQLITE_CANTOPEN, SQLITE_READONLY: of the new file
      return Error{"The hand-in cannot be written there.", kNothing, "Choose another place: `" + request.how + "`",
                   visible_line(handed.file), true};
    Error said = store_error(thrown, store.path());
    said.unchanged = kNothing;
    return said;
  }
}

}  // namespace ringside::labs
