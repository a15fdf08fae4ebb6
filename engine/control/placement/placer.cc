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

// The same contexts, choices and machine: the plan that was made holds.
bool same(const PlanRequest& a, const PlanRequest& b) {
  return a.workers == b.workers && a.threads == b.threads &&
         std::equal(a.contexts.begin(), a.contexts.end(), b.contexts.begin(), b.contexts.end(),
                    [](const PlanContext& x, const PlanContext& y) {
                      return x.name == y.name && x.kind == y.kind && x.owner == y.owner && x.vswitch == y.vswitch &&
                             x.chosen == y.chosen;
                    });
}

// "23.8 million".
std::string frames_text(double rate) {
  if (rate >= 1e6) return fmt::format("{:.1f} million", rate / 1e6);
  return rate >= 1e3 ? fmt::format("{:.1f} thousand", rate / 1e3) : fmt::format("{:.0f}", rate);
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
  if (watch_ && watch_->on_trial()) {
    // It has not paid yet, and will not be judged any more.
    plan_ = std::exchange(stood_, {});
    wanted = request(machine);
    note_ = cause_ + ". The trial of another placement ended early, since there was something new to place.";
  }
  wanted.anew = anew_ || !applied_;
  plan_ = make_plan(wanted);
  made_for_ = std::move(wanted);
  anew_ = false;
  round_.clear();
  watch_.emplace(workers_, tsc_hz());
  return plan_;
}

bool Placer::look(const Machine& machine, double run_seconds, const std::vector<double>& waited, bool may_move) {
  if (!due(run_seconds)) return false;
  if (!may_move) hold();
  LoadSample sample;
  sample.seconds = run_seconds;
  sample.waited = waited;
  for (const Context* context : machine.contexts(false))
    sample.busy_cycles.push_back(context->busy_cycles.value()), sample.worker.push_back(context->worker.load());
  sample.frames = machine.balance(false).delivered;
  switch (watch_->look(sample)) {
    case LoadWatch::Advice::kTryAnew: return begin_round(machine);
    case LoadWatch::Advice::kTryNext: return try_one(size_t(watch_->on_trial()));
    case LoadWatch::Advice::kSettle: return settle();
    default: return false;
  }
}

// Nobody may move: a trial ends where it is.
void Placer::hold() {
  if (watch_->on_trial())
    note_ = cause_ + ". `placement mode=keep` ended the trial of another placement, " + round_what() +
            ": contexts stay where they are.";
  watch_->end_round();
}

bool Placer::begin_round(const Machine& machine) {
  const LoadWatch::Ends ends = watch_->ends();
  round_ = candidates(request(machine), plan_);
  if (round_.empty()) {
    watch_->give_up();
    return false;
  }
  cause_ = fmt::format("w{} was busy {:.0f} % of the time and w{} {:.0f} %", ends.fullest + 1, 100 * ends.most,
                       ends.emptiest + 1, 100 * ends.least);
  stood_ = plan_;
  watch_->trying(int(round_.size()));
  return try_one(1);
}

bool Placer::try_one(size_t candidate) {
  plan_ = round_[candidate - 1].plan;
  note_ =
      fmt::format("{}: another placement is on trial, {} ({} of {}).", cause_, round_what(), candidate, round_.size());
  return true;
}

std::string Placer::round_what() const { return round_[size_t(watch_->on_trial()) - 1].what; }

bool Placer::settle() {
  const size_t best = size_t(watch_->best());
  std::string tried = "as they were " + frames_text(watch_->rates()[0]);
  for (size_t c = 1; c <= round_.size(); c++)
    tried += fmt::format(", {} {}", round_[c - 1].what, frames_text(watch_->rates()[c]));
  note_ = fmt::format("{}, so that contexts were tried elsewhere. Frames delivered a second: {}. {}.", cause_, tried,
                      best ? "Those " + round_[best - 1].what + " hold"
                           : std::string("That brought nothing: contexts went back to where they were"));
  Plan holds = best ? std::move(round_[best - 1].plan) : std::move(stood_);
  const bool moves = !holds.same_places(plan_);
  plan_ = std::move(holds);
  return moves;
}

void Placer::refused(const std::string& why) {
  if (!stood_.rows.empty()) plan_ = stood_;
  watch_->give_up();
  note_ = cause_ + ". Another placement was refused, and contexts are where they were: " + why;
}

}  // namespace ringside::control
