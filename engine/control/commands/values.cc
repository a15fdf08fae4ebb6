// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "engine/control/commands/command_table.h"

namespace ringside::control {

std::optional<double> parse_scaled(std::string_view text, std::string_view unit) {
  std::string s(text);
  if (s == "forever") return std::nan("");
  if (s.empty() || !(std::isdigit(uint8_t(s[0])) || s[0] == '.')) return {};
  char* end = nullptr;
  double value = std::strtod(s.c_str(), &end);
  if (end == s.c_str() || !std::isfinite(value)) return {};
  std::string_view rest(end);
  if (!rest.empty()) {
    const char* prefixes = "kMG";
    if (const char* at = std::find(prefixes, prefixes + 3, rest[0]); at != prefixes + 3) {
      value *= std::pow(1000.0, double(at - prefixes + 1));
      rest.remove_prefix(1);
    }
  }
  if (!rest.empty() && rest != unit) return {};
  return value;
}

std::optional<double> parse_seconds(std::string_view text) {
  std::string s(text);
  if (s.empty() || !(std::isdigit(uint8_t(s[0])) || s[0] == '.')) return {};
  char* end = nullptr;
  double value = std::strtod(s.c_str(), &end);
  std::string_view unit(end);
  if (!std::isfinite(value)) return {};
  if (unit == "ns") return value * 1e-9;
  if (unit == "us" || unit == "µs") return value * 1e-6;
  if (unit == "ms") return value * 1e-3;
  if (unit == "s" || unit.empty()) return value;
  return {};
}

std::optional<uint64_t> parse_mac(std::string_view text) {
  unsigned b[6];
  char tail;
  if (std::sscanf(std::string(text).c_str(), "%2x:%2x:%2x:%2x:%2x:%2x%c", b, b + 1, b + 2, b + 3, b + 4, b + 5,
                  &tail) != 6)
    return {};
  uint64_t mac = 0;
  for (int i = 0; i < 6; i++) mac |= uint64_t(b[i]) << (8 * i);
  return mac;
}

std::optional<uint32_t> parse_ipv4(std::string_view text) {
  unsigned b[4];
  char tail;
  if (std::sscanf(std::string(text).c_str(), "%3u.%3u.%3u.%3u%c", b, b + 1, b + 2, b + 3, &tail) != 4) return {};
  for (unsigned v : b)
    if (v > 255) return {};
  return b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
}

std::string format_mac(uint64_t mac) {
  char text[18];
  std::snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", unsigned(mac & 255), unsigned(mac >> 8 & 255),
                unsigned(mac >> 16 & 255), unsigned(mac >> 24 & 255), unsigned(mac >> 32 & 255),
                unsigned(mac >> 40 & 255));
  return text;
}

uint64_t Args::count(const std::string& key, uint64_t otherwise) const {
  if (!has(key)) return otherwise;
  double value = parse_scaled(text(key), text(key).ends_with("B") ? "B" : "").value_or(0);
  return std::isnan(value) ? ~uint64_t{0} : uint64_t(std::llround(value));
}

double Args::number(const std::string& key, double otherwise) const {
  if (!has(key)) return otherwise;
  const std::string& s = text(key);
  if (auto rate = parse_scaled(s, "pps")) return *rate;
  return parse_seconds(s).value_or(otherwise);
}

uint64_t Args::mac(const std::string& key, uint64_t otherwise) const {
  return has(key) ? parse_mac(text(key)).value_or(otherwise) : otherwise;
}
uint32_t Args::ipv4(const std::string& key, uint32_t otherwise) const {
  return has(key) ? parse_ipv4(text(key)).value_or(otherwise) : otherwise;
}

std::string nearest(const std::string& word, const std::vector<std::string>& words) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, word.size() / 2);
  for (const std::string& other : words) {
    std::vector<size_t> row(other.size() + 1);
    for (size_t j = 0; j <= other.size(); j++) row[j] = j;
    for (size_t i = 1; i <= word.size(); i++) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j <= other.size(); j++) {
        size_t keep = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (word[i - 1] != other[j - 1])});
        diagonal = keep;
      }
    }
    if (row[other.size()] < best_distance) best_distance = row[other.size()], best = other;
  }
  return best;
}

}  // namespace ringside::control
