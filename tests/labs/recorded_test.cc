// SPDX-License-Identifier: BSD-3-Clause
// What a machine gives of a lab, and what was measured on another one in the place of what it cannot measure.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "labs/pack/make_pack.h"
#include "labs/pack/pack_file.h"
#include "labs/runner/script.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;
namespace fs = std::filesystem;

namespace {

constexpr const char* kMeasures = "labs/exercises/003_97_percent_fewer_exits";
const LabMachine kNoKvm{false, true, 8};

// Lab 3 with other words, in a folder of its own; with its windows or without.
LabText other_lab(const TemporaryFolder& folder, const std::vector<std::pair<std::string, std::string>>& changes,
                  bool windows) {
  std::ifstream in(std::string(kMeasures) + "/lab.md");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  for (const auto& [old, other] : changes) {
    size_t at = text.find(old);
    REQUIRE(at != text.npos);
    for (; at != text.npos; at = text.find(old, at + other.size())) text.replace(at, old.size(), other);
  }
  std::ofstream(folder / "lab.md") << text;
  fs::remove_all(folder / "windows");
  if (windows) fs::copy(std::string(kMeasures) + "/windows", folder / "windows");
  auto read = read_lab(folder / "lab.md");
  REQUIRE(read.ok());
  return *read;
}

// No machine has as many.
const std::vector<std::pair<std::string, std::string>> kLarge = {{"cores = 1,", "cores = 4096,"}};
const std::vector<std::pair<std::string, std::string>> kKvm = {{": one by one\n", ": one by one (kvm)\n"}};

std::unique_ptr<LabSession> session_of(Engine& engine, ProgressStore& store, const LabText& text,
                                       std::optional<LabMachine> machine = {}) {
  auto session = LabSession::open(engine, store, text, {.student = "ada", .variant = 0, .machine = machine});
  INFO((session ? "" : session.error().text()));
  REQUIRE(session.ok());
  return std::move(*session);
}

int points_of(const Lab& lab, const std::string& question) { return lab.question(question)->points; }

}  // namespace

TEST_CASE("what a machine gives of a lab is one word, and why", "[labs]") {
  const LabMachine whole{true, true, 4};
  struct Case {
    LabMachine machine;
    Requirements needs;
    bool recorded;
    const char *word, *why;
  };
  for (const Case& c : {Case{whole, {1, 512, "no"}, false, "live", "All of it runs here."},
                        {{false, false, 1}, {1, 512, "no"}, false, "live", "All of it runs here."},
                        {{true, false, 4}, {1, 512, "optional"}, false, "live", "is a VM itself"},
                        {{false, true, 4}, {1, 512, "optional"}, true, "modelled", "/dev/kvm cannot be opened"},
                        {{false, true, 4}, {1, 512, "yes"}, true, "recorded", "needs /dev/kvm"},
                        {whole, {8, 512, "no"}, true, "recorded", "This lab needs 8 CPUs, and 4 may be used here."},
                        {whole, {8, 512, "no"}, false, "missing", "its checks are skipped"},
                        {{true, true, 0}, {8, 512, "no"}, false, "live", "All of it runs here."}}) {
    CAPTURE(c.word, c.why);
    const Offered here = offered_by(c.machine, c.needs, c.recorded);
    CHECK(std::string(name_of(here.offer)) == c.word);
    CHECK(holds_text(here.why, c.why));
  }
}

TEST_CASE("what a machine cannot measure is shown as it was recorded, and is neither judged nor stored", "[labs]") {
  TemporaryFolder folder;
  const LabText text = other_lab(folder, kLarge, true);
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = ":memory:"});
  REQUIRE(store.ok());
  auto session = session_of(*engine, **store, text);
  const Lab& lab = session->lab();
  CHECK(holds_text(lab.block("one")->recorded, "This lab needs 4096 CPUs"));
  CHECK(lab.block("defer")->recorded.empty());  // it measures nothing
  CHECK((points_of(lab, "o1") == 1 && points_of(lab, "o2") == 0 && points_of(lab, "o3") == 0));
  auto played = play(*session, lines_of_attempt(lab, lab.solution), text.file);
  INFO((played ? "" : played.error().text()));
  REQUIRE(played.ok());
  CHECK(played->wrong_answers.empty());  // the chart can be read as ever
  for (const CheckResult& r : played->checks) {
    CAPTURE(r.id);
    CHECK((r.verdict == Verdict::kSkipped && r.maximum == 0));
    CHECK(holds_text(r.reason, "4096 CPUs"));
  }
  const auto shown = [&](const LabSession& s) {
    const MeasuredChart chart = s.chart_of(*s.lab().block("one"));
    CHECK(chart.figures.size() == 4);
    CHECK(chart.trouble.empty());
    CHECK(holds_text(s.recorded_of("one"), "4096 CPUs"));
    CHECK(s.recorded_of("defer").empty());
  };
  shown(*session);
  for (const RunRow& run : *(*store)->runs(session->attempt().id)) CHECK(run.window.samples.empty());
  // Taken up again it is there again; where the machine can, nothing of it is, for nothing was measured.
  shown(*session_of(*engine, **store, text));
  auto elsewhere = session_of(*engine, **store, text, LabMachine{true, true, 8192});
  CHECK(elsewhere->resumed());
  CHECK(elsewhere->recorded_of("one").empty());
  CHECK(elsewhere->chart_of(*elsewhere->lab().block("one")).windows == 0);
}

