// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/control/commands/command_table.h"
#include "engine/net/mac_text.h"

namespace ringside::control {

namespace {

constexpr size_t kLongestNumber = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "14.88Mpps" taken apart: the digits 1488, and the power of ten that they are to be multiplied by.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

std::optional<int> parse_exponent(std::string_view& rest) {
  if (rest.empty() || (rest[0] != 'e' && rest[0] != 'E')) return 0;
  size_t at = 1;
  const bool negative = at < rest.size() && rest[at] == '-';
  if (at < rest.size() && (rest[at] == '-' || rest[at] == '+')) at++;
  int value = 0;
  const size_t first = at;
  for (; at < rest.size() && is_digit(rest[at]); at++)
    if ((value = value * 10 + (rest[at] - '0')) > 400) return {};
  if (at == first) return {};
  rest.remove_prefix(at);
  return negative ? -value : value;
}

// Digits, a point, an exponent; then `rest` begins. The locale has no say in it.
std::optional<Decimal> parse_decimal(std::string_view text, std::string_view& rest) {
  Decimal d;
  size_t at = 0;
  bool point = false;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); at++) {
    if (text[at] == '.')
      point = true;
    else
      d.digits += text[at], d.exponent -= point;
  }
  if (d.digits.empty() || at > kLongestNumber) return {};
  rest = text.substr(at);
  const auto exponent = parse_exponent(rest);
  if (!exponent) return {};
  d.exponent += *exponent;
  d.digits.erase(0, std::min(d.digits.find_first_not_of('0'), d.digits.size() - 1));
  while (d.digits.size() > 1 && d.digits.back() == '0') d.digits.pop_back(), d.exponent++;
  return d;
}

// Takes a prefix and the unit off the rest; false = something else stands there.
bool take_unit(Decimal& d, std::string_view rest, std::string_view unit) {
  const std::string_view prefixes = "kMG";
  if (const size_t at = rest.empty() ? rest.npos : prefixes.find(rest[0]); at != prefixes.npos)
    d.exponent += 3 * int(at + 1), rest.remove_prefix(1);
  return rest.empty() || rest == unit;
}

std::optional<double> value_of(const Decimal& d) {
  const std::string text = d.digits + "e" + std::to_string(d.exponent);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<uint64_t> parse_whole(std::string_view text, std::string_view unit) {
  std::string_view rest;
  auto d = parse_decimal(text, rest);
  if (!d || !take_unit(*d, rest, unit)) return {};
  if (d->digits == "0") return 0;
  if (d->exponent < 0 || d->exponent > 20) return {};
  d->digits.append(size_t(d->exponent), '0');
  uint64_t value = 0;
  const char* last = d->digits.data() + d->digits.size();
  const auto [end, error] = std::from_chars(d->digits.data(), last, value);
  return error == std::errc() && end == last ? std::optional(value) : std::nullopt;
}

std::optional<double> parse_scaled(std::string_view text, std::string_view unit) {
  std::string_view rest;
  auto d = parse_decimal(text, rest);
  if (!d || !take_unit(*d, rest, unit)) return {};
  return value_of(*d);
}

std::optional<double> parse_seconds(std::string_view text) {
  std::string_view rest;
  auto d = parse_decimal(text, rest);
  if (!d) return {};
  if (rest == "ns")
    d->exponent -= 9;
  else if (rest == "us" || rest == "µs")
    d->exponent -= 6;
  else if (rest == "ms")
    d->exponent -= 3;
  else if (rest != "s" && !rest.empty())
    return {};
  return value_of(*d);
}

std::optional<uint64_t> parse_mac(std::string_view text) {
  uint64_t mac = 0;
  for (int i = 0; i < 6; i++) {
    const size_t colon = i < 5 ? text.find(':') : text.size();
    unsigned byte = 0;
    if (colon == text.npos || colon < 1 || colon > 2) return {};
    const auto [end, error] = std::from_chars(text.data(), text.data() + colon, byte, 16);
    if (error != std::errc() || end != text.data() + colon) return {};
    mac |= uint64_t(byte) << (8 * i);
    text.remove_prefix(std::min(text.size(), colon + 1));
  }
  return mac;
}

std::optional<uint32_t> parse_ipv4(std::string_view text) {
  uint32_t address = 0;
  for (int i = 0; i < 4; i++) {
    const size_t dot = i < 3 ? text.find('.') : text.size();
    unsigned byte = 0;
    if (dot == text.npos || dot < 1 || dot > 3) return {};
    const auto [end, error] = std::from_chars(text.data(), text.data() + dot, byte);
    if (error != std::errc() || end != text.data() + dot || byte > 255) return {};
    address = address << 8 | byte;
    text.remove_prefix(std::min(text.size(), dot + 1));
  }
  return address;
}

std::string format_mac(uint64_t mac) { return net::mac_text(mac); }

uint64_t Args::count(const std::string& key, uint64_t otherwise) const {
  if (!has(key)) return otherwise;
  const std::string& s = text(key);
  return s == "forever" ? ~uint64_t{0} : parse_whole(s, "B").value_or(otherwise);
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

}  // namespace ringside::control
