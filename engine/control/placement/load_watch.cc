// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/placement/load_watch.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/base/disturbed.h"
#include "engine/control/placement/placement_plan.h"

namespace ringside::control {
namespace {

constexpr double kHalfIdle = 0.5;  // of the fullest worker's share
constexpr double kWorse = 0.97;    // below this part of the rate before, a candidate does not pay
constexpr double kBetter = 1.03;   // above this part of the leading candidate's rate, another one takes its place

double mean(const std::vector<double>& values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

}  // namespace

// Measures the window that ends with `sample`; false: it is too short still, or was the first.
bool LoadWatch::window(const LoadSample& sample) {
  const size_t contexts = sample.busy_cycles.size();
  if (!shares_.empty() && contexts != shares_.size()) forget();
  if (!due(sample.seconds) && contexts == last_->busy_cycles.size()) return false;
  const std::optional<LoadSample> before = std::exchange(last_, sample);
  if (!before) return false;
  if (sample.seconds <= before->seconds || contexts != before->busy_cycles.size()) {
    shares_.clear();
    return false;
  }
  const double seconds = sample.seconds - before->seconds;
  std::vector<double> load(workers_, 0);
  shares_.assign(contexts, 0);
  for (size_t c = 0; c < shares_.size(); c++) {
    const uint64_t cycles = sample.busy_cycles[c] - std::min(sample.busy_cycles[c], before->busy_cycles[c]);
    shares_[c] = std::min(1.0, double(cycles) / (seconds * hz_));
    if (sample.worker[c] < workers_) load[sample.worker[c]] += shares_[c];
  }
  const auto most = std::max_element(load.begin(), load.end()), least = std::min_element(load.begin(), load.end());
  ends_ = {uint32_t(most - load.begin()), uint32_t(least - load.begin()), *most, *least};
  // A worker that gets no CPU looks idle, and what moves then says nothing about places. The windows before it still
  // say what they said: else a machine on which something happens every few seconds never ended a trial.
  for (size_t w = 0; w < std::min(sample.waited.size(), before->waited.size()); w++)
    if (sample.waited[w] - before->waited[w] > kDisturbed * seconds) {
      if (skip_ > 0) skip_--;  // it was the window of the move
      return false;
    }
  windows_.push_back(double(sample.frames - std::min(sample.frames, before->frames)) / seconds);
  if (windows_.size() > kPatience) windows_.erase(windows_.begin());
  return true;
}

LoadWatch::Advice LoadWatch::look(const LoadSample& sample) {
  if (!window(sample) || workers_ < 2) return Advice::kStay;
  if (skip_ > 0) {
    // The window in which contexts were moved belongs to nobody.
    skip_--;
    windows_.clear();
    return Advice::kStay;
  }
  const bool settled = windows_.size() == kPatience;
  if (on_trial_) return settled ? judge() : Advice::kStay;
  lopsided_ = ends_.most >= kFull && ends_.least <= kHalfIdle * ends_.most ? lopsided_ + 1 : 0;
  if (given_up_ || lopsided_ < kPatience || !settled) return Advice::kStay;
  lopsided_ = 0;
  return Advice::kTryAnew;
}

// The candidate on trial has had its windows.
LoadWatch::Advice LoadWatch::judge() {
  rates_.push_back(mean(windows_));
  after_move();
  if (on_trial_ < candidates_) {
    on_trial_++;
    return Advice::kTryNext;
  }
  on_trial_ = 0;
  rounds_++;
  given_up_ = best() == 0 || rounds_ >= kMostRounds;
  return Advice::kSettle;
}

int LoadWatch::best() const {
  size_t best = 0;
  for (size_t one = 1; one < rates_.size(); one++)
    if (rates_[one] >= kWorse * rates_[0] && (best == 0 || rates_[one] > kBetter * rates_[best])) best = one;
  return int(best);
}

void LoadWatch::after_move() {
  windows_.clear();
  lopsided_ = 0, skip_ = 1;
}

void LoadWatch::trying(int candidates) {
  rates_ = {mean(windows_)};
  candidates_ = candidates, on_trial_ = 1;
  after_move();
}

void LoadWatch::give_up() {
  end_round();
  given_up_ = true;
}

void LoadWatch::end_round() { on_trial_ = lopsided_ = 0; }

void LoadWatch::forget() {
  last_.reset();
  shares_.clear();
  windows_.clear();
  rates_.clear();
  candidates_ = on_trial_ = rounds_ = 0;
  lopsided_ = skip_ = 0;
  given_up_ = false;
}

}  // namespace ringside::control
