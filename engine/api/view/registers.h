// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ringside {

// A field of a register, as the datasheet names it. bits [low, low + width).
struct BitFieldView {
  std::string name, description;
  uint8_t low = 0, width = 1;
};

// One register of a model, from its register table. Static per model; values are in RegisterValue.
struct RegisterInfo {
  uint32_t offset = 0;    // in the model's register space: its BARs one behind the other
  std::string name;       // datasheet spelling: "TDT"
  std::string long_name;  // "Transmit Descriptor Tail"
  std::string access;     // "RW", "RO", "RC" (cleared by reading), "WO"
  std::string section;    // of the datasheet or sheet
  std::vector<BitFieldView> fields;
};

struct RegisterValue {
  uint32_t offset = 0;
  std::string name;
  uint32_t value = 0;
  uint64_t reads = 0, writes = 0;  // accesses by the guest, each one exit
};

}  // namespace ringside
