// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

// Freestanding: engine/spec and the guest include it.
namespace ringside {

constexpr uint32_t bit(unsigned n) { return 1u << n; }
constexpr uint64_t bit64(unsigned n) { return uint64_t{1} << n; }

// The field of `width` bits at `low` in `word`.
constexpr uint64_t bits_of(uint64_t word, unsigned low, unsigned width) {
  return (word >> low) & ((width >= 64 ? 0 : (uint64_t{1} << width)) - 1);
}

constexpr bool is_power_of_two(uint64_t n) { return n && !(n & (n - 1)); }

}  // namespace ringside
