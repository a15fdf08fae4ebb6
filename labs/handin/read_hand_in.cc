// SPDX-License-Identifier: BSD-3-Clause
#include <fstream>

#include <fmt/format.h>

#include "engine/base/sha256.h"
#include "engine/base/visible.h"
#include "labs/handin/hand_in.h"
#include "labs/runner/distrust.h"
#include "labs/runner/store_rows.h"

namespace ringside::labs {
namespace {

using Bounds = HandInBounds;

Error no_hand_in(const std::string& path, const std::string& what,
                 const std::string& remedy = "Ask the student to hand in again: `ringsidectl lab hand-in`") {
  return {what, "Nothing was graded from it.", remedy, visible_line(path)};
}

// A name that a table, a file and a terminal show as it is.
bool is_name(const std::string& text, size_t most) {
  return !text.empty() && text.size() <= most && visible_line(text) == text;
}

class HandInReader {
 public:
  HandInReader(DistrustedFile& file, const std::string& path) : file_(file), path_(path) {}

  Result<HandIn> whole() {
    if (Status known = schema(); !known) return known.error();
    if (Status sound = file_.sound(); !sound) return sound.error();
    if (Status single = single_rows(); !single) return single.error();
    if (Status read = head(); !read) return read.error();
    if (Status read = labs(); !read) return read.error();
    return std::move(all_);
  }

 private:
  Error bad(const std::string& what) const { return no_hand_in(path_, what); }

  Status schema() {
    for (const char* table : {"hand_in", "handed_lab", "environment", "attempt", "answer", "do_run", "frozen", "sample",
                              "sample_value", "hint", "verdict", "chain"})
      if (!file_.has_table(table))
        return no_hand_in(path_, "This is a database, but no hand-in.", "Name what `ringsidectl lab hand-in` wrote.");
    if (file_.schema() > kHandInSchema)
      return no_hand_in(path_,
                        fmt::format("This hand-in was made by a newer Ringside (schema {}; this one knows {}).",
                                    file_.schema(), kHandInSchema),
                        "Take the newer Ringside: `ringsidectl --version`");
    return {};
  }

  Status head() {
    SQLite::Statement row(file_.db(), "SELECT student, made_utc, made_by FROM hand_in LIMIT 2");
    if (!row.executeStep()) return bad("This hand-in does not say whose it is.");
    all_.student = row.getColumn(0).getString(), all_.made_utc = row.getColumn(1).getString();
    all_.made_by = row.getColumn(2).getString();
    if (!is_name(all_.student, Bounds::kMostName))
      return bad("This hand-in's student is no name: `" + excerpt(visible_line(all_.student), 60) + "`.");
    if (!is_utc(all_.made_utc) || all_.made_by.size() > 200)
      return bad("This hand-in says of itself what no hand-in says.");
    if (row.executeStep()) return bad("This hand-in is of two students.");
    SQLite::Statement environment(file_.db(), "SELECT name, value FROM environment LIMIT 50");
    while (environment.executeStep())
      all_.environment[excerpt(visible_line(environment.getColumn(0).getString()), 40)] =
          excerpt(visible_line(environment.getColumn(1).getString()));
    return {};
  }

  // Tables that somebody made may lack our keys: a row that is there twice would be read, and counted, many times.
  Status single_rows() {
    for (const auto& [table, key] : {std::pair("attempt", "id"),
                                     {"handed_lab", "attempt"},
                                     {"answer", "id"},
                                     {"do_run", "id"},
                                     {"hint", "id"},
                                     {"verdict", "id"}}) {
      SQLite::Statement twice(file_.db(), fmt::format("SELECT count(*) - count(DISTINCT {}) FROM {}", key, table));
      if (!twice.executeStep() || twice.getColumn(0).getInt64() != 0)
        return bad(fmt::format("Rows of `{}` stand in this hand-in more than once.", table));
    }
    return {};
  }

  Status labs() {
    SQLite::Statement row(file_.db(),
                          "SELECT a.id, a.student, a.lab, a.hash, a.variant, a.seed, a.begun_utc, h.number, h.lab, "
                          "h.pack, h.edition, h.kind FROM handed_lab h JOIN attempt a ON a.id = h.attempt ORDER BY "
                          "a.lab, a.id LIMIT ?");
    row.bind(1, int64_t(Bounds::kMostLabs) + 1);
    const auto text = [&](int column) { return row.getColumn(column).getString(); };
    while (row.executeStep()) {
      if (all_.labs.size() == Bounds::kMostLabs)
        return bad(fmt::format("This hand-in has more than {} labs.", Bounds::kMostLabs));
      HandedLab lab;
      lab.attempt = {row.getColumn(0).getInt64(),          text(1), text(2), text(3), row.getColumn(4).getInt(),
                     uint64_t(row.getColumn(5).getInt64())};
      lab.begun_utc = text(6), lab.number = row.getColumn(7).getInt();
      lab.lab = text(8), lab.pack = text(9), lab.edition = text(10), lab.kind = text(11);
      const std::string key = lab.pack.empty() ? lab.lab : lab.pack + "/" + lab.lab;
      if (!is_name(lab.attempt.lab, 200) || key != lab.attempt.lab || !is_name(lab.attempt.hash, 64) ||
          lab.edition.size() > 64 || lab.kind.size() > 20 || !is_utc(lab.begun_utc))
        return bad("A lab of this hand-in says of itself what no lab says.");
      if (!all_.labs.empty() && all_.labs.back().attempt.lab == lab.attempt.lab)
        return bad("This hand-in has two attempts at " + excerpt(lab.attempt.lab, 60) + ".");
      if (Status read = rows_of(lab); !read) return read;
      all_.labs.push_back(std::move(lab));
    }
    if (all_.labs.empty()) return bad("This hand-in has no labs.");
    return {};
  }

