// SPDX-License-Identifier: BSD-3-Clause
#include "labs/grade/gradebook.h"

#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <set>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "engine/base/visible.h"
#include "labs/runner/store_open.h"

namespace ringside::labs {
namespace {

constexpr int kBookApplication = 0x52626f6b;  // "Rbok"
constexpr int kBusy = 10'000;                 // milliseconds

Error book_error(const SQLite::Exception& thrown, const std::string& path) {
  const int code = thrown.getErrorCode() & 255;
  const std::string unchanged = "What was merged before is kept.";
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return {"Another program is writing to this gradebook.", unchanged, "Close it, and merge again.",
            visible_line(path), true};
  if (code == SQLITE_FULL)
    return {"The disk is full.", unchanged, "Make room, and merge again.", visible_line(path), true};
  if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN || code == SQLITE_PERM)
    return {"This gradebook cannot be written.", unchanged, "Give yourself the right, or name another file.",
            visible_line(path), true};
  return {fmt::format("This gradebook cannot be used: {}.", thrown.what()), "It was left as it is.",
          "Look at it: `sqlite3 '" + visible_line(path) + "' 'PRAGMA integrity_check'`", visible_line(path)};
}

int64_t number_of(SQLite::Database& db, const char* query) {
  SQLite::Statement row(db, query);
  return row.executeStep() ? row.getColumn(0).getInt64() : 0;
}

Status make_tables(SQLite::Database& db, const std::string& path) {
  db.exec("BEGIN IMMEDIATE");  // two that make it at once: the second one finds it made
  const int64_t schema = number_of(db, "PRAGMA user_version"), id = number_of(db, "PRAGMA application_id");
  const bool empty = number_of(db, "SELECT count(*) FROM sqlite_schema") == 0;
  const auto refuse = [&](const std::string& what) {
    db.exec("ROLLBACK");
    return Error{what, "It was left as it is.", "Name another file: `--merge gradebook.db`", visible_line(path)};
  };
  if (!empty && id != kBookApplication) return refuse("This is a database, but no gradebook.");
  if (schema > Gradebook::kSchema) return refuse("This gradebook was written by a newer Ringside.");
  if (empty) {
    auto sql = read_labs_file("gradebook.sql");
    if (!sql) return db.exec("ROLLBACK"), sql.error();
    db.exec(*sql);
    db.exec(fmt::format("PRAGMA application_id = {}", kBookApplication));
    db.exec(fmt::format("PRAGMA user_version = {}", Gradebook::kSchema));
  }
  db.exec("COMMIT");
  return {};
}

// Views, triggers and what else of a file's schema is a program: a gradebook may be somebody else's.
void run_nothing_of(SQLite::Database& db) {
  for (const auto& [option, value] : {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                      {SQLITE_DBCONFIG_ENABLE_VIEW, 0}})
    sqlite3_db_config(db.getHandle(), option, value, nullptr);
}

// What each object of a schema is made by; those that SQLite makes by itself have no text.
std::map<std::string, std::string> objects_in(SQLite::Database& db) {
  std::map<std::string, std::string> objects;
  SQLite::Statement row(db, "SELECT name, type, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL");
  while (row.executeStep())
    objects[row.getColumn(0).getString()] =
        row.getColumn(1).getString() + " " + row.getColumn(2).getString() + ": " + row.getColumn(3).getString();
  return objects;
}

// Its tables are those that Ringside makes, and nothing hangs on them. What a teacher adds beside them stays, unused.
Status has_own_tables(SQLite::Database& db, const std::string& path) {
  auto sql = read_labs_file("gradebook.sql");
  if (!sql) return sql.error();
  SQLite::Database fresh(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  fresh.exec(*sql);
  const auto own = objects_in(fresh), there = objects_in(db);
  std::set<std::string> tables;
  for (const auto& [name, what] : own) {
    if (what.starts_with("table ")) tables.insert(name);
    const auto at = there.find(name);
    if (at == there.end() || at->second != what)
      return Error{"This gradebook's `" + name + "` is not the one that Ringside makes.", "It was left as it is.",
                   "Begin another one: `--merge new.db`, and merge all hand-ins into it.", visible_line(path)};
  }
  for (const auto& [name, what] : there)
    for (const std::string& table : tables)
      if (!own.count(name) && (what.starts_with("trigger ") || what.starts_with("index " + table + ":")))
        return Error{"In this gradebook something hangs on its tables: " + excerpt(visible_line(what), 80) + ".",
                     "It was left as it is.", "Take it out: `DROP TRIGGER` or `DROP INDEX` in the sqlite3 shell.",
                     visible_line(path)};
  return {};
}

// One row; each argument becomes a column, in order. An empty optional is NULL.
template <class T>
void bind_one(SQLite::Statement& row, int at, const T& value) {
  row.bind(at, value);
}
void bind_one(SQLite::Statement& row, int at, const std::optional<int>& value) {
  if (value) row.bind(at, *value);
}
template <class... Columns>
void insert_row(SQLite::Database& db, const std::string& into, const Columns&... columns) {
  std::string marks;
  for (size_t i = 0; i < sizeof...(columns); i++) marks += i ? ", ?" : "?";
  SQLite::Statement row(db, "INSERT INTO " + into + " VALUES (" + marks + ")");
  int at = 0;
  (bind_one(row, ++at, columns), ...);
  row.exec();
}

std::optional<int> as_int(std::optional<bool> value) { return value ? std::optional(int(*value)) : std::nullopt; }

void insert_lab(SQLite::Database& db, const GradedLab& g) {
  insert_row(db,
             "grade (digest, file, student, pack, lab, title, version, edition, attempt, variant, begun_utc, "
             "ended_utc, made_utc, score, maximum, predictions_locked)",
             g.digest, g.file, g.student, g.pack, g.lab, g.title, g.version, g.edition, g.attempt, g.variant + 1,
             g.begun_utc, g.ended_utc, g.made_utc, g.score, g.maximum, g.predictions_locked);
  const int64_t id = db.getLastInsertRowid();
  int position = 0;
  for (const CheckResult& r : g.checks)
    insert_row(db, "verdict", id, ++position, r.id, std::string(name_of(r.verdict)), r.claim, r.expected, r.observed,
               r.reason, r.explained, r.points, r.maximum, int(r.hidden));
  position = 0;
  for (const GradedAnswer& a : g.answers)
    insert_row(db, "answer", id, ++position, a.question, a.place, a.step, a.kind, a.ask, a.value, a.text, a.at_utc,
               as_int(a.right), a.belief, a.sure, a.seconds, a.marked, int(a.last), a.points, a.maximum);
  for (const auto& [of, levels] : g.hints) insert_row(db, "hint", id, of, levels);
  for (const Spent& s : g.spent) insert_row(db, "spent", id, s.step, s.seconds);
  for (const Flag& f : g.flags) insert_row(db, "flag", id, f.code, f.what);
  for (const std::string& window : g.windows) insert_row(db, "measured", id, window);
  for (const Belief& b : g.beliefs) insert_row(db, "belief", id, b.id, b.text, b.questions);
}

Verdict verdict_of(const std::string& name) {
  for (const Verdict one : {Verdict::kPass, Verdict::kFail, Verdict::kSkipped})
    if (name == name_of(one)) return one;
  return Verdict::kInconclusive;
}

// Calls `take` with each row of a table that belongs to this grade.
template <class Take>
void each(SQLite::Database& db, const std::string& select, int64_t grade, Take take) {
  SQLite::Statement row(db, select);
  row.bind(1, grade);
  while (row.executeStep()) take(row);
}

void read_parts(SQLite::Database& db, int64_t id, GradedLab& g) {
  const auto text = [](SQLite::Statement& row, int column) { return row.getColumn(column).getString(); };
  each(db,
       "SELECT check_id, verdict, claim, expected, observed, reason, explained, points, maximum, hidden FROM verdict "
       "WHERE grade = ? ORDER BY position",
       id, [&](SQLite::Statement& row) {
         CheckResult& r = g.checks.emplace_back();
         r.id = text(row, 0), r.verdict = verdict_of(text(row, 1)), r.claim = text(row, 2);
         r.expected = text(row, 3), r.observed = text(row, 4), r.reason = text(row, 5), r.explained = text(row, 6);
         r.points = row.getColumn(7).getInt(), r.maximum = row.getColumn(8).getInt();
         r.hidden = row.getColumn(9).getInt() != 0;
       });
  each(db,
       "SELECT question, place, step, kind, ask, value, text, at_utc, correct, belief, sure, seconds, marked, counts, "
       "points, maximum FROM answer WHERE grade = ? ORDER BY position",
       id, [&](SQLite::Statement& row) {
         GradedAnswer& a = g.answers.emplace_back();
         a.question = text(row, 0), a.place = row.getColumn(1).getInt(), a.step = text(row, 2), a.kind = text(row, 3);
         a.ask = text(row, 4), a.value = text(row, 5), a.text = text(row, 6), a.at_utc = text(row, 7);
         if (!row.isColumnNull(8)) a.right = row.getColumn(8).getInt() != 0;
         a.belief = text(row, 9);
         if (!row.isColumnNull(10)) a.sure = row.getColumn(10).getInt();
         a.seconds = row.getColumn(11).getDouble(), a.marked = row.getColumn(12).getDouble();
         a.last = row.getColumn(13).getInt() != 0;
         a.points = row.getColumn(14).getInt(), a.maximum = row.getColumn(15).getInt();
       });
  each(db, "SELECT of, levels FROM hint WHERE grade = ?", id,
       [&](SQLite::Statement& row) { g.hints[text(row, 0)] = row.getColumn(1).getInt(); });
  each(db, "SELECT step, seconds FROM spent WHERE grade = ? ORDER BY rowid", id, [&](SQLite::Statement& row) {
    g.spent.push_back({text(row, 0), row.getColumn(1).getDouble()});
  });
  each(db, "SELECT code, what FROM flag WHERE grade = ? ORDER BY rowid", id, [&](SQLite::Statement& row) {
    g.flags.push_back({text(row, 0), text(row, 1)});
  });
  each(db, "SELECT digest FROM measured WHERE grade = ? ORDER BY rowid", id,
       [&](SQLite::Statement& row) { g.windows.push_back(text(row, 0)); });
  each(db, "SELECT id, belief, questions FROM belief WHERE grade = ? ORDER BY rowid", id, [&](SQLite::Statement& row) {
    g.beliefs.push_back({text(row, 0), text(row, 1), text(row, 2)});
  });
}

}  // namespace

Gradebook::Gradebook(std::string path, std::unique_ptr<SQLite::Database> db)
    : path_(std::move(path)), db_(std::move(db)) {}
Gradebook::~Gradebook() = default;

Result<std::unique_ptr<Gradebook>> Gradebook::open(const std::string& path) {
  if (!can_be_database(path))
    return Error{"This is no plain file, so no grade would be kept.", "It was left as it is.",
                 "Name another file: `--merge gradebook.db`", visible_line(path)};
  try {
    auto db = std::make_unique<SQLite::Database>(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusy);
    run_nothing_of(*db);
    SQLite::Statement check(*db, "PRAGMA quick_check(1)");
    if (const std::string said = check.executeStep() ? check.getColumn(0).getString() : ""; said != "ok")
      throw SQLite::Exception(said, SQLITE_CORRUPT);
    check.reset();
    db->exec("PRAGMA synchronous = FULL");
    if (Status made = make_tables(*db, path); !made) return made.error();
    if (Status own = has_own_tables(*db, path); !own) return own.error();
    return std::unique_ptr<Gradebook>(new Gradebook(path, std::move(db)));
  } catch (const SQLite::Exception& thrown) {
    return book_error(thrown, path);
  }
}

Result<bool> Gradebook::has(const GradedLab& g) {
  try {
    SQLite::Statement known(*db_, "SELECT 1 FROM grade WHERE digest = ? AND pack = ? AND lab = ? AND edition = ?");
    known.bind(1, g.digest), known.bind(2, g.pack), known.bind(3, g.lab), known.bind(4, g.edition);
    return known.executeStep();
  } catch (const SQLite::Exception& thrown) {
    return book_error(thrown, path_);
  }
}

Result<bool> Gradebook::add(const std::vector<GradedLab>& labs) {
  try {
    SQLite::Transaction all_or_none(*db_, SQLite::TransactionBehavior::IMMEDIATE);
    bool added = false;
    for (const GradedLab& g : labs) {
      auto known = has(g);
      if (!known) return known.error();
      if (*known) continue;
      insert_lab(*db_, g);
      added = true;
    }
    all_or_none.commit();
    return added;
  } catch (const SQLite::Exception& thrown) {
    return book_error(thrown, path_);
  }
}

Result<std::vector<GradedLab>> Gradebook::all() {
  try {
    std::vector<GradedLab> list;
    SQLite::Statement row(*db_,
                          "SELECT id, digest, file, student, pack, lab, title, version, edition, attempt, variant, "
                          "begun_utc, ended_utc, made_utc, score, maximum, predictions_locked FROM grade ORDER BY id");
    const auto text = [&](int column) { return row.getColumn(column).getString(); };
    while (row.executeStep()) {
      GradedLab& g = list.emplace_back();
      g.digest = text(1), g.file = text(2), g.student = text(3), g.pack = text(4), g.lab = text(5), g.title = text(6);
      g.version = text(7), g.edition = text(8);
      g.attempt = row.getColumn(9).getInt(), g.variant = row.getColumn(10).getInt() - 1;
      g.begun_utc = text(11), g.ended_utc = text(12), g.made_utc = text(13);
      g.score = row.getColumn(14).getDouble(), g.maximum = row.getColumn(15).getInt();
      g.predictions_locked = row.getColumn(16).getInt();
      read_parts(*db_, row.getColumn(0).getInt64(), g);
    }
    return list;
  } catch (const SQLite::Exception& thrown) {
    return book_error(thrown, path_);
  }
}

std::vector<GradedLab> chosen(const std::vector<GradedLab>& all, const std::string& rule) {
  if (rule == "all") return all;
  std::vector<GradedLab> list;
  const auto share = [](const GradedLab& g) { return g.maximum > 0 ? g.score / g.maximum : 0; };
  for (size_t i = 0; i < all.size(); i++) {
    const GradedLab& g = all[i];
    const bool again = std::any_of(all.begin() + long(i) + 1, all.end(), [&](const GradedLab& later) {
      return later.digest == g.digest && later.key() == g.key();
    });
    if (again) continue;
    auto at = std::find_if(list.begin(), list.end(),
                           [&](const GradedLab& one) { return one.student == g.student && one.key() == g.key(); });
    if (at == list.end())
      list.push_back(g);
    else if (rule == "best" ? std::pair(share(g), g.made_utc) >= std::pair(share(*at), at->made_utc)
                            : g.made_utc >= at->made_utc)
      *at = g;
  }
  return list;
}

}  // namespace ringside::labs
