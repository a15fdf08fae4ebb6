// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace ringside::vmm {

// A bare-metal guest: one segment of code that is copied to where it was linked for, and the names in it.
struct GuestImage {
  struct Symbol {
    uint64_t gpa, size;
    std::string name;  // as the compiler wrote it
  };
  std::span<const uint8_t> bytes;  // of a file that lives as long as the program
  uint64_t gpa = 0, entry = 0;
  uint64_t vectors = 0;  // spec::kVectors stubs of spec::kVectorStubBytes: guest_vectors; 0 = interrupts go nowhere
  std::vector<Symbol> symbols;  // functions, by address
};

// An ELF file with one loadable segment (engine/guest/baremetal). Error: it is something else.
Result<GuestImage> parse_image(std::span<const uint8_t> elf);

}  // namespace ringside::vmm
