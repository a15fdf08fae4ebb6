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

void E1000Phy::power_on() {
  reset();
  fell_ = down_latched_ = false;
}

void E1000Phy::reset() {
  namespace phy = spec::phy;
  registers_.fill(0);
  registers_[phy::kControl] = 0x1140;         // auto-negotiate, full duplex, 1000
  registers_[phy::kStatus] = 0x796d;          // link up, auto-negotiation complete
  registers_[phy::kId1] = 0x0141;             // Marvell
  registers_[phy::kId2] = 0x0c20;             // M88E1011
  registers_[phy::kAdvertised] = 0x0de1;      // 10 and 100, pause
  registers_[phy::kPartner] = 0x41e0;         // 10 and 100
  registers_[phy::kGigabitControl] = 0x0e00;  // 1000BASE-T
  registers_[phy::kGigabitStatus] = 0x3c00;   // partner can, receivers ok
  registers_[16] = 0x0360;
  registers_[phy::kSpecificStatus] = 0xac00;  // 1000, full duplex, resolved, link
  registers_[20] = 0x0d60;
  fall();
}

bool E1000Phy::link() const {
  return !(registers_[spec::phy::kControl] & (spec::phy::kPowerDown | spec::phy::kIsolate));
}
bool E1000Phy::loops_back() const {
  return (registers_[spec::phy::kControl] & (spec::phy::kPowerDown | spec::phy::kLoopback)) == spec::phy::kLoopback;
}

uint32_t E1000Phy::mdic(uint32_t value) {
  namespace mdic = spec::mdic;
  const uint32_t keep = value & ~(mdic::kReady | mdic::kError), number = value >> mdic::kRegisterShift & 0x1f;
  const uint32_t phy = value >> mdic::kPhyShift & 0x1f;
  const bool read_op = value & mdic::kOpRead, write_op = value & mdic::kOpWrite;
  if (phy != mdic::kPhyAddress || read_op == write_op) return keep | mdic::kReady | mdic::kError;
  if (read_op) return (keep & ~mdic::kDataMask) | read(number) | mdic::kReady;
  write(number, uint16_t(value & mdic::kDataMask));
  return keep | mdic::kReady;
}

// Without a link nothing is known of the partner, nor of a speed.
uint16_t E1000Phy::read(uint32_t number) {
  namespace phy = spec::phy;
  const uint16_t value = registers_[number];
  switch (number) {
    case phy::kStatus: {
      const bool down = std::exchange(down_latched_, !link());
      return uint16_t(link() ? value & ~(down ? phy::kLink : 0) : value & ~(phy::kLink | phy::kNegotiated));
    }
    case phy::kPartner:
    case phy::kGigabitStatus:
    case phy::kSpecificStatus: return link() ? value : 0;
    default: return value;
  }
}

void E1000Phy::write(uint32_t number, uint16_t value) {
  namespace phy = spec::phy;
  switch (number) {
    case phy::kControl:
      if (value & phy::kReset) return reset();  // clears itself
      if (value & (phy::kPowerDown | phy::kIsolate) || (value & phy::kRestart && value & phy::kNegotiate)) fall();
      registers_[number] = uint16_t(value & ~phy::kRestart);  // clears itself
      return;
    case phy::kStatus:
    case phy::kId1:
    case phy::kId2:
    case phy::kPartner:
    case phy::kGigabitStatus:
    case phy::kSpecificStatus: return;  // read only
    default: registers_[number] = value;
  }
}

}  // namespace ringside::devices
