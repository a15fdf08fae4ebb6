// SPDX-License-Identifier: BSD-3-Clause
#include "labs/pack/pack_file.h"

#include "engine/api/rehearse.h"
#include "labs/pack/install.h"
#include "labs/pack/make_pack.h"
#include "labs/runner/distrust.h"
#include "labs/runner/lab_compiler.h"
#include "labs/runner/session.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

LabText hidden_ring_size() {
  LabText text = model_lab();
  text.text.insert(text.text.find("```check c5\n") + 12, "hidden = true\n");
  return text;
}

Pack made(const PackRequest& request) {
  auto pack = make_pack(request, rehearse);
  INFO((pack ? "" : pack.error().text()));
  REQUIRE(pack.ok());
  return *pack;
}

LabText with_lines(const std::string& start, const std::string& one = "run until=idle") {
  return {.file = "a/lab.md",
          .text = "+++\nid = \"a\"\ntitle = \"A\"\npromise = \"P.\"\n+++\n# A\n```start\n" + start +
                  "\n```\n## Predict: k\n```predict p1\nask = \"?\"\nkind = \"choice\"\noptions = [ { id = \"ring\", "
                  "text = \"R\" }, { id = \"tap:rs0\", text = \"T\" } ]\n```\n```predict p2\nask = \"?\"\nkind = "
                  "\"number\"\n```\n## Do: one\n```do one\n" +
                  one + "\n```\n",
          .hash = "0123456789abcdef"};
}

std::string refusal(const LabText& text) {
  auto lab = parse_lab(text, 0, 1);
  INFO((lab ? "" : lab.error().text()));
  REQUIRE(lab.ok());
  const Status fine = rehearse_lab(*lab, Origin::elsewhere(""), rehearse);
  return fine ? "" : fine.error().text();
}

}  // namespace

TEST_CASE("teacher's pack, student's pack and unlock file of one edition know each other", "[labs]") {
  TemporaryFolder folder;
  const std::vector<LabText> labs = {hidden_ring_size()};
  const Pack student = made({.labs = labs, .id = "net", .title = "Networks", .graded = true});
  const Pack teacher = made({.labs = labs, .id = "net", .title = "Networks", .teacher = true, .graded = true});
  CHECK(student.info.hash == teacher.info.hash);
  CHECK(student.info.hash != made({.labs = {model_lab()}, .id = "net"}).info.hash);
  CHECK(student.info.hash != made({.labs = labs, .id = "net-2"}).info.hash);
  auto unlock = make_unlock(teacher);
  REQUIRE(unlock.ok());
  CHECK(unlock->info.hash == teacher.info.hash);
  CHECK_FALSE(holds_text(unlock->labs[0].source, "c5"));
  CHECK(holds_text(unlock->labs[0].source, "So it keeps one row back"));
  CHECK_FALSE(make_unlock(student).ok());
  for (const auto& [pack, name] : {std::pair{student, "s"}, {teacher, "t"}, {*unlock, "u"}}) {
    REQUIRE(write_pack(pack, folder / name).ok());
    auto again = read_pack(folder / name);
    INFO((again ? "" : again.error().text()));
    REQUIRE(again.ok());
    CHECK(again->info.hash == pack.info.hash);
    CHECK(again->info.kind == pack.info.kind);
    CHECK(again->labs[0].source == pack.labs[0].source);
    CHECK(again->labs[0].hash == labs[0].hash);
  }
  const Pack whole = *read_pack(folder / "t");
  CHECK(parse_lab(whole.text(whole.labs[0]), 0, 1)->check("c5")->hidden);
}

TEST_CASE("every lab that comes along can be handed out", "[labs]") {
  TemporaryFolder folder;
  std::vector<LabText> labs;
  for (const std::string& path : lab_sources()) labs.push_back(*read_lab(path));
  REQUIRE(labs.size() >= 2);
  for (const bool graded : {false, true}) {
    const Pack student = made({.labs = labs, .id = "all", .graded = graded});
    REQUIRE(write_pack(student, folder / "all").ok());
    auto again = read_pack(folder / "all");
    INFO((again ? "" : again.error().text()));
    REQUIRE(again.ok());
    CHECK(allowed(*again, folder.path(), rehearse).ok());
  }
}

