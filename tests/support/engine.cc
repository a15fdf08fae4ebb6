// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/engine.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "engine/probes/probe_index.h"
#include "tests/support/catch.h"
#include "tests/support/patience.h"

namespace ringside::test {

std::unique_ptr<Engine> make_engine(int workers) {
  EngineOptions options;
  options.workers = workers;
  options.memory_mb = 256;
  auto engine = Engine::create(options);
  REQUIRE(engine.ok());
  return std::move(*engine);
}

void load(Engine& engine, const std::string& lines, const std::string& file) {
  Status loaded = engine.load_from(Origin::file(file), "test.scn", lines).status();
  INFO((loaded ? "" : loaded.error().text()));
  REQUIRE(loaded.ok());
}

std::string ask(Engine& engine, const std::string& command) {
  Answer answer = engine.execute(command);
  INFO(command << ": " << answer.text);
  REQUIRE(answer.ok());
  return answer.text;
}

void load_file(Engine& engine, const std::string& path) {
  std::ifstream file(path);
  INFO(path);
  REQUIRE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  Status loaded = engine.load_from(Origin::file(path), path, text.str()).status();
  INFO((loaded ? "" : loaded.error().text()));
  REQUIRE(loaded.ok());
}

double probe(const Snapshot& snapshot, const std::string& name) {
  const std::optional<Probe> found = snapshot.find(name);
  INFO(name);
  REQUIRE(found);
  return found->number();
}

void check_names(const Snapshot& snapshot) {
  Snapshot anew = snapshot;
  anew.probes = {};
  probes::ProbeIndex().index(anew);
  REQUIRE(snapshot.probes.size() == anew.probes.size());
  for (size_t i = 0; i < anew.probes.size(); i++) {
    const Probe a = snapshot.probes[i], b = anew.probes[i];
    INFO(a.name << " " << a.number() << ", and anew " << b.name << " " << b.number());
    CHECK((a.name == b.name && a.kind == b.kind && a.value == b.value && a.unit == b.unit &&
           a.description == b.description && a.provenance == b.provenance));
  }
}

void run_until(Engine& engine, const std::function<bool(const Snapshot&)>& condition, const std::string& how) {
  REQUIRE(eventually([&] {
    ask(engine, "run for=20ms" + how);
    return condition(*engine.cut());
  }));
}

Events::Events(Engine& engine) : engine_(engine) {
  engine.on_event([this](const EventView& event) { list.push_back(event); });
}

Events::~Events() {
  engine_.on_event({});
  (void)engine_.cut();  // the engine's thread has seen it
}

std::string Events::text() const {
  std::ostringstream out;
  for (const EventView& e : list) {
    out << e.number << ' ' << e.ns << ' ' << int(e.stop) << ' ' << e.who << ' ' << e.what << ' ' << e.detail << ' '
        << e.cycles;
    for (const auto& [name, value] : e.fields) out << ' ' << name << '=' << value;
    out << '\n';
  }
  return out.str();
}

std::vector<int> Events::stops() const {
  std::vector<int> seen;
  for (const EventView& e : list)
    if (e.stop && std::find(seen.begin(), seen.end(), int(e.stop)) == seen.end()) seen.push_back(e.stop);
  return seen;
}

}  // namespace ringside::test
