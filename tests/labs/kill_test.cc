// SPDX-License-Identifier: BSD-3-Clause
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <random>
#include <sstream>

#include "labs/runner/session.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

// A machine that agrees to everything: this test is about what is kept, and a child has no time to start DPDK.
class AgreeingEngine : public Engine {
 public:
  Answer execute(std::string_view) override { return {}; }
  void submit(std::string, std::function<void(const Answer&)>) override {}
  void interrupt() override {}
  Status load_scenario(const std::string&, const std::string&) override { return {}; }
  std::shared_ptr<const Snapshot> snapshot() override { return cut(); }
  std::shared_ptr<const Snapshot> cut() override {
    auto s = std::make_shared<Snapshot>();
    for (const char* name : {"w0.generator.sent", "web.nic0.reg.RDH", "web.nic0.rx.accepted", "web.nic0.rx.dropped.no_descriptor", "web.nic0.rx.rows_device", "web.nic0.rx.rows_done"})
      s->probes.push_back({name, ProbeKind::kCounter, uint64_t{3}, "", "", Provenance::kMeasured});
    return s;
  }
  void on_event(std::function<void(const EventView&)>) override {}
  std::vector<CommandInfo> commands() const override { return {}; }
  std::vector<std::string> models() const override { return {}; }
  std::vector<RegisterInfo> registers(const std::string&) const override { return {}; }
};

std::string value_for(const Question& q, uint64_t salt) {
  if (!q.options.empty()) return q.options[salt % q.options.size()].id;
  if (!q.places.empty()) return q.places[salt % q.places.size()];
  return std::to_string(salt % 1000);
}

// Walks through the lab for ever, one attempt after the other, and says what was acknowledged: "ATTEMPT ID VALUE".
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
        id = s.lab().questions[items[at].index].id, value = value_for(s.lab().questions[items[at].index], salt++);
        if (!s.answer(id, value)) _exit(5);
      } else {
        id = s.lab().blocks[items[at].index].id;
        if (!s.run_block(id)) _exit(6);
      }
      const std::string line = std::to_string(s.attempt().id) + " " + id + " " + value + "\n";
      if (write(pipe, line.data(), line.size()) != ssize_t(line.size())) _exit(7);
    }
  }
}

}  // namespace

TEST_CASE("killed a hundred times and more at random moments: every acknowledged answer is there, and it goes on at the same place", "[labs]") {
  TemporaryFolder folder;
  const std::string path = folder / "progress.db";
  const LabText text = model_lab();
  std::mt19937 random(20240607);
  std::map<int64_t, std::map<std::string, std::string>> acknowledged;
  size_t total = 0;
  // On a busy machine some students are killed before their first answer: then more of them follow.
  for (int round = 0; round < 100 || (total <= 200 && round < 1000); round++) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      close(ends[0]);
      student(text, path, ends[1], uint64_t(round) * 1000);
    }
    close(ends[1]);
    usleep(useconds_t(1000 + random() % 60000));
    kill(child, SIGKILL);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));  // it never ended by itself, with an error
    std::string said;
    char buffer[4096];
    for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) said.append(buffer, size_t(n));
    close(ends[0]);
    std::istringstream lines(said);
    for (std::string line; std::getline(lines, line); total++) {
      std::istringstream words(line);
      int64_t attempt = 0;
      std::string id;
      words >> attempt >> id >> std::ws;
      std::getline(words, acknowledged[attempt][id]);
    }

    INFO("round " << round);
    auto store = ProgressStore::open({.path = path});
    INFO((store ? "" : store.error().text()));
    REQUIRE(store.ok());
    auto latest = (*store)->latest_attempt("ada", "anatomy-of-a-ring");
    REQUIRE(latest.ok());
    const size_t known = latest->has_value() ? acknowledged[(*latest)->id].size() : 0;
    for (auto& [attempt, things] : acknowledged) {
      std::map<std::string, std::string> kept;
      const auto answers = (*store)->answers(attempt);
      const auto runs = (*store)->runs(attempt);
      REQUIRE((answers.ok() && runs.ok()));
      for (const AnswerRow& row : *answers) kept[row.question] = row.value;
      for (const RunRow& row : *runs) kept[row.block] = "ran";
      for (const auto& [id, value] : things) REQUIRE(kept[id] == value);
      REQUIRE(kept.size() <= things.size() + 1);  // what was written and not yet acknowledged may be there too
      things = kept;
    }
    AgreeingEngine engine;
    auto session = LabSession::open(engine, **store, text, {.student = "ada"});
    REQUIRE(session.ok());
    size_t done = 0;
    for (const Item& item : (*session)->lab().items()) done += item.kind != ItemKind::kText && (*session)->done(item);
    CHECK((done == known || done == known + 1));
  }
  INFO(total << " answers in " << acknowledged.size() << " attempts");
  CHECK(total > 200);
}
