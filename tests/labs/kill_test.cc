// SPDX-License-Identifier: BSD-3-Clause
#include <unistd.h>

#include "labs/runner/session.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"
#include "tests/support/killing.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

// Walks through the lab for ever, one attempt after the other, and says what was acknowledged.
[[noreturn]] void student(const LabText& text, const std::string& path, int pipe, uint64_t salt) {
  AgreeingEngine engine;
  for (bool anew = false;; anew = true) {
    auto store = ProgressStore::open({.path = path});
    if (!store) _exit(3);
    auto session = LabSession::open(engine, **store, text, {.student = "ada", .anew = anew});
    if (!session) _exit(4);
    LabSession& s = **session;
    const auto items = s.lab().items();
    for (size_t at = s.place(); at < items.size(); at = s.place()) {
      std::string id, value = "ran";
      if (items[at].kind == ItemKind::kQuestion) {
        id = s.lab().questions[items[at].index].id, value = some_answer(s.lab().questions[items[at].index], salt++);
        if (!s.answer(id, value)) _exit(5);
      } else {
        id = s.lab().blocks[items[at].index].id;
        if (!s.run_block(id)) _exit(6);
      }
      acknowledge(pipe, s.attempt().id, id, value);
    }
  }
}

}  // namespace

TEST_CASE(
    "killed a hundred and twenty times at random moments: every acknowledged answer is there, and it goes on at the "
    "same place",
    "[labs]") {
  TemporaryFolder folder;
  const std::string path = folder / "progress.db";
  const LabText text = model_lab();
  kill_often(text, path, 120, [&](int pipe, uint64_t salt) { student(text, path, pipe, salt); });
}
