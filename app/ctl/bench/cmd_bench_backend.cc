// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl bench backend: the talk's second claim as a curve. VMXNET3 needs 97 % fewer exits than E1000; what that
// is worth depends on what the back end spends on a packet. E1000 and VMXNET3 in turn, over the back end's cost.
#include <cmath>

#include <fmt/format.h>

#include "app/ctl/bench/backend_runs.h"
#include "app/ctl/bench/child.h"
#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/supervise.h"
#include "app/ctl/terminal.h"

namespace ringside::ctl {
namespace {

// The talk: 1 Mpps a thread at 2.3 GHz is about 2,300 cycles a packet.
constexpr int64_t kTalk = 2300;
constexpr int64_t kTotals[] = {0, 150, 300, 600, 1200, kTalk, 5000};  // 0: our own back end alone
constexpr int kBatches[] = {1, 32};
constexpr double kFloorMoved = 0.15;

struct Series {
  int batch = 32, price = 1000;
  bool calibrated = false;
  std::vector<BackendPoint> points;
  std::string price_text() const {
    if (calibrated) return "exit prices measured on this machine (calibrate)";
    return fmt::format("{} cycles an exit ({})", count(uint64_t(price)),
                       price == 1000 ? "reference: an EPT violation, the talk" : "given");
  }
};

std::string interval_text(const Interval& i) {
  return fmt::format("{:.3f}  [{:.3f}, {:.3f}]", i.median, i.low, i.high);
}

std::string verdict_text(const BackendPoint& point) {
  switch (apart(point.ratio)) {
    case Apart::kWithin: return "within 10 %";
    case Apart::kBeyond:
      return point.ratio.median > 1 ? "more than 10 % apart, VMXNET3 ahead" : "more than 10 % apart, E1000 ahead";
    default: return "not clear: the noise is as large as the difference";
  }
}

const char* claim_text(Claim claim) {
  switch (claim) {
    case Claim::kHolds: return "as the claim has it";
    case Claim::kContradicted: return "against the claim";
    case Claim::kUnclear: return "no verdict";
    default: return "the back end does not set the pace here, so that the claim says nothing";
  }
}

std::string breakdown(const char* name, const BackendRun& r) {
  return "    " + left(name, 9) +
         fmt::format(
             "guest {:>6}  exits {:>6}  back end {:>6}  NIC, switch, wire {:>6}  cycles per packet; {} exits per "
             "packet\n",
             decimal(r.guest), decimal(r.exit_cycles), decimal(r.backend), decimal(r.path), decimal(r.exits));
}

std::string series_text(const Series& s, bool one_worker) {
  std::string text = fmt::format("\nbatch {}, {}\n", s.batch, s.price_text());
  text += left("  back end, cycles", 20) + right("E1000", 12) + "  " + left("pace", 9) + right("VMXNET3", 12) + "  " +
          left("pace", 9) + "VMXNET3 / E1000, with its 95 % interval\n";
  for (const BackendPoint& p : s.points)
    text += left("  " + decimal(p.total) +
                     (p.talk  ? "  talk"
                      : p.own ? "  own"
                              : ""),
                 20) +
            right(si(p.e1000.rate, "pps"), 12) + "  " + left(p.e1000.pace(one_worker), 9) +
            right(si(p.vmxnet3.rate, "pps"), 12) + "  " + left(p.vmxnet3.pace(one_worker), 9) + interval_text(p.ratio) +
            "\n";
  for (const BackendPoint& p : s.points) {
    if (!p.talk && !p.own) continue;
    text += fmt::format("  {}: {}; {}.\n", p.talk ? "The talk's back end" : "Our own back end", verdict_text(p),
                        claim_text(claim_of(p, one_worker)));
    text += breakdown("E1000", p.e1000) + breakdown("VMXNET3", p.vmxnet3);
  }
  return text;
}

nlohmann::ordered_json run_json(const BackendRun& r, bool one_worker) {
  return {{"rate", r.rate},
          {"exits_per_packet", r.exits},
          {"guest_cycles", r.guest},
          {"exit_cycles", r.exit_cycles},
          {"backend_cycles", r.backend},
          {"path_cycles", r.path},
          {"pace", r.pace(one_worker)}};
}

nlohmann::ordered_json report_json(const std::vector<Series>& all, const BackendArguments& arguments, bool one_worker) {
  auto list = nlohmann::ordered_json::array();
  for (const Series& s : all) {
    auto points = nlohmann::ordered_json::array();
    for (const BackendPoint& p : s.points)
      points.push_back({{"backend_modelled", p.modelled},
                        {"backend_total", p.total},
                        {"mark", p.talk  ? "talk"
                                 : p.own ? "own"
                                         : ""},
                        {"e1000", run_json(p.e1000, one_worker)},
                        {"vmxnet3", run_json(p.vmxnet3, one_worker)},
                        {"ratio", p.ratio.median},
                        {"ratio_low", p.ratio.low},
                        {"ratio_high", p.ratio.high},
                        {"verdict", verdict_text(p)},
                        {"claim", p.talk || p.own ? claim_text(claim_of(p, one_worker)) : ""}});
    list.push_back(
        {{"batch", s.batch},
         {"exit_price", s.calibrated ? nlohmann::ordered_json("calibrated") : nlohmann::ordered_json(s.price)},
         {"points", points}});
  }
  return {{"schema", kJsonSchema},
          {"pairs", arguments.pairs},
          {"seconds", arguments.seconds},
          {"workers", one_worker ? 1 : 2},
          {"provenance",
           {{"rate", "measured"},
            {"exits_per_packet", "measured"},
            {"guest_cycles", "measured"},
            {"path_cycles", "measured"},
            {"exit_cycles", "modelled"},
            {"backend_cycles", "modelled"}}},
          {"series", list},
          {"events", nlohmann::ordered_json::array()}};
}

// The worst of all marked points.
int judge(const std::vector<Series>& all, bool one_worker) {
  int code = kOk;
  for (const Series& s : all)
    for (const BackendPoint& p : s.points) {
      const Claim claim = claim_of(p, one_worker);
      if (claim == Claim::kContradicted) return kNegative;
      if (claim == Claim::kUnclear) code = kInconclusive;
    }
  return code;
}

// The witness of the memory system, before and after: a host may move the two CPUs apart.
std::string floor_text(double before, double after) {
  if (before <= 0 || after <= 0) return "The ring floor could not be measured.\n";
  std::string text = fmt::format("Ring floor {} before, {} after.", si(before, "pps"), si(after, "pps"));
  if (std::abs(after - before) > kFloorMoved * before)
    text +=
        " It moved: the two CPUs were not always equally close, and what the guest and the back end pay for each "
        "other's rows changed with that.";
  return text + "\n";
}

}  // namespace

int bench_backend(const Options& given, const BackendArguments& arguments) {
  Options options = given;
  // The vCPU has a CPU of its own, as a VM's has: then whoever is slower sets the pace, and the other waits.
  if (!options.workers) options.workers = 2;
  const bool one_worker = options.workers == 1;
  auto engine = make_engine(options);
  if (!engine) return print_error(engine.error()), kEnvironment;
  std::vector<Series> all;
  for (int price : arguments.prices)
    for (int batch : kBatches) all.push_back({batch, price, false, {}});
  if (arguments.calibrated)
    for (int batch : kBatches) all.push_back({batch, 0, true, {}});
  int signal = 0;
  const double floor = measure_floor();
  const auto stopped = [&] { return signal || (signal = take_signal(0)) != 0; };
  for (Series& s : all) {
    double own = 0;
    for (int64_t total : kTotals) {
      if (stopped()) return kSignalled + signal;
      BackendSetting setting;
      setting.batch = s.batch, setting.price = s.price, setting.calibrated = s.calibrated;
      setting.backend = total > int64_t(own) ? total - int64_t(own) : 0;
      auto point = measure_point(**engine, setting, arguments.seconds, arguments.pairs, stopped);
      if (stopped()) return kSignalled + signal;
      if (!point) return print_error(point.error()), exit_code_of(point.error());
      point->talk = total == kTalk, point->own = total == 0;
      if (total == 0) own = point->total;
      note(given.quiet, fmt::format("batch {}, {}, back end {}: E1000 {}, VMXNET3 {}, ratio {}", s.batch,
                                    s.price_text(), decimal(point->total), si(point->e1000.rate, "pps"),
                                    si(point->vmxnet3.rate, "pps"), interval_text(point->ratio)));
      s.points.push_back(*point);
    }
  }
  const double floor_after = measure_floor();
  if (options.json) {
    auto report = report_json(all, arguments, one_worker);
    report["floor_before"] = floor, report["floor_after"] = floor_after;
    print_json(report);
  } else {
    std::string text = fmt::format(
                           "A guest that sends 60-byte frames as fast as it can, one NIC, switch, null wire; {} "
                           "worker{}; median of {} pairs of {} each.\n"
                           "Rates and exits are measured. An exit's price and the back end beyond our own are "
                           "modelled, and really spent.\n",
                           options.workers, one_worker ? "" : "s: the vCPU has one of its own", arguments.pairs,
                           duration(arguments.seconds)) +
                       floor_text(floor, floor_after);
    for (const Series& s : all) text += series_text(s, one_worker);
    print(text);
  }
  const int code = judge(all, one_worker);
  if (code == kInconclusive)
    note(false, fmt::format("Not clear at a marked point: the noise is as large as the difference. Close other "
                            "programs, or add pairs: --pairs {}",
                            2 * arguments.pairs));
  if (code == kNegative)
    note(false, "The claim does not hold here: where the back end sets the pace within 10 %, at our own not.");
  return code;
}

}  // namespace ringside::ctl
