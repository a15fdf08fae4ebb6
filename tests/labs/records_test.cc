// SPDX-License-Identifier: BSD-3-Clause
// What a step records beside probes, and the verbs about it: op_refused, path_is, state_equal.
#include "labs/runner/records.h"

#include <fstream>

#include "engine/api/rehearse.h"
#include "labs/grade/grade.h"
#include "labs/grade/replay.h"
#include "labs/handin/hand_in.h"
#include "labs/pack/reduce.h"
#include "labs/runner/lint.h"
#include "labs/runner/script.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

LabText records_lab() {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  auto text = read_lab("tests/labs/records/lab.md");
  REQUIRE(text.ok());
  return *text;
}

LabText lab_with(LabText text, const std::string& from, const std::string& to) {
  INFO(from);
  REQUIRE(text.text.find(from) != std::string::npos);
  text.text.replace(text.text.find(from), from.size(), to);
  return text;
}

std::unique_ptr<LabSession> opened_records(Engine& engine, ProgressStore& store, const LabText& text) {
  auto session = LabSession::open(engine, store, text, {.student = "ada", .variant = 0});
  INFO((session ? "" : session.error().text()));
  REQUIRE(session.ok());
  return std::move(*session);
}

std::unique_ptr<ProgressStore> store_for_records(const std::string& path = ":memory:") {
  auto store = ProgressStore::open({.path = path});
  REQUIRE(store.ok());
  return std::move(*store);
}

CheckResult records_check(LabSession& session, const std::string& id) {
  auto results = session.check();
  REQUIRE(results.ok());
  for (const CheckResult& r : *results)
    if (r.id == id) return r;
  FAIL("no check " << id);
  return {};
}

void run_step(LabSession& session, const std::string& block, const std::vector<std::string>& lines = {}) {
  const Status ran = session.run_block(block, lines);
  INFO(block << ": " << (ran ? "" : ran.error().text()));
  REQUIRE(ran.ok());
}

std::string records_verdicts(const std::vector<CheckResult>& checks) {
  std::string all;
  for (const CheckResult& r : checks) all += r.id + " " + name_of(r.verdict) + " " + r.observed + "; ";
  return all;
}

EventView seen_event(uint64_t number, EventKind kind, uint8_t stop, const char* who, uint32_t packet) {
  EventView e;
  e.number = number, e.kind = kind, e.stop = stop, e.who = who, e.packet = packet;
  return e;
}

std::string lint_findings(const LabText& text) {
  auto lab = parse_lab(text, 0, 1);
  if (!lab) return lab.error().text();
  std::string all;
  for (const Finding& finding : lint(*lab)) all += finding.what + "\n";
  return all;
}

}  // namespace

TEST_CASE("verbs about what a step records: the solution passes, each wrong attempt fails its own check", "[labs]") {
  auto engine = make_engine();
  const LabText text = records_lab();
  CHECK(lint_findings(text).empty());
  auto problems = prove(*engine, text, 0);
  INFO((problems ? "" : problems.error().text()));
  REQUIRE(problems.ok());
  for (const std::string& problem : *problems) FAIL_CHECK(problem);
}

TEST_CASE("a refusal stops a step, unless the line is tried; what no lab may do stops it all the same", "[labs]") {
  auto engine = make_engine();
  auto store = store_for_records();
  auto session = opened_records(*engine, *store, records_lab());
  const auto refusal = [&](const std::string& line) {
    const Status ran = session->run_block("tries", {line});
    return ran ? "" : ran.error().text();
  };
  CHECK(holds_text(refusal("vm set name=web rx_ring=9"), "rx_ring=9 is not possible"));
  CHECK(holds_text(refusal("try wire add name=w1 kind=tap:t0"), "not possible in a lab"));
  CHECK(holds_text(refusal("try send to=web count=1G"), "more than a lab may have"));
  CHECK(holds_text(refusal("try run until=idle"), "`run` cannot be tried"));
  CHECK(holds_text(refusal("try "), "tries nothing"));
  CHECK_FALSE(session->ran("tries"));
  CHECK(records_check(*session, "c2").observed == kNothingYet);
  run_step(*session, "tries", {"try  vm set name=web rx_ring=9", "try vm remove name=nobody"});
  const auto all = tried_in(*session->evidence().of("tries"));
  REQUIRE(all.size() == 2);
  CHECK((all[0].refused && all[0].command == "vm set name=web rx_ring=9"));
  CHECK(holds_text(all[0].said, "rx_ring=9 is not possible"));
  CHECK((all[1].refused && all[1].line == 2));
  CHECK(records_check(*session, "c2").verdict == Verdict::kPass);
  // Not refused: it was done, and the check says what happened instead.
  run_step(*session, "tries", {"try vm set name=web rx_ring=16", "try vm remove name=db"});
  CHECK(records_check(*session, "c2").verdict == Verdict::kFail);
  CHECK(records_check(*session, "c2").observed == "accepted");
  CHECK(engine->cut()->vms.size() == 1);
  run_step(*session, "tries", {"vm pause name=db"});
  CHECK(records_check(*session, "c2").observed == "not tried");
}

