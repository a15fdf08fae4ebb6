// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/kvm.h"

// Each scenario of assets/scenarios, free for a second and then a step at a time, so that the sanitizers see what
// students run. A case each: tests/CMakeLists.txt makes their list from the folder.
namespace ringside::test {
namespace {

std::string path_of(const std::string& name) { return "assets/scenarios/" + name + ".scn"; }

// The scenario's machine; how it runs is the case's matter. Skips what needs more of the world than a test may take.
std::string machine_of(const std::string& name) {
  std::ifstream file(path_of(name));
  REQUIRE(file.good());
  std::string lines;
  for (std::string line; std::getline(file, line);) {
    for (const char* outside : {"kind=af_packet", "kind=tap", "kind=pci"})
      if (line.find(outside) != std::string::npos) skip((name + ".scn: a wire of " + outside).c_str());
    if (line.find("vcpu=kvm ") != std::string::npos || line.ends_with("vcpu=kvm")) need_kvm();
    if (!line.starts_with("run ")) lines += line + "\n";
  }
  return lines;
}

void check_books(Engine& engine) {
  const auto s = engine.cut();
  CHECK(s->balance.holds());
  CHECK(s->leaked_packets == 0);
  check_names(*s);
}

void runs_free(const std::string& name) {
  const std::string machine = machine_of(name);
  auto engine = make_engine();
  load(*engine, machine + "run mode=free seed=1\n", path_of(name));
  for (int slice = 0; slice < 10; slice++) {
    ask(*engine, "run for=100ms");
    check_books(*engine);
  }
}

void runs_stepped(const std::string& name) {
  const std::string machine = machine_of(name);
  auto engine = make_engine();
  load(*engine, machine + "run mode=stepped seed=1\n", path_of(name));
  ask(*engine, "pause");
  Events events(*engine);
  for (int slice = 0; slice < 10; slice++) {
    const size_t before = events.list.size();
    const Answer stepped = engine->execute("step n=300");
    check_books(*engine);
    INFO(stepped.text);
    if (events.list.size() - before < 300) break;  // nothing can move any more
  }
  CHECK_FALSE(events.list.empty());
  CHECK_FALSE(events.text().empty());
}

}  // namespace

#define RINGSIDE_SHIPPED(name)                                                              \
  TEST_CASE("shipped: " name ".scn runs free", "[scenario][sanitize]") { runs_free(name); } \
  TEST_CASE("shipped: " name ".scn runs a step at a time", "[scenario][sanitize]") { runs_stepped(name); }
#include "shipped_scenarios.inc"

}  // namespace ringside::test
