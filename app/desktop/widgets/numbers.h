// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ringside::desktop {

// Numbers as the visual language writes them (section 10): three significant digits, SI prefix, thin space, unit.

// Keeps a prefix until the value falls below 950 of the next lower one, so that it does not flicker. One per shown
// figure.
class SiPrefix {
 public:
  int update(double value);  // 0 = none, 1 = k, 2 = M, 3 = G, 4 = T
 private:
  int step_ = 0;
};

struct SiNumber {
  std::string digits, unit;  // "9.27", "Mpps"
  std::string text() const;  // with a thin space between, none when there is no unit
};

SiNumber si(double value, std::string_view unit = "", SiPrefix* memory = nullptr);
std::string tick_text(double value, std::string_view unit = "");  // for round numbers: "5 M", "2.5 k"
inline std::string si_text(double value, std::string_view unit = "") { return si(value, unit).text(); }

std::string significant(double value);                 // three digits, at most three decimals: "0.031", "1.25", "497"
std::string count(uint64_t value, bool mono = false);  // exact, in groups of three: "1 942"
std::string percent(double share);                     // one decimal, two below 1: "66.1 %", "0.48 %"
std::string gauge_percent(double share);               // whole: "14 %"
std::string hex(uint64_t value, int digits);           // groups of four: "0010 00c0"
std::string duration(double seconds);                  // "385 ns", "40 µs"
std::string run_clock(uint64_t ns);                    // "02:14.318"
std::string virtual_clock(uint64_t ns);                // "1.204 318 655 s"
std::string signed_text(double value, std::string_view unit = "");  // "+3 %", "−12 k"

inline constexpr std::string_view kThin = "\u2009";
inline constexpr std::string_view kUnknown = "–";

}  // namespace ringside::desktop
