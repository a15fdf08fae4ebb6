// SPDX-License-Identifier: BSD-3-Clause
// The command language: lines of a scenario, checked against a plan as before anything is built.
#include <cstdlib>

#include "engine/control/commands/command_table.h"
#include "engine/control/machine/machine_spec.h"
#include "tests/fuzz/words.h"

using namespace ringside;
using namespace ringside::control;
using namespace ringside::fuzz;

namespace {

// A fallback or a choice where the key has one: else few lines would be right, and the plan would stay empty.
std::string fitting_value(Input& in, const KeyRow& key) {
  if (key.kind == ValueKind::kName) return one_of(in, {"w0", "w1", "s0", "s1", "web", "db", "g0", "e1000", "vmxnet3"});
  if (key.kind == ValueKind::kText)
    return one_of(in, {"ring", "null", "web", "web,db", "web.nic0.rx", "'tx web.nic0'", "'rx w0'", "pcap:x"});
  const std::string choices = key.choices;
  if (!choices.empty() && in.below(2)) return choices.substr(0, choices.find('|'));
  const std::string fallback = key.fallback;
  return fallback.empty() || fallback == "!" ? nasty_value(in) : fallback;
}

std::string line_of(Input& in) {
  if (in.below(16) == 0) return any_bytes(in, 80);
  const CommandRow& row = command_table()[in.below(uint32_t(command_table().size()))];
  std::string line = row.verb;
  for (const KeyRow& key : row.keys) {
    const bool needed = *key.fallback == '!';
    if (!needed && in.below(6)) continue;
    if (needed && in.below(32) == 0) continue;
    line += std::string(" ") + key.name + "=" + (in.below(4) ? fitting_value(in, key) : nasty_value(in));
  }
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  MachineSpec plan;
  for (int lines = 0; !in.empty() && lines < 64; lines++) {
    const auto parsed = parse_command(line_of(in));
    if (parsed && !parsed->row) continue;
    MachineSpec tried = plan;
    Session session{tried, nullptr, nullptr, 2};
    const auto checked = parsed ? parsed->row->apply(session, parsed->args) : Result<std::string>(parsed.error());
    if (checked)
      plan = std::move(tried);
    else if (checked.error().what.empty() || checked.error().what.size() > (1 << 13))
      std::abort();
  }
  return 0;
}
