// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/commands/command_table.h"

#include "engine/control/machine/machine_spec.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::control;

namespace {

// The command applied to a plan only, after some lines that are right.
Result<std::string> check(const std::vector<std::string>& before, const std::string& line) {
  MachineSpec spec;
  Session session{spec, nullptr};
  for (const std::string& good : before) {
    auto parsed = parse_command(good);
    REQUIRE(parsed.ok());
    REQUIRE(parsed->row->apply(session, parsed->args).ok());
  }
  auto parsed = parse_command(line);
  if (!parsed) return parsed.error();
  return parsed->row->apply(session, parsed->args);
}

const std::vector<std::string> kBench = {"wire add name=w0 kind=ring", "switch add name=s0 uplink=w0"};

}  // namespace

TEST_CASE("a wrong line says what was expected and names the nearest word", "[control]") {
  struct Case {
    const char *line, *what, *remedy;
  };
  const Case cases[] = {
      {"vm ad name=web", "no command \"vm ad\"", "`vm add`"},
      {"vm add name=web nic=e1000 switch=s0 rx_rings=64", "no key \"rx_rings\"", "`rx_ring=`"},
      {"vm add name=web nic=e1000 switch=s0 rx_ring=100",
       "rx_ring=100 is not possible for an E1000. Its rings have 8, 16, 24 … 4096 rows.", "`rx_ring=104`"},
      {"vm add name=web nic=e1000 switch=s0 rx_ring=9999", "rx_ring=9999", "`rx_ring=4096`"},
      {"vm add name=web nic=e100 switch=s0", "no NIC model \"e100\"", "`nic=e1000`"},
      {"vm add name=web nic=e1000 switch=s1", "no switch \"s1\"", "switch add name=s1"},
      {"vm add name=web nic=e1000", "needs switch=", "Expected"},
      {"vm add name=web nic=e1000 switch=s0 doorbell=sometimes", "doorbell=sometimes is not possible", ""},
      {"vm add name=web nic=e1000 switch=s0 mac=01:00:00:00:00:01", "group address", "mac=00:00:00:00:00:01"},
      {"vm add name=web nic=e1000 switch=s0 refill=0", "refill=0", "`refill=1`"},
      {"vm add name=web nic=e1000 switch=s0 name=db", "stands twice", "Keep one"},
      {"vm add web", "not of the form key=value", "Expected"},
      {"send to=nobody", "no VM \"nobody\"", "vm add name=nobody"},
      {"wire add name=w1 kind=rings", "rings", ""},
      {"wire add name=w1 kind=ring size=9019", "size=9019", "`size=9018`"},
      {"switch add name=s1 uplink=w0", "uplink of s0 already", "wire"},
      {"run until=idle for=1s", "cannot both", "Keep one"},
      {"vm add name=\"web nic=e1000", "is not closed", ""},
  };
  for (const Case& c : cases) {
    INFO(c.line);
    auto result = check(kBench, c.line);
    REQUIRE_FALSE(result.ok());
    INFO(result.error().text());
    CHECK(result.error().what.find(c.what) != std::string::npos);
    CHECK(result.error().remedy.find(c.remedy) != std::string::npos);
  }
}

TEST_CASE("comments and empty lines are no commands", "[control]") {
  for (const char* line : {"", "   ", "# a comment", "  # another"}) {
    auto parsed = parse_command(line);
    REQUIRE(parsed.ok());
    CHECK(parsed->row == nullptr);
  }
  auto parsed = parse_command("send to=web count=20 # twenty");
  REQUIRE(parsed.ok());
  CHECK(parsed->args.count("count", 0) == 20);
}

TEST_CASE("values are read with their units", "[control]") {
  CHECK(*parse_scaled("1Mpps", "pps") == 1e6);
  CHECK(*parse_scaled("14.88M", "pps") == Approx(14.88e6));
  CHECK(*parse_scaled("10k", "") == 10e3);
  CHECK_FALSE(parse_scaled("1Mbps", "pps"));
  CHECK_FALSE(parse_scaled("-1", ""));
  CHECK_FALSE(parse_scaled("inf", ""));
  CHECK_FALSE(parse_scaled("", ""));
  CHECK(*parse_seconds("35us") == Approx(35e-6));
  CHECK(*parse_seconds("2ms") == Approx(2e-3));
  CHECK_FALSE(parse_seconds("2 minutes"));
  CHECK(*parse_mac("02:00:00:00:00:01") == 0x0100'0000'0002);
  CHECK(format_mac(0x0100'0000'0002) == "02:00:00:00:00:01");
  CHECK_FALSE(parse_mac("02:00:00:00:00"));
  CHECK(*parse_ipv4("10.77.0.2") == 0x0a4d'0002);
  CHECK_FALSE(parse_ipv4("10.77.0.256"));
}

TEST_CASE("every ring size that an E1000 can have is taken, every other refused", "[control]") {
  for (int rows = 0; rows <= 4104; rows++) {
    bool possible = rows >= 8 && rows <= 4096 && rows % 8 == 0;
    if (!possible && rows % 8 != 0 && rows % 7) continue;  // a sample of the impossible ones
    CHECK(check(kBench, "vm add name=web nic=e1000 switch=s0 refill=1 rx_ring=" + std::to_string(rows)).ok() ==
          possible);
  }
}

TEST_CASE("every command explains itself", "[control]") {
  for (const CommandInfo& command : describe_commands()) {
    INFO(command.verb);
    CHECK(command.summary.ends_with("."));
    CHECK((command.applies == "live" || command.applies == "quiesce" || command.applies == "rebuild"));
    for (const auto& key : command.keys) CHECK_FALSE(key.meaning.empty());
  }
}
