// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/store.h"

#include <sys/stat.h>

#include "labs/runner/chain.h"
#include "labs/runner/store_open.h"
#include "labs/runner/store_rows.h"

namespace ringside::labs {
namespace {

constexpr const char* kInMemory = ":memory:";

// Runs `work`, which throws what SQLite says.
template <class Work>
auto guarded(const std::string& path, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const SQLite::Exception& error) {
    return store_error(error, path);
  }
}

}  // namespace

ProgressStore::ProgressStore(std::string path, std::unique_ptr<SQLite::Database> db)
    : path_(std::move(path)), id_(path_ == kInMemory ? std::nullopt : id_of(path_)), db_(std::move(db)) {}
ProgressStore::~ProgressStore() = default;

std::optional<ProgressStore::FileId> ProgressStore::id_of(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info)) return {};
  return FileId{uint64_t(info.st_dev), uint64_t(info.st_ino)};
}

Status ProgressStore::still_there() const {
  if (!id_ || id_of(path_) == id_) return {};
  return Error{"The progress file was deleted or replaced by another since this lab was opened.",
               "This was not saved, and nothing more will be.",
               "Put the file back and leave the lab, then take it up again: what was answered before is in that file",
               path_, true};
}

// The file is looked at before and after: SQLite itself writes on into a file that has no name any more.
template <class Work>
Status ProgressStore::write(Work work) {
  if (Status there = still_there(); !there) return there;
  if (Status written = guarded(path_, work); !written) return written;
  return still_there();
}

Result<std::unique_ptr<ProgressStore>> ProgressStore::open(const StoreOptions& options) {
  if (options.path.empty())
    if (Status own = make_own_folder(); !own) return own.error();
  const std::string path = options.path.empty() ? default_progress_path() : options.path;
  auto db = open_progress(path, options);
  if (!db) return db.error();
  return std::unique_ptr<ProgressStore>(new ProgressStore(path, std::move(*db)));
}

std::string ProgressStore::journal_mode() const {
  SQLite::Statement query(*db_, "PRAGMA journal_mode");
  return query.executeStep() ? query.getColumn(0).getString() : "";
}

Result<std::optional<AttemptRow>> ProgressStore::latest_attempt(const std::string& student, const std::string& lab) {
  return guarded(path_, [&]() -> Result<std::optional<AttemptRow>> {
    SQLite::Statement query(
        *db_, "SELECT id, hash, variant, seed FROM attempt WHERE student = ? AND lab = ? ORDER BY id DESC LIMIT 1");
    query.bind(1, student), query.bind(2, lab);
    if (!query.executeStep()) return std::optional<AttemptRow>{};
    return std::optional<AttemptRow>({query.getColumn(0).getInt64(), student, lab, query.getColumn(1).getString(),
                                      query.getColumn(2).getInt(), uint64_t(query.getColumn(3).getInt64())});
  });
}

Result<AttemptRow> ProgressStore::begin_attempt(AttemptRow row) {
  if (Status there = still_there(); !there) return there.error();
  return guarded(path_, [&]() -> Result<AttemptRow> {
    SQLite::Transaction all_or_none(*db_);
    SQLite::Statement insert(*db_, "INSERT INTO attempt (student, lab, hash, variant, seed) VALUES (?, ?, ?, ?, ?)");
    insert.bind(1, row.student), insert.bind(2, row.lab), insert.bind(3, row.hash), insert.bind(4, row.variant),
        insert.bind(5, int64_t(row.seed));
    insert.exec();
    row.id = db_->getLastInsertRowid();
    add_link(*db_, row.id, "attempt", row.id);
    all_or_none.commit();
    return row;
  });
}