TEST_CASE("the machine comes to a place behind a line that is tried again, when a lab is taken up", "[labs]") {
  TemporaryFolder folder;
  auto engine = make_engine();
  {
    auto store = store_for_records(folder / "progress.db");
    auto session = opened_records(*engine, *store, records_lab());
    run_step(*session, "way"), run_step(*session, "tries");
  }
  auto store = store_for_records(folder / "progress.db");
  auto session = opened_records(*engine, *store, records_lab());
  CHECK(session->resumed());
  CHECK(records_check(*session, "c1").verdict == Verdict::kPass);
  CHECK(records_check(*session, "c2").verdict == Verdict::kPass);
  run_step(*session, "rest");
  CHECK(records_check(*session, "c4").verdict == Verdict::kPass);
}

TEST_CASE("the verbs' verdicts are made again of a hand-in's rows, and its run is the same again", "[labs]") {
  TemporaryFolder folder;
  auto engine = make_engine();
  const LabText text = records_lab();
  auto store = store_for_records(folder / "progress.db");
  auto session = opened_records(*engine, *store, text);
  run_step(*session, "way", {"send to=db count=1 size=60", "run until=idle"});
  run_step(*session, "tries"), run_step(*session, "rest", {"vm set name=web batch=7"});
  const std::string said = records_verdicts(*session->check());
  REQUIRE(write_hand_in(*store, {"ada", {}, folder / "ada.rsub"}).ok());
  auto all = read_hand_in(folder / "ada.rsub");
  INFO((all ? "" : all.error().text()));
  REQUIRE(all.ok());
  REQUIRE(all->labs.size() == 1);
  CHECK(all->labs[0].chain.broken.empty());
  auto graded = grade_lab(*all, all->labs[0], text, "");
  REQUIRE(graded.ok());
  CHECK(records_verdicts(graded->checks) == said);
  for (const char* part :
       {"c1 fail w0 → s0 → db.nic0 → db; ", "c2 pass refused: rx_ring=9 is not possible for an E1000.",
        "c3 pass refused: There is no VM \"nobody\".; ", " differ: web.batch 32, then 7; "}) {
    INFO(said);
    CHECK(holds_text(said, part));
  }
  for (const Flag& flag : graded->flags) FAIL_CHECK(flag.code << ": " << flag.what);
  auto replayed = replay_lab(*engine, *all, all->labs[0], text, rehearse);
  REQUIRE(replayed.ok());
  CHECK(replayed->runs == 3);
  CHECK(replayed->failed.empty());
  for (const std::string& difference : replayed->differs) FAIL_CHECK(difference);
}

TEST_CASE("where no packet can be followed, a way is not judged, and the reason is said", "[labs]") {
  auto engine = make_engine();
  auto store = store_for_records();
  auto session = opened_records(*engine, *store, records_lab());
  const auto c1 = [&] { return records_check(*session, "c1"); };
  CHECK(c1().reason == "The step `way` has not been run to its end.");
  run_step(*session, "way", {"vm pause name=db"});
  CHECK(c1().verdict == Verdict::kInconclusive);
  CHECK(c1().observed == kNothingYet);
  CHECK(c1().reason == "No packet was followed in the step `way`: time has to be stepped, and a packet has to move.");
  run_step(*session, "way", {"send to=web count=1 size=60", "run until=idle"});
  CHECK(c1().verdict == Verdict::kPass);
  run_step(*session, "way", {"run mode=free for=10ms"});
  CHECK(holds_text(c1().reason, "No packet was followed"));
}

