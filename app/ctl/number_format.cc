// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/number_format.h"

#include <cmath>

#include <fmt/format.h>

namespace ringside::ctl {

std::string si(double value, std::string_view unit) { return figures::kPlain.text(figures::kPlain.si(value, unit)); }

std::string count(uint64_t value) { return figures::kPlain.count(value); }

std::string counted(uint64_t value, std::string_view noun) {
  return fmt::format("{} {}{}", count(value), noun, value == 1 ? "" : "s");
}

std::string decimal(double value) {
  if (std::abs(value) < 999.5) return figures::kPlain.significant(value);
  return (value < 0 ? "-" : "") + count(uint64_t(std::llround(std::abs(value))));
}

std::string percent(double share) { return figures::kPlain.percent(share); }

std::string duration(double seconds) { return figures::kPlain.duration(seconds); }

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
