// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/placement/placement_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace ringside::control {
namespace {

// A full worker hides how much more there was to do: its contexts are reckoned with so much more than was seen.
constexpr double kHidden = 1.25;
// Moving somebody must make the fuller worker lighter by this, or it is not worth a crossing.
constexpr double kGain = 0.05;

constexpr char kYouPlacedIt[] = "You placed it here.";

bool of_a_port(ContextKind kind) { return kind == ContextKind::kReceive || kind == ContextKind::kTransmit; }
bool of_a_vm(ContextKind kind) { return kind == ContextKind::kTransmit || kind == ContextKind::kVcpu; }

// Contexts that are moved together.
struct Strand {
  std::string owner;
  ContextKind kind;  // of its first context
  std::vector<size_t> contexts;
  double share = 0;
};

// What one switch joins: its wires and VMs.
struct Chain {
  std::string name;
  std::vector<size_t> contexts;
  double share = 0;
  uint32_t home = 0;
  std::set<uint32_t> workers;  // that serve it
};

class Planner {
 public:
  explicit Planner(const PlanRequest& request)
      : request_(request), contexts_(request.contexts), workers_(std::max(1u, request.workers)) {
    // CPUs for vCPUs that are threads: as many as there are of them, but at most half.
    usable_ = workers_ - std::min(request.threads, workers_ / 2);
    plan_.rows.resize(contexts_.size());
    plan_.load.assign(workers_, 0);
    placed_.assign(contexts_.size(), false);
  }

  Plan plan() {
    find_chains();
    find_shares();
    settle();
    place_whole();
    // A chain that a worker can carry stays whole, even where chains do not come out even. What comes late has no
    // choice of its chain's worker, and goes where room is.
    for (Chain* chain : by_share())
      if (!request_.anew || chain->share > limit_) lighten(*chain);
    explain();
    count_crossings();
    return std::move(plan_);
  }

 private:
  PlanRow& row(size_t c) { return plan_.rows[c]; }
  std::string worker_name(uint32_t worker) const { return "w" + std::to_string(worker + 1); }

  void find_chains() {
    std::map<std::string, size_t> known;
    for (size_t c = 0; c < contexts_.size(); c++) {
      const PlanContext& one = contexts_[c];
      const std::string key = one.vswitch.empty() ? "\n" + one.owner : one.vswitch;
      auto [at, fresh] = known.emplace(key, chains_.size());
      if (fresh) chains_.push_back({one.vswitch.empty() ? one.owner : one.vswitch, {}, 0, 0, {}});
      chains_[at->second].contexts.push_back(c);
    }
  }

  // VMs of one switch share the frames that come through it. Each has rings of its own, so that many ask for more.
  double prior(const PlanContext& one, size_t vms) const {
    const double part = 1.0 / double(std::max<size_t>(1, vms));
    switch (one.kind) {
      case ContextKind::kVcpu: return std::max(kLeastVcpu, kPriorVcpu * part);
      case ContextKind::kTransmit: return std::max(kLeastTransmit, kPriorTransmit * part);
      case ContextKind::kGenerator: return kPriorGenerator;
      default: return kPriorReceive;
    }
  }

  void find_shares() {
    std::vector<double> seen(workers_, 0);
    for (const PlanContext& one : contexts_)
      if (one.busy >= 0 && one.before >= 0 && uint32_t(one.before) < workers_) seen[size_t(one.before)] += one.busy;
    for (Chain& chain : chains_) {
      size_t vms = 0;
      for (size_t c : chain.contexts) vms += contexts_[c].kind == ContextKind::kTransmit;
      for (size_t c : chain.contexts) {
        const PlanContext& one = contexts_[c];
        row(c).name = one.name;
        row(c).measured = one.busy >= 0;
        row(c).share = one.busy >= 0 ? one.busy : prior(one, vms);
        if (one.busy >= 0 && one.before >= 0 && uint32_t(one.before) < workers_ && seen[size_t(one.before)] >= kFull)
          row(c).share *= kHidden;
        chain.share += row(c).share;
      }
      total_ += chain.share;
    }
    // With more to do than all workers can, each gets its part of it.
    limit_ = std::max(1.0, total_ / usable_);
  }

  void put(size_t c, uint32_t worker) {
    if (placed_[c]) plan_.load[row(c).worker] -= row(c).share;
    placed_[c] = true;
    row(c).worker = worker;
    plan_.load[worker] += row(c).share;
  }

