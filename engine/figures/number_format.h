// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ringside::figures {

// Keeps a prefix until the value falls below 950 of the next lower one, so that it does not flicker. One per shown
// figure.
class SiPrefix {
 public:
  int update(double value);  // 0 = none, 1 = k, 2 = M, 3 = G, 4 = T
 private:
  int step_ = 0;
};

// A number and its unit, apart: "9.27", "Mpps".
struct SiNumber {
  std::string digits, unit;
};

// Numbers for people: three significant digits, SI prefix, unit. The same value has the same digits in every program;
// a format says with which signs they are set.
struct NumberFormat {
  std::string_view blank;   // between a number and its unit
  std::string_view groups;  // between groups of three digits
  std::string_view minus, micro;

  SiNumber si(double value, std::string_view unit, SiPrefix* memory = nullptr) const;
  std::string text(const SiNumber& number) const;  // "29.1 Mpps"; without a unit the digits alone
  std::string significant(double value) const;     // three digits, at most three decimals: "0.031", "45.1", "1204"
  std::string count(uint64_t value) const;         // exact, in groups of three: "3,000,123"
  std::string percent(double share) const;         // one decimal, two below 1: "66.1 %", "0.48 %", "0 %"
  std::string duration(double seconds) const;      // "385 ns", "3.00 s"
};

inline constexpr NumberFormat kPlain{" ", ",", "-", "us"};                        // for a terminal and for files
inline constexpr NumberFormat kTypeset{"\u2009", "\u2009", "\u2212", "\u00b5s"};  // for a window: thin spaces

// Bits a second on the cable: each frame has 24 bytes more there (checksum, preamble, gap; IEEE 802.3 4.4.2).
constexpr double line_bits(double frames, double bytes) { return (bytes + 24 * frames) * 8; }

}  // namespace ringside::figures
