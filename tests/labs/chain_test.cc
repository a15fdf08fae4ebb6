// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/chain.h"

#include <filesystem>

#include <SQLiteCpp/SQLiteCpp.h>

#include "labs/runner/store.h"
#include "labs/runner/store_open.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

Window window_of(double number) {
  Window window{"one", {}, {}};
  window.begin["web.x"] = {ProbeKind::kCounter, 0, "", Provenance::kMeasured};
  window.end["web.x"] = {ProbeKind::kCounter, number, "", Provenance::kMeasured};
  Sample sample{"e1000", 0, 0, 0.1, 1.0, 0.0, "w1@cpu1", {}};
  sample.values["rate.x"] = {ProbeKind::kGauge, number / 3, "", Provenance::kMeasured};
  window.samples = {sample};
  return window;
}

// A bit of everything that is acknowledged.
int64_t work(ProgressStore& store, int64_t attempt = 0) {
  if (!attempt) {
    auto begun = store.begin_attempt({0, "ada", "x", "h", 2, 99});
    REQUIRE(begun.ok());
    attempt = begun->id;
  }
  REQUIRE(store.add_answer(attempt, {"p1", "predict", "7", "card-stores", 2, {}, 0, 3.25}).ok());
  REQUIRE(store.add_run(attempt, {"one", {"send to=web count=1", "run until=idle"}, window_of(7)}).ok());
  REQUIRE(store.add_answer(attempt, {"o1", "observe", "7", "", {}, true, 1, 0.1}).ok());
  REQUIRE(store.add_hint(attempt, "o1", 1).ok());
  REQUIRE(
      store.add_verdicts(attempt, {{"c1", "pass", "", "7", "7", 1, 1}, {"c2", "fail", "why", "8", "7", 0, 1}}).ok());
  return attempt;
}

std::string broken_after(const std::string& path, int64_t attempt, const std::string& sql) {
  SQLite::Database db(path, SQLite::OPEN_READWRITE);
  db.exec("PRAGMA foreign_keys = OFF");
  SQLite::Transaction never(db);  // each change is looked at by itself
  db.exec(sql);
  return check_chain(db, attempt, 1000).broken;
}

}  // namespace

TEST_CASE("each acknowledged row is a link, and whatever is changed afterwards is found where it was", "[labs]") {
  TemporaryFolder folder;
  const std::string path = folder / "progress.db";
  int64_t attempt = 0;
  {
    auto store = ProgressStore::open({.path = path});
    REQUIRE(store.ok());
    attempt = work(**store);
    const ChainReport report = check_chain((*store)->db(), attempt, 1000);
    CHECK(report.broken.empty());
    CHECK(report.links.size() == 7);
    CHECK(report.before == 0);
  }
  for (const auto& [sql, where] : {
           std::pair{"UPDATE answer SET value = '8' WHERE question = 'o1'", "link 4, the answer to o1"},
           {"UPDATE answer SET correct = 0 WHERE question = 'o1'", "link 4"},
           {"UPDATE answer SET at_utc = '2020-01-01T00:00:00.000Z' WHERE question = 'p1'", "link 2"},
           {"UPDATE answer SET seconds = 3.2500000000000004 WHERE question = 'p1'", "link 2"},
           {"UPDATE answer SET value = 7 WHERE id < 0", ""},
           {"DELETE FROM answer WHERE question = 'p1'", "link 2"},
           {"UPDATE do_run SET commands = 'run'", "link 3, a run of one"},
           {"UPDATE frozen SET number = 9 WHERE moment = 'end'", "link 3"},
           {"UPDATE sample SET taken = 0.5", "link 3"},
           {"UPDATE sample_value SET number = number + 0.001", "link 3"},
           {"DELETE FROM sample_value", "link 3"},
           {"UPDATE hint SET level = 4", "link 5, a hint to o1"},
           {"UPDATE verdict SET verdict = 'pass' WHERE check_id = 'c2'", "link 7, what was said of c2"},
           {"UPDATE attempt SET variant = 3", "link 1, its beginning"},
           {"DELETE FROM chain WHERE link = 4", "link 5"},
           {"DELETE FROM chain WHERE link = 7", "at its end: 6 rows, and 5 links"},
           {"DELETE FROM chain WHERE link = 1", "link 2"},
           {"INSERT INTO answer (attempt, question, kind, value) VALUES (1, 'o2', 'observe', '1')", "7 rows, and 6"},
           {"DELETE FROM chain", "there is none"},
           {"UPDATE chain SET row = 2 WHERE link = 2", "link 2"},
       }) {
    INFO(sql);
    const std::string broken = broken_after(path, attempt, sql);
    INFO(broken);
    CHECK((std::string(where).empty() ? broken.empty() : holds_text(broken, where)));
  }
}

TEST_CASE("rows of an older schema have no links, and the chain says how many they were", "[labs]") {
  TemporaryFolder folder;
  const std::string path = folder / "progress.db";
  int64_t attempt = 0;
  {
    SQLite::Database db(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    db.exec(*read_labs_file("progress.sql"));
    db.exec(*read_labs_file("progress_2.sql"));
    db.exec("PRAGMA application_id = 1382641255");  // "Ring"
    db.exec("PRAGMA user_version = 2");
    db.exec("INSERT INTO attempt (student, lab, hash, variant, seed) VALUES ('ada', 'x', 'h', 0, 5)");
    attempt = db.getLastInsertRowid();
    db.exec("INSERT INTO answer (attempt, question, kind, value) VALUES (1, 'p0', 'predict', '1')");
    db.exec("INSERT INTO hint (attempt, of, level) VALUES (1, 'p0', 1)");
  }
  auto store = ProgressStore::open({.path = path});
  INFO((store ? "" : store.error().text()));
  REQUIRE(store.ok());
  work(**store, attempt);
  const ChainReport report = check_chain((*store)->db(), attempt, 1000);
  INFO(report.broken);
  CHECK(report.broken.empty());
  CHECK(report.before == 2);
  CHECK(report.links.size() == 7);
  CHECK(report.links.front().kind == "begin");
  CHECK(holds_text(broken_after(path, attempt, "UPDATE chain SET row = 3 WHERE kind = 'begin'"), "link 1"));
  CHECK(holds_text(broken_after(path, attempt, "DELETE FROM hint WHERE of = 'p0'"), "rows"));
}

TEST_CASE("a row and its link are written together, or neither is", "[labs]") {
  TemporaryFolder folder;
  auto store = ProgressStore::open({.path = folder / "progress.db"});
  REQUIRE(store.ok());
  const int64_t attempt = work(**store);
  // What stands in the way of the link stands in the way of the answer.
  (*store)->db().exec("CREATE TRIGGER full BEFORE INSERT ON chain BEGIN SELECT raise(FAIL, 'no'); END");
  CHECK_FALSE((*store)->add_answer(attempt, {"o9", "observe", "1", ""}).ok());
  CHECK_FALSE((*store)->add_run(attempt, {"two", {"x"}, window_of(1)}).ok());
  CHECK_FALSE((*store)->add_hint(attempt, "o9", 1).ok());
  CHECK_FALSE((*store)->add_verdicts(attempt, {{"c9", "pass"}}).ok());
  CHECK_FALSE((*store)->begin_attempt({0, "ben", "x", "h", 0, 1}).ok());
  (*store)->db().exec("DROP TRIGGER full");
  CHECK((*store)->answers(attempt)->size() == 2);
  CHECK((*store)->runs(attempt)->size() == 1);
  CHECK_FALSE((*store)->latest_attempt("ben", "x")->has_value());
  CHECK(check_chain((*store)->db(), attempt, 1000).broken.empty());
}
