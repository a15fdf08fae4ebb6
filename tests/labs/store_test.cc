// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <SQLiteCpp/SQLiteCpp.h>

#include "tests/labs/support.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;
namespace fs = std::filesystem;

namespace {

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A progress file with an attempt and so many answers.
void fill(const std::string& path, int answers = 200) {
  auto store = ProgressStore::open({.path = path});
  INFO((store ? "" : store.error().text()));
  REQUIRE(store.ok());
  auto attempt = (*store)->begin_attempt({0, "ada", "x", "h", 2, 99});
  REQUIRE(attempt.ok());
  for (int i = 0; i < answers; i++)
    REQUIRE(
        (*store)
            ->add_answer(attempt->id, {"o" + std::to_string(i), "observe", std::string(100, 'x'), "", {}, true, 1, 0.5})
            .ok());
}

Error refused(const StoreOptions& options) {
  auto store = ProgressStore::open(options);
  REQUIRE_FALSE(store.ok());
  INFO(store.error().text());
  CHECK(store.error().place == options.path);
  CHECK_FALSE(store.error().what.empty());
  CHECK(store.error().unchanged.starts_with("It was left as it is"));
  CHECK_FALSE(store.error().remedy.empty());
  return store.error();
}

}  // namespace

TEST_CASE("what was stored comes back", "[labs]") {
  TemporaryFolder folder;
  const std::string path = folder / "deep/er/progress.db";
  {
    auto store = ProgressStore::open({.path = path});
    REQUIRE(store.ok());
    auto attempt = (*store)->begin_attempt({0, "ada", "x", "h", 2, 99});
    REQUIRE(attempt.ok());
    REQUIRE((*store)->add_answer(attempt->id, {"p1", "predict", "it's \"7\"", "card-stores", 2, {}, 0, 1.5}).ok());
    CHECK_FALSE((*store)->add_answer(attempt->id, {"p1", "predict", "8"}).ok());  // locked, by the database too
    RunRow run{"sleep",
               {"vm pause name=web", "run until=idle"},
               {"sleep",
                {{"a", {ProbeKind::kCounter, 1}}},
                {{"a", {ProbeKind::kCounter, 14, "", Provenance::kModelled}}, {"m", {ProbeKind::kText, 0, "e1000"}}}}};
    REQUIRE((*store)->add_run(attempt->id, run).ok());
    REQUIRE((*store)->add_hint(attempt->id, "o2", 1).ok());
    REQUIRE((*store)->add_hint(attempt->id, "o2", 2).ok());
    REQUIRE((*store)->add_verdicts(attempt->id, {{"c1", "pass", "", "1", "1", 2, 2}}).ok());
  }
  auto store = ProgressStore::open({.path = path});
  REQUIRE(store.ok());
  auto attempt = (*store)->latest_attempt("ada", "x");
  REQUIRE((attempt.ok() && attempt->has_value()));
  CHECK(((*attempt)->variant == 2 && (*attempt)->seed == 99 && (*attempt)->hash == "h"));
  CHECK_FALSE((*store)->latest_attempt("bob", "x")->has_value());
  const auto answers = *(*store)->answers((*attempt)->id);
  REQUIRE(answers.size() == 1);
  CHECK((answers[0].value == "it's \"7\"" && answers[0].belief == "card-stores" && *answers[0].sure == 2 &&
         !answers[0].correct));
  const auto runs = *(*store)->runs((*attempt)->id);
  REQUIRE(runs.size() == 1);
  CHECK((runs[0].commands.size() == 2 && runs[0].window.begin.at("a").number == 1 &&
         runs[0].window.end.at("a").number == 14));
  CHECK((runs[0].window.end.at("a").provenance == Provenance::kModelled && runs[0].window.end.at("m").text == "e1000"));
  CHECK((*store)->hints((*attempt)->id)->at("o2") == 2);
  CHECK((*store)->journal_mode() == "wal");
}

