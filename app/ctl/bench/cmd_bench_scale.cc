// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl bench scale: chains and fan-out over workers and VMs. What the placement by default reaches, of what the
// best of those placed by hand does; both in turn, in fresh processes, between two looks at the ring floor. What runs
// by default has time to settle first: a load that stays lopsided is tried elsewhere. With one worker there is no
// choice: that ratio shows how far the measurement itself strays.
#include <sched.h>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/ctl/bench/child.h"
#include "app/ctl/bench/scale_runs.h"
#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/terminal.h"

namespace ringside::ctl {
namespace {

constexpr double kWitnessMayMove = 0.15;
// Three windows show that a load is lopsided, and a candidate is on trial for four: the three that there are at most
// take 15 seconds, looks come a little late, and a disturbed second is in no trial (load_watch.h).
constexpr int kSettle = 20;
constexpr const char* kRunFree = "run mode=free\n";

struct ScaleRow {
  ScaleSize size;
  std::string skipped;  // why; empty: it was measured
  std::string hand;     // the best placement by hand
  double by_default = 0, by_hand = 0, ratio = 0, floor_before = 0, floor_after = 0;
  int pairs = 0, failed = 0;   // that were measured; one half of which came to nothing
  std::string refused;         // why
  int runs = 0, on_trial = 0;  // by default; at whose end another placement was still on trial
  bool quiet() const { return floor_before > 0 && std::abs(floor_after / floor_before - 1) <= kWitnessMayMove; }
};

int cpus_here() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
}

double rate_of(const Measured& measured) {
  double rate = 0;
  for (const figures::Figure& figure : measured.figures)
    if (figure.name.starts_with("rate.w") && figure.name.ends_with(".out")) rate += figure.number();
  return rate;
}

// The best by hand is looked for first, a run each; then it and the default go in turn.
void measure_row(const Options& options, const ScaleArguments& arguments, ScaleRow& row) {
  const std::string scenario = scale_scenario(row.size);
  const auto run = [&](const std::string& lines) {
    const int settle = lines.empty() && row.size.workers > 1 ? kSettle : 0;
    return measure(options, scenario + lines + kRunFree, arguments.seconds, row.size.workers, settle);
  };
  HandPlacement best;
  double most = -1;
  for (const HandPlacement& hand : hand_placements(row.size)) {
    auto measured = run(hand.lines);
    if (interrupted()) return;
    if (!measured) {
      row.skipped = measured.error().what;
      return;
    }
    if (const double rate = rate_of(*measured); rate > most) most = rate, best = hand;
  }
  row.hand = best.name;
  std::vector<double> ours, theirs, ratios;
  for (int pair = 0; pair < arguments.pairs && !interrupted(); pair++) {
    double rates[2] = {0, 0};
    bool whole = true;
    for (const int turn : {0, 1}) {
      const int which = (pair + turn) % 2;  // who begins changes, so that a drift cancels out
      auto measured = run(which ? best.lines : "");
      if (interrupted()) return;
      if (!measured) row.refused = measured.error().what;
      if (!(whole &= measured.ok())) break;
      rates[which] = rate_of(*measured);
      if (!which) row.runs++, row.on_trial += measured->on_trial;
    }
    if (!whole) {
      row.failed++;
      continue;
    }
    ours.push_back(rates[0]), theirs.push_back(rates[1]);
    if (rates[1] > 0) ratios.push_back(rates[0] / rates[1]);
  }
  if (ours.empty()) row.skipped = row.refused;
  row.pairs = int(ours.size());
  row.by_default = median(std::move(ours)), row.by_hand = median(std::move(theirs)),
  row.ratio = median(std::move(ratios));
}

std::vector<ScaleSize> sizes(int workers, int vms) {
  std::vector<ScaleSize> list;
  for (const auto& [shape, generator] : {std::pair{ScaleShape::kChains, false}, std::pair{ScaleShape::kChains, true},
                                         std::pair{ScaleShape::kFanOut, false}, std::pair{ScaleShape::kFanOut, true}})
    for (const int w : doublings(workers))
      for (const int n : doublings(vms)) list.push_back({shape, generator, n, w});
  return list;
}

std::string line_of(const ScaleRow& row) {
  if (!row.skipped.empty())
    return fmt::format("| {} | skipped: {} | | | | |\n", row.size.text(),
                       row.skipped.substr(0, row.skipped.find('\n')));
  std::string remarks = row.quiet() ? "" : ", not quiet";
  if (row.failed) remarks += fmt::format(", {} of {} pairs failed", row.failed, row.failed + row.pairs);
  if (row.on_trial) remarks += fmt::format(", {} of {} still on trial", row.on_trial, row.runs);
  return fmt::format("| {} | {:.2f} | {:.2f} | {} | {:.2f}{} | {:.1f} → {:.1f} |\n", row.size.text(),
                     row.by_default / 1e6, row.by_hand / 1e6, row.hand, row.ratio, remarks, row.floor_before / 1e6,
                     row.floor_after / 1e6);
}

nlohmann::ordered_json json_of(const std::vector<ScaleRow>& rows) {
  auto list = nlohmann::ordered_json::array();
  auto probes = nlohmann::ordered_json::array();
  for (const ScaleRow& row : rows) {
    const ScaleSize& size = row.size;
    list.push_back({{"shape", size.shape == ScaleShape::kChains ? "chains" : "fan-out"},
                    {"wires", size.generator ? "ring" : "null"},
                    {"vms", size.vms},
                    {"workers", size.workers},
                    {"skipped", row.skipped},
                    {"default", row.by_default},
                    {"by_hand", row.by_hand},
                    {"hand", row.hand},
                    {"ratio", row.ratio},
                    {"floor_before", row.floor_before},
                    {"floor_after", row.floor_after},
                    {"default_runs", row.runs},
                    {"on_trial", row.on_trial},
                    {"pairs", row.pairs},
                    {"failed_pairs", row.failed},
                    {"quiet", row.quiet()}});
    if (row.skipped.empty())
      probes.push_back({{"name", "scale." + size.name() + ".ratio"},
                        {"value", row.ratio},
                        {"unit", "times"},
                        {"provenance", "measured"}});
  }
  return {{"schema", kJsonSchema}, {"probes", probes}, {"rows", list}, {"events", nlohmann::ordered_json::array()}};
}

}  // namespace

