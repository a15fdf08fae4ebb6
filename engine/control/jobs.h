// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>

namespace ringside::control {

// What other threads want of the engine's thread: jobs, done in order, and to be interrupted at once.
class Jobs {
 public:
  // --- any thread
  void post(std::function<void()> job);
  // Stops what was posted before this moment. A job that begins or waits for something notes interrupts() when it is
  // posted: what was counted since then was meant for it.
  void interrupt();
  uint64_t interrupts() const { return interrupts_.load(std::memory_order_acquire); }
  void close();  // the program ends
  bool closed() const { return closed_.load(std::memory_order_acquire); }

  // --- engine's thread
  // The next job; empty when none came within `patience`, or somebody interrupts or closes.
  std::function<void()> take(std::chrono::milliseconds patience);
  // Somebody waits for the engine's thread. Whoever keeps it busy looks at this word and comes back when it is set.
  const std::atomic<bool>& calling() const { return calling_; }

 private:
  void call();

  std::mutex mutex_;  // jobs_
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  std::atomic<bool> calling_{false}, closed_{false};
  std::atomic<uint64_t> interrupts_{0};
};

}  // namespace ringside::control
