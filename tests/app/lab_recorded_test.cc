// SPDX-License-Identifier: BSD-3-Clause
// What this machine cannot measure is shown as it was recorded, under that word; and the list says what it gives.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/app/lab_student.h"
#include "tests/app/picture_checks.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;
namespace fs = std::filesystem;

TEST_CASE("the window shows what was recorded under that word, and judges nothing by it", "[lab]") {
  const std::string from = "labs/exercises/003_97_percent_fewer_exits";
  const fs::path folder = fs::temp_directory_path() / ("ringside_recorded_" + std::to_string(getpid()));
  fs::create_directories(folder);
  fs::copy(from + "/windows", folder / "windows");
  std::ifstream in(from + "/lab.md");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const size_t at = text.find("cores = 1,");
  REQUIRE(at != text.npos);
  std::ofstream(folder / "lab.md") << text.replace(at, 10, "cores = 4096,");  // no machine has as many

  auto engine = make_engine();
  Student s(*engine, 1, {1400, 900, 100}, ":memory:", (folder / "lab.md").string());
  s.answer("p1", "3");
  s.come_to("defer"), s.run("defer");
  s.answer("o1", "3"), s.answer("p2", "32"), s.answer("p3", "2");
  s.come_to("one");
  CHECK(s.h.shows("What is shown then was"));
  s.click("start one");
  s.wait("the recorded windows", [&] { return s.picture().ran.count("one") && s.picture().charts.count("one"); });
  CHECK(s.picture().recorded.count("one"));
  CHECK_FALSE(s.picture().recorded.count("defer"));
  s.wait("the panel", [&] { return s.h.shows("measured, recorded"); });
  CHECK(s.h.shows("Recorded on another machine."));
  for (const char* id : {"c1", "c2"})
    CHECK((s.check(id).verdict == labs::Verdict::kSkipped && s.check(id).maximum == 0));
  fs::remove_all(folder);
}

TEST_CASE("each lab of the list says what this machine gives of it", "[lab][picture]") {
  auto engine = make_engine();
  Headless h({{}, 1400, 900, 100, "dark", "learn", {.student = "ada", .progress = ":memory:"}}, engine.get());
  REQUIRE(eventually([&] { return h.frame(), !h.desktop->waiting() && !h.desktop->lab().picture().cards.empty(); }));
  h.frame(), h.frame();
  for (const desktop::LabPicture::Card& card : h.desktop->lab().picture().cards) {
    CHECK_FALSE(card.why.empty());
    CHECK(h.shows(card.here));
  }
  check_picture(h);
}
