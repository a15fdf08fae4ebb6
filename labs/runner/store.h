// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/file_id.h"
#include "engine/base/result.h"
#include "labs/runner/values.h"

namespace SQLite {
class Database;
}

namespace ringside::labs {

struct StoreOptions {
  std::string path;             // "" = default_progress_path(); ":memory:" = kept for this process only
  bool start_anew = false;      // a damaged file is replaced, after it was copied aside
  std::optional<bool> network;  // of the file system; empty = asked of it
};

struct AttemptRow {
  int64_t id = 0;
  std::string student, lab, hash;
  int variant = 0;
  uint64_t seed = 1;
};

struct AnswerRow {
  std::string question, kind, value, belief;
  std::optional<int> sure;
  std::optional<bool> correct;
  double points = 0, seconds = 0;
  int64_t id = 0;           // of a row that was read
  std::string at_utc = {};  // likewise: "2027-05-03T14:05:09.120Z"
};

struct RunRow {
  std::string block;
  std::vector<std::string> commands;
  Window window;
  int64_t id = 0;           // of a row that was read
  std::string at_utc = {};  // likewise
};

struct VerdictRow {
  std::string check, verdict, reason, expected, observed;
  int points = 0, maximum = 0;
};

std::string student_name();  // the user's
// $XDG_DATA_HOME/ringside/progress.db, else below $HOME, else in a folder of this user's alone below $TMPDIR.
std::string default_progress_path();
using ringside::on_network_file_system;

class ProgressStore;
// The progress file was found damaged: it may be begun anew, for a copy stands beside it.
bool is_damaged(const Error& error);
// The progress database. What a function has answered `ok` is on the disk: it survives a kill -9 and a power cut. A
// file that was deleted or replaced by another meanwhile is noticed, and what was to be added is not called kept. One
// thread at a time.
class ProgressStore {
 public:
  static constexpr int kSchema = 3;

  // A file that is damaged, read-only, foreign or of a newer schema is left as it is, and said plainly.
  static Result<std::unique_ptr<ProgressStore>> open(const StoreOptions& options);
  ~ProgressStore();

  // The newest attempt of a student at a lab, or nothing.
  Result<std::optional<AttemptRow>> latest_attempt(const std::string& student, const std::string& lab);
  Result<AttemptRow> begin_attempt(AttemptRow row);

  Status add_answer(int64_t attempt, const AnswerRow& row);
  Status add_run(int64_t attempt, const RunRow& row);
  Status add_hint(int64_t attempt, const std::string& of, int level);
  Status add_verdicts(int64_t attempt, const std::vector<VerdictRow>& rows);

  Result<std::vector<AnswerRow>> answers(int64_t attempt);    // oldest first
  Result<std::vector<RunRow>> runs(int64_t attempt);          // oldest first
  Result<std::map<std::string, int>> hints(int64_t attempt);  // levels seen

  // For lists, which need no windows: blocks that were run, when something was done last, checks that failed last.
  Result<std::set<std::string>> blocks_run(int64_t attempt);
  Result<std::string> latest_moment(int64_t attempt);  // UTC
  Result<size_t> failed_checks(int64_t attempt);

  SQLite::Database& db() { return *db_; }  // for what copies rows out of it
  const std::string& path() const { return path_; }
  std::string journal_mode() const;

 private:
  // Which file a path names: of one that was replaced, another.
  struct FileId {
    uint64_t device = 0, inode = 0;
    bool operator==(const FileId&) const = default;
  };

  ProgressStore(std::string path, std::unique_ptr<SQLite::Database> db);
  static std::optional<FileId> id_of(const std::string& path);  // nothing = there is no such file
  Status still_there() const;
  template <class Work>
  Status write(Work work);

  std::string path_;
  std::optional<FileId> id_;  // nothing = not in a file
  std::unique_ptr<SQLite::Database> db_;
};

}  // namespace ringside::labs
