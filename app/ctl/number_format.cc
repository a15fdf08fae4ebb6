// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/number_format.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

namespace ringside::ctl {
namespace {

constexpr double kRoundsUp = 0.9995;  // of the next power of ten, in three digits

std::string three_digits(double value) {
  const double v = std::abs(value);
  if (v == 0) return "0";
  if (v >= 100 * kRoundsUp) return fmt::format("{:.0f}", value);
  if (v >= 10 * kRoundsUp) return fmt::format("{:.1f}", value);
  if (v >= kRoundsUp) return fmt::format("{:.2f}", value);
  return fmt::format("{:.3f}", value);
}

}  // namespace

std::string si(double value, std::string_view unit) {
  constexpr std::array kPrefixes = {"", "k", "M", "G", "T"};
  size_t prefix = 0;
  while (prefix + 1 < kPrefixes.size() && std::abs(value) >= 1000 * kRoundsUp) value /= 1000, ++prefix;
  return fmt::format("{} {}{}", three_digits(value), kPrefixes[prefix], unit);
}

std::string count(uint64_t value) {
  std::string text = std::to_string(value);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string counted(uint64_t value, std::string_view noun) {
  return fmt::format("{} {}{}", count(value), noun, value == 1 ? "" : "s");
}

std::string decimal(double value) {
  if (std::abs(value) < 999.5) return three_digits(value);
  return (value < 0 ? "-" : "") + count(uint64_t(std::llround(std::abs(value))));
}

std::string percent(double share) {
  const double p = share * 100;
  return fmt::format("{:.{}f} %", p, p != 0 && std::abs(p) < 0.995 ? 2 : 1);
}

std::string duration(double seconds) {
  constexpr std::array kUnits = {"s", "ms", "us", "ns"};
  size_t unit = 0;
  while (unit + 1 < kUnits.size() && seconds != 0 && std::abs(seconds) < kRoundsUp) seconds *= 1000, ++unit;
  return three_digits(seconds) + " " + kUnits[unit];
}

std::string nanoseconds(uint64_t ns) { return count(ns) + " ns"; }

size_t columns(std::string_view text) {
  size_t n = 0;
  for (char c : text) n += (uint8_t(c) & 0xC0) != 0x80;
  return n;
}

std::string left(std::string_view text, size_t width) {
  const size_t used = columns(text);
  return std::string(text) + std::string(used < width ? width - used : 0, ' ');
}

std::string right(std::string_view text, size_t width) {
  const size_t used = columns(text);
  return std::string(used < width ? width - used : 0, ' ') + std::string(text);
}

}  // namespace ringside::ctl
