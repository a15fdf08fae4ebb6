// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/bench/backend_runs.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace ringside::ctl {
namespace {

constexpr double kWarmUpSeconds = 0.03, kApart = 0.10;

struct Totals {
  uint64_t frames = 0, exits = 0, exit_cycles = 0, guest_cycles = 0, busy = 0, backend = 0, ns = 0;
};

Totals totals_of(const Snapshot& s) {
  Totals t;
  for (const WireView& wire : s.wires) t.frames += wire.frames_out;
  for (const VmView& vm : s.vms)
    for (const VcpuView& vcpu : vm.vcpus)
      t.exits += vcpu.exits, t.exit_cycles += vcpu.exit_cycles, t.guest_cycles += vcpu.guest_cycles;
  for (const ContextView& context : s.contexts)
    if (context.kind == "transmit") t.busy += context.busy_cycles, t.backend += context.backend_cycles;
  t.ns = s.run_ns;
  return t;
}

double median_of(std::vector<double> values) { return interval_of(std::move(values)).median; }

BackendRun medians_of(const std::vector<BackendRun>& runs) {
  const auto of = [&](double BackendRun::*member) {
    std::vector<double> values;
    for (const BackendRun& run : runs) values.push_back(run.*member);
    return median_of(std::move(values));
  };
  BackendRun m;
  for (double BackendRun::*member : {&BackendRun::rate, &BackendRun::exits, &BackendRun::guest,
                                     &BackendRun::exit_cycles, &BackendRun::backend, &BackendRun::path})
    m.*member = of(member);
  return m;
}

}  // namespace

const char* BackendRun::pace(bool one_worker) const {
  if (!one_worker) return transmit() >= vcpu() ? "back end" : exit_cycles > guest ? "exits" : "guest";
  return transmit() >= std::max(exit_cycles, guest) ? "back end" : exit_cycles > guest ? "exits" : "guest";
}

Result<BackendRun> run_backend(Engine& engine, const BackendSetting& setting, double seconds) {
  const std::string scenario = fmt::format(
      "wire add name=w0 kind=null\nswitch add name=s0 uplink=w0\n"
      "vm add name=a nic={} switch=s0 workload=generate count=forever size=60 batch={} doorbell=batch exit_cost={} "
      "tx_ring=512\nbackend cycles={}\n{}",
      setting.model, setting.batch, setting.price, setting.backend, setting.calibrated ? "calibrate\n" : "");
  if (Status loaded = engine.load_scenario("bench backend", scenario).status(); !loaded) return loaded.error();
  // By itself a chain stays on one worker.
  if (engine.snapshot()->workers.size() > 1)
    if (Answer apart = engine.execute("context place context=a/0 worker=2"); !apart.ok()) return apart.error;
  if (Answer warm = engine.execute(fmt::format("run for={}", kWarmUpSeconds)); !warm.ok()) return warm.error;
  const Totals before = totals_of(*engine.cut());
  if (Answer ran = engine.execute(fmt::format("run for={}", seconds)); !ran.ok()) return ran.error;
  const Totals after = totals_of(*engine.cut());
  const double frames = double(after.frames - before.frames), ns = double(after.ns - before.ns);
  if (frames < 1 || ns < 1) return Error{"No frame came through.", "Nothing was measured.", "", ""};
  BackendRun run;
  run.rate = frames * 1e9 / ns;
  run.exits = double(after.exits - before.exits) / frames;
  run.guest = double(after.guest_cycles - before.guest_cycles) / frames;
  run.exit_cycles = double(after.exit_cycles - before.exit_cycles) / frames;
  run.backend = double(after.backend - before.backend) / frames;
  run.path = double(after.busy - before.busy) / frames - run.backend;
  return run;
}

Interval interval_of(std::vector<double> values) {
  Interval i;
  if (values.empty()) return i;
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  i.median = n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
  const double reach = 0.98 * std::sqrt(double(n));  // ranks: n/2 ± 1.96 √n / 2
  const size_t low = size_t(std::max(0.0, std::floor(double(n) / 2 - reach)));
  i.low = values[low], i.high = values[n - 1 - low];
  return i;
}

Apart apart(const Interval& ratio) {
  if (ratio.low >= 1 - kApart && ratio.high <= 1 + kApart) return Apart::kWithin;
  if (ratio.low > 1 + kApart || ratio.high < 1 - kApart) return Apart::kBeyond;
  return Apart::kUnclear;
}

Claim claim_of(const BackendPoint& p, bool one_worker) {
  if (!p.talk && !p.own) return Claim::kNotAsked;
  const auto paced = [&](const BackendRun& run) { return std::string_view(run.pace(one_worker)) == "back end"; };
  // Exits dearer than the talk's back end set the pace there, too: of that the claim says nothing.
  if (p.talk && !(paced(p.e1000) && paced(p.vmxnet3))) return Claim::kNotAsked;
  const Apart seen = apart(p.ratio);
  if (seen == Apart::kUnclear) return Claim::kUnclear;
  return (seen == Apart::kWithin) == p.talk ? Claim::kHolds : Claim::kContradicted;
}

Result<BackendPoint> measure_point(Engine& engine, BackendSetting setting, double seconds, int pairs,
                                   const std::function<bool()>& stop) {
  std::vector<BackendRun> runs[2];
  std::vector<double> ratios;
  const char* models[2] = {"e1000", "vmxnet3"};
  for (int pair = 0; pair < pairs && !stop(); pair++) {
    for (int turn = 0; turn < 2; turn++) {
      const int which = (pair + turn) % 2;  // who begins changes, so that a drift cancels out
      setting.model = models[which];
      auto run = run_backend(engine, setting, seconds);
      if (!run) return run.error();
      runs[which].push_back(*run);
    }
    ratios.push_back(runs[1].back().rate / runs[0].back().rate);
  }
  BackendPoint point;
  point.modelled = setting.backend;
  if (ratios.empty()) return point;
  point.e1000 = medians_of(runs[0]), point.vmxnet3 = medians_of(runs[1]);
  point.total = point.vmxnet3.transmit();
  point.ratio = interval_of(std::move(ratios));
  return point;
}

}  // namespace ringside::ctl
