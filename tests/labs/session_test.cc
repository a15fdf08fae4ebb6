// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/session.h"

#include "labs/runner/progress.h"

#include "tests/labs/support.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

std::unique_ptr<LabSession> open_session(Engine& engine, ProgressStore& store, bool anew = false) {
  auto session = LabSession::open(engine, store, model_lab(), {.student = "ada", .variant = 0, .anew = anew});
  INFO((session ? "" : session.error().text()));
  REQUIRE(session.ok());
  return std::move(*session);
}

Reply say(LabSession& session, const std::string& question, const std::string& value) {
  auto reply = session.answer(question, value);
  INFO(question << ": " << (reply ? "" : reply.error().text()));
  REQUIRE(reply.ok());
  return *reply;
}

void run(LabSession& session, const std::string& block, const std::vector<std::string>& lines = {}) {
  Status ran = session.run_block(block, lines);
  INFO(block << ": " << (ran ? "" : ran.error().text()));
  REQUIRE(ran.ok());
}

Verdict verdict(LabSession& session, const std::string& id) {
  auto results = session.check();
  REQUIRE(results.ok());
  for (const CheckResult& r : *results)
    if (r.id == id) return r.verdict;
  FAIL("no check " << id);
  return Verdict::kFail;
}

}  // namespace

// Beside the question "how many of 80 will reach memory?" the list of checks said "takes 31 packets and loses the
// rest".
TEST_CASE("a check says nothing that is still asked", "[labs]") {
  TemporaryFolder folder;
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = folder / "progress.db"});
  REQUIRE(store.ok());
  auto session = open_session(*engine, **store);
  const auto hidden = [&](const char* id) {
    auto results = session->check();
    REQUIRE(results.ok());
    for (const CheckResult& r : *results)
      if (r.id == id) {
        CHECK((r.claim + r.expected + r.observed).empty() == r.hidden);
        return r.hidden;
      }
    FAIL("no check " << id);
    return false;
  };
  CHECK(hidden("c3"));
  CHECK(hidden("c5"));
  say(*session, "p1", "nobody");
  run(*session, "one"), run(*session, "two-more");
  say(*session, "o1", "3"), say(*session, "o2", "7"), say(*session, "o3", "guest memory");
  say(*session, "p2", "8"), say(*session, "p3", "later");
  run(*session, "sleep");
  CHECK(hidden("c3"));
  say(*session, "o4", "1"), say(*session, "o5", "2"), say(*session, "o6", "3");
  CHECK(hidden("c3"));  // they were answered wrong, and so they are still asked
  say(*session, "o4", "7"), say(*session, "o5", "13");
  CHECK(hidden("c2"));
  say(*session, "o6", "20");
  CHECK_FALSE(hidden("c2"));
  CHECK_FALSE(hidden("c3"));
  CHECK(hidden("c5"));
}

// Whose ring was not the smallest read "expected 40", and whose number fits no ring "Nearest: rx_ring=40".
TEST_CASE("what fails does not tell the answer that is looked for", "[labs]") {
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = ":memory:"});
  REQUIRE(store.ok());
  auto session = open_session(*engine, **store);
  for (const auto& [id, value] : {std::pair("p1", "device"), std::pair("p2", "7"), std::pair("p3", "nothing")})
    say(*session, id, value);
  for (const char* block : {"one", "two-more", "sleep", "wake"}) run(*session, block);
  for (const auto& [id, value] :
       {std::pair("o1", "3"), std::pair("o2", "7"), std::pair("o3", "guest memory"), std::pair("o4", "7"),
        std::pair("o5", "13"), std::pair("o6", "20"), std::pair("o7", "0"), std::pair("e1", "one-meaning"),
        std::pair("e2", "No row."), std::pair("p4", "36")})
    say(*session, id, value);
  const Status refused = session->run_block("sleepy");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().text().find("rx_ring=36 is not possible") != std::string::npos);
  CHECK(refused.error().text().find("40\n") == std::string::npos);
  CHECK(refused.error().text().find("rx_ring=40") == std::string::npos);
  const auto of = [&](const char* id) {
    const auto results = session->check();
    for (const CheckResult& r : *results)
      if (r.id == id) return r;
    return CheckResult{};
  };
  const std::string first = "vm set name=web rx_ring=", rest = " poll_every=35us";
  run(*session, "sleepy", {first + "64" + rest, "send to=web rate=1Mpps count=10000 size=60", "run until=idle"});
  CHECK(of("c5").verdict == Verdict::kFail);
  CHECK(of("c5").observed == "64");
  CHECK(of("c5").expected.empty());
  run(*session, "sleepy", {first + "32" + rest, "send to=web rate=1Mpps count=10000 size=60", "run until=idle"});
  CHECK(of("c4").expected == "0");  // that is what the task says
  run(*session, "sleepy", {first + "40" + rest, "send to=web rate=1Mpps count=10000 size=60", "run until=idle"});
  CHECK(of("c5").verdict == Verdict::kPass);
}

