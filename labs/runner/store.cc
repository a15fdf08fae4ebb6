// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/store.h"

#include <sys/stat.h>

#include <sstream>

#include "labs/runner/store_open.h"

namespace ringside::labs {
namespace {

constexpr const char* kInMemory = ":memory:";

const char* name_of_kind(ProbeKind kind) {
  return kind == ProbeKind::kCounter ? "counter" : kind == ProbeKind::kGauge ? "gauge" : "text";
}
ProbeKind kind_of(const std::string& name) {
  return name == "counter" ? ProbeKind::kCounter : name == "gauge" ? ProbeKind::kGauge : ProbeKind::kText;
}
Provenance provenance_of(const std::string& name) {
  return name == "measured"   ? Provenance::kMeasured
         : name == "modelled" ? Provenance::kModelled
                              : Provenance::kReference;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// The columns of a value, from `at` on: kind, number, text, provenance.
void bind_value(SQLite::Statement& row, int at, const Value& v) {
  row.bind(at, name_of_kind(v.kind)), row.bind(at + 1, v.number), row.bind(at + 2, v.text);
  row.bind(at + 3, std::string(name_of(v.provenance)));
}
Value value_in(SQLite::Statement& row, int at) {
  return {kind_of(row.getColumn(at).getString()), row.getColumn(at + 1).getDouble(), row.getColumn(at + 2).getString(),
          provenance_of(row.getColumn(at + 3).getString())};
}

void insert_samples(SQLite::Database& db, int64_t run, const std::vector<Sample>& samples) {
  SQLite::Statement insert(db,
                           "INSERT INTO sample (run, position, setting, round, number, seconds, clock, taken, cores) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  SQLite::Statement value(db,
                          "INSERT INTO sample_value (run, position, probe, kind, number, text, provenance) VALUES (?, "
                          "?, ?, ?, ?, ?, ?)");
  for (size_t i = 0; i < samples.size(); i++) {
    const Sample& s = samples[i];
    insert.reset();
    insert.bind(1, run), insert.bind(2, int64_t(i)), insert.bind(3, s.setting), insert.bind(4, s.round);
    insert.bind(5, s.number), insert.bind(6, s.seconds), insert.bind(7, s.clock), insert.bind(8, s.taken);
    insert.bind(9, s.cores);
    insert.exec();
    for (const auto& [probe, v] : s.values) {
      value.reset();
      value.bind(1, run), value.bind(2, int64_t(i)), value.bind(3, probe);
      bind_value(value, 4, v);
      value.exec();
    }
  }
}

std::vector<Sample> samples_of(SQLite::Database& db, int64_t run) {
  std::vector<Sample> samples;
  SQLite::Statement query(
      db, "SELECT setting, round, number, seconds, clock, taken, cores FROM sample WHERE run = ? ORDER BY position");
  query.bind(1, run);
  while (query.executeStep())
    samples.push_back({query.getColumn(0).getString(),
                       query.getColumn(1).getInt(),
                       query.getColumn(2).getInt(),
                       query.getColumn(3).getDouble(),
                       query.getColumn(4).getDouble(),
                       query.getColumn(5).getDouble(),
                       query.getColumn(6).getString(),
                       {}});
  SQLite::Statement values(db,
                           "SELECT position, probe, kind, number, text, provenance FROM sample_value WHERE run = ?");
  values.bind(1, run);
  while (values.executeStep())
    if (const auto at = size_t(values.getColumn(0).getInt64()); at < samples.size())
      samples[at].values[values.getColumn(1).getString()] = value_in(values, 2);
  return samples;
}

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
    SQLite::Statement insert(*db_, "INSERT INTO attempt (student, lab, hash, variant, seed) VALUES (?, ?, ?, ?, ?)");
    insert.bind(1, row.student), insert.bind(2, row.lab), insert.bind(3, row.hash), insert.bind(4, row.variant),
        insert.bind(5, int64_t(row.seed));
    insert.exec();
    row.id = db_->getLastInsertRowid();
    return row;
  });
}

