// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

// What a target is: a file <device>_<face>_fuzz.cc with LLVMFuzzerTestOneInput. With RINGSIDE_FUZZ it is linked with
// libFuzzer, else with plain_driver.cc.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace ringside::fuzz {

// Takes numbers from an input; zeros when it is used up. An input is a list of steps: one byte says which, its operands
// follow. So a mutation of one byte changes one thing, and libFuzzer can put steps of two inputs together.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : at_(data), left_(size) {}
  bool empty() const { return left_ == 0; }
  uint64_t take(unsigned bytes) {
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes && left_; i++, left_--) value |= uint64_t{*at_++} << 8 * i;
    return value;
  }
  uint8_t byte() { return uint8_t(take(1)); }
  uint32_t below(uint32_t n) { return uint32_t(take(n > 256 ? 2 : 1)) % n; }
  template <class T, size_t kCount>
  T pick(const T (&table)[kCount]) {
    return table[below(kCount)];
  }
  // A number that does damage if anything can: near the memory's end, all ones, small, or any.
  uint64_t nasty(uint64_t memory) {
    switch (below(6)) {
      case 0: return memory - take(2) % 4096;
      case 1: return ~uint64_t{0} - byte();
      case 2: return byte();
      case 3: return take(2);
      case 4: return take(3) % memory;
      default: return take(8);
    }
  }

 private:
  const uint8_t* at_;
  size_t left_;
};

}  // namespace ringside::fuzz
