// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/kit/numbers.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ringside::desktop {

using figures::kTypeset;

namespace {

std::string printed(const char* format, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  std::string text = buffer;
  if (!text.empty() && text[0] == '-') text = "−" + text.substr(1);
  return text;
}

}  // namespace

std::string significant(double value) { return kTypeset.significant(value); }

SiNumber si(double value, std::string_view unit, SiPrefix* memory) { return kTypeset.si(value, unit, memory); }

std::string tick_text(double value, std::string_view unit) {
  SiNumber n = si(value, unit);
  if (n.digits.find('.') != std::string::npos) {
    while (n.digits.back() == '0') n.digits.pop_back();
    if (n.digits.back() == '.') n.digits.pop_back();
  }
  return text_of(n);
}

std::string total_text(uint64_t n) { return n < 100'000 ? count(n) : si_text(double(n)); }

std::string count(uint64_t value, bool mono) {
  constexpr figures::NumberFormat kMono{" ", " ", "-", "us"};
  return (mono ? kMono : kTypeset).count(value);
}

std::string percent(double share) { return kTypeset.percent(share); }

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

std::string duration(double seconds) { return kTypeset.duration(seconds); }

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
  const std::string text = si_text(value, unit);
  return value > 0 ? "+" + text : text;
}

std::string plural(size_t n, std::string_view one) {
  return std::to_string(n) + " " + std::string(one) + (n == 1 ? "" : "s");
}

}  // namespace ringside::desktop
