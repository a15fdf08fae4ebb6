// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>

#include "engine/spec/e1000.h"

namespace ringside::devices {

// The 64-word Microwire EEPROM of an 82545EM: MAC in words 0 to 2, all words add up to 0xBABA. Read by EERD or by
// bit-banging EECD, as the Linux and DPDK drivers of this chip do. Writing it is not modelled. vCPU's thread.
class E1000Eeprom {
 public:
  explicit E1000Eeprom(uint64_t mac);

  uint16_t word(uint32_t address) const { return words_[address % spec::e1000::kEepromWords]; }
  // EERD after a write of `value`: data and DONE when START was set.
  uint32_t eerd(uint32_t value) const;
  // The guest wrote EECD: pins SK, CS, DI and the request for access. Returns what EECD shows.
  uint32_t write_pins(uint32_t value);

 private:
  std::array<uint16_t, spec::e1000::kEepromWords> words_{};
  // Microwire: a command is a start bit, 2 bits of operation (10 = read), 6 of address, on rising edges of SK while CS
  // is high.
  uint32_t pins_ = 0, shifted_in_ = 0, bits_in_ = 0, shift_out_ = 0, bits_out_ = 0;
  bool out_ = true;
};

// The copper PHY behind MDIC (an M88E1011): link up at 1000 Mb/s, full duplex. vCPU's thread.
class E1000Phy {
 public:
  E1000Phy() { reset(); }
  void reset();
  // MDIC after a write of `value`: data, READY, and ERROR for a PHY that is not there.
  uint32_t mdic(uint32_t value);

 private:
  std::array<uint16_t, 32> registers_;
};

}  // namespace ringside::devices
