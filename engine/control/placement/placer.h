// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/control/placement/candidates.h"
#include "engine/control/placement/load_watch.h"
#include "engine/control/placement/placement_plan.h"

namespace ringside::control {

class Machine;

// The plan that holds for a machine, and what was measured of it: makes a new one when contexts came or went, when the
// user chose, asked, or a load stays lopsided. Engine's thread.
class Placer {
 public:
  // Contexts by name, and the worker that the user chose for each, from 0.
  using Choices = std::map<std::string, int>;

  // The plan for the machine as it is; made anew only if something is different. Until a plan was applied nobody has a
  // place to keep, and each plan begins from nothing.
  const Plan& plan(const Machine& machine, uint32_t workers, const Choices& choices);
  const Plan& plan() const { return plan_; }
  // Workers run by this plan from now on.
  void applied() { applied_ = true; }
  // The next plan moves everybody whom the user did not place, by what was measured, if anything was.
  void redo(bool wanted = true) { anew_ = wanted; }

  // Looks at the load, any number of times a second. True, only if it may: contexts are to be placed anew, by plan();
  // note() says why. When the load stays lopsided, candidates are on trial one after the other, and the best holds.
  bool look(const Machine& machine, double run_seconds, const std::vector<double>& waited, bool may_move);
  // A look now would tell something.
  bool due(double run_seconds) const { return watch_ && watch_->due(run_seconds); }
  // What look() wanted cannot be: plan() is the one from before, and nothing else is tried.
  void refused(const std::string& why);
  // Workers do not run for a while (stepped running): what moves meanwhile says nothing of the load.
  void interrupted() {
    if (watch_) watch_->interrupted();
  }
  // What each context of the plan took of a worker's time in the last second, 0 to 1; empty: not measured yet.
  std::vector<double> shares() const { return watch_ ? watch_->shares() : std::vector<double>{}; }
  // Why they were last placed anew without having been asked, what was tried and what it brought; empty: never.
  const std::string& note() const { return note_; }
  // They are elsewhere only to see what that brings: the rates of now are not yet those of what will hold.
  bool on_trial() const { return watch_ && watch_->on_trial(); }

 private:
  PlanRequest request(const Machine& machine) const;
  bool begin_round(const Machine& machine);
  bool try_one(size_t candidate);
  bool settle();
  void hold();
  std::string round_what() const;  // what is on trial

  Plan plan_, stood_;             // stood_: the places before the round, to go back to
  std::vector<Candidate> round_;  // tried one after the other
  PlanRequest made_for_;
  Choices choices_;
  uint32_t workers_ = 1;
  bool applied_ = false, anew_ = false;
  std::optional<LoadWatch> watch_;
  std::string cause_, note_;
};

}  // namespace ringside::control
