// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/placement/load_watch.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/control/placement/placement_plan.h"

namespace ringside::control {
namespace {

constexpr double kHalfIdle = 0.5;  // of the fullest worker's share
constexpr double kWorse = 0.97;    // below this part of the rate before, a change did not pay

double mean(const std::vector<double>& values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

}  // namespace

// Measures the window that ends with `sample`; false: it is too short still, or was the first.
bool LoadWatch::window(const LoadSample& sample) {
  if (!due(sample.seconds) && sample.busy_cycles.size() == last_->busy_cycles.size()) return false;
  const std::optional<LoadSample> before = std::exchange(last_, sample);
  if (!before || sample.seconds <= before->seconds || sample.busy_cycles.size() != before->busy_cycles.size()) {
    shares_.clear();
    return false;
  }
  const double seconds = sample.seconds - before->seconds;
  std::vector<double> load(workers_, 0);
  shares_.assign(sample.busy_cycles.size(), 0);
  for (size_t c = 0; c < shares_.size(); c++) {
    const uint64_t cycles = sample.busy_cycles[c] - std::min(sample.busy_cycles[c], before->busy_cycles[c]);
    shares_[c] = std::min(1.0, double(cycles) / (seconds * hz_));
    if (sample.worker[c] < workers_) load[sample.worker[c]] += shares_[c];
  }
  const auto most = std::max_element(load.begin(), load.end()), least = std::min_element(load.begin(), load.end());
  ends_ = {uint32_t(most - load.begin()), uint32_t(least - load.begin()), *most, *least};
  rates_.push_back(double(sample.frames - std::min(sample.frames, before->frames)) / seconds);
  if (rates_.size() > kPatience) rates_.erase(rates_.begin());
  return true;
}

LoadWatch::Advice LoadWatch::look(const LoadSample& sample) {
  if (!window(sample) || workers_ < 2) return Advice::kStay;
  if (skip_ > 0) {
    // The window in which the change was made belongs to nobody.
    skip_--;
    rates_.clear();
    return Advice::kStay;
  }
  const bool settled = rates_.size() == kPatience;
  if (rate_before_ > 0) {
    if (!settled) return Advice::kStay;
    const bool paid = mean(rates_) >= kWorse * rate_before_;
    rate_before_ = 0;
    lopsided_ = 0;
    if (paid) return Advice::kStay;
    given_up_ = true;
    return Advice::kGoBack;
  }
  lopsided_ = ends_.most >= kFull && ends_.least <= kHalfIdle * ends_.most ? lopsided_ + 1 : 0;
  if (given_up_ || lopsided_ < kPatience || !settled) return Advice::kStay;
  lopsided_ = 0;
  return Advice::kTryAnew;
}

void LoadWatch::changed() {
  rate_before_ = mean(rates_);
  rates_.clear();
  lopsided_ = 0, skip_ = 1;
}

void LoadWatch::forget() {
  last_.reset();
  shares_.clear();
  rates_.clear();
  rate_before_ = 0;
  lopsided_ = skip_ = 0;
  given_up_ = false;
}

}  // namespace ringside::control
