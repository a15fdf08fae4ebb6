// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

// Whether the load stays lopsided, and which of the placements that are tried then carries most, from counters alone:
// plain data in, a verdict out.
namespace ringside::control {

// What was counted up to a moment of free running.
struct LoadSample {
  double seconds = 0;                 // of running, since the machine was built
  std::vector<uint64_t> busy_cycles;  // by context, in the plan's order
  std::vector<uint32_t> worker;       // by context
  uint64_t frames = 0;                // moved, all together
  std::vector<double> waited;         // by worker: seconds for which other programs had its CPU; empty: not known
};

// Fed with a sample now and then. Looks at windows of a second; what it advises, it advises once. Engine's thread.
//
// A round: the load was lopsided, and candidates are placed one after the other, each on trial: the window of the move
// belongs to nobody, then kPatience windows tell its rate. When all had their turn, one of them, or the places from
// before the round, is the best, and holds.
class LoadWatch {
 public:
  enum class Advice : uint8_t {
    kStay,
    kTryAnew,  // a worker was full for kPatience windows on end while another was half idle: trying() or give_up()
    kTryNext,  // the trial of a candidate is over: place the next one
    kSettle,   // the last one's is, too: best() says whose places hold from now on
  };
  static constexpr double kWindow = 1.0;  // seconds of running
  static constexpr int kPatience = 3;     // windows
  static constexpr int kMostRounds = 3;   // that changed something, until forget()

  LoadWatch(uint32_t workers, double hz) : workers_(workers), hz_(hz) {}

  // Whether a window is over by then: earlier looks say nothing.
  bool due(double seconds) const { return !last_ || seconds < last_->seconds || seconds - last_->seconds >= kWindow; }
  Advice look(const LoadSample& sample);
  // The first of so many candidates was placed on our advice.
  void trying(int candidates);
  // No candidate, or one that could not be placed: the round is over, and no other begins until forget().
  void give_up();
  // Nobody may move any more: a round ends where it is, and what counts as lopsided is counted from nothing.
  void end_round();
  // Everybody rested and somebody may have changed something: what lies between two looks then is no window.
  void interrupted() { last_.reset(); }
  // Contexts, or their places, are others now: what was measured does not hold any more.
  void forget();

  // The candidate that is on trial, from 1; 0: none.
  int on_trial() const { return on_trial_; }
  // Of the last round: frames a second of the places before it, then of each candidate that had its turn.
  const std::vector<double>& rates() const { return rates_; }
  // What of rates() is best: 0 = as it was, else a candidate. One that carries as much as the places before (97 %) is
  // better, since the fullest worker has less to do; a later candidate must carry 3 % more than the one that leads.
  int best() const;

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
  Advice judge();
  void after_move();

  uint32_t workers_;
  double hz_;
  std::optional<LoadSample> last_;
  std::vector<double> shares_;
  Ends ends_;
  std::vector<double> windows_;  // frames a second of the last windows, at most kPatience
  std::vector<double> rates_;
  int candidates_ = 0, on_trial_ = 0, rounds_ = 0;
  int lopsided_ = 0, skip_ = 0;
  bool given_up_ = false;
};

}  // namespace ringside::control
