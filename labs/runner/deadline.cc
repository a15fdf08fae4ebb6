// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/deadline.h"

#include <chrono>

namespace ringside::labs {

Deadline::Deadline(Engine& engine, double seconds)
    : thread_([this, &engine, seconds] {
        std::unique_lock lock(mutex_);
        if (wake_.wait_for(lock, std::chrono::duration<double>(seconds), [&] { return done_; })) return;
        passed_ = true;
        // What interrupts may come a moment before the command that is to be interrupted has begun to wait.
        do engine.interrupt();
        while (!wake_.wait_for(lock, std::chrono::milliseconds(100), [&] { return done_; }));
      }) {}

Deadline::~Deadline() {
  {
    std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool Deadline::passed() {
  std::lock_guard lock(mutex_);
  return passed_;
}

}  // namespace ringside::labs
