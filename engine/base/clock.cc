// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/clock.h"

#include <ctime>

namespace ringside {
namespace {

uint64_t raw_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &t);
  return uint64_t(t.tv_sec) * 1'000'000'000 + uint64_t(t.tv_nsec);
}

double measure() {
  // The shortest of three windows' worth of disturbance: a window that was interrupted shows too many cycles at both
  // ends alike, so each end is read again until reading it took under 1 µs.
  auto pair = [](uint64_t& cycles, uint64_t& ns) {
    for (int tries = 0; tries < 100; tries++) {
      uint64_t before = tsc();
      ns = raw_ns();
      cycles = tsc();
      if (cycles - before < 2000) return;
    }
  };
  uint64_t c0, n0, c1, n1;
  pair(c0, n0);
  timespec pause{0, 10'000'000};
  nanosleep(&pause, nullptr);
  pair(c1, n1);
  return double(c1 - c0) * 1e9 / double(n1 - n0);
}

}  // namespace

double tsc_hz() {
  static const double hz = measure();
  return hz;
}

}  // namespace ringside
