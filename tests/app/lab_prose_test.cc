// SPDX-License-Identifier: BSD-3-Clause
// A lab's text, checks and steps as a terminal shows them.
#include <sstream>

#include "app/ctl/cmd_lab_text.h"
#include "app/ctl/event_text.h"
#include "app/ctl/number_format.h"
#include "tests/support/catch.h"

namespace ringside::ctl {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

Terminal person(int columns) { return {.tty = true, .colour = false, .columns = columns, .rows = 40}; }

constexpr const char* kTable =
    "| who    | what happens                                 | look at      |\n"
    "|--------|----------------------------------------------|--------------|\n"
    "| device | writes **DD** (\"done\") into it; RDH goes 0 → 1 | Rings, row 0 |\n"
    "| *db*   | takes it                                     | Steps        |";

}  // namespace

// Rows with **DD** or → were set by their bytes, and the last column did not stand below its title.
TEST_CASE("ctl: a lab's table stands in columns, whatever its cells are made of") {
  for (const Terminal& terminal : {person(100), Terminal{}}) {
    const auto rows = lines_of(lab_prose(terminal, kTable));
    REQUIRE(rows.size() == 4);
    CHECK(rows[2].find("writes DD (\"done\") into it; RDH goes 0 → 1  Rings, row 0") != std::string::npos);
    const size_t at = columns(rows[0].substr(0, rows[0].find("look at")));
    CHECK(columns(rows[2].substr(0, rows[2].find("Rings"))) == at);
    CHECK(columns(rows[3].substr(0, rows[3].find("Steps"))) == at);
    CHECK(rows[1].find_first_not_of("─") == std::string::npos);
  }
}

TEST_CASE("ctl: where a table is wider than the terminal its cells take more lines") {
  const auto rows = lines_of(lab_prose(person(50), kTable));
  CHECK(rows.size() > 4);
  for (const std::string& row : rows) CHECK(columns(row) < 50);
  std::string all;
  for (const std::string& row : rows) all += row + " ";
  for (const char* word : {"writes", "(\"done\")", "→", "takes", "Steps"}) CHECK(all.find(word) != std::string::npos);
}

TEST_CASE("ctl: a lab's lines are broken at words, and a paragraph's belong together") {
  const std::string text =
      "A **ring** is a table in the guest's memory.\nEach row is a descriptor.\n\nYour ring has 8 rows.";
  CHECK(lab_prose(Terminal{}, text) ==
        "A ring is a table in the guest's memory.\nEach row is a descriptor.\n\nYour ring has 8 rows.");
  for (const std::string& line : lines_of(lab_prose(person(44), text))) CHECK(columns(line) < 44);
  CHECK(lab_prose(person(90), text).find("memory.\nEach") == std::string::npos);
  const auto hung = lines_of(lab_prose(person(44), text, 6));
  for (size_t i = 1; i < hung.size(); i++) CHECK((hung[i].starts_with("      ") || hung[i].empty()));
}

TEST_CASE("ctl: what the checks say: claim, what was read, where to look, and what is still asked for once") {
  labs::CheckResult failed{.id = "c5", .verdict = labs::Verdict::kFail, .claim = "It is the smallest such ring."};
  failed.observed = "64", failed.reason = "Try 8 rows less.", failed.look = "lab/do/sleepy";
  std::vector<labs::CheckResult> all = {failed};
  for (const char* id : {"c1", "c2", "c3"}) {
    labs::CheckResult later{.id = id, .verdict = labs::Verdict::kInconclusive};
    later.hidden = true, later.reason = "It has not been run.";
    all.push_back(later);
  }
  CHECK(checks_text(Terminal{}, all) ==
        "c5  fail          It is the smallest such ring.\n      observed 64\n      Try 8 rows less.\n"
        "      Look at: the step sleepy, `:do sleepy`\n3 more are said when their questions are answered.\n");
  failed.expected = "0";
  CHECK(checks_text(Terminal{}, {failed}).find("expected 0, observed 64") != std::string::npos);
  all.erase(all.begin());  // where nothing is told yet, there is nothing to have more of
  CHECK(checks_text(Terminal{}, all) == "They are said when their questions are answered.\n");
}

TEST_CASE("ctl: in a narrow terminal an event has one line, and what is piped has all of it") {
  EventView event;
  event.number = 14, event.ns = 561, event.who = "db/0", event.what = "write RDT ← 0", event.exit = true;
  event.detail = "MMIO write, BAR0 + 0x2818, 0x00000000, left the guest and then some more for the sake of it";
  for (const int width : {60, 80, 100}) {
    const auto lines = lines_of(event_header(person(width)) + event_line(event, person(width)));
    REQUIRE(lines.size() == 2);
    for (const std::string& line : lines) CHECK(columns(line) < size_t(width));
    CHECK(lines[1].find("EXIT  db/0") != std::string::npos);
    CHECK(lines[1].find("write RDT ← 0") != std::string::npos);
  }
  CHECK(event_line(event, Terminal{}).find("for the sake of it") != std::string::npos);
}

TEST_CASE("ctl: of a long step the beginning and the end are shown") {
  LongStep step;
  EventView event;
  for (uint64_t i = 1; i <= 200; i++) event.number = i, event.what = "frame comes in", step.take(event);
  const auto lines = lines_of(step.shown(Terminal{}));
  REQUIRE(lines.size() == 2 + 24 + 1 + 16);
  CHECK(lines[26] == "  … 160 events between");
  CHECK(lines.back().find("   200 ") == 0);
  CHECK(step.shown(Terminal{}).empty());
}

TEST_CASE("ctl: of what a long step leaves out, exits are shown") {
  LongStep step;
  EventView event;
  const auto take = [&](uint64_t from, uint64_t to, uint64_t every) {
    for (uint64_t i = from; i <= to; i++) event.number = i, event.exit = i % every == 0, step.take(event);
  };
  take(1, 200, 50);  // 50, 100 and 150 lie between; 200 is among the last
  const auto lines = lines_of(step.shown(Terminal{}));
  REQUIRE(lines.size() == 2 + 24 + 1 + 3 + 1 + 16);
  CHECK(lines[26] == "  … 160 events between, of them these exits:");
  CHECK(lines[27].find("    50 ") == 0);
  CHECK(lines[29].find("   150 ") == 0);
  CHECK(lines[30] == "  …");
  take(1, 200, 2);  // more than anybody counts
  const auto many = lines_of(step.shown(Terminal{}));
  REQUIRE(many.size() == 2 + 24 + 1 + 12 + 1 + 16);
  CHECK(many[39] == "  … and so on");
}

TEST_CASE("ctl: lines of a ring that are all alike are one") {
  Snapshot snapshot;
  RingView ring;
  ring.name = "web.nic0.tx", ring.size = 72, ring.rows.resize(72);
  for (RowView& row : ring.rows) row.state = RowState::kDriver;
  for (size_t row = 20; row < 24; row++) ring.rows[row].state = RowState::kDevice;
  snapshot.rings.push_back(ring);
  const std::string g16 = " G G G G G G G G G G G G G G G G\n";
  CHECK(rings_text(snapshot).ends_with("web.nic0.tx, 72 rows\n       0:" + g16 +
                                       "      16: G G G G D D D D G G G G G G G G\n"
                                       "      32: G, as all to 63\n      64: G G G G G G G G\n"));
  snapshot.rings[0].rows[70].state = RowState::kDone;
  CHECK(rings_text(snapshot).ends_with("      64: G G G G G G ✓ G\n"));
}

}  // namespace ringside::ctl
