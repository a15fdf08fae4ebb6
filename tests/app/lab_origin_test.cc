// SPDX-License-Identifier: BSD-3-Clause
// What the window lets a lab do comes to the engine as somebody else's: it is confined as it is in `lab lint`.
#include <mutex>
#include <thread>

#include "app/desktop/model/lab_desk.h"
#include "tests/support/catch.h"
#include "tests/support/killing.h"

using namespace ringside;
using namespace ringside::test;

namespace {

class Listener : public AgreeingEngine {
 public:
  Answer execute(std::string_view line) override {
    std::lock_guard lock(mutex_);
    own_.emplace_back(line);
    return {};
  }
  Answer execute_from(const Origin& origin, std::string_view line) override {
    {
      std::lock_guard lock(mutex_);
      origins_.push_back(origin);
    }
    return AgreeingEngine::execute(line);
  }
  Answer load_from(const Origin& origin, const std::string&, const std::string&) override {
    std::lock_guard lock(mutex_);
    origins_.push_back(origin);
    return {};
  }
  std::vector<Origin> origins() {
    std::lock_guard lock(mutex_);
    return origins_;
  }
  std::vector<std::string> own() {
    std::lock_guard lock(mutex_);
    return own_;
  }

 private:
  std::mutex mutex_;
  std::vector<Origin> origins_;
  std::vector<std::string> own_;
};

}  // namespace

TEST_CASE("in the window, too, each line of a lab comes to the engine as somebody else's", "[app]") {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  Listener engine;
  desktop::LabDesk desk(engine, {.student = "ada", .progress = ":memory:", .variant = 1});
  const auto settle = [&](auto condition) {
    for (int i = 0; i < 100'000 && (desk.poll(*engine.cut()), desk.busy() || !condition()); i++)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    REQUIRE(condition());
  };
  desk.open("1");
  settle([&] { return desk.picture().lab && !engine.origins().empty(); });
  const auto items = desk.picture().lab->items();
  size_t at = 0;
  for (; items[at].kind != labs::ItemKind::kDo; at++)
    if (items[at].kind == labs::ItemKind::kQuestion) {
      const labs::Question& q = desk.picture().lab->questions[items[at].index];
      desk.answer(q.id, some_answer(q, 1), {}, 0);
      settle([&] { return desk.picture().answers.count(q.id) != 0; });
    }
  const std::string block = desk.picture().lab->blocks[items[at].index].id;
  const size_t before = engine.origins().size();
  desk.start(block, {});
  settle([&] { return engine.origins().size() > before; });
  CHECK(engine.own().empty());
  for (const Origin& origin : engine.origins()) {
    CHECK_FALSE(origin.own);
    CHECK(origin.folder.ends_with("/001_anatomy_of_a_ring"));
  }
}