  Status rows_of(HandedLab& lab) {
    const int64_t attempt = lab.attempt.id;
    lab.answers = answers_in(file_.db(), attempt, Bounds::kMostRows);
    lab.runs = runs_in(file_.db(), attempt, Bounds::kMostRuns, Bounds::kMostValues);
    SQLite::Statement hint(file_.db(), "SELECT id, of, level, at_utc FROM hint WHERE attempt = ? ORDER BY id LIMIT ?");
    hint.bind(1, attempt), hint.bind(2, int64_t(Bounds::kMostRows) + 1);
    while (hint.executeStep())
      lab.hints.push_back({hint.getColumn(0).getInt64(), hint.getColumn(1).getString(), hint.getColumn(2).getInt(),
                           hint.getColumn(3).getString()});
    SQLite::Statement said(file_.db(),
                           "SELECT id, check_id, verdict, reason, expected, observed, points, maximum, at_utc FROM "
                           "verdict WHERE attempt = ? ORDER BY id LIMIT ?");
    said.bind(1, attempt), said.bind(2, int64_t(Bounds::kMostRows) + 1);
    while (said.executeStep()) {
      const auto text = [&](int column) { return said.getColumn(column).getString(); };
      lab.said.push_back(
          {said.getColumn(0).getInt64(),
           {text(1), text(2), text(3), text(4), text(5), said.getColumn(6).getInt(), said.getColumn(7).getInt()},
           text(8)});
    }
    if (lab.answers.size() > Bounds::kMostRows || lab.runs.size() > Bounds::kMostRuns ||
        lab.hints.size() > Bounds::kMostRows || lab.said.size() > Bounds::kMostRows)
      return bad("An attempt in this hand-in has more rows than anybody makes.");
    for (const RunRow& run : lab.runs) {
      size_t counted = run.window.begin.size() + run.window.end.size();
      for (const Sample& sample : run.window.samples) {
        counted += 1 + sample.values.size();
        if (sample.cores.size() > Bounds::kMostPlaces || sample.setting.size() > 200)
          return bad("A window in this hand-in says of itself what no window says.");
      }
      if (counted > Bounds::kMostValues || (values_ += counted) > Bounds::kMostAll)
        return bad("A run in this hand-in has more values than any lab has.");
    }
    lab.chain = check_chain(file_.db(), attempt, 2 * Bounds::kMostRows);
    return {};
  }

  DistrustedFile& file_;
  const std::string path_;
  HandIn all_;
  size_t values_ = 0;
};

std::string digest_of_file(const std::string& path) {
  Sha256 sum;
  std::ifstream in(path, std::ios::binary);
  std::string buffer(1 << 16, '\0');
  for (uint64_t left = Bounds::kMostMiB << 20; in && left > 0;) {
    in.read(buffer.data(), std::streamsize(std::min<uint64_t>(left, buffer.size())));
    sum.add(std::string_view(buffer).substr(0, size_t(in.gcount())));
    left -= uint64_t(in.gcount());
  }
  return sum.hex();
}

}  // namespace

bool is_utc(const std::string& text) {
  static const std::string form = "dddd-dd-ddTdd:dd:dd.dddZ";
  if (text.size() != form.size()) return false;
  for (size_t i = 0; i < form.size(); i++)
    if (form[i] == 'd' ? !isdigit(uint8_t(text[i])) : text[i] != form[i]) return false;
  return true;
}

Result<HandIn> read_hand_in(const std::string& path) {
  auto file = DistrustedFile::open(path, "hand-in", Bounds::kMostMiB << 20, Bounds::kMostValueBytes);
  if (!file) {
    file.error().unchanged = "Nothing was graded from it.";
    return file.error();
  }
  try {
    auto all = HandInReader(**file, path).whole();
    if (!all) all.error().unchanged = "Nothing was graded from it.";
    if (all) all->file = path, all->digest = digest_of_file(path);
    return all;
  } catch (const SQLite::Exception& thrown) {
    Error error = (*file)->error_of(thrown);
    error.unchanged = "Nothing was graded from it.";
    return error;
  }
}

}  // namespace ringside::labs