TEST_CASE("on a network file system: a rollback journal, and one Ringside at a time", "[labs]") {
  TemporaryFolder folder;
  auto store = ProgressStore::open({.path = folder / "p.db", .network = true});
  REQUIRE(store.ok());
  CHECK((*store)->journal_mode() == "delete");
  REQUIRE((*store)->begin_attempt({0, "ada", "x", "h", 0, 1}).ok());
  CHECK_FALSE(fs::exists(folder / "p.db-wal"));
  auto second = ProgressStore::open({.path = folder / "p.db", .network = true});
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().what.find("Another Ringside") != std::string::npos);
  CHECK_FALSE(on_network_file_system("/proc/self/nothing/at/all"));
}

TEST_CASE("a damaged progress file is said plainly, kept, and copied once", "[labs]") {
  TemporaryFolder folder;
  const std::string path = folder / "progress.db";
  const bool no_database = GENERATE(false, true);
  fill(path);
  std::string bytes = content(path);
  REQUIRE(bytes.size() > 16384);
  if (no_database)
    bytes = "this is no database at all, but somebody's notes\n" + std::string(8192, 'n');
  else
    for (size_t i = 4096; i < 12288; i++) bytes[i] = char(i * 37);
  std::ofstream(path, std::ios::binary) << bytes;
  for (int again = 0; again < 2; again++) {
    const Error error = refused({.path = path});
    CHECK(error.what.find("damaged") != std::string::npos);
    CHECK(error.unchanged.find(path + ".damaged-1") != std::string::npos);
    CHECK(content(path) == bytes);
    CHECK(content(path + ".damaged-1") == bytes);
    CHECK_FALSE(fs::exists(path + ".damaged-2"));
  }
  {
    auto anew = ProgressStore::open({.path = path, .start_anew = true});
    REQUIRE(anew.ok());
    CHECK_FALSE((*anew)->latest_attempt("ada", "x")->has_value());
  }
  CHECK(content(path + ".damaged-1") == bytes);
  std::ofstream(path, std::ios::binary) << "damaged in another way" << std::string(4096, 'd');
  refused({.path = path});
  CHECK(content(path + ".damaged-1") == bytes);  // never overwritten
  CHECK(fs::exists(path + ".damaged-2"));
}

TEST_CASE("a newer or foreign database is left alone", "[labs]") {
  TemporaryFolder folder;
  fill(folder / "newer.db", 3);
  SQLite::Database(folder / "newer.db", SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 9");
  SQLite::Database(folder / "foreign.db", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE recipes (name TEXT)");
  for (const auto& [name, says] :
       {std::pair("newer.db", "newer Ringside (schema 9"), std::pair("foreign.db", "not Ringside's")}) {
    const std::string before = content(folder / name);
    CHECK(refused({.path = folder / name}).what.find(says) != std::string::npos);
    CHECK(refused({.path = folder / name, .start_anew = true}).what.find(says) !=
          std::string::npos);  // only damage is replaced
    CHECK(content(folder / name) == before);
  }
}

TEST_CASE("a progress file or folder that may not be written is said plainly", "[labs]") {
  TemporaryFolder folder;
  fill(folder / "progress.db", 3);
  const std::string before = content(folder / "progress.db");
  chmod((folder / "progress.db").c_str(), 0444), chmod(folder.path().c_str(), 0555);
  const bool root = geteuid() == 0;
  if (root) REQUIRE(seteuid(65534) == 0);  // rights mean nothing to root
  auto file = ProgressStore::open({.path = folder / "progress.db"});
  auto created = ProgressStore::open({.path = folder / "new.db"});
  if (root) REQUIRE(seteuid(0) == 0);
  chmod(folder.path().c_str(), 0755);
  for (const auto* store : {&file, &created}) {
    REQUIRE_FALSE(store->ok());
    INFO(store->error().text());
    CHECK(store->error().what.find("cannot be written") != std::string::npos);
    CHECK(store->error().remedy.find("chmod") != std::string::npos);
  }
  CHECK(content(folder / "progress.db") == before);
}