TEST_CASE("hints are given for what was reached, and else one is told where there are some", "[labs]") {
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = ":memory:"});
  REQUIRE(store.ok());
  auto session = open_session(*engine, **store);
  const auto refused = [&](const char* of) {
    const auto hint = session->hint(of);
    return hint.ok() ? "" : hint.error().text();
  };
  CHECK(refused("one") ==
        "There are no hints for one: hints hang on some of the questions.\nThere are none up to here.");
  CHECK(refused("o2").starts_with("You have not come to o2 yet."));  // it would answer what is still to be guessed
  CHECK(refused("c4").starts_with("You have not come to c4 yet."));
  CHECK(refused("nowhere").starts_with("There is no \"nowhere\" in this lab."));
  say(*session, "p1", "device");
  run(*session, "one"), run(*session, "two-more");
  say(*session, "o1", "3");
  CHECK(refused("o1").ends_with("Up to here there are hints for: o2."));
  CHECK(session->hint("o2")->starts_with("You own a row"));
  CHECK(hints_for(session->lab(), "sleepy") == "c4");  // a step's are those of the check that looks at it
  CHECK(hints_for(session->lab(), "one").empty());
}

TEST_CASE("a prediction is laid beside what came, as soon as the lab has shown it and no sooner", "[labs]") {
  TemporaryFolder folder;
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = folder / "progress.db"});
  REQUIRE(store.ok());
  auto session = open_session(*engine, **store);
  const auto came = [&](const char* question) { return session->outcome(*session->lab().question(question)); };
  say(*session, "p1", "nobody");
  run(*session, "one"), run(*session, "two-more");
  CHECK(came("p1").empty());
  say(*session, "o1", "3"), say(*session, "o2", "7"), say(*session, "o3", "device");
  CHECK(came("p1").empty());  // it was answered, and wrong
  say(*session, "o3", "guest memory");
  CHECK(came("p1") == "The device.");
  say(*session, "p2", "8"), say(*session, "p3", "later");
  run(*session, "sleep");
  CHECK(came("p2").empty());  // the question behind it asks for just that
  say(*session, "o4", "7");
  CHECK(came("p2") == "7 packets");
  CHECK(came("p3").empty());
  CHECK(came("o4").empty());  // no prediction
}

TEST_CASE("a number that was read wrong: what was read, what is expected, where it stands", "[labs]") {
  TemporaryFolder folder;
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = folder / "progress.db"});
  REQUIRE(store.ok());
  auto session = open_session(*engine, **store);
  say(*session, "p1", "nobody");
  run(*session, "one"), run(*session, "two-more");
  const Reply wrong = say(*session, "o2", "83");
  CHECK(wrong.text == "You read 83. The machine shows another number. It stands in Rings, web.nic0.rx.");
  CHECK(wrong.look == "rings/web.nic0.rx");
  say(*session, "o1", "3"), say(*session, "o2", "7"), say(*session, "o3", "guest memory");
  say(*session, "p2", "8"), say(*session, "p3", "later");
  run(*session, "sleep");
  CHECK(say(*session, "o6", "23").text ==
        "You read 23. The machine shows another number, counted since this step began. It stands in Throughput.");
  // What is refused names no id that only the lab's author knows.
  for (const char* value : {"", "many"}) {
    const auto refused = session->answer("o5", value);
    REQUIRE(!refused.ok());
    CHECK(refused.error().text().find("o5") == std::string::npos);
    CHECK(refused.error().text().find("Expected a") != std::string::npos);
  }
}

