// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl bench nics: the talk's first claim. The same frames through each network card, on soft and KVM vCPUs: how
// many VM exits?
#include <algorithm>

#include <fmt/format.h>

#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/scenario_file.h"
#include "app/ctl/supervise.h"
#include "app/ctl/terminal.h"

namespace ringside::ctl {
namespace {

constexpr const char* kTalksReduction = "97 %";  // the talk: VMXNET3 against E1000

struct Row {
  std::string nic, vcpu;
  uint64_t frames = 0, digest = 0, register_exits = 0, exits = 0;
};

Row row_of(const Snapshot& s, const std::string& nic, const std::string& vcpu) {
  Row row{nic, vcpu, 0, 0, 0, 0};
  for (const WireView& w : s.wires) row.frames += w.frames_out, row.digest ^= w.digest;
  for (const VmView& vm : s.vms)
    for (const VcpuView& v : vm.vcpus) {
      row.exits += v.exits;
      for (const ExitTotal& t : v.totals)
        if (t.reason.starts_with("MMIO")) row.register_exits += t.count;
    }
  return row;
}

// Which behaviour of the driver the figures belong to.
std::string regime(const VmView& vm) {
  return fmt::format("driver={}, doorbell={}, batch={}, refill={}, workload={}", vm.driver, vm.doorbell, vm.batch,
                     vm.refill, vm.workload);
}

std::string reduction(const Row& from, const Row& to) {
  return percent(from.register_exits ? 1 - double(to.register_exits) / double(from.register_exits) : 0);
}

}  // namespace

int bench_nics(const Options& options, const NicsArguments& arguments) {
  auto scenario = read_scenario(arguments.file);
  if (!scenario) return print_error(scenario.error()), kScenario;
  if (run_end(scenario->text) != RunEnd::kByItself) {
    print_error(
        {"The scenario does not end by itself.", "", "Its last line: run mode=free until=idle", scenario->name});
    return kScenario;
  }
  hold_signals();
  auto engine = make_engine(options);
  if (!engine) return print_error(engine.error()), kEnvironment;

  std::vector<Row> rows;
  std::string caption, missing;
  for (const std::string& nic : (*engine)->models())
    for (const char* vcpu : {"soft", "kvm"}) {
      std::string text = with_key(with_key(with_key(scenario->text, "wire add", "digest", "yes"), "vm add", "nic", nic),
                                  "vm add", "vcpu", vcpu);
      for (const std::string& pair : arguments.set)
        text = with_key(text, "vm add", pair.substr(0, pair.find('=')),
                        pair.find('=') == std::string::npos ? "" : pair.substr(pair.find('=') + 1));
      note(options.quiet, fmt::format("{} on a {} vCPU", nic, vcpu));
      const Outcome outcome = supervise(
          **engine, [&] { return (*engine)->load_from(Origin::file(scenario->path), scenario->name, text).status(); },
          {});
      if (outcome.signal) return kSignalled + outcome.signal;
      if (!outcome.status.ok()) {
        if (std::string(vcpu) == "kvm" && outcome.status.error().environment) {
          missing = outcome.status.error().what;
          continue;
        }
        return print_error(outcome.status.error()), exit_code_of(outcome.status.error());
      }
      rows.push_back(row_of(*outcome.last, nic, vcpu));
      if (!outcome.last->vms.empty()) caption = regime(outcome.last->vms[0]);
    }

  for (const std::string& pair : arguments.set)
    if (caption.find(pair) == std::string::npos) caption += ", " + pair;

  bool same = !rows.empty();
  auto probes = nlohmann::ordered_json::array();
  std::string table =
      "| NIC | vCPU | frames out | exits by a register access | a frame | all exits | fewer than E1000's "
      "|\n|---|---|---:|---:|---:|---:|---:|\n";
  for (const Row& row : rows) {
    same &= row.digest == rows[0].digest && row.frames == rows[0].frames;
    const auto e1000 =
        std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.nic == "e1000" && r.vcpu == row.vcpu; });
    const std::string fewer = e1000 == rows.end() || row.nic == "e1000" ? "-" : reduction(*e1000, row);
    table += fmt::format(
        "| {} | {} | {} | {} | {} | {} | {} |\n", row.nic, row.vcpu, count(row.frames), count(row.register_exits),
        decimal(row.frames ? double(row.register_exits) / double(row.frames) : 0), count(row.exits), fewer);
    const std::string name = "exits." + row.nic + "." + row.vcpu;
    probes.push_back(
        {{"name", name + ".register"}, {"value", row.register_exits}, {"unit", "exits"}, {"provenance", "measured"}});
    probes.push_back({{"name", name + ".all"}, {"value", row.exits}, {"unit", "exits"}, {"provenance", "measured"}});
    probes.push_back(
        {{"name", name + ".frames"}, {"value", row.frames}, {"unit", "frames"}, {"provenance", "measured"}});
  }
  if (options.json) {
    print_json({{"schema", kJsonSchema},
                {"probes", probes},
                {"same_frames", same},
                {"regime", caption},
                {"events", nlohmann::ordered_json::array()}});
  } else {
    std::string text =
        table + fmt::format("\nMeasured, with {}. The talk: {} fewer (reference).\n", caption, kTalksReduction);
    text += same ? "The same frames came out of all of them: their digests are equal.\n"
                 : "NOT THE SAME FRAMES came out of all of them.\n";
    if (!missing.empty()) text += "No KVM: " + missing + "\n";
    print(text);
  }
  return same ? kOk : kNegative;
}

}  // namespace ringside::ctl