TEST_CASE("the way of the packet that moved last, its copies and its end; what was forgotten is not made up",
          "[labs]") {
  using K = EventKind;
  Snapshot s;
  const auto path = [&](uint64_t since) {
    const auto value = packet_path(s, since);
    return value ? value->text : "none";
  };
  CHECK(path(0) == "none");
  s.events = std::vector<EventView>{seen_event(1, K::kWireIn, 0, "w0", 1),
                                    seen_event(2, K::kInhale, 3, "rx w0", 0),
                                    seen_event(3, K::kWireReceive, 4, "w0", 1),
                                    seen_event(4, K::kLookUp, 5, "s0", 1),
                                    seen_event(5, K::kDeviceReadRow, 6, "a.nic0", 1),
                                    seen_event(6, K::kDeviceReadRow, 6, "b.nic0", 1),
                                    seen_event(7, K::kWireIn, 0, "w0", 2),
                                    seen_event(8, K::kDriverTakeRow, 8, "b/0", 1),
                                    seen_event(9, K::kDriverCleanRow, 8, "b/0", 2),
                                    seen_event(10, K::kRegisterWrite, 0, "b/0", 0)};
  CHECK(path(0) == "w0 → s0 → a.nic0 → b.nic0 → b");  // a flooded one: its copies, as they came on
  CHECK(path(7) == "w0 → s0 → a.nic0 → b.nic0 → b");  // what it did before the step belongs to its way
  CHECK(path(8) == "none");                           // cleaning a row moves nothing
  s.events = std::vector<EventView>{seen_event(40, K::kLookUp, 5, "s0", 9), seen_event(41, K::kDrop, 0, "s0", 9)};
  CHECK(path(39) == "s0");  // all of the step is here
  CHECK(path(10) == "… → s0");
  CHECK(path(5000) == "… → s0");  // built anew since, its events counted from 1

  Evidence evidence;
  Window window{"way", {}, {}};
  window.end[kPacketPath] = *packet_path(s, 10);
  evidence.add(window);
  auto lab = parse_lab(records_lab(), 0, 1);
  REQUIRE(lab.ok());
  for (const CheckResult& r : judge(*lab, evidence))
    if (r.id == "c1") CHECK((r.verdict == Verdict::kInconclusive && holds_text(r.reason, "recorded no more")));
}

TEST_CASE("a state is what is counted below a thing, without time; a thing that is gone is not like itself", "[labs]") {
  CHECK(belongs_to("web.batch", "web.*"));
  CHECK(belongs_to("web/0.exits", "web.*"));
  CHECK_FALSE(belongs_to("web/0.exit_cycles", "web.*"));
  CHECK_FALSE(belongs_to("machine.time_ns", "machine.*"));
  CHECK_FALSE(belongs_to("web2.batch", "web.*"));
  CHECK_FALSE(belongs_to("web", "web.*"));
  CHECK_FALSE(belongs_to("web.batch", "web"));
  auto engine = make_engine();
  auto store = store_for_records();
  auto session = opened_records(*engine, *store, records_lab());
  const auto c4 = [&] { return records_check(*session, "c4"); };
  CHECK(c4().observed == kNothingYet);
  run_step(*session, "rest", {"send to=web count=1 size=60", "run until=idle"});
  CHECK(c4().verdict == Verdict::kFail);
  CHECK(holds_text(c4().observed, "web.guest.received 0, then 1"));
  run_step(*session, "rest", {"vm remove name=web"});
  CHECK(holds_text(c4().observed, " differ: web.batch 32, then not there"));
  // A cost that is modelled is a weaker number, and who wants measured ones only is told.
  auto lab = parse_lab(lab_with(records_lab(), "promise =", "accepts = [\"measured\"]\npromise ="), 0, 1);
  REQUIRE(lab.ok());
  for (const CheckResult& r : judge(*lab, session->evidence()))
    if (r.id == "c4") CHECK(r.reason == "web/0.exit_cost is modelled here, and this check is about measured numbers.");
  lab = parse_lab(lab_with(records_lab(), "promise =", "accepts = [\"modelled\"]\npromise ="), 0, 1);
  run_step(*session, "tries");
  for (const CheckResult& r : judge(*lab, session->evidence()))
    if (r.id == "c2")
      CHECK(r.reason == "`vm set name=web` is measured here, and this check is about modelled numbers.");
}

