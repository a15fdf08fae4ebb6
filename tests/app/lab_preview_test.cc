// SPDX-License-Identifier: BSD-3-Clause
// A lab that is taken from its author's text: what is saved is shown, on the page that one was at, and nothing is kept.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "labs/runner/new_lab.h"
#include "tests/app/lab_student.h"
#include "tests/app/picture_checks.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;
namespace fs = std::filesystem;

namespace {

// An author with a lab of his own, in a folder that goes with him.
class Author {
 public:
  Author() {
    fs::create_directories(folder_);
    auto made = labs::make_new_lab({"what-a-sleep-costs", folder_.string()});
    REQUIRE(made.ok());
    file = *made;
  }
  ~Author() { fs::remove_all(folder_); }

  void save(const std::string& old, const std::string& other) {
    std::ifstream in(file);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const size_t at = text.find(old);
    REQUIRE(at != text.npos);
    std::ofstream(file + ".new") << text.replace(at, old.size(), other);
    fs::rename(file + ".new", file);
  }
  std::string progress() const { return (folder_ / "progress.db").string(); }

  std::string file;

 private:
  const fs::path folder_ = fs::temp_directory_path() / ("ringside_author_" + std::to_string(getpid()));
};

}  // namespace

TEST_CASE("a text that is saved is read again: its page stays, and answers as far as they fit", "[lab]") {
  auto engine = make_engine();
  Author author;
  Student s(*engine, 1, {1280, 720, 100}, author.progress(), author.file);
  CHECK(s.h.shows("A preview of your text"));
  s.answer("p1", "8");
  s.come_to("sleep"), s.run("sleep");
  s.answer("o1", "7");
  s.come_to("o2");
  const labs::Lab* known = s.picture().lab.get();
  author.save("How many packets were dropped?", "How many packets were lost?");
  s.wait("the new words", [&] { return s.h.shows("How many packets were lost?"); });
  CHECK(s.picture().lab.get() != known);
  CHECK(s.target("answer o2") != nullptr);  // the same page, where one was
  CHECK((s.picture().answers.at("p1").value == "8" && s.picture().answers.at("o1").correct == true));
  CHECK(s.picture().ran.count("sleep") == 1);
  s.answer("o2", "13");
  CHECK(s.picture().answers.at("o2").correct == true);
  // Another step: what it came to before is not what it would come to now, and what was read there is asked again.
  author.save("send to=web count={{sent}} size=60", "send to=web count={{sent}} size=64");
  s.wait("the new step", [&] { return s.picture().ran.empty(); });
  CHECK(s.picture().answers.count("p1") == 1);
  CHECK(s.picture().answers.count("o1") == 0);
  CHECK_FALSE(fs::exists(author.progress()));
}

TEST_CASE("a page that was turned to stays when a page comes before it", "[lab]") {
  auto engine = make_engine();
  Author author;
  Student s(*engine, 1, {1280, 720, 100}, ":memory:", author.file);
  s.answer("p1", "8");
  s.come_to("sleep");
  author.save("## Predict: one sleep", "## Predict: before\n\nWords.\n\n## Predict: one sleep");
  s.wait("the new page", [&] { return s.picture().lab->steps.size() == 8; });
  CHECK(s.target("start sleep") != nullptr);
}

TEST_CASE("an error in the text is said with its line, above the last one that was good", "[lab][picture]") {
  auto engine = make_engine();
  Author author;
  Student s(*engine, 1, {1280, 720, 100}, author.progress(), author.file);
  s.answer("p1", "8");
  s.come_to("sleep");
  author.save("```do sleep", "```doo sleep");
  s.wait("the error", [&] { return s.picture().text_error.has_value(); });
  CHECK(s.h.shows("has an error"));
  CHECK(s.h.shows("lab.md:"));
  CHECK(s.h.shows("There is no kind of block"));
  check_picture(s.h);
  s.run("sleep");  // the last good one is taken as before
  author.save("```doo sleep", "```do sleep");
  s.wait("the text is good again", [&] { return !s.picture().text_error; });
  CHECK_FALSE(s.h.shows("has an error"));
  fs::remove(author.file);
  s.wait("the text is gone", [&] { return s.picture().text_error.has_value(); });
  CHECK(s.picture().lab != nullptr);
  CHECK_FALSE(fs::exists(author.progress()));
}

TEST_CASE("a preview may begin with a text that has an error, and opens when it is good", "[lab]") {
  auto engine = make_engine();
  Author author;
  author.save("```do sleep", "```doo sleep");
  Headless h({{}, 1280, 720, 100, "dark", "learn", {.student = "ada", .progress = author.progress(), .variant = 1}},
             engine.get());
  h.desktop->lab().open(author.file);
  REQUIRE(eventually([&] { return h.frame(), h.shows("There is no kind of block"); }));
  CHECK(h.desktop->lab().picture().lab == nullptr);
  author.save("```doo sleep", "```do sleep");
  CHECK(eventually([&] { return h.frame(), h.desktop->lab().picture().lab && h.shows("A preview of your text"); }));
  CHECK_FALSE(h.desktop->lab().picture().refused);
  // Who leaves it is looked after no longer, and the list has nothing of it.
  h.desktop->lab().leave();
  REQUIRE(eventually([&] { return h.frame(), !h.desktop->lab().picture().lab && !h.desktop->waiting(); }));
  CHECK_FALSE(h.desktop->lab().picture().preview);
  CHECK_FALSE(fs::exists(author.progress()));
}
