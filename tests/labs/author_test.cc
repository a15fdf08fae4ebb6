// SPDX-License-Identifier: BSD-3-Clause
// A lab to begin with, and the text that is looked after while it is written.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "labs/runner/lab_watch.h"
#include "labs/runner/lint.h"
#include "labs/runner/new_lab.h"
#include "labs/runner/script.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;
namespace fs = std::filesystem;

namespace {

void write(const std::string& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

std::string refused(const NewLab& wanted) {
  const auto made = make_new_lab(wanted);
  REQUIRE_FALSE(made.ok());
  CHECK_FALSE(made.error().remedy.empty());
  return made.error().text();
}

size_t entries(const std::string& folder) {
  return size_t(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a new lab has nothing to mend, and plays as it is, for every variant", "[labs]") {
  TemporaryFolder folder;
  auto file = make_new_lab({"what-a-sleep-costs", folder.path()});
  INFO((file ? "" : file.error().text()));
  REQUIRE(file.ok());
  CHECK(*file == folder / "001_what_a_sleep_costs/lab.md");
  auto text = read_lab(*file);
  REQUIRE(text.ok());
  auto lab = parse_lab(*text, 0, 1);
  INFO((lab ? "" : lab.error().text()));
  REQUIRE(lab.ok());
  CHECK((lab->id == "what-a-sleep-costs" && lab->title == "What a sleep costs"));
  // The house's form: each kind of step, and all that belongs to a lab.
  for (const char* kind : {"Context", "Predict", "Do", "Observe", "Explain", "Transfer", "Checks"}) {
    INFO(kind);
    CHECK(std::any_of(lab->steps.begin(), lab->steps.end(), [&](const Step& step) { return step.kind == kind; }));
  }
  CHECK((!lab->solution.lines.empty() && !lab->wrong.empty() && !lab->hints.empty() && !lab->teacher.empty()));
  CHECK((!lab->misconceptions.empty() && lab->variants > 1));
  auto findings = lint_text(*text);
  REQUIRE(findings.ok());
  for (const Finding& finding : *findings) FAIL_CHECK(line_of(finding, *file));
  auto engine = make_engine();
  for (int v = 0; v < lab->variants; v++) {
    auto problems = prove(*engine, *text, v);
    INFO((problems ? "" : problems.error().text()));
    REQUIRE(problems.ok());
    for (const std::string& problem : *problems) FAIL_CHECK(problem);
  }
}

TEST_CASE("a new lab gets the next number, and writes over nothing", "[labs]") {
  TemporaryFolder folder;
  fs::create_directory(folder / "007_seven"), fs::create_directory(folder / "notes");
  CHECK(*make_new_lab({"one-more", folder.path()}) == folder / "008_one_more/lab.md");
  CHECK(*make_new_lab({"given", folder.path(), 3}) == folder / "003_given/lab.md");
  CHECK(*make_new_lab({"another", folder.path()}) == folder / "009_another/lab.md");
  const size_t before = entries(folder.path());
  CHECK(holds_text(refused({"one-more", folder.path()}), "There is a lab of this name here already"));
  CHECK(holds_text(refused({"other", folder.path(), 7}), "007_seven: There is a lab of this number here already"));
  CHECK(holds_text(refused({"other", folder.path(), 1000}), "Expected 1 to 999"));
  CHECK(holds_text(refused({"other", folder / "nowhere"}), "--in FOLDER"));
  CHECK(holds_text(refused({"anatomy-of-a-ring", folder.path()}), "comes with Ringside"));
  for (const auto& [bad, good] : {std::pair("Two Words", "two-words"),
                                  {"2nd", "nd"},
                                  {"../up", "up"},
                                  {"-x-", "x"},
                                  {"a--b", "a-b"},
                                  {"", "what-a-sleep-costs"},
                                  {"ÄÖÜ", "what-a-sleep-costs"},
                                  {"a/b", "a-b"}}) {
    INFO(bad);
    CHECK(holds_text(refused({bad, folder.path()}), std::string("`ringsidectl lab new ") + good + "`"));
  }
  CHECK(holds_text(refused({std::string(49, 'a'), folder.path()}), "48 at most"));
  CHECK(entries(folder.path()) == before);
  fs::create_directory(folder / "999_last");
  CHECK(holds_text(refused({"further", folder.path()}), "--number N"));
}

TEST_CASE("a text is read once when it is another and stands still, however it was saved", "[labs]") {
  TemporaryFolder folder;
  const std::string file = folder / "lab.md";
  write(file, "one");
  LabWatch watch(folder.path());
  CHECK(watch.file() == file);
  REQUIRE(watch.look().value().ok());
  CHECK_FALSE(watch.look());
  // Written into, longer; the first look only sees that it moves.
  write(file, "one and more");
  CHECK_FALSE(watch.look());
  CHECK(watch.look().value()->text == "one and more");
  CHECK_FALSE(watch.look());
  // Replaced by another file of the same length and time, as editors do.
  write(folder / "new", "two and more");
  const auto when = fs::last_write_time(file);
  fs::last_write_time(folder / "new", when);
  fs::rename(folder / "new", file);
  CHECK_FALSE(watch.look());
  CHECK(watch.look().value()->text == "two and more");
  // Gone between two looks, as while an editor renames: nothing is said of it.
  fs::rename(file, folder / "old");
  CHECK_FALSE(watch.look());
  fs::rename(folder / "old", file);
  CHECK_FALSE(watch.look());
  CHECK_FALSE(watch.look());
  // Gone for longer, and there again.
  fs::remove(file);
  CHECK_FALSE(watch.look());
  CHECK_FALSE(watch.look().value().ok());
  CHECK_FALSE(watch.look());
  write(file, "three");
  CHECK_FALSE(watch.look());
  CHECK(watch.look().value()->text == "three");
}

TEST_CASE("what is no file that can be read to its end is refused, and never waited for", "[labs]") {
  TemporaryFolder folder;
  const std::string file = folder / "lab.md";
  REQUIRE(mkfifo(file.c_str(), 0600) == 0);
  LabWatch watch(file);
  auto pipe = watch.look().value();
  REQUIRE_FALSE(pipe.ok());
  CHECK(holds_text(pipe.error().text(), "no file that can be read to its end"));
  fs::remove(file);
  std::ofstream(file).seekp(65 << 20).put('x');
  CHECK_FALSE(watch.look());
  CHECK(holds_text(watch.look().value().error().text(), "longer than 64 MiB"));
  CHECK_FALSE(LabWatch("/dev/zero").look().value().ok());
  CHECK((names_a_text("a/lab.md") && !names_a_text("1") && !names_a_text(folder / "none")));
}
