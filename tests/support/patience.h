// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstdlib>
#include <thread>

namespace ringside::test {

// How long a test waits before it gives up what should have happened long ago: a safety net, never a measure. On a
// machine that is kept busy on purpose RINGSIDE_TEST_PATIENCE (test.sh --loaded) makes all of it longer.
inline double patient(double seconds) {
  const char* factor = std::getenv("RINGSIDE_TEST_PATIENCE");
  const double patience = factor ? std::atof(factor) : 1;
  return seconds * (patience > 1 ? patience : 1);
}

// How often a test repeats what it tries at random moments; RINGSIDE_TEST_EFFORT (test.sh --long) makes it more.
inline int often(int times) {
  const char* factor = std::getenv("RINGSIDE_TEST_EFFORT");
  const int effort = factor ? std::atoi(factor) : 1;
  return times * (effort > 1 ? effort : 1);
}

// Looks until the condition holds. False: it did not come to that.
template <class Condition>
bool eventually(Condition condition, double seconds = 150) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(patient(seconds));
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace ringside::test
