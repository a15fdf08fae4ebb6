// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/commands/key_row.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/base/nearest.h"
#include "engine/base/visible.h"

namespace ringside::control {
namespace {

std::vector<std::string> words_of(const char* choices) {
  std::vector<std::string> words;
  for (std::string_view rest = choices; !rest.empty();) {
    const size_t bar = rest.find('|');
    words.emplace_back(rest.substr(0, bar));
    rest = bar == rest.npos ? std::string_view{} : rest.substr(bar + 1);
  }
  return words;
}

bool is_choice(const KeyRow& key, const std::string& value) {
  const auto words = words_of(key.choices);
  return std::find(words.begin(), words.end(), value) != words.end();
}

// A number as one would type it: 16384, 10M, 1us, 10Gpps.
std::string number_text(ValueKind kind, double value) {
  if (value >= kAnyWord) return "18446744073709551615";
  if (kind == ValueKind::kDuration) {
    if (value == 0 || value >= 1) return fmt::format("{}s", value);
    return value >= 1e-3   ? fmt::format("{}ms", std::round(value * 1e6) / 1e3)
           : value >= 1e-6 ? fmt::format("{}us", std::round(value * 1e9) / 1e3)
                           : fmt::format("{}ns", std::round(value * 1e12) / 1e3);
  }
  const char* unit = kind == ValueKind::kRate ? "pps" : "";
  if (value >= 1e9 && std::fmod(value, 1e9) == 0) return fmt::format("{}G{}", value / 1e9, unit);
  if (value >= 1e6 && std::fmod(value, 1e6) == 0) return fmt::format("{}M{}", value / 1e6, unit);
  return fmt::format("{}{}", value, unit);
}

const char* examples_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::kRate: return "800kpps, 1Mpps";
    case ValueKind::kDuration: return "35us, 2ms, 1.5s";
    case ValueKind::kBytes: return "60, 16M";
    case ValueKind::kNumber: return "0.5, 10, 10k";
    default: return "20, 10k, 2M";
  }
}

const char* noun_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::kName: return "a name of letters, digits, _ and -, 64 at most";
    case ValueKind::kText: return "a text of at most 4096 bytes";
    case ValueKind::kCount: return "a whole number";
    case ValueKind::kNumber: return "a number";
    case ValueKind::kRate: return "a rate";
    case ValueKind::kDuration: return "a time";
    case ValueKind::kBytes: return "a whole number of bytes";
    case ValueKind::kMac: return "an address: 02:00:00:00:00:01";
    case ValueKind::kIpv4: return "an address: 10.77.0.2";
    case ValueKind::kChoice: return "one of ";
  }
  return "";
}

std::string range_text(const KeyRow& key) {
  return number_text(key.kind, key.range.low) + " to " + number_text(key.kind, key.range.high);
}

// ", or forever"
std::string or_words(const KeyRow& key) {
  std::string text;
  if (is_number(key.kind))
    for (const std::string& word : words_of(key.choices)) text += ", or " + word;
  return text;
}

std::optional<double> number_of(ValueKind kind, const std::string& value) {
  switch (kind) {
    case ValueKind::kCount:
    case ValueKind::kBytes: {
      const auto whole = parse_whole(value, kind == ValueKind::kBytes ? "B" : "");
      return whole ? std::optional(double(*whole)) : std::nullopt;
    }
    case ValueKind::kRate: return parse_scaled(value, "pps");
    case ValueKind::kDuration: return parse_seconds(value);
    default: return parse_scaled(value, "");
  }
}

Error not_possible(const KeyRow& key, const std::string& value, const std::string& expected, const std::string& near) {
  return {std::string(key.name) + "=" + excerpt(value) + " is not possible. Expected " + expected + ".", "",
          near.empty() ? "" : "Nearest: `" + std::string(key.name) + "=" + near + "`", ""};
}

Status check_number(const KeyRow& key, const std::string& value) {
  if (is_choice(key, value)) return {};
  const auto number = number_of(key.kind, value);
  if (!number) return not_possible(key, value, form_of(key), "");
  if (*number == 0 && is_choice(key, "0")) return {};  // "0us"
  const double near = std::clamp(*number, key.range.low, key.range.high);
  if (near == *number) return {};
  return not_possible(key, value, range_text(key) + or_words(key), number_text(key.kind, near));
}

bool is_name(const std::string& value) {
  return !value.empty() && value.size() <= kMostName && std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

bool is_number(ValueKind kind) { return kind >= ValueKind::kCount && kind <= ValueKind::kBytes; }

std::string form_of(const KeyRow& key) {
  std::string text = noun_of(key.kind);
  if (key.kind == ValueKind::kChoice) return text + key.choices;
  if (!is_number(key.kind)) return text;
  return text + " from " + range_text(key) + or_words(key) + ": " + examples_of(key.kind);
}

Status check_value(const KeyRow& key, const std::string& value) {
  bool fits = false;
  switch (key.kind) {
    case ValueKind::kName: fits = is_name(value); break;
    case ValueKind::kText: fits = !value.empty() && value.size() <= kMostText; break;
    case ValueKind::kMac: fits = parse_mac(value).has_value(); break;
    case ValueKind::kIpv4: fits = parse_ipv4(value).has_value(); break;
    case ValueKind::kChoice: fits = is_choice(key, value); break;
    default: return check_number(key, value);
  }
  if (fits) return {};
  return not_possible(key, value, form_of(key),
                      key.kind == ValueKind::kChoice ? nearest(value, words_of(key.choices)) : "");
}

}  // namespace ringside::control
