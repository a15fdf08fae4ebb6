// SPDX-License-Identifier: BSD-3-Clause
// Values of commands: what a key takes lies in its range and is the number that was written; what it refuses is quoted
// briefly.
#include <cmath>
#include <cstdlib>

#include "engine/control/commands/key_row.h"
#include "tests/fuzz/words.h"

using namespace ringside;
using namespace ringside::control;
using namespace ringside::fuzz;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

void check(const KeyRow& key, const std::string& value) {
  const Status status = check_value(key, value);
  if (!status) {
    must(!status.error().what.empty() && status.error().what.size() < 4 * 200 + 400);
    return;
  }
  if (!is_number(key.kind) || value == key.choices) return;
  std::optional<double> number;
  if (key.kind == ValueKind::kCount || key.kind == ValueKind::kBytes) {
    const auto whole = parse_whole(value, key.kind == ValueKind::kBytes ? "B" : "");
    must(whole.has_value());
    number = double(*whole);
  } else {
    number = key.kind == ValueKind::kDuration ? parse_seconds(value)
                                              : parse_scaled(value, key.kind == ValueKind::kRate ? "pps" : "");
  }
  must(number && std::isfinite(*number) && *number >= key.range.low && *number <= key.range.high);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input in(data, size);
  while (!in.empty()) {
    const std::string value = nasty_value(in);
    const double ends[] = {0, 1e-9, 1e-3, 1, 8, 60, 4096, 1e8, 1e12, kAnyWord};
    const double low = in.pick(ends), high = in.pick(ends);
    KeyRow key{"key", ValueKind(in.below(uint32_t(ValueKind::kChoice) + 1)), "", "A key", "forever"};
    key.range = {std::min(low, high), std::max(low, high)};
    check(key, value);
    if (const auto mac = parse_mac(value)) must(parse_mac(format_mac(*mac)) == mac && *mac >> 48 == 0);
    if (const auto whole = parse_whole(value, "")) {
      const auto scaled = parse_scaled(value, "");
      must(scaled && *scaled == double(*whole));
    }
    (void)parse_ipv4(value);
  }
  return 0;
}