TEST_CASE("a walk through the lab: predictions lock, values freeze, hints climb, and it goes on where it stopped",
          "[labs]") {
  TemporaryFolder folder;
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = folder / "progress.db"});
  REQUIRE(store.ok());
  size_t place = 0;
  {
    auto session = open_session(*engine, **store);
    CHECK_FALSE(session->resumed());
    CHECK(session->missing_prediction("one") == "p1");
    CHECK_FALSE(session->run_block("one").ok());                     // first say what you expect
    CHECK_FALSE(session->answer("o1", "3").ok());                    // nothing to observe yet
    CHECK_FALSE(session->answer("p1", "the device").ok());           // not one of the options
    CHECK_FALSE(say(*session, "p1", "nobody").correct.has_value());  // never graded
    CHECK_FALSE(session->answer("p1", "device").ok());               // locked
    CHECK(session->answer_of("p1") == "nobody");
    run(*session, "one");
    run(*session, "two-more");
    CHECK_FALSE(*say(*session, "o1", "4").correct);
    CHECK(*say(*session, "o1", "3").correct);
    CHECK(*session->hint("o2") == "You own a row when it is your turn to act on it.");
    CHECK(session->hint("o2")->starts_with("The device owns from RDH"));
    CHECK_FALSE(session->hint("o1").ok());
    CHECK(*say(*session, "o2", "7").correct);
    CHECK(*say(*session, "o3", "guest memory").correct);
    say(*session, "p2", "8"), say(*session, "p3", "later");
    CHECK(verdict(*session, "c2") == Verdict::kFail);
    CHECK(verdict(*session, "c3") == Verdict::kInconclusive);
    run(*session, "sleep");
    CHECK(verdict(*session, "c3") == Verdict::kPass);
    CHECK(verdict(*session, "c4") == Verdict::kInconclusive);
    place = session->place();
  }
  auto session = open_session(*engine, **store);
  CHECK(session->resumed());
  CHECK(session->place() == place);
  CHECK(session->hint_level("o2") == 2);
  CHECK(*say(*session, "o4", "7").correct);  // frozen values are there before the machine is
  REQUIRE(session->reset().ok());
  CHECK(probe(*engine->cut(), "web.nic0.rx.rows_done") == 7);  // and the machine stands where it stood
  CHECK(probe(*engine->cut(), "web.paused") == 1);
  say(*session, "o5", "13"), say(*session, "o6", "20");
  ask(*engine, "vm set name=web rx_ring=64");  // a student plays about
  REQUIRE(session->reset().ok());
  run(*session, "wake");
  CHECK(*say(*session, "o7", "0").correct);
  Reply wrong = say(*session, "e1", "control");
  CHECK((!*wrong.correct && wrong.text.starts_with("All rows have the same form")));
  CHECK(say(*session, "e1", "one-meaning").points == 1);
  CHECK(say(*session, "e2", "No row was free, so the device dropped them.").mark.size() == 3);
  CHECK(session->mark("e2", 2)->points == Approx(2.0 / 3));
  CHECK(session->score().maximum == 9);
  // A step that was run before can be run again: the machine goes back to where it begins.
  run(*session, "sleep", {"send to=web count=20 size=60", "run until=idle"});
  CHECK(verdict(*session, "c3") == Verdict::kFail);
  run(*session, "sleep", {"vm pause name=web", "send to=web count=20 size=60", "run until=idle"});
  CHECK(verdict(*session, "c3") == Verdict::kPass);
  say(*session, "p4", "32");
  CHECK(session->lines_of("sleepy")[0] == "vm set name=web rx_ring=32 poll_every=35us");
  // A line that is wrong says where, and nothing is counted.
  Status bad = session->run_block("sleepy", {"vm set name=web rx_ring=33", "run until=idle"});
  REQUIRE_FALSE(bad.ok());
  CHECK(bad.error().place == "step sleepy, line 1");
  CHECK(verdict(*session, "c4") == Verdict::kInconclusive);
  run(*session, "sleepy",
      {"vm set name=web rx_ring=40 poll_every=35us", "send to=web rate=1Mpps count=300 size=60", "run until=idle"});
  auto results = session->check();
  REQUIRE(results.ok());
  CHECK(results->at(3).reason == "Fewer than 10,000 packets were sent. Run all three lines.");
  CHECK(session->place() == session->lab().items().size());
}

TEST_CASE("a lab that has changed begins anew, and the old attempt stays", "[labs]") {
  auto engine = make_engine();
  const TemporaryFolder folder;
  auto store = ProgressStore::open({.path = ":memory:"});
  REQUIRE(store.ok());
  auto first = open_session(*engine, **store);
  say(*first, "p1", "device");
  LabText changed = model_lab();
  changed.hash = "another";
  auto second = LabSession::open(*engine, **store, changed, {.student = "ada"});
  REQUIRE(second.ok());
  CHECK((*second)->lab_changed());
  CHECK((*second)->answer_of("p1").empty());
  CHECK((*store)->answers(first->attempt().id)->size() == 1);
}

