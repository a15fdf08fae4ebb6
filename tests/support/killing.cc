// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/killing.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <random>
#include <sstream>

#include "labs/runner/session.h"
#include "tests/support/catch.h"
#include "tests/support/patience.h"

namespace ringside::test {
using namespace labs;

Answer AgreeingEngine::execute(std::string_view line) {
  std::lock_guard lock(mutex_);
  const size_t arm = line.find(" arm=yes");
  goal_ = arm == line.npos ? "" : std::string(line.substr(0, arm));
  return {};
}

std::shared_ptr<const Snapshot> AgreeingEngine::cut() {
  auto s = std::make_shared<Snapshot>();
  std::lock_guard lock(mutex_);
  s->serial = ++serial_, s->goal = goal_, s->goal_reached = true;
  auto schema = std::make_shared<Schema>();
  for (const char* name : {"w0.generator.sent", "web.nic0.reg.RDH", "web.nic0.rx.accepted",
                           "web.nic0.rx.dropped.no_descriptor", "web.nic0.rx.rows_device", "web.nic0.rx.rows_done"})
    schema->metrics.push_back({name, ProbeKind::kCounter, "", "", Provenance::kMeasured}), s->probes.words.push_back(3);
  schema->forms.assign(s->probes.size(), Schema::Form::kWhole);
  s->probes.schema = std::move(schema);
  return s;
}

std::string some_answer(const Question& q, uint64_t salt) {
  if (q.answers == AnswerKind::kCurve) return salt % 2 ? "rising" : "flat";
  if (q.answers == AnswerKind::kOrder) {
    std::string order;
    for (const Option& option : q.options) order += (order.empty() ? "" : salt % 2 ? " > " : " = ") + option.id;
    return order;
  }
  if (!q.options.empty()) return q.options[salt % q.options.size()].id;
  if (!q.places.empty()) return q.places[salt % q.places.size()];
  return std::to_string(salt % 1000);
}

void acknowledge(int pipe, int64_t attempt, const std::string& id, const std::string& value) {
  const std::string line = std::to_string(attempt) + " " + id + " " + value + "\n";
  if (write(pipe, line.data(), line.size()) != ssize_t(line.size())) _exit(7);
}

void kill_often(const LabText& text, const std::string& path, int times,
                const std::function<void(int pipe, uint64_t salt)>& student) {
  std::mt19937 random(20240607);
  std::map<int64_t, std::map<std::string, std::string>> acknowledged;
  size_t total = 0;
  times = often(times);
  for (int round = 0; round < times; round++) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      close(ends[0]);
      student(ends[1], uint64_t(round) * 1000);
      _exit(8);
    }
    close(ends[1]);
    std::string said;
    char buffer[4096];
    for (auto answers = long(random() % 7); std::count(said.begin(), said.end(), '\n') < answers;) {
      const ssize_t n = read(ends[0], buffer, sizeof buffer);
      if (n <= 0) break;  // it has ended, and should not
      said.append(buffer, size_t(n));
    }
    usleep(useconds_t(random() % 6000));
    kill(child, SIGKILL);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));  // it never ended by itself, with an error
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
  CHECK(total > size_t(times));
}

}  // namespace ringside::test