int bench_scale(const Options& options, const ScaleArguments& arguments) {
  std::vector<ScaleSize> asked;
  for (const std::string& name : arguments.sizes) {
    auto size = scale_size(name);
    if (!size) return print_error(size.error()), kUsage;
    asked.push_back(*size);
  }
  const int cpus = cpus_here();
  // Up to two CPUs both may work while nobody draws; beyond, one is left to whoever measures.
  const int most = options.workers ? options.workers : std::max(std::min(cpus, 2), cpus - 1);
  if (asked.empty()) asked = sizes(most, arguments.most_vms);
  note(options.quiet, fmt::format("{} may be used here: sizes of 1 to {} are measured, larger ones are skipped.",
                                  counted(uint64_t(cpus), "CPU"), counted(uint64_t(most), "worker")));
  note(options.quiet, fmt::format("With more than one worker the default runs {} s before each measured run, so that "
                                  "trials of other places are over.",
                                  kSettle));
  std::vector<ScaleRow> rows;
  double floor = measure_floor(1);
  for (const ScaleSize& size : asked) {
    ScaleRow row{.size = size, .skipped = {}, .hand = {}};
    row.floor_before = floor;
    if (size.workers > cpus) row.skipped = fmt::format("{} CPUs can be used here.", cpus);
    if (row.skipped.empty()) measure_row(options, arguments, row);
    if (interrupted()) break;
    if (row.skipped.empty()) row.floor_after = floor = measure_floor(1);
    note(options.quiet, line_of(row).substr(0, line_of(row).size() - 1));
    rows.push_back(std::move(row));
  }
  bool negative = false;
  size_t clear = 0, measured = 0;
  for (const ScaleRow& row : rows) {
    if (!row.skipped.empty()) continue;
    measured++;
    if (!row.quiet()) continue;
    clear++;
    negative |= row.ratio < arguments.target;
  }
  if (options.json) {
    print_json(json_of(rows));
  } else {
    std::string table =
        "| size | default, Mpps | best by hand, Mpps | which | ratio | ring floor, Mpps "
        "|\n|---|---:|---:|---|---:|---:|\n";
    for (const ScaleRow& row : rows) table += line_of(row);
    print(table +
          fmt::format("\nmeasured; frames that came back to the wires, median of {} pairs in turn, the default after "
                      "{} s in which it settled\n",
                      arguments.pairs, kSettle));
  }
  if (interrupted()) return kSignalled + interrupted();
  if (negative && arguments.target > 0) return kNegative;
  if (measured && 2 * clear < measured) {
    note(false,
         "Not clear: the ring floor moved by more than 15 % during more than half of the sizes. Close other "
         "programs, and measure again.");
    return kInconclusive;
  }
  return kOk;
}

}  // namespace ringside::ctl
