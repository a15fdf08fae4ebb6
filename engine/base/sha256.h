// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ringside {

// SHA-256 (FIPS 180-4): names a content so that nobody finds another one of the same name. One thread an object.
class Sha256 {
 public:
  Sha256& add(std::string_view bytes);
  // A text with its length in front: what is made of several parts cannot be cut in another way.
  Sha256& part(std::string_view bytes);
  std::string hex();  // 64 digits; nothing is added afterwards

 private:
  void block(const uint8_t* bytes);

  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<uint8_t, 64> rest_{};
  uint64_t length_ = 0;
};

}  // namespace ringside
