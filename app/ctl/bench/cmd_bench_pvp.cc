// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl bench pvp: frames a second through one VM, in turn with a peer, and between two looks at what the memory
// allows. Only ratios are worth quoting: absolute rates hold for one machine and one moment.
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "app/ctl/bench/child.h"
#include "app/ctl/bench/peer.h"
#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/scenario_file.h"
#include "app/ctl/terminal.h"

namespace ringside::ctl {
namespace {

constexpr double kFloorMayMove = 0.15;
constexpr size_t kGoodPairs = 3;

// Our side of a pair with so many workers.
struct Own {
  double rate = 0;                       // frames a second that came out again at the wire
  std::map<std::string, double> cycles;  // per packet, by context
};

struct Pair {
  double floor_before = 0, floor_after = 0, peer = 0;
  Own one, two;
  double floor() const { return (floor_before + floor_after) / 2; }
  double moved() const { return floor_before > 0 ? floor_after / floor_before - 1 : 1; }
  bool good() const { return std::abs(moved()) <= kFloorMayMove && one.rate > 0 && two.rate > 0; }
};

Own own_of(const std::vector<figures::Figure>& metrics) {
  Own own;
  const std::string cycles = "cycles_per_packet.";
  for (const figures::Figure& metric : metrics) {
    if (metric.name.starts_with("rate.") && metric.name.ends_with(".out")) own.rate += metric.number();
    if (metric.name.starts_with(cycles)) own.cycles[metric.name.substr(cycles.size())] = metric.number();
  }
  return own;
}

template <class Read>
double median_of(const std::vector<Pair>& pairs, Read read) {
  std::vector<double> values;
  for (const Pair& pair : pairs) values.push_back(read(pair));
  return median(std::move(values));
}

struct Verdict {
  std::vector<Pair> good;
  double one = 0, two = 0, peer = 0, floor = 0, ratio_one = 0, ratio_two = 0;
  std::map<std::string, double> cycles_one, cycles_two;
};

Verdict judge(const std::vector<Pair>& pairs, bool with_peer) {
  Verdict v;
  for (const Pair& pair : pairs)
    if (pair.good() && (!with_peer || pair.peer > 0)) v.good.push_back(pair);
  if (v.good.empty()) return v;
  v.one = median_of(v.good, [](const Pair& p) { return p.one.rate; });
  v.two = median_of(v.good, [](const Pair& p) { return p.two.rate; });
  v.floor = median_of(v.good, [](const Pair& p) { return p.floor(); });
  if (with_peer) {
    v.peer = median_of(v.good, [](const Pair& p) { return p.peer; });
    v.ratio_one = median_of(v.good, [](const Pair& p) { return p.one.rate / p.peer; });
    v.ratio_two = median_of(v.good, [](const Pair& p) { return p.two.rate / p.peer; });
  }
  const auto cycles = [&](Own Pair::*own) {
    std::map<std::string, double> medians;
    for (const auto& [context, value] : (v.good.front().*own).cycles)
      medians[context] = median_of(v.good, [&, name = context](const Pair& p) {
        return (p.*own).cycles.contains(name) ? (p.*own).cycles.at(name) : 0;
      });
    return medians;
  };
  v.cycles_one = cycles(&Pair::one);
  v.cycles_two = cycles(&Pair::two);
  return v;
}

std::string own_text(const char* label, double rate, double ratio, double floor,
                     const std::map<std::string, double>& cycles) {
  std::string text = left(label, 14) + right(si(rate, "pps"), 12);
  text += ratio > 0 ? fmt::format("   {:.2f} times the peer", ratio) : "";
  text += floor > 0 ? fmt::format("   {} of the ring floor", percent(rate / floor)) : "";
  text += "   measured\n";
  for (const auto& [context, value] : cycles)
    text += "    " + left(context, 22) + right(decimal(value), 8) + " cycles per packet\n";
  return text;
}

std::string report(const Verdict& v, const Peer& peer, size_t all) {
  if (v.good.empty()) return peer.available() ? "" : "There is no peer. " + peer.missing() + "\n";
  std::string text =
      fmt::format("\nnull wire, switch, E1000 VM, switch, null wire; 60-byte frames; median of {} good pairs of {}\n",
                  v.good.size(), all);
  text += own_text("two workers", v.two, v.ratio_two, v.floor, v.cycles_two) +
          own_text("one worker", v.one, v.ratio_one, v.floor, v.cycles_one);
  if (peer.available())
    text += left("peer", 14) + right(si(v.peer, "pps"), 12) + "   " + peer.name() + ", vhost-user guest   measured\n";
  else
    text += "peer          none, so there is no ratio. " + peer.missing() + "\n";
  return text + left("ring floor", 14) + right(si(v.floor, "pps"), 12) + "   measured\n";
}

nlohmann::ordered_json report_json(const Verdict& v, const std::vector<Pair>& pairs, const Peer& peer) {
  auto probes = nlohmann::ordered_json::array();
  const auto add = [&](const std::string& name, double value, const char* unit) {
    probes.push_back({{"name", name}, {"value", value}, {"unit", unit}, {"provenance", "measured"}});
  };
  if (!v.good.empty())
    add("pvp.two_workers", v.two, "pps"), add("pvp.one_worker", v.one, "pps"), add("pvp.ring_floor", v.floor, "pps");
  if (v.peer > 0)
    add("pvp.peer", v.peer, "pps"), add("pvp.ratio.two_workers", v.ratio_two, "times"),
        add("pvp.ratio.one_worker", v.ratio_one, "times");
  for (const auto& [context, value] : v.cycles_two)
    add("pvp.two_workers.cycles_per_packet." + context, value, "cycles");
  for (const auto& [context, value] : v.cycles_one) add("pvp.one_worker.cycles_per_packet." + context, value, "cycles");
  auto list = nlohmann::ordered_json::array();
  for (const Pair& p : pairs)
    list.push_back({{"two_workers", p.two.rate},
                    {"one_worker", p.one.rate},
                    {"peer", p.peer},
                    {"floor_before", p.floor_before},
                    {"floor_after", p.floor_after},
                    {"good", p.good()}});
  return {{"schema", kJsonSchema},
          {"peer", peer.available() ? peer.name() : ""},
          {"peer_missing", peer.missing()},
          {"good_pairs", v.good.size()},
          {"probes", probes},
          {"pairs", list},
          {"events", nlohmann::ordered_json::array()}};
}

}  // namespace

int bench_pvp(const Options& options, const PvpArguments& arguments) {
  auto scenario = read_scenario("pvp.scn");
  if (!scenario) return print_error(scenario.error()), kEnvironment;
  Peer peer;
  if (!peer.available() && arguments.require_peer) {
    print_error({"The peer cannot run here. " + peer.missing(), "Nothing was measured.",
                 "Without --require-peer our own rates are measured.", ""});
    return kSkipped;
  }
  std::vector<Pair> pairs;
  double floor = measure_floor();
  for (int i = 1; i <= arguments.pairs && !interrupted(); ++i) {
    Pair pair;
    pair.floor_before = floor;
    for (const int workers : {2, 1}) {
      // By itself a chain stays on one worker.
      const std::string text =
          workers == 2 ? before_run(scenario->text, "context place context=web/0 worker=2\n") : scenario->text;
      auto measured = measure(options, text, arguments.seconds, workers);
      if (interrupted()) break;
      if (!measured) return print_error(measured.error()), kEnvironment;
      (workers == 2 ? pair.two : pair.one) = own_of(measured->figures);
    }
    if (peer.available() && !interrupted()) pair.peer = peer.measure(arguments.seconds);
    if (!interrupted()) pair.floor_after = floor = measure_floor();
    if (interrupted()) break;
    pairs.push_back(pair);
    note(options.quiet,
         fmt::format("pair {}: two workers {}, one worker {}, peer {}, ring floor {} -> {}{}", i,
                     si(pair.two.rate, "pps"), si(pair.one.rate, "pps"),
                     peer.available() ? pair.peer > 0 ? si(pair.peer, "pps") : "failed: " + peer.why() : "none",
                     si(pair.floor_before, "pps"), si(pair.floor_after, "pps"), pair.good() ? "" : "  discarded"));
  }
  const Verdict verdict = judge(pairs, peer.available());
  if (options.json)
    print_json(report_json(verdict, pairs, peer));
  else
    print(report(verdict, peer, pairs.size()));
  if (interrupted()) return kSignalled + interrupted();
  if (verdict.good.size() < kGoodPairs) {
    note(false, fmt::format("Not clear: {} good pairs of {}, and {} are needed. A pair is good when the ring floor "
                            "moved by at most {:.0f} % meanwhile.\nClose other programs, or add pairs: --pairs {}",
                            verdict.good.size(), pairs.size(), kGoodPairs, kFloorMayMove * 100,
                            std::max<size_t>(5, 2 * pairs.size())));
    return kInconclusive;
  }
  const bool below = peer.available() && std::min(verdict.ratio_one, verdict.ratio_two) < arguments.target;
  if (below) note(false, fmt::format("Below the target of {:.2f} times the peer.", arguments.target));
  return below ? kNegative : kOk;
}

}  // namespace ringside::ctl