TEST_CASE("lint refuses what these verbs cannot judge, by what is wrong", "[labs]") {
  const LabText text = records_lab();
  for (const auto& [from, to, found] : {
           std::array{"reason = \"rx_ring=9 is not possible\"\n", "", "`op_refused` needs `reason"},
           {"of     = \"vm set name=web\"", "of = \"vm set name=db\"", "does not try `vm set name=db`"},
           {"of     = \"vm set name=web\"", "of = \"vm\"", "tries `vm` 2 times; expected `line = N`"},
           {"line   = 2", "line = 3", "line 3 of the step `tries` does not try `vm remove`"},
           {"try vm remove name=nobody", "vm remove name=nobody", "does not try `vm remove`"},
           {"try vm remove name=nobody", "try step", "`step` cannot be tried"},
           {"path   = [\"w0\", \"s0\", \"web.nic0\", \"web\", \"web.nic0\", \"s0\", \"w0\"]\n", "",
            "`path_is` needs `path"},
           {"verb   = \"path_is\"", "verb = \"path_is\"\nof = \"packet\"", "expected no `of`"},
           {"verb   = \"path_is\"", "verb = \"path_is\"\nvalue = 3", "compares no numbers"},
           {"since  = \"way\"", "since = \"wey\"", "names no do-block"},
           {"since  = \"way\"", "", "`path_is` needs `since"},
           {"[\"rest begin\", \"rest end\"]", "[\"rest end\", \"rest\"]", "one moment"},
           {"[\"rest begin\", \"rest end\"]", "[\"rest begin\"]", "compares two moments"},
           {"[\"rest begin\", \"rest end\"]", "[\"rest begin\", \"rust end\"]", "`rust end` names no do-block"},
           {"[\"rest begin\", \"rest end\"]", "[\"rest middle\", \"rest end\"]", "`rest middle` is no moment"},
           {"at     =", "since = \"rest\"\nat     =", "no `since` or `over`"},
           {"verb   = \"state_equal\"", "verb = \"unchanged\"",
            "`at` belongs to `state_equal`, and not to `unchanged`"},
           {"verb   = \"path_is\"", "verb = \"fault_recorded\"\nof = \"a\"", "the engine does not record faults"},
       }) {
    INFO(to);
    const std::string all = lint_findings(lab_with(text, from, to));
    INFO(all);
    CHECK(holds_text(all, found));
  }
}

TEST_CASE("a lab of a pack may try what its plan refuses, and nothing that no lab may do", "[labs]") {
  const auto refused = [](const LabText& text) {
    auto lab = parse_lab(text, 0, 1);
    REQUIRE(lab.ok());
    const Status fine = rehearse_lab(*lab, Origin::elsewhere(""), rehearse);
    return fine ? "" : fine.error().text();
  };
  CHECK(refused(records_lab()) == "");
  CHECK(holds_text(refused(lab_with(records_lab(), "try vm remove name=nobody", "vm remove name=nobody")), "no VM"));
  CHECK(holds_text(refused(lab_with(records_lab(), "try vm remove name=nobody", "try wire add name=a kind=tap:b")),
                   "not possible in a lab"));
}

TEST_CASE("of a hidden check of these verbs, a student's edition records the same", "[labs]") {
  LabText text = records_lab();
  for (const char* id : {"c1", "c2", "c3", "c4"})
    text = lab_with(text, std::string("```check ") + id + "\n", std::string("```check ") + id + "\nhidden = true\n");
  auto source = reduce_lab(text, {});
  REQUIRE(source.ok());
  CHECK(holds_text(*source, "```watch\npacket.path\nweb.*\n```"));
  LabText student = text;
  student.text = *source, student.reduced = true;
  auto engine = make_engine();
  auto store = store_for_records();
  auto session = opened_records(*engine, *store, student);
  for (const char* block : {"way", "tries", "rest"}) run_step(*session, block);
  CHECK(session->check()->empty());
  auto whole = parse_lab(text, 0, 1);
  REQUIRE(whole.ok());
  for (const CheckResult& r : judge(*whole, session->evidence())) CHECK(r.verdict == Verdict::kPass);
}