TEST_CASE("a lab of a pack is refused before anything of it runs", "[labs]") {
  const std::string ring = "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0";
  CHECK(refusal(with_lines(ring)).empty());
  CHECK(holds_text(refusal(with_lines(ring, "wire add name=w1 kind=tap:rs0")),
                   "a/lab.md:23: kind=tap:rs0 is not possible in a lab"));
  CHECK(holds_text(refusal(with_lines("wire add name=w0 kind=af_packet:lo")), "a/lab.md:8: kind=af_packet:lo"));
  CHECK(holds_text(refusal(with_lines(ring, "wire add name=w1 kind=pcap:/etc/passwd")),
                   "no such file in its own folder"));
  CHECK(holds_text(refusal(with_lines(ring, "wire add name=w1 kind=pcap:x write=/tmp/y")), "writes no files"));
  std::string many = ring;
  for (int i = 0; i < 5'000; i++) many += "\nvm add name=v" + std::to_string(i) + " nic=e1000 switch=s0";
  CHECK(holds_text(refusal(with_lines(many)), "commands; 2000 at most"));
  many.clear();
  for (int i = 0; i < 20; i++) many += "vm add name=v" + std::to_string(i) + " nic=e1000 switch=s0\n";
  CHECK(holds_text(refusal(with_lines(ring, many)), "a/lab.md:39: This would be 17 VMs"));
  // What a measuring block sends is a lab's line as any other.
  LabText compare = with_lines(ring);
  compare.text +=
      "```compare two\nload = [\"run mode=free\"]\nchart = [\"w0.frames_in\"]\n[[setting]]\nid = \"a\"\nlines = "
      "[\"vm add name=web nic=e1000 switch=s0\"]\n[[setting]]\nid = \"b\"\nlines = [\"wire add name=w1 "
      "kind=tap:rs0\"]\n```\n";
  CHECK(holds_text(refusal(compare), "a/lab.md:31: kind=tap:rs0"));
  // An answer that would open one is not waited for.
  CHECK(holds_text(refusal(with_lines(ring, "wire add name=w1 kind={{answer:p1}}")), "kind=tap:rs0"));
  CHECK(refusal(with_lines(ring, "vm add name=a nic=e1000 switch=s0 rx_ring={{answer:p2}}")).empty());
  CHECK(holds_text(refusal(with_lines(ring, "wire add nam=w1")), "a/lab.md:23"));
  std::string forms = "vm add";
  for (int i = 0; i < 12; i++) forms += " {{answer:p1}}";
  CHECK(holds_text(refusal(with_lines(ring, forms)), "Too many different answers"));
}

TEST_CASE("a session does not open a lab of a pack without a rehearsal, and not one that may not run", "[labs]") {
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = ":memory:"});
  REQUIRE(store.ok());
  LabText text = with_lines("wire add name=w0 kind=ring", "wire add name=w1 kind=tap:rs0");
  text.packed = true;
  CHECK_FALSE(LabSession::open(*engine, **store, text, {.student = "ada"}).ok());
  auto refused = LabSession::open(*engine, **store, text, {.student = "ada", .rehearse = rehearse});
  REQUIRE_FALSE(refused.ok());
  CHECK(holds_text(refused.error().text(), "a/lab.md:22"));
  CHECK(engine->cut()->wires.empty());
  CHECK_FALSE(*(*store)->latest_attempt("ada", "a"));
}

TEST_CASE("a graded lab is taken to its end: windows record what hidden checks need, and unlocking judges", "[labs]") {
  const std::vector<LabText> labs = {hidden_ring_size()};
  const Pack student = made({.labs = labs, .id = "net", .graded = true});
  auto unlock = make_unlock(made({.labs = labs, .id = "net", .teacher = true}));
  REQUIRE(unlock.ok());
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = ":memory:"});
  REQUIRE(store.ok());
  const SessionOptions options{.student = "ada", .rehearse = rehearse};
  auto session = LabSession::open(*engine, **store, student.text(student.labs[0]), options);
  REQUIRE(session.ok());
  LabSession& s = **session;
  const Draw drawn = draw("net/anatomy-of-a-ring", "ada", 4);
  CHECK(s.attempt().lab == "net/anatomy-of-a-ring");
  CHECK(s.lab().variant == drawn.variant);
  CHECK(s.lab().seed == drawn.seed);
  auto whole = parse_lab(labs[0], drawn.variant, drawn.seed);
  REQUIRE(whole.ok());
  for (const Line& line : whole->solution.lines) {
    const auto words = words_of(line.text);
    if (words[0] == "do") REQUIRE(s.run_block(words[1]).ok());
    if (words[0] != "answer") continue;
    const std::string given = words[1] == "e1" ? "control" : words[2];  // one is wrong
    auto reply = s.answer(words[1], given);
    INFO(words[1] << ": " << (reply ? "" : reply.error().text()));
    REQUIRE(reply.ok());
    if (words[1] == "o3" || words[1][0] == 'e') {
      CHECK_FALSE(reply->correct);
      CHECK(reply->text.empty());
    }
  }
  CHECK(s.place() == s.lab().items().size());
  CHECK(s.evidence().of("sleepy")->end.at("web.nic0.rx.ring_size").number == std::stoi(whole->fields.at("fit")));
  CHECK(s.score().later == 3);
  CHECK(s.score().maximum == 6);
  CHECK(s.outcome(*s.lab().question("p4")).empty());
  auto checks = s.check();
  REQUIRE(checks.ok());
  CHECK(checks->size() == 4);
  for (const CheckResult& check : *checks) CHECK(check.verdict == Verdict::kPass);

  auto open = LabSession::open(*engine, **store, unlock->text(unlock->labs[0]), options);
  REQUIRE(open.ok());
  CHECK((*open)->resumed());
  CHECK_FALSE((*open)->lab_changed());
  CHECK((*open)->attempt().id == s.attempt().id);
  CHECK((*open)->correct("o3") == true);
  CHECK((*open)->correct("e1") == false);
  CHECK((*open)->score().points == 7);
  CHECK(holds_text(reply_to(*(*open)->lab().question("e1"), "one-meaning", true).text, "So it keeps one row back"));
}

