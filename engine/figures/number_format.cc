// SPDX-License-Identifier: BSD-3-Clause
#include "engine/figures/number_format.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace ringside::figures {

int SiPrefix::update(double value) {
  const double v = std::abs(value);
  while (step_ < 4 && v >= std::pow(1000.0, step_ + 1)) ++step_;
  while (step_ > 0 && v < 0.95 * std::pow(1000.0, step_)) --step_;
  return step_;
}

SiNumber NumberFormat::si(double value, std::string_view unit, SiPrefix* memory) const {
  constexpr std::array kPrefixes = {"", "k", "M", "G", "T"};
  if (value == 0) return {"0", std::string(unit)};
  SiPrefix fresh;
  // 999,999 becomes 1.00 M, and not 1000 k.
  const double v = std::abs(value), digit = v >= 1 ? std::pow(10, std::floor(std::log10(v)) - 2) : 1e-3;
  const double rounded = std::round(value / digit) * digit;
  const int step = (memory ? memory : &fresh)->update(rounded);
  return {significant(rounded / std::pow(1000.0, step)), kPrefixes[size_t(step)] + std::string(unit)};
}

std::string NumberFormat::text(const SiNumber& number) const {
  return number.unit.empty() ? number.digits : number.digits + std::string(blank) + number.unit;
}

std::string NumberFormat::significant(double value) const {
  const double v = std::abs(value);
  if (v == 0) return "0";
  const int decimals = v >= 99.95 ? 0 : v >= 9.995 ? 1 : v >= 0.9995 ? 2 : 3;
  return (value < 0 ? std::string(minus) : std::string()) + fmt::format("{:.{}f}", v, decimals);
}

std::string NumberFormat::count(uint64_t value) const {
  std::string text = std::to_string(value);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, groups);
  return text;
}

std::string NumberFormat::percent(double share) const {
  const double p = std::abs(share) * 100;
  const std::string sign(share < 0 ? minus : "");
  return sign + (p == 0 ? "0" : fmt::format("{:.{}f}", p, p < 0.995 ? 2 : 1)) + std::string(blank) + "%";
}

std::string NumberFormat::duration(double seconds) const {
  const std::array<std::string_view, 4> units = {"s", "ms", micro, "ns"};
  size_t unit = 0;
  while (unit + 1 < units.size() && seconds != 0 && std::abs(seconds) < 0.9995) seconds *= 1000, ++unit;
  return significant(seconds) + std::string(blank) + std::string(units[unit]);
}

}  // namespace ringside::figures