  // What the user chose, and what has its place already.
  void settle() {
    fixed_.assign(contexts_.size(), false);
    for (size_t c = 0; c < contexts_.size(); c++) {
      const PlanContext& one = contexts_[c];
      const bool chosen = one.chosen >= 0 && uint32_t(one.chosen) < workers_;
      const bool stays = !request_.anew && one.before >= 0 && uint32_t(one.before) < workers_;
      if (!chosen && !stays) continue;
      put(c, uint32_t(chosen ? one.chosen : one.before));
      fixed_[c] = true;
      const bool known = !one.why_before.empty() && one.why_before != kYouPlacedIt;
      row(c).why = chosen ? kYouPlacedIt : known ? one.why_before : "It keeps the place that it had.";
    }
  }

  uint32_t lightest() const {
    return uint32_t(std::min_element(plan_.load.begin(), plan_.load.begin() + usable_) - plan_.load.begin());
  }

  // Where a chain begins: its wire's receive context says so, else where most of it is. Nobody placed yet: the most
  // room.
  uint32_t home_of(const Chain& chain) const {
    std::map<uint32_t, double> kept;
    for (size_t c : chain.contexts) {
      if (!fixed_[c]) continue;
      if (contexts_[c].kind == ContextKind::kReceive) return plan_.rows[c].worker;
      if (contexts_[c].chosen < 0) kept[plan_.rows[c].worker] += plan_.rows[c].share;
    }
    if (kept.empty()) return lightest();
    return std::max_element(kept.begin(), kept.end(), [](auto& a, auto& b) { return a.second < b.second; })->first;
  }

  std::vector<Chain*> by_share() {
    std::vector<Chain*> sorted;
    for (Chain& chain : chains_) sorted.push_back(&chain);
    std::stable_sort(sorted.begin(), sorted.end(), [](Chain* a, Chain* b) { return a->share > b->share; });
    return sorted;
  }

  // Each chain as a whole, the largest first. A VM whose transmit context the user placed has its vCPUs there.
  void place_whole() {
    for (Chain* chain : by_share()) {
      chain->home = home_of(*chain);
      std::map<std::string, uint32_t> chosen;
      for (size_t c : chain->contexts)
        if (fixed_[c] && contexts_[c].kind == ContextKind::kTransmit) chosen[contexts_[c].owner] = row(c).worker;
      for (size_t c : chain->contexts) {
        if (fixed_[c]) continue;
        auto with = contexts_[c].kind == ContextKind::kVcpu ? chosen.find(contexts_[c].owner) : chosen.end();
        put(c, with == chosen.end() ? chain->home : with->second);
      }
    }
  }

  // What may leave the chain's home, the first first: generators and VMs as the request says, VMs the latest first; of
  // a VM that fills a worker alone, its further vCPUs. VMs whose transmit context must stay keep their vCPUs.
  std::vector<Strand> movable(const Chain& chain) const {
    std::vector<Strand> generators, vms, vcpus;
    std::map<std::string, size_t> strand_of;
    std::set<std::string> owners;
    std::map<std::string, double> held;  // what stays with a transmit context that stays
    for (size_t c : chain.contexts) {
      if (of_a_vm(contexts_[c].kind)) owners.insert(contexts_[c].owner);
      if (contexts_[c].kind == ContextKind::kTransmit && fixed_[c]) held[contexts_[c].owner] = plan_.rows[c].share;
    }
    for (size_t c : chain.contexts) {
      const PlanContext& one = contexts_[c];
      if (fixed_[c] || plan_.rows[c].worker != chain.home) continue;
      const double share = plan_.rows[c].share;
      if (one.kind == ContextKind::kGenerator) generators.push_back({one.owner, one.kind, {c}, share});
      if (!of_a_vm(one.kind)) continue;
      if (auto stays = held.find(one.owner); stays != held.end()) {
        if (stays->second + share > 1)
          vcpus.push_back({one.owner, one.kind, {c}, share});
        else
          stays->second += share;
        continue;
      }
      auto [at, fresh] = strand_of.emplace(one.owner, vms.size());
      if (fresh) {
        vms.push_back({one.owner, one.kind, {c}, share});
        continue;
      }
      Strand& strand = vms[at->second];
      if (strand.contexts.size() > 1 && strand.share + share > 1) {
        vcpus.push_back({one.owner, one.kind, {c}, share});
        continue;
      }
      strand.contexts.push_back(c);
      strand.share += share;
    }
    // A wire and one VM are not cut unless that is tried: crossing there and back can cost what the second worker
    // brings, and more.
    const bool world_first = request_.first_to_leave == Leaving::kWorld;
    if (owners.size() < 2 && world_first) vms.clear();
    std::reverse(vms.begin(), vms.end());
    std::vector<Strand> all;
    const auto add = [&](const std::vector<Strand>& some) { all.insert(all.end(), some.begin(), some.end()); };
    if (world_first) add(generators), add(vcpus), add(vms);
    if (!world_first) add(vms), add(generators), add(vcpus);
    return all;
  }