Status ProgressStore::add_answer(int64_t attempt, const AnswerRow& row) {
  return write([&]() -> Status {
    SQLite::Statement insert(*db_,
                             "INSERT INTO answer (attempt, question, kind, value, belief, sure, correct, points, "
                             "seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, attempt), insert.bind(2, row.question), insert.bind(3, row.kind), insert.bind(4, row.value);
    if (!row.belief.empty()) insert.bind(5, row.belief);
    if (row.sure) insert.bind(6, *row.sure);
    if (row.correct) insert.bind(7, int(*row.correct));
    insert.bind(8, row.points), insert.bind(9, row.seconds);
    insert.exec();
    return {};
  });
}

Status ProgressStore::add_run(int64_t attempt, const RunRow& row) {
  return write([&]() -> Status {
    SQLite::Transaction all_or_none(*db_);
    SQLite::Statement insert(*db_, "INSERT INTO do_run (attempt, block, commands) VALUES (?, ?, ?)");
    insert.bind(1, attempt), insert.bind(2, row.block), insert.bind(3, joined(row.commands));
    insert.exec();
    const int64_t run = db_->getLastInsertRowid();
    SQLite::Statement value(
        *db_, "INSERT INTO frozen (run, probe, moment, kind, number, text, provenance) VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (const auto& [moment, values] : {std::pair("begin", &row.window.begin), std::pair("end", &row.window.end)})
      for (const auto& [probe, v] : *values) {
        value.reset();
        value.bind(1, run), value.bind(2, probe), value.bind(3, moment);
        bind_value(value, 4, v);
        value.exec();
      }
    insert_samples(*db_, run, row.window.samples);
    all_or_none.commit();
    return {};
  });
}

Status ProgressStore::add_hint(int64_t attempt, const std::string& of, int level) {
  return write([&]() -> Status {
    SQLite::Statement insert(*db_, "INSERT INTO hint (attempt, of, level) VALUES (?, ?, ?)");
    insert.bind(1, attempt), insert.bind(2, of), insert.bind(3, level);
    insert.exec();
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
    }
    all_or_none.commit();
    return {};
  });
}

Result<std::vector<AnswerRow>> ProgressStore::answers(int64_t attempt) {
  return guarded(path_, [&]() -> Result<std::vector<AnswerRow>> {
    std::vector<AnswerRow> rows;
    SQLite::Statement query(*db_,
                            "SELECT question, kind, value, belief, sure, correct, points, seconds FROM answer WHERE "
                            "attempt = ? ORDER BY id");
    query.bind(1, attempt);
    while (query.executeStep()) {
      AnswerRow row{query.getColumn(0).getString(), query.getColumn(1).getString(), query.getColumn(2).getString(),
                    query.getColumn(3).getString()};
      if (!query.isColumnNull(4)) row.sure = query.getColumn(4).getInt();
      if (!query.isColumnNull(5)) row.correct = query.getColumn(5).getInt() != 0;
      row.points = query.getColumn(6).getDouble(), row.seconds = query.getColumn(7).getDouble();
      rows.push_back(std::move(row));
    }
    return rows;
  });
}

Result<std::vector<RunRow>> ProgressStore::runs(int64_t attempt) {
  return guarded(path_, [&]() -> Result<std::vector<RunRow>> {
    std::vector<RunRow> rows;
    SQLite::Statement query(*db_, "SELECT id, block, commands FROM do_run WHERE attempt = ? ORDER BY id");
    SQLite::Statement values(*db_, "SELECT probe, moment, kind, number, text, provenance FROM frozen WHERE run = ?");
    query.bind(1, attempt);
    while (query.executeStep()) {
      RunRow row{query.getColumn(1).getString(), {}, {}};
      row.window.block = row.block;
      std::istringstream lines(query.getColumn(2).getString());
      for (std::string line; std::getline(lines, line);) row.commands.push_back(line);
      values.reset();
      values.bind(1, query.getColumn(0).getInt64());
      while (values.executeStep())
        (values.getColumn(1).getString() == "begin" ? row.window.begin
                                                    : row.window.end)[values.getColumn(0).getString()] =
            value_in(values, 2);
      row.window.samples = samples_of(*db_, query.getColumn(0).getInt64());
      rows.push_back(std::move(row));
    }
    return rows;
  });
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

Result<std::map<std::string, int>> ProgressStore::inconclusive(int64_t attempt) {
  return guarded(path_, [&]() -> Result<std::map<std::string, int>> {
    std::map<std::string, int> tries;
    SQLite::Statement query(*db_,
                            "SELECT check_id, count(*) FROM verdict WHERE attempt = ? AND verdict = 'inconclusive' AND "
                            "observed <> '' AND observed <> 'nothing yet' GROUP BY check_id");
    query.bind(1, attempt);
    while (query.executeStep()) tries[query.getColumn(0).getString()] = query.getColumn(1).getInt();
    return tries;
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
