// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <x86intrin.h>

#include <cstdint>

namespace ringside {

// The time stamp counter: the clock of free running. Any thread.
inline uint64_t tsc() { return __rdtsc(); }

// Cycles a second of the TSC, measured once against CLOCK_MONOTONIC_RAW (10 ms at the first call, then cached). Any
// thread.
double tsc_hz();

// Virtual cycles a second in stepped and paced running (DESIGN section 8).
inline constexpr double kVirtualHz = 2.6e9;

inline constexpr uint64_t kNever = ~uint64_t{0};

}  // namespace ringside
