// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/numbers.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ringside::desktop {
namespace {

constexpr const char* kPrefixes[] = {"", "k", "M", "G", "T"};

std::string printed(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  std::string text = buffer;
  if (!text.empty() && text[0] == '-') text = "−" + text.substr(1);
  return text;
}

}  // namespace

int SiPrefix::update(double value) {
  const double v = std::abs(value);
  while (step_ < 4 && v >= std::pow(1000.0, step_ + 1)) ++step_;
  while (step_ > 0 && v < 0.95 * std::pow(1000.0, step_)) --step_;
  return step_;
}

std::string SiNumber::text() const { return unit.empty() ? digits : digits + std::string(kThin) + unit; }

std::string significant(double value) {
  const double v = std::abs(value);
  if (v == 0) return "0";
  if (v >= 99.95) return printed("%.0f", value);
  if (v >= 9.995) return printed("%.1f", value);
  if (v >= 0.9995) return printed("%.2f", value);
  return printed("%.3f", value);
}

SiNumber si(double value, std::string_view unit, SiPrefix* memory) {
  if (value == 0) return {"0", std::string(unit)};
  SiPrefix fresh;
  // 999 999 must become 1.00 M and not 1000 k
  const double v = std::abs(value), digits = v >= 1 ? std::pow(10, std::floor(std::log10(v)) - 2) : 1e-3;
  const double rounded = std::round(value / digits) * digits;
  const int step = (memory ? memory : &fresh)->update(rounded);
  return {significant(rounded / std::pow(1000.0, step)), kPrefixes[step] + std::string(unit)};
}

std::string tick_text(double value, std::string_view unit) {
  SiNumber n = si(value, unit);
  if (n.digits.find('.') != std::string::npos) {
    while (n.digits.back() == '0') n.digits.pop_back();
    if (n.digits.back() == '.') n.digits.pop_back();
  }
  return n.text();
}

std::string count(uint64_t value, bool mono) {
  std::string digits = std::to_string(value), text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i && (digits.size() - i) % 3 == 0) text += mono ? " " : std::string(kThin);
    text += digits[i];
  }
  return text;
}

std::string percent(double share) {
  const double p = share * 100, v = std::abs(p);
  if (v == 0) return "0" + std::string(kThin) + "%";
  return printed(v < 0.995 ? "%.2f" : "%.1f", p) + std::string(kThin) + "%";
}

std::string gauge_percent(double share) {
  const double p = share * 100;
  return (p > 0 && p < 0.95 ? printed("%.1f", p) : printed("%.0f", p)) + std::string(kThin) + "%";
}

std::string hex(uint64_t value, int digits) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%0*llx", digits, static_cast<unsigned long long>(value));
  std::string text;
  const int n = int(std::char_traits<char>::length(buffer));
  for (int i = 0; i < n; ++i) {
    if (i && (n - i) % 4 == 0) text += ' ';
    text += buffer[i];
  }
  return text;
}

std::string duration(double seconds) {
  constexpr const char* kUnits[] = {"s", "ms", "µs", "ns"};
  int i = 0;
  double v = seconds;
  while (i < 3 && std::abs(v) < 0.9995) v *= 1000, ++i;
  return significant(v) + std::string(kThin) + kUnits[i];
}

std::string run_clock(uint64_t ns) {
  const uint64_t ms = ns / 1000000, s = ms / 1000;
  char buffer[32];
  if (s >= 3600)
    std::snprintf(buffer, sizeof buffer, "%llu:%02llu:%02llu.%03llu", (unsigned long long)(s / 3600),
                  (unsigned long long)(s / 60 % 60), (unsigned long long)(s % 60), (unsigned long long)(ms % 1000));
  else
    std::snprintf(buffer, sizeof buffer, "%02llu:%02llu.%03llu", (unsigned long long)(s / 60),
                  (unsigned long long)(s % 60), (unsigned long long)(ms % 1000));
  return buffer;
}

std::string virtual_clock(uint64_t ns) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%llu.%03llu %03llu %03llu s", (unsigned long long)(ns / 1000000000),
                (unsigned long long)(ns / 1000000 % 1000), (unsigned long long)(ns / 1000 % 1000),
                (unsigned long long)(ns % 1000));
  return buffer;
}

std::string signed_text(double value, std::string_view unit) {
  const std::string text = si(value, unit).text();
  return value > 0 ? "+" + text : text;
}

}  // namespace ringside::desktop
