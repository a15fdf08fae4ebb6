// SPDX-License-Identifier: BSD-3-Clause
// The window's way to the progress file: requests to the desk, pictures back. What a picture shows is on the disk.
#include <unistd.h>

#include <filesystem>

#include "app/desktop/model/lab_desk.h"
#include "tests/support/catch.h"
#include "tests/support/killing.h"
#include "tests/support/patience.h"

using namespace ringside;
using namespace ringside::test;
using desktop::LabDesk;
using desktop::LabPicture;

namespace {

template <class Condition>
void wait(LabDesk& desk, AgreeingEngine& engine, Condition condition) {
  if (!eventually([&] {
        desk.poll(*engine.cut());
        return !desk.busy() && (desk.poll(*engine.cut()), condition());
      }))
    _exit(5);
}

// Takes the lab in the window's way for ever, and says what the pictures have shown.
[[noreturn]] void student(const std::string& path, int pipe, uint64_t salt) {
  AgreeingEngine engine;
  LabDesk desk(engine, {.student = "ada", .progress = path, .variant = 0});
  for (bool anew = false;; anew = true) {
    const int64_t before = desk.picture().attempt;
    desk.open("1", anew);
    wait(desk, engine, [&] { return desk.picture().lab && desk.picture().attempt != before; });
    const auto items = desk.picture().lab->items();
    for (size_t at = desk.picture().place; at < items.size(); at = desk.picture().place) {
      std::string id, value = "ran";
      if (items[at].kind == labs::ItemKind::kQuestion) {
        const labs::Question& q = desk.picture().lab->questions[items[at].index];
        id = q.id, value = some_answer(q, salt++);
        desk.answer(id, value, {}, 0);
      } else {
        id = desk.picture().lab->blocks[items[at].index].id;
        desk.start(id, {});
      }
      wait(desk, engine, [&] { return desk.picture().place > at; });
      acknowledge(pipe, desk.picture().attempt, id, value);
    }
  }
}

}  // namespace

TEST_CASE("the window's lab killed a hundred times at random moments: nothing that it showed as answered is lost",
          "[lab]") {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  auto text = labs::read_lab("labs/exercises/001_anatomy_of_a_ring/lab.md");
  REQUIRE(text.ok());
  std::string folder = (std::filesystem::temp_directory_path() / "ringside-desk-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()));
  const std::string path = folder + "/progress.db";
  kill_often(*text, path, 100, [&](int pipe, uint64_t salt) { student(path, pipe, salt); });
  std::filesystem::remove_all(folder);
}
