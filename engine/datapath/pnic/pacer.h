// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstdint>

#include "engine/base/context.h"

namespace ringside::datapath {

// Says when frames are due. Frame k is due at start + k/rate on the context's own clock, computed from k and never
// summed up, so that the rate is exact over any time and the same in each stepped run. Owner's thread; reset and
// changed at a cut.
class Pacer {
 public:
  // 0 = no pace: always due.
  void set_rate(double frames_per_second) { rate_ = frames_per_second, hz_ = 0; }
  double rate() const { return rate_; }

  // How many frames are due, `limit` at most.
  uint32_t due(const Turn& turn, uint32_t limit) {
    if (rate_ <= 0) return limit;
    // The clock was changed (free to stepped), or nothing could be sent for so long that catching up would be a burst
    // and no rate.
    if (hz_ != turn.hz || turn.now < start_ || double(turn.now - start_) - double(taken_) * period_ > kForgive * hz_)
      restart(turn);
    uint32_t n = 0;
    while (n < limit && at(taken_ + n) <= turn.now) n++;
    return n;
  }
  void taken(uint32_t frames) { taken_ += frames; }

  // When the next frame is due; 0 = at once.
  uint64_t next() const { return rate_ <= 0 || hz_ == 0 ? 0 : at(taken_); }

 private:
  static constexpr double kForgive = 0.01;  // seconds

  void restart(const Turn& turn) {
    hz_ = turn.hz;
    start_ = turn.now;
    taken_ = 0;
    period_ = hz_ / rate_;
  }
  uint64_t at(uint64_t frame) const { return start_ + uint64_t(std::ceil(double(frame) * period_)); }

  double rate_ = 0, hz_ = 0, period_ = 0;
  uint64_t start_ = 0, taken_ = 0;
};

}  // namespace ringside::datapath
