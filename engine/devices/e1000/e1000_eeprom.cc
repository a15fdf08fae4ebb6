// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/e1000/e1000_eeprom.h"

namespace ringside::devices {

namespace spec = ringside::spec::e1000;

E1000Eeprom::E1000Eeprom(uint64_t mac) {
  for (int i = 0; i < 3; i++) words_[i] = uint16_t(mac >> 16 * i);
  // SDM 5.6: initialization control words, subsystem and device ids. A driver that looks finds an 82545EM.
  words_[0x0a] = 0x4408;  // Initialization Control Word 1
  words_[0x0b] = 0x1000;  // subsystem id
  words_[0x0c] = spec::kVendorId;
  words_[0x0d] = spec::kDeviceId;
  words_[0x0e] = spec::kVendorId;
  words_[0x0f] = 0x3040;  // Initialization Control Word 2
  uint16_t sum = 0;
  for (uint16_t word : words_) sum = uint16_t(sum + word);
  words_[0x3f] = uint16_t(spec::kEepromSum - sum);
}

uint32_t E1000Eeprom::eerd(uint32_t value) const {
  const uint32_t address = value >> spec::eerd::kAddressShift & 0xff;
  if (!(value & spec::eerd::kStart)) return address << spec::eerd::kAddressShift;
  return uint32_t{word(address)} << spec::eerd::kDataShift | address << spec::eerd::kAddressShift | spec::eerd::kDone;
}

uint32_t E1000Eeprom::write_pins(uint32_t value) {
  namespace pin = spec::eecd;
  const bool rising = !(pins_ & pin::kSk) && (value & pin::kSk), falling = (pins_ & pin::kSk) && !(value & pin::kSk);
  pins_ = value;
  if (!(value & pin::kCs)) {
    shifted_in_ = bits_in_ = bits_out_ = 0;
    out_ = true;
  } else if (rising && bits_out_ == 0) {
    const uint32_t in = value & pin::kDi ? 1 : 0;
    if (bits_in_ || in) {  // zeros before the start bit do not count
      shifted_in_ = shifted_in_ << 1 | in;
      bits_in_++;
    }
    if (bits_in_ == 9) {
      const bool read = (shifted_in_ >> 6 & 3) == 2;
      shift_out_ = read ? word(shifted_in_ & 0x3f) : 0xffff;
      bits_out_ = 16;
      out_ = false;  // a 0 comes before the word
    }
  } else if (falling && bits_out_) {
    // The next bit stands from this falling edge on; drivers sample it while SK is high.
    bits_out_--;
    out_ = shift_out_ >> bits_out_ & 1;
    if (!bits_out_) shifted_in_ = bits_in_ = 0;
  }
  return (value & (pin::kSk | pin::kCs | pin::kDi | pin::kReq)) | (out_ ? pin::kDo : 0) |
         (value & pin::kReq ? pin::kGnt : 0) | pin::kPres;
}

void E1000Phy::reset() {
  registers_.fill(0);
  registers_[0] = 0x1140;   // control: auto-negotiate, full duplex, 1000
  registers_[1] = 0x796d;   // status: link up, auto-negotiation complete
  registers_[2] = 0x0141;   // Marvell
  registers_[3] = 0x0c20;   // M88E1011
  registers_[4] = 0x0de1;   // advertised
  registers_[5] = 0x41e0;   // partner: 10 and 100
  registers_[9] = 0x0e00;   // 1000BASE-T control
  registers_[10] = 0x3c00;  // 1000BASE-T status: partner can, receivers ok
  registers_[16] = 0x0360;
  registers_[17] = 0xac00;  // specific status: 1000, full duplex, resolved, link
  registers_[20] = 0x0d60;
}

uint32_t E1000Phy::mdic(uint32_t value) {
  namespace mdic = spec::mdic;
  const uint32_t keep = value & ~(mdic::kReady | mdic::kError), number = value >> mdic::kRegisterShift & 0x1f;
  const uint32_t phy = value >> mdic::kPhyShift & 0x1f;
  const bool read = value & mdic::kOpRead, write = value & mdic::kOpWrite;
  if (phy != mdic::kPhyAddress || read == write) return keep | mdic::kReady | mdic::kError;
  if (read) return (keep & ~mdic::kDataMask) | registers_[number] | mdic::kReady;
  const bool read_only = number == 1 || number == 2 || number == 3 || number == 5 || number == 10 || number == 17;
  if (number == 0 && value & 0x8000)
    reset();  // PHY reset, self-clearing
  else if (!read_only)
    registers_[number] = uint16_t(value & mdic::kDataMask & (number == 0 ? 0xfdff : 0xffff));  // restart clears itself
  return keep | mdic::kReady;
}

}  // namespace ringside::devices
