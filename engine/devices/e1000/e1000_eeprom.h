// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <utility>

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

// The copper PHY behind MDIC (an M88E1011): link up at 1000 Mb/s, full duplex, unless it is powered down or isolated
// (control bits 11 and 10). A new negotiation ends at once. vCPU's thread.
class E1000Phy {
 public:
  E1000Phy() { power_on(); }
  void power_on();
  // By control bit 15, and by CTRL.PHY_RST: all registers to their power-on values; the link falls and comes back.
  void reset();
  // MDIC after a write of `value`: data, READY, and ERROR for a PHY that is not there.
  uint32_t mdic(uint32_t value);

  bool link() const;
  bool loops_back() const;  // control bit 14
  // The link fell since this was last asked, if only for a moment.
  bool take_fall() { return std::exchange(fell_, false); }

 private:
  uint16_t read(uint32_t number);
  void write(uint32_t number, uint16_t value);
  void fall() { fell_ = down_latched_ = true; }

  std::array<uint16_t, 32> registers_;
  bool fell_ = false, down_latched_ = false;  // status bit 2 shows a fall until it was read (IEEE 802.3 22.2.4.2.13)
};

}  // namespace ringside::devices
