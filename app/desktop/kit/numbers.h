// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/figures/number_format.h"

namespace ringside::desktop {

// Numbers as the visual language writes them (section 10): three significant digits, SI prefix, thin space, unit.
// figures::kTypeset sets them.
using figures::SiNumber;
using figures::SiPrefix;
inline std::string text_of(const SiNumber& number) { return figures::kTypeset.text(number); }

SiNumber si(double value, std::string_view unit = "", SiPrefix* memory = nullptr);
std::string tick_text(double value, std::string_view unit = "");  // for round numbers: "5 M", "2.5 k"
inline std::string si_text(double value, std::string_view unit = "", SiPrefix* memory = nullptr) {
  return text_of(si(value, unit, memory));
}

// A total where there is little room: exact while it is short, "1.25 M" beyond.
std::string total_text(uint64_t n);
std::string significant(double value);                 // three digits, at most three decimals: "0.031", "1.25", "497"
std::string count(uint64_t value, bool mono = false);  // exact, in groups of three: "1 942"
std::string plural(size_t n, std::string_view one);    // "1 worker", "2 workers"
std::string percent(double share);                     // one decimal, two below 1: "66.1 %", "0.48 %"
std::string gauge_percent(double share);               // whole: "14 %"
std::string hex(uint64_t value, int digits);           // groups of four: "0010 00c0"
std::string duration(double seconds);                  // "385 ns", "40 µs"
std::string run_clock(uint64_t ns);                    // "02:14.318"
std::string virtual_clock(uint64_t ns);                // "1.204 318 655 s"
std::string signed_text(double value, std::string_view unit = "");  // "+3 %", "−12 k"

inline constexpr std::string_view kThin = figures::kTypeset.blank;
inline constexpr std::string_view kUnknown = "–";

}  // namespace ringside::desktop
