// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/jobs.h"

namespace ringside::control {

void Jobs::call() {
  calling_.store(true, std::memory_order_release);
  wake_.notify_one();
}

void Jobs::post(std::function<void()> job) {
  std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  call();
}

void Jobs::interrupt() {
  std::lock_guard lock(mutex_);
  interrupts_.fetch_add(1, std::memory_order_release);
  call();
}

void Jobs::close() {
  std::lock_guard lock(mutex_);
  closed_.store(true, std::memory_order_release);
  call();
}

std::function<void()> Jobs::take(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, patience, [&] { return calling_.load(std::memory_order_relaxed); });
  std::function<void()> job;
  if (!jobs_.empty()) {
    job = std::move(jobs_.front());
    jobs_.pop_front();
  }
  calling_.store(!jobs_.empty() || closed(), std::memory_order_relaxed);
  return job;
}

}  // namespace ringside::control
