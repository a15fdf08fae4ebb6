// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Whether the load stays lopsided, from counters alone: plain data in, a verdict out.
namespace ringside::control {

// What was counted up to a moment of free running.
struct LoadSample {
  double seconds = 0;                 // of running, since the machine was built
  std::vector<uint64_t> busy_cycles;  // by context, in the plan's order
  std::vector<uint32_t> worker;       // by context
  uint64_t frames = 0;                // moved, all together
};

// Fed with a sample now and then. Looks at windows of a second; what it advises, it advises once. Engine's thread.
class LoadWatch {
 public:
  enum class Advice : uint8_t {
    kStay,
    kTryAnew,  // a worker was full for three windows in a row while another was half idle
    kGoBack,   // after the last change fewer frames moved than before: it did not pay
  };
  static constexpr double kWindow = 1.0;  // seconds of running
  static constexpr int kPatience = 3;     // windows

  LoadWatch(uint32_t workers, double hz) : workers_(workers), hz_(hz) {}

  // Whether a window is over by then: earlier looks say nothing.
  bool due(double seconds) const { return !last_ || seconds < last_->seconds || seconds - last_->seconds >= kWindow; }
  Advice look(const LoadSample& sample);
  // The places were changed on our advice: the next windows tell whether that paid.
  void changed();
  // Contexts, or their places, are others now: what was measured does not hold any more.
  void forget();
  // The advice was not taken, since nothing would get better: no more of it until forget().
  void give_up() { given_up_ = true; }

  // Share of one worker's time that each context took in the last window, 0 to 1; empty: not measured yet.
  const std::vector<double>& shares() const { return shares_; }
  // The fullest and the emptiest worker of the last window, from 0, with their shares.
  struct Ends {
    uint32_t fullest = 0, emptiest = 0;
    double most = 0, least = 0;
  };
  Ends ends() const { return ends_; }

 private:
  bool window(const LoadSample& sample);

  uint32_t workers_;
  double hz_;
  std::optional<LoadSample> last_;
  std::vector<double> shares_;
  Ends ends_;
  std::vector<double> rates_;  // frames a second of the last windows, at most kPatience
  double rate_before_ = 0;     // their mean before the last change; 0: none is on trial
  int lopsided_ = 0, skip_ = 0;
  bool given_up_ = false;
};

}  // namespace ringside::control
