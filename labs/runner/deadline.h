// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/api/engine.h"

namespace ringside::labs {

// While it lives, the engine is interrupted after so many seconds: a line of a lab has an end. One thread owns it.
class Deadline {
 public:
  Deadline(Engine& engine, double seconds);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  bool passed();

 private:
  std::mutex mutex_;  // done_, passed_
  std::condition_variable wake_;
  bool done_ = false, passed_ = false;
  std::thread thread_;
};

}  // namespace ringside::labs
