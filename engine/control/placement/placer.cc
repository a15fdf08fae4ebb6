// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/placement/placer.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "engine/control/machine/machine.h"

namespace ringside::control {
namespace {

// A plan that makes the fullest worker lighter by less than this is not worth the rest of all workers.
constexpr double kWorthIt = 0.85;

// The same contexts, choices and machine: the plan that was made holds.
bool same(const PlanRequest& a, const PlanRequest& b) {
  return a.workers == b.workers && a.threads == b.threads &&
         std::equal(a.contexts.begin(), a.contexts.end(), b.contexts.begin(), b.contexts.end(),
                    [](const PlanContext& x, const PlanContext& y) {
                      return x.name == y.name && x.kind == y.kind && x.owner == y.owner && x.vswitch == y.vswitch &&
                             x.chosen == y.chosen;
                    });
}

}  // namespace

PlanRequest Placer::request(const Machine& machine) const {
  PlanRequest request;
  request.workers = workers_;
  std::unordered_map<const Context*, std::pair<std::string, std::string>> place;  // owner, switch
  for (const auto& unit : machine.wires()) {
    const std::string owner = "wire " + unit->wire->config().name, at = unit->vswitch ? unit->vswitch->name() : "";
    if (const Context* generator = unit->wire->generator()) place[generator] = {owner, at};
    if (unit->context) place[unit->context.get()] = {owner, at};
  }
  for (const auto& vm : machine.vms()) {
    const std::string owner = "VM " + vm->spec.name, at = vm->vswitch->name();
    place[vm->context.get()] = {owner, at};
    for (const auto& vcpu : vm->vcpus)
      if (const Context* context = vcpu->context())
        place[context] = {owner, at};
      else
        request.threads++;
  }
  std::unordered_map<std::string, size_t> rows;
  for (size_t r = 0; applied_ && r < plan_.rows.size(); r++) rows.emplace(plan_.rows[r].name, r);
  const std::vector<double> shares = this->shares();
  for (const Context* context : machine.contexts(false)) {
    PlanContext& one = request.contexts.emplace_back();
    one.name = context->name(), one.kind = context->kind();
    std::tie(one.owner, one.vswitch) = place[context];
    if (auto choice = choices_.find(one.name); choice != choices_.end()) one.chosen = choice->second;
    auto row = rows.find(one.name);
    if (row == rows.end()) continue;
    one.before = int(plan_.rows[row->second].worker), one.why_before = plan_.rows[row->second].why;
    if (shares.size() == plan_.rows.size()) one.busy = shares[row->second];
  }
  return request;
}

const Plan& Placer::plan(const Machine& machine, uint32_t workers, const Choices& choices) {
  workers_ = std::max(1u, workers), choices_ = choices;
  PlanRequest wanted = request(machine);
  if (!anew_ && same(wanted, made_for_)) return plan_;
  wanted.anew = anew_ || !applied_;
  plan_ = make_plan(wanted);
  made_for_ = std::move(wanted);
  anew_ = false;
  before_ = {};
  watch_.emplace(workers_, tsc_hz());
  return plan_;
}

// Would everybody placed anew, by what was measured, make the fullest worker lighter?
bool Placer::try_anew(const Machine& machine) {
  PlanRequest wanted = request(machine);
  const double now = make_plan(wanted).busiest();
  wanted.anew = true;
  Plan fresh = make_plan(wanted);
  if (fresh.busiest() > kWorthIt * now || fresh.same_places(plan_)) return false;
  before_ = std::exchange(plan_, std::move(fresh));
  return true;
}

bool Placer::look(const Machine& machine, double run_seconds, bool may_move) {
  if (!watch_ || !watch_->due(run_seconds)) return false;
  LoadSample sample;
  sample.seconds = run_seconds;
  for (const Context* context : machine.contexts(false))
    sample.busy_cycles.push_back(context->busy_cycles.value()), sample.worker.push_back(context->worker.load());
  sample.frames = machine.balance(false).delivered;
  const LoadWatch::Advice advice = watch_->look(sample);
  if (!may_move) return false;
  const LoadWatch::Ends ends = watch_->ends();
  if (advice == LoadWatch::Advice::kTryAnew && try_anew(machine)) {
    watch_->changed();
    note_ = fmt::format("w{} was busy {:.0f} % of the time and w{} {:.0f} %, so that contexts were placed anew.",
                        ends.fullest + 1, 100 * ends.most, ends.emptiest + 1, 100 * ends.least);
    return true;
  }
  if (advice == LoadWatch::Advice::kTryAnew) watch_->give_up();
  if (advice != LoadWatch::Advice::kGoBack || before_.rows.size() != plan_.rows.size()) return false;
  plan_ = std::exchange(before_, {});
  note_ = "Another placement was tried, and fewer frames moved: contexts went back to where they were.";
  return true;
}

}  // namespace ringside::control
