// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace ringside {

// Hands the newest T from one writer thread to one reader thread; neither waits for the other.
// The writer fills back() and calls publish(); the reader calls newest(), which stays valid until its next call.
template <class T>
class TripleBuffer {
 public:
  T& back() { return slots_[back_]; }

  // All slots, to size them before the writer and the reader start.
  std::array<T, 3>& slots() { return slots_; }

  // Writer. What was in back() becomes the newest; back() is now some older slot.
  void publish() { back_ = middle_.exchange(back_ | kFresh, std::memory_order_acq_rel) & kIndex; }

  // Reader. True when something newer than the last newest() is there.
  bool fresh() const { return middle_.load(std::memory_order_acquire) & kFresh; }
  const T& newest() {
    if (fresh()) front_ = middle_.exchange(front_, std::memory_order_acq_rel) & kIndex;
    return slots_[front_];
  }

 private:
  static constexpr uint32_t kFresh = 4, kIndex = 3;
  std::array<T, 3> slots_{};
  std::atomic<uint32_t> middle_{1};
  uint32_t back_ = 0, front_ = 2;
};

}  // namespace ringside
