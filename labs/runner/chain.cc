// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/chain.h"

#include <set>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "engine/base/sha256.h"
#include "engine/base/visible.h"

namespace ringside::labs {
namespace {

struct Content {
  const char* kind;
  std::vector<const char*> queries;  // the first one names one row; ?1 is its id
};

// All that was acknowledged, in columns and an order that stay as they are: what is added to a table later does not
// belong to it.
const std::vector<Content> kContents = {
    {"attempt", {"SELECT student, lab, hash, variant, seed, begun_utc FROM attempt WHERE id = ?1"}},
    {"answer",
     {"SELECT question, kind, value, belief, sure, correct, points, seconds, at_utc FROM answer WHERE id = ?1"}},
    {"run",
     {"SELECT block, commands, at_utc FROM do_run WHERE id = ?1",
      "SELECT probe, moment, kind, number, text, provenance FROM frozen WHERE run = ?1 ORDER BY probe, moment",
      "SELECT position, setting, round, number, seconds, clock, taken, cores FROM sample WHERE run = ?1 ORDER BY "
      "position",
      "SELECT position, probe, kind, number, text, provenance FROM sample_value WHERE run = ?1 ORDER BY position, "
      "probe"}},
    {"hint", {"SELECT of, level, at_utc FROM hint WHERE id = ?1"}},
    {"verdict",
     {"SELECT check_id, verdict, reason, expected, observed, points, maximum, at_utc FROM verdict WHERE id = ?1"}},
};

// A value with its type: 1 and "1" are not the same.
void add_column(Sha256& sum, const SQLite::Column& column) {
  if (column.isNull())
    sum.part("n");
  else if (column.isInteger())
    sum.part("i" + std::to_string(column.getInt64()));
  else if (column.isFloat())
    sum.part(fmt::format("f{:.17g}", column.getDouble()));
  else
    sum.part(std::string(column.isBlob() ? "b" : "t") + column.getString());
}

// False: there is no such row.
bool add_content(Sha256& sum, SQLite::Database& db, const std::string& kind, int64_t row) {
  for (const Content& content : kContents) {
    if (kind != content.kind) continue;
    bool first = true;
    for (const char* query : content.queries) {
      SQLite::Statement rows(db, query);
      rows.bind(1, row);
      bool any = false;
      while (rows.executeStep()) {
        any = true;
        sum.part("row");
        for (int i = 0; i < rows.getColumnCount(); i++) add_column(sum, rows.getColumn(i));
      }
      if (std::exchange(first, false) && !any) return false;
      sum.part("end");
    }
    return true;
  }
  return false;
}

std::string digest_of(SQLite::Database& db, const std::string& before, int64_t attempt, const std::string& kind,
                      int64_t row, bool& there) {
  Sha256 sum;
  sum.part(before).part(kind);
  // Where the chain of an older attempt begins: what the attempt is, and how much of it has no links.
  if (kind == "begin") sum.part(std::to_string(row));
  there = add_content(sum, db, kind == "begin" ? "attempt" : kind, kind == "begin" ? attempt : row);
  return sum.hex();
}

constexpr const char* kTables[] = {"answer", "do_run", "hint", "verdict"};

int64_t count_rows(SQLite::Database& db, int64_t attempt) {
  int64_t rows = 0;
  for (const char* table : kTables) {
    SQLite::Statement count(db, fmt::format("SELECT count(*) FROM {} WHERE attempt = ?", table));
    count.bind(1, attempt);
    if (count.executeStep()) rows += count.getColumn(0).getInt64();
  }
  return rows;
}

void insert_link(SQLite::Database& db, int64_t attempt, int64_t link, const std::string& kind, int64_t row,
                 const std::string& digest) {
  SQLite::Statement statement(db, "INSERT INTO chain (attempt, link, kind, row, digest) VALUES (?, ?, ?, ?, ?)");
  statement.bind(1, attempt), statement.bind(2, link), statement.bind(3, kind), statement.bind(4, row);
  statement.bind(5, digest);
  statement.exec();
}

// Which row this is, in words. `id` is of this attempt, or nothing is said.
std::string row_text(SQLite::Database& db, int64_t attempt, const std::string& kind, int64_t row) {
  const auto named = [&](const char* query, const std::string& words) {
    SQLite::Statement name(db, query);
    name.bind(1, row), name.bind(2, attempt);
    return name.executeStep() ? words + excerpt(visible_line(name.getColumn(0).getString()), 40) : "";
  };
  if (kind == "answer") return named("SELECT question FROM answer WHERE id = ? AND attempt = ?", "the answer to ");
  if (kind == "run") return named("SELECT block FROM do_run WHERE id = ? AND attempt = ?", "a run of ");
  if (kind == "hint") return named("SELECT of FROM hint WHERE id = ? AND attempt = ?", "a hint to ");
  if (kind == "verdict") return named("SELECT check_id FROM verdict WHERE id = ? AND attempt = ?", "what was said of ");
  return kind == "attempt" || kind == "begin" ? "its beginning" : "";
}

}  // namespace

void add_link(SQLite::Database& db, int64_t attempt, const std::string& kind, int64_t row) {
  int64_t link = 0;
  std::string before;
  {
    SQLite::Statement last(db, "SELECT link, digest FROM chain WHERE attempt = ? ORDER BY link DESC LIMIT 1");
    last.bind(1, attempt);
    if (last.executeStep()) link = last.getColumn(0).getInt64(), before = last.getColumn(1).getString();
  }
  bool there = true;
  if (link == 0 && kind != "attempt") {
    const int64_t older = count_rows(db, attempt) - 1;
    before = digest_of(db, "", attempt, "begin", older, there);
    insert_link(db, attempt, ++link, "begin", older, before);
  }
  insert_link(db, attempt, link + 1, kind, row, digest_of(db, before, attempt, kind, row, there));
}

ChainReport check_chain(SQLite::Database& db, int64_t attempt, size_t most) {
  ChainReport report;
  std::string before;
  int64_t linked = 0;
  std::set<std::pair<std::string, int64_t>> seen;
  SQLite::Statement row(db, "SELECT link, kind, row, digest FROM chain WHERE attempt = ? ORDER BY link LIMIT ?");
  row.bind(1, attempt), row.bind(2, int64_t(most));
  while (row.executeStep() && report.broken.empty()) {
    const int64_t link = row.getColumn(0).getInt64(), id = row.getColumn(2).getInt64();
    const std::string kind = row.getColumn(1).getString(), digest = row.getColumn(3).getString();
    const std::string words = row_text(db, attempt, kind, id);
    const auto broken = [&](const std::string& why) {
      report.broken = fmt::format("at link {}{}: {}", link, words.empty() ? "" : ", " + words, why);
    };
    const bool first = report.links.empty(), begins = kind == "begin" || kind == "attempt";
    bool there = false;
    // A large row that is linked often would be summed up as often.
    const bool again = !seen.insert({kind, id}).second;
    const std::string is = again ? "" : digest_of(db, before, attempt, kind, id, there);
    if (again)
      broken("it is there twice");
    else if (link != int64_t(report.links.size()) + 1)
      broken("links before it are missing");
    else if (first != begins)
      broken(first ? "it does not begin where an attempt begins" : "it begins twice");
    else if (!there || words.empty() || (kind == "attempt" && id != attempt))
      broken("what it stood for is gone");
    else if (is != digest)
      broken("this was changed after it was stored");
    else
      report.links.push_back({kind, id}), linked += !begins, before = digest;
    if (kind == "begin") report.before = id;
  }
  if (!report.broken.empty()) return report;
  if (report.links.empty())
    report.broken = kNoChain;
  else if (const int64_t rows = count_rows(db, attempt); rows != linked + report.before)
    report.broken = fmt::format("at its end: {} rows, and {} links", rows, linked + report.before);
  return report;
}

}  // namespace ringside::labs