Status ProgressStore::add_answer(int64_t attempt, const AnswerRow& row) {
  return write([&]() -> Status {
    SQLite::Transaction all_or_none(*db_);
    SQLite::Statement insert(*db_,
                             "INSERT INTO answer (attempt, question, kind, value, belief, sure, correct, points, "
                             "seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, attempt), insert.bind(2, row.question), insert.bind(3, row.kind), insert.bind(4, row.value);
    if (!row.belief.empty()) insert.bind(5, row.belief);
    if (row.sure) insert.bind(6, *row.sure);
    if (row.correct) insert.bind(7, int(*row.correct));
    insert.bind(8, row.points), insert.bind(9, row.seconds);
    insert.exec();
    add_link(*db_, attempt, "answer", db_->getLastInsertRowid());
    all_or_none.commit();
    return {};
  });
}

Status ProgressStore::add_run(int64_t attempt, const RunRow& row) {
  return write([&]() -> Status {
    SQLite::Transaction all_or_none(*db_);
    SQLite::Statement insert(*db_, "INSERT INTO do_run (attempt, block, commands) VALUES (?, ?, ?)");
    insert.bind(1, attempt), insert.bind(2, row.block), insert.bind(3, commands_text(row.commands));
    insert.exec();
    const int64_t run = db_->getLastInsertRowid();
    insert_frozen(*db_, run, row.window);
    insert_samples(*db_, run, row.window.samples);
    add_link(*db_, attempt, "run", run);
    all_or_none.commit();
    return {};
  });
}

Status ProgressStore::add_hint(int64_t attempt, const std::string& of, int level) {
  return write([&]() -> Status {
    SQLite::Transaction all_or_none(*db_);
    SQLite::Statement insert(*db_, "INSERT INTO hint (attempt, of, level) VALUES (?, ?, ?)");
    insert.bind(1, attempt), insert.bind(2, of), insert.bind(3, level);
    insert.exec();
    add_link(*db_, attempt, "hint", db_->getLastInsertRowid());
    all_or_none.commit();
    return {};
  });
}

Status ProgressStore::add_verdicts(int64_t attempt, const std::vector<VerdictRow>& rows) {
  return write([&]() -> Status {
    SQLite::Transaction all_or_none(*db_);
    SQLite::Statement insert(*db_,
                             "INSERT INTO verdict (attempt, check_id, verdict, reason, expected, observed, points, "
                             "maximum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    for (const VerdictRow& row : rows) {
      insert.reset();
      insert.bind(1, attempt), insert.bind(2, row.check), insert.bind(3, row.verdict), insert.bind(4, row.reason),
          insert.bind(5, row.expected), insert.bind(6, row.observed);
      insert.bind(7, row.points), insert.bind(8, row.maximum);
      insert.exec();
      add_link(*db_, attempt, "verdict", db_->getLastInsertRowid());
    }
    all_or_none.commit();
    return {};
  });
}

Result<std::vector<AnswerRow>> ProgressStore::answers(int64_t attempt) {
  return guarded(path_, [&]() -> Result<std::vector<AnswerRow>> { return answers_in(*db_, attempt); });
}

Result<std::vector<RunRow>> ProgressStore::runs(int64_t attempt) {
  return guarded(path_, [&]() -> Result<std::vector<RunRow>> { return runs_in(*db_, attempt); });
}

Result<std::map<std::string, int>> ProgressStore::hints(int64_t attempt) {
  return guarded(path_, [&]() -> Result<std::map<std::string, int>> {
    std::map<std::string, int> levels;
    SQLite::Statement query(*db_, "SELECT of, max(level) FROM hint WHERE attempt = ? GROUP BY of");
    query.bind(1, attempt);
    while (query.executeStep()) levels[query.getColumn(0).getString()] = query.getColumn(1).getInt();
    return levels;
  });
}

Result<std::set<std::string>> ProgressStore::blocks_run(int64_t attempt) {
  return guarded(path_, [&]() -> Result<std::set<std::string>> {
    std::set<std::string> blocks;
    SQLite::Statement query(*db_, "SELECT DISTINCT block FROM do_run WHERE attempt = ?");
    query.bind(1, attempt);
    while (query.executeStep()) blocks.insert(query.getColumn(0).getString());
    return blocks;
  });
}

Result<std::string> ProgressStore::latest_moment(int64_t attempt) {
  return guarded(path_, [&]() -> Result<std::string> {
    SQLite::Statement query(*db_,
                            "SELECT max(at) FROM (SELECT begun_utc AS at FROM attempt WHERE id = ?1 UNION ALL SELECT "
                            "at_utc FROM answer WHERE attempt = ?1 UNION ALL SELECT at_utc FROM do_run WHERE attempt = "
                            "?1 UNION ALL SELECT at_utc FROM hint WHERE attempt = ?1)");
    query.bind(1, attempt);
    return query.executeStep() ? query.getColumn(0).getString() : std::string();
  });
}

Result<size_t> ProgressStore::failed_checks(int64_t attempt) {
  return guarded(path_, [&]() -> Result<size_t> {
    SQLite::Statement query(*db_,
                            "SELECT count(*) FROM verdict WHERE verdict = 'fail' AND id IN (SELECT max(id) FROM "
                            "verdict WHERE attempt = ? GROUP BY check_id)");
    query.bind(1, attempt);
    return query.executeStep() ? size_t(query.getColumn(0).getInt64()) : size_t(0);
  });
}

}  // namespace ringside::labs