TEST_CASE("a line of a pack that waits for ever is ended", "[labs]") {
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = ":memory:"});
  REQUIRE(store.ok());
  LabText text = with_lines(
      "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink",
      "send to=web count=forever\nrun until=idle");
  text.packed = true;
  auto session = LabSession::open(*engine, **store, text, {.student = "ada", .line_seconds = 1, .rehearse = rehearse});
  INFO((session ? "" : session.error().text()));
  REQUIRE(session.ok());
  REQUIRE((*session)->answer("p1", "ring").ok());
  REQUIRE((*session)->answer("p2", "1").ok());
  const Status ran = (*session)->run_block("one");
  REQUIRE_FALSE(ran.ok());
  CHECK(holds_text(ran.error().text(), "was ended after 1 s"));
}

TEST_CASE("names of packs and captures lead nowhere", "[labs]") {
  for (const char* good : {"frames.pcap", "sub/more.pcap", "a/b/c/d.pcap", "A_1-x"}) CHECK(is_capture_name(good));
  for (const char* bad : {"", ".", "..", "../x", "a/../x", "/x", "a//b", "a/", ".x", "a/.x", "-x", "a b", "a\\b",
                          "a\x1b[m", "a/b/c/d/e", "ä"})
    CHECK_FALSE(is_capture_name(bad));
  CHECK_FALSE(is_plain_name("a/b"));
  CHECK_FALSE(is_plain_name(std::string(65, 'a')));
  CHECK_FALSE(is_title("one\ntwo"));
  CHECK_FALSE(is_title("\x1b[31mred"));
}

TEST_CASE("what is asked of a file of anybody's ends, whatever the file computes", "[labs]") {
  TemporaryFolder folder;
  const std::string path = folder / "odd name?#%41.rpack";
  REQUIRE(write_pack(made({.labs = {model_lab()}, .id = "net"}), path).ok());
  auto file = DistrustedFile::open(path, "pack", 1 << 20, 1 << 16);
  INFO((file ? "" : file.error().text()));
  REQUIRE(file.ok());
  SQLite::Database& db = (*file)->db();
  const auto said = [&](const std::string& sql) {
    try {
      SQLite::Statement statement(db, sql);
      while (statement.executeStep()) {
      }
      return std::string("nothing");
    } catch (const SQLite::Exception& thrown) {
      return (*file)->error_of(thrown).what;
    }
  };
  CHECK(said("SELECT id FROM lab") == "nothing");
  CHECK(holds_text(said("SELECT zeroblob(100000)"), "too long"));
  CHECK(holds_text(said("UPDATE lab SET id = 'x'"), "readonly"));
  CHECK(holds_text(said("ATTACH '/tmp/x.db' AS x"), "too many attached"));
  CHECK(holds_text(said("PRAGMA writable_schema = 1; SELECT 1"), "nothing"));
  CHECK(holds_text(said("UPDATE sqlite_schema SET sql = ''"), "may not be modified"));
  CHECK(holds_text(said("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"),
                   "takes too long to read"));
  CHECK(holds_text(said("SELECT count(*) FROM item a, item b, item c"), "takes too long to read"));  // for good
  CHECK_FALSE(read_pack(folder / "none").ok());
  CHECK(read_pack(path).ok());
}