TEST_CASE("a check that is inconclusive in three runs asks for an explanation, and that counts", "[labs]") {
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = ":memory:"});
  REQUIRE(store.ok());
  // Nothing is measured by a reference: every number of this machine is refused.
  LabText text = model_lab();
  text.text.replace(text.text.find("accepts  = [\"measured\"]"), 23, "accepts  = [\"reference\"]");
  const auto open = [&] {
    auto session = LabSession::open(*engine, **store, text, {.student = "ada", .variant = 0});
    INFO((session ? "" : session.error().text()));
    REQUIRE(session.ok());
    return std::move(*session);
  };
  const auto c2 = [](LabSession& s) {
    const auto results = s.check();
    for (const CheckResult& r : *results)
      if (r.id == "c2") return r;
    return CheckResult{};
  };
  {
    auto session = open();
    for (const auto& [id, value] : {std::pair("p1", "device"), std::pair("p2", "7"), std::pair("p3", "nothing")})
      say(*session, id, value);
    for (int again = 0; again < 2; again++) run(*session, "sleep"), session->check(), session->check();
    CHECK(c2(*session).verdict == Verdict::kInconclusive);
    CHECK_FALSE(c2(*session).explain);  // two runs; to ask twice is not to try twice
    run(*session, "one");               // another step is no try of this one
    CHECK_FALSE(session->explain_check("c2", "The machine was busy.").ok());
  }
  CHECK_FALSE(c2(*open()).explain);
  auto session = open();  // the tries are kept
  run(*session, "sleep");
  CHECK(c2(*session).explain);
  CHECK_FALSE(session->explain_check("c2", "").ok());
  REQUIRE(session->explain_check("c2", "The machine was busy.").ok());
  CHECK(c2(*session).explained == "The machine was busy.");
  CHECK(c2(*session).points == c2(*session).maximum);
  CHECK(c2(*open()).explained == "The machine was busy.");
}

TEST_CASE("how far a student is: what was answered wrong is asked again, and what was worked at last comes first",
          "[labs]") {
  const TemporaryFolder folder;
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = folder / "progress.db"});
  REQUIRE(store.ok());
  const auto labs = shipped_labs();
  REQUIRE(labs.ok());
  const auto progress = [&](size_t lab) {
    auto one = progress_of(**store, "ada", labs->at(lab));
    INFO((one ? "" : one.error().text()));
    REQUIRE(one.ok());
    return *one;
  };
  const auto go_on = [&]() -> int {
    auto all = all_progress(folder / "progress.db", "ada", *labs);
    REQUIRE(all.ok());
    const auto at = to_go_on_with(*all);
    return at ? int(*at) : -1;
  };
  CHECK(go_on() == -1);
  const auto open = [&](size_t lab) {
    auto session = LabSession::open(*engine, **store, *find_lab(labs->at(lab).id), {.student = "ada", .variant = 0});
    REQUIRE(session.ok());
    return std::move(*session);
  };
  open(0);  // to open a lab is not to begin it
  CHECK(progress(0).done == 0);
  CHECK(go_on() == -1);
  say(*open(1), "p1", "1");
  CHECK(progress(1).step == "Do: one packet");
  auto first = open(0);
  say(*first, "p1", "device");
  run(*first, "one"), run(*first, "two-more");
  say(*first, "o1", "4");
  CHECK(progress(0).done == 4);
  CHECK(progress(0).step == "Observe: one packet");
  CHECK(go_on() == 0);
  for (const auto& [id, value] :
       {std::pair("o2", "7"), std::pair("o3", "guest memory"), std::pair("p2", "8"), std::pair("p3", "nothing")})
    say(*first, id, value);
  for (const char* block : {"sleep", "wake"}) run(*first, block);
  for (const auto& [id, value] :
       {std::pair("o4", "7"), std::pair("o5", "13"), std::pair("o6", "20"), std::pair("o7", "0"),
        std::pair("e1", "one-meaning"), std::pair("e2", "No row."), std::pair("p4", "40")})
    say(*first, id, value);
  run(*first, "sleepy",
      {"vm set name=web rx_ring=64 poll_every=35us", "send to=web rate=1Mpps count=10000 size=60", "run until=idle"});
  REQUIRE(first->check().ok());
  CHECK(progress(0).under_way());  // o1 is still wrong
  CHECK(progress(0).step == "Observe: one packet");
  say(*first, "o1", "3");
  CHECK(progress(0).ended);
  CHECK(progress(0).unmet);
  CHECK(progress(0).step.empty());
  CHECK(go_on() == 1);
  auto none = all_progress(folder / "no such folder/progress.db", "ada", *labs);
  REQUIRE(none.ok());
  CHECK(none->at(0).done == 0);
}