  bool at_any_rate(const Strand& strand) const {
    return request_.first_to_leave == Leaving::kAllVms && of_a_vm(strand.kind);
  }

  // Where a strand goes: to a worker that serves this chain already and has room, else to the lightest of the others.
  uint32_t target(const Chain& chain, const Strand& strand) const {
    uint32_t best = chain.home;
    for (uint32_t w = 0; w < usable_; w++)
      if (w != chain.home && (best == chain.home || plan_.load[w] < plan_.load[best])) best = w;
    if (at_any_rate(strand)) return best;
    double load = 0;
    bool found = false;
    for (uint32_t w : chain.workers) {
      if (w == chain.home || w >= usable_ || plan_.load[w] + strand.share > limit_) continue;
      if (!found || plan_.load[w] < load) best = w, load = plan_.load[w], found = true;
    }
    return best;
  }

  void lighten(Chain& chain) {
    constexpr double kRounding = 1e-9;
    for (size_t c : chain.contexts) chain.workers.insert(row(c).worker);
    for (const Strand& strand : movable(chain)) {
      const double full = plan_.load[chain.home];
      if (full <= limit_ + kRounding && !at_any_rate(strand)) return;
      const uint32_t to = target(chain, strand);
      if (to == chain.home || (plan_.load[to] + strand.share > full - kGain && !at_any_rate(strand))) continue;
      for (size_t c : strand.contexts) {
        put(c, to);
        row(c).why = why_moved(chain, strand, to);
      }
      chain.workers.insert(to);
    }
  }

  std::string why_moved(const Chain& chain, const Strand& strand, uint32_t to) const {
    const std::string asks = fmt::format("The chain of {} asks for {:.1f} workers", chain.name, chain.share);
    if (strand.kind == ContextKind::kGenerator)
      return fmt::format("{}, and {} had room{}.", asks, worker_name(to),
                         request_.first_to_leave == Leaving::kWorld ? ": the world's end of a wire leaves first" : "");
    if (strand.kind == ContextKind::kVcpu)
      return fmt::format("{} asks for more than a worker: its further vCPUs go where room is, here {}.", strand.owner,
                         worker_name(to));
    return fmt::format("{}: {} is served where room is, and its frames cross between {} and {}.", asks, strand.owner,
                       worker_name(chain.home), worker_name(to));
  }

  void explain() {
    for (const Chain& chain : chains_)
      for (size_t c : chain.contexts) {
        if (!row(c).why.empty()) continue;
        const bool switched = !contexts_[c].vswitch.empty();
        if (usable_ == 1)
          row(c).why = "One worker runs everything.";
        else if (row(c).worker != chain.home)
          row(c).why = "With the transmit context of " + contexts_[c].owner + ", which you placed.";
        else if (!switched)
          row(c).why = fmt::format("It hangs at no switch; {} had the most room.", worker_name(chain.home));
        else
          row(c).why = fmt::format("With its chain: what a frame passes at {} stays on one worker.", chain.name);
      }
  }

  void count_crossings() {
    for (const Chain& chain : chains_) {
      std::set<uint32_t> serving;
      uint32_t ports = 0;
      for (size_t c : chain.contexts)
        if (of_a_port(contexts_[c].kind)) serving.insert(row(c).worker), ports++;
      if (ports) plan_.crossings += ports * uint32_t(serving.size() - 1);
    }
  }

  const PlanRequest& request_;
  const std::vector<PlanContext>& contexts_;
  const uint32_t workers_;
  uint32_t usable_ = 1;
  double total_ = 0, limit_ = 1;
  std::vector<Chain> chains_;
  std::vector<bool> placed_, fixed_;
  Plan plan_;
};

}  // namespace

double Plan::busiest() const { return load.empty() ? 0 : *std::max_element(load.begin(), load.end()); }

uint32_t Plan::used() const {
  std::set<uint32_t> workers;
  for (const PlanRow& row : rows) workers.insert(row.worker);
  return uint32_t(workers.size());
}

bool Plan::same_places(const Plan& other) const {
  return std::equal(rows.begin(), rows.end(), other.rows.begin(), other.rows.end(),
                    [](const PlanRow& a, const PlanRow& b) { return a.name == b.name && a.worker == b.worker; });
}

bool Plan::same_split(const Plan& other) const {
  if (rows.size() != other.rows.size()) return false;
  std::map<uint32_t, uint32_t> there, back;
  for (size_t c = 0; c < rows.size(); c++) {
    const uint32_t a = rows[c].worker, b = other.rows[c].worker;
    if (there.emplace(a, b).first->second != b || back.emplace(b, a).first->second != a) return false;
  }
  return true;
}

Plan make_plan(const PlanRequest& request) { return Planner(request).plan(); }

}  // namespace ringside::control
