// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstdint>

namespace ringside::vmm {

// A guest's clock in nanoseconds, over whichever cycles time runs in: the TSC when free, virtual ones when stepped. It
// never goes back, and stands while the guest's owner changes its clock. One owner at a time.
class GuestClock {
 public:
  void fit(uint64_t cycles, double hz) { base_ns_ = last_ns_, base_cycles_ = cycles, hz_ = hz; }
  double hz() const { return hz_; }
  uint64_t ns(uint64_t cycles) {
    if (cycles < base_cycles_) base_cycles_ = cycles, base_ns_ = last_ns_;
    return last_ns_ = std::max(last_ns_, base_ns_ + uint64_t(double(cycles - base_cycles_) * 1e9 / hz_));
  }
  // The first cycle at which ns() is `due` or more.
  uint64_t cycles_at(uint64_t due) const {
    return due <= base_ns_ ? base_cycles_ : base_cycles_ + uint64_t(double(due - base_ns_) * hz_ * 1e-9) + 2;
  }
  uint64_t last() const { return last_ns_; }
  void reset() { *this = {}; }

 private:
  uint64_t base_ns_ = 0, base_cycles_ = 0, last_ns_ = 0;
  double hz_ = 0;
};

}  // namespace ringside::vmm
