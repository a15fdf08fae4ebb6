// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

namespace ringside::net {

// "02:00:00:00:00:01" of an address whose first byte is the low one.
inline std::string mac_text(uint64_t mac) {
  std::string text(17, ':');
  for (size_t byte = 0; byte < 6; byte++)
    for (size_t digit = 0; digit < 2; digit++)
      text[3 * byte + digit] = "0123456789abcdef"[mac >> (8 * byte + (digit ? 0 : 4)) & 15];
  return text;
}

}  // namespace ringside::net
