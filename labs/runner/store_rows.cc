// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/store_rows.h"

#include <sstream>

#include <SQLiteCpp/SQLiteCpp.h>

namespace ringside::labs {
namespace {

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

// The columns of a value, from `at` on: kind, number, text, provenance.
void bind_value(SQLite::Statement& row, int at, const Value& v) {
  row.bind(at, name_of_kind(v.kind)), row.bind(at + 1, v.number), row.bind(at + 2, v.text);
  row.bind(at + 3, std::string(name_of(v.provenance)));
}
Value value_in(SQLite::Statement& row, int at) {
  return {kind_of(row.getColumn(at).getString()), row.getColumn(at + 1).getDouble(), row.getColumn(at + 2).getString(),
          provenance_of(row.getColumn(at + 3).getString())};
}

// One row beyond what is wanted tells that there are more.
int64_t limit_of(size_t most) { return most ? int64_t(most) + 1 : -1; }

std::vector<Sample> samples_of(SQLite::Database& db, int64_t run, size_t most) {
  std::vector<Sample> samples;
  SQLite::Statement query(db,
                          "SELECT setting, round, number, seconds, clock, taken, cores FROM sample WHERE run = ? ORDER "
                          "BY position LIMIT ?");
  query.bind(1, run), query.bind(2, limit_of(most));
  while (query.executeStep())
    samples.push_back({query.getColumn(0).getString(),
                       query.getColumn(1).getInt(),
                       query.getColumn(2).getInt(),
                       query.getColumn(3).getDouble(),
                       query.getColumn(4).getDouble(),
                       query.getColumn(5).getDouble(),
                       query.getColumn(6).getString(),
                       {}});
  SQLite::Statement values(
      db, "SELECT position, probe, kind, number, text, provenance FROM sample_value WHERE run = ? LIMIT ?");
  values.bind(1, run), values.bind(2, limit_of(most));
  while (values.executeStep())
    if (const auto at = size_t(values.getColumn(0).getInt64()); at < samples.size())
      samples[at].values[values.getColumn(1).getString()] = value_in(values, 2);
  return samples;
}

}  // namespace

std::string commands_text(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

void insert_frozen(SQLite::Database& db, int64_t run, const Window& window) {
  SQLite::Statement value(
      db, "INSERT INTO frozen (run, probe, moment, kind, number, text, provenance) VALUES (?, ?, ?, ?, ?, ?, ?)");
  for (const auto& [moment, values] : {std::pair("begin", &window.begin), std::pair("end", &window.end)})
    for (const auto& [probe, v] : *values) {
      value.reset();
      value.bind(1, run), value.bind(2, probe), value.bind(3, moment);
      bind_value(value, 4, v);
      value.exec();
    }
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

std::vector<AnswerRow> answers_in(SQLite::Database& db, int64_t attempt, size_t most) {
  std::vector<AnswerRow> rows;
  SQLite::Statement query(db,
                          "SELECT question, kind, value, belief, sure, correct, points, seconds, id, at_utc FROM "
                          "answer WHERE attempt = ? ORDER BY id LIMIT ?");
  query.bind(1, attempt), query.bind(2, limit_of(most));
  while (query.executeStep()) {
    AnswerRow row{query.getColumn(0).getString(), query.getColumn(1).getString(), query.getColumn(2).getString(),
                  query.getColumn(3).getString()};
    if (!query.isColumnNull(4)) row.sure = query.getColumn(4).getInt();
    if (!query.isColumnNull(5)) row.correct = query.getColumn(5).getInt() != 0;
    row.points = query.getColumn(6).getDouble(), row.seconds = query.getColumn(7).getDouble();
    row.id = query.getColumn(8).getInt64(), row.at_utc = query.getColumn(9).getString();
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<RunRow> runs_in(SQLite::Database& db, int64_t attempt, size_t most, size_t most_values) {
  std::vector<RunRow> rows;
  SQLite::Statement query(db, "SELECT id, block, commands, at_utc FROM do_run WHERE attempt = ? ORDER BY id LIMIT ?");
  SQLite::Statement values(db,
                           "SELECT probe, moment, kind, number, text, provenance FROM frozen WHERE run = ? LIMIT ?");
  query.bind(1, attempt), query.bind(2, limit_of(most));
  while (query.executeStep()) {
    RunRow row{query.getColumn(1).getString(), {}, {}};
    row.id = query.getColumn(0).getInt64(), row.at_utc = query.getColumn(3).getString();
    row.window.block = row.block;
    std::istringstream lines(query.getColumn(2).getString());
    for (std::string line; std::getline(lines, line);) row.commands.push_back(line);
    values.reset();
    values.bind(1, row.id), values.bind(2, limit_of(most_values));
    while (values.executeStep())
      (values.getColumn(1).getString() == "begin" ? row.window.begin
                                                  : row.window.end)[values.getColumn(0).getString()] =
          value_in(values, 2);
    row.window.samples = samples_of(db, row.id, most_values);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace ringside::labs
