// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

// One key of a command: how its value is written, and what it is checked against before anything is applied. Pure
// functions; any thread.
namespace ringside::control {

enum class ValueKind : uint8_t {
  kName,      // letters, digits, _ and -; at most 64
  kText,      // anything without control characters, at most 4096 bytes
  kCount,     // a whole number: 0, 20, 10k, 2M
  kNumber,    // 0.5, 10, 10k
  kRate,      // 1Mpps, 800kpps, 14.88M; frames a second
  kDuration,  // 35us, 2ms, 1.5s
  kBytes,     // a whole number: 60, 16M
  kMac,       // 02:00:00:00:00:01
  kIpv4,      // 10.77.0.2
  kChoice,    // one of `choices`, separated by |
};

// The smallest and the largest number that a key takes, in the unit of its kind: frames a second, seconds, bytes.
struct Range {
  double low = 0, high = 0;
};
inline constexpr double kAnyWord = 18446744073709551615.0;  // the high end where 64 bits are taken as they are
inline constexpr double kMostFrames = 1e12;                 // of a count that ends: a week at 1.6 Mpps

// region: key-row
struct KeyRow {
  const char* name;
  ValueKind kind;
  const char* fallback;  // shown in the usage; "" = none, "!" = required
  const char* meaning;
  const char* choices = "";  // of a number: the words that may stand in its place, such as forever
  Range range = {};          // of a number
};
// endregion: key-row

inline constexpr size_t kMostName = 64, kMostText = 4096;

bool is_number(ValueKind kind);
// "one of poll|interrupt", "a whole number from 1 to 16384, or forever"
std::string form_of(const KeyRow& key);
// The error names the value, what was expected, and the nearest value that is possible.
Status check_value(const KeyRow& key, const std::string& value);

// Parsing, also used by wires. Nothing = not of that form. No value is rounded: "8.4" is no whole number, and what does
// not fit is no number at all.
std::optional<uint64_t> parse_whole(std::string_view text, std::string_view unit);
std::optional<double> parse_scaled(std::string_view text, std::string_view unit);
std::optional<uint64_t> parse_mac(std::string_view text);
std::optional<uint32_t> parse_ipv4(std::string_view text);
std::optional<double> parse_seconds(std::string_view text);
std::string format_mac(uint64_t mac);

}  // namespace ringside::control