TEST_CASE("what was measured on a machine that could stays measured where it cannot", "[labs]") {
  TemporaryFolder folder;
  const LabText text = other_lab(folder, kLarge, true);
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = ":memory:"});
  auto kept = kept_windows(text, 0);
  REQUIRE((kept.ok() && kept->count("one")));
  auto first = session_of(*engine, **store, text, LabMachine{true, true, 8192});
  RunRow own{"one", {}, {}};
  own.window.block = "one", own.window.samples = (*kept)["one"];
  REQUIRE((*store)->add_run(first->attempt().id, own).ok());
  auto here = session_of(*engine, **store, text);
  CHECK(here->resumed());
  CHECK(here->recorded_of("one").empty());
  CHECK(here->chart_of(*here->lab().block("one")).figures.size() == 4);
}

TEST_CASE("a round for KVM stays where its windows are kept, and is left out where they are not", "[labs]") {
  TemporaryFolder folder;
  for (const bool windows : {true, false}) {
    CAPTURE(windows);
    const LabText text = other_lab(folder, kKvm, windows);
    auto lab = parse_lab(text, 0, 1);
    REQUIRE(lab.ok());
    CHECK(wants_recording(*lab, kNoKvm));
    CHECK_FALSE(wants_recording(*lab, LabMachine{true, true, 8}));
    auto kept = kept_windows(text, 0);
    REQUIRE(kept.ok());
    leave_out(*lab, kNoKvm, *kept);
    CHECK(lab->block("one")->recorded.empty() != windows);
    for (const char* id : {"one", "o2", "p3"}) CHECK(is_left_out(*lab, id) != windows);
    CHECK((lab->question("o2")->points == 0 && lab->question("o5")->points == 1));
    CHECK(lab->block("batches")->recorded.empty());
    if (!windows) continue;
    CHECK(holds_text(lab->check("c2")->skipped, "recorded on another machine. /dev/kvm cannot be opened"));
    CHECK(lab->check("c5")->skipped.empty());
  }
}

TEST_CASE("a recording that is none is refused before anything is started", "[labs]") {
  TemporaryFolder folder;
  const LabText text = other_lab(folder, kLarge, true);
  auto engine = make_engine();
  const auto refused = [&](const std::string& recording) {
    std::ofstream(folder / "windows/solution-1.json") << recording;
    auto store = ProgressStore::open({.path = ":memory:"});
    auto session = LabSession::open(*engine, **store, text, {.student = "ada", .variant = 0});
    REQUIRE_FALSE(session.ok());
    return session.error().text();
  };
  const std::string sample =
      R"({"setting":"e1000","round":0,"number":0,"seconds":0.1,"clock":1,"taken":0,"cores":"","values":{"a":[)";
  CHECK(holds_text(refused("{"), "no recording of a lab"));
  CHECK(holds_text(refused(R"({"schema": 2, "blocks": {}})"), "another schema"));
  for (const char* value : {"99,1,0", "-1,1,0", "1,1,77"})
    CHECK(holds_text(refused(R"({"schema": 1, "blocks": {"one": [)" + sample + value + "]}}]}}"), "no known kind"));
  std::string many;
  for (int i = 0; i < 20'001; i++) many += (i ? "," : "") + sample + "1,1,0]}}";
  CHECK(holds_text(refused(R"({"schema": 1, "blocks": {"one": [)" + many + "]}}"), "more windows"));
}

TEST_CASE("a pack brings the windows of its labs along, and they are found again", "[labs]") {
  TemporaryFolder folder;
  auto text = read_lab(std::string(kMeasures) + "/lab.md");
  REQUIRE(text.ok());
  PackRequest request;
  request.labs = {*text};
  const auto fine = [](const Origin&, const std::string&, const std::vector<RehearsedLine>&) { return Status{}; };
  auto pack = make_pack(request, fine);
  INFO((pack ? "" : pack.error().text()));
  REQUIRE(pack.ok());
  CHECK(pack->captures.size() == 4);  // a variant each, and no wrong attempt's
  REQUIRE(write_pack(*pack, folder / "net.rpack").ok());
  auto read = read_pack(folder / "net.rpack");
  INFO((read ? "" : read.error().text()));
  REQUIRE(read.ok());
  REQUIRE(unpack_captures(*read, folder / "files").ok());
  const LabText packed = read->text(read->labs[0], folder / "files");
  for (int v = 0; v < 4; v++) {
    auto kept = kept_windows(packed, v);
    REQUIRE(kept.ok());
    CHECK((kept->count("one") && kept->count("batches") && kept->count("between")));
  }
}
