// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "tests/support/guest_ring.h"

// What drivers of an 82545EM do with registers and extended descriptors, in the data sheet's numbers: written down here
// once more, so that a wrong constant of the model shows. SDM 3.3.6, 3.3.7, 5.3, 13.4.
namespace ringside::test {

namespace ext {
inline constexpr uint64_t kEop = 1u << 24, kIfcs = 1u << 25, kTse = 1u << 26, kRs = 1u << 27, kDext = 1u << 29,
                          kVle = 1u << 30, kIde = 1u << 31;
inline constexpr uint64_t kData = kDext | 1u << 20;                              // DTYP 1
inline constexpr uint64_t kIxsm = uint64_t{1} << 40, kTxsm = uint64_t{1} << 41;  // POPTS
inline constexpr uint64_t kTcp = 1u << 24, kIp = 1u << 25;                       // TUCMD
}  // namespace ext

// A context descriptor, as a driver thinks of it: offsets in the frame, ends inclusive.
struct ContextRow {
  uint32_t ipcss = 0, ipcso = 0, ipcse = 0, tucss = 0, tucso = 0, tucse = 0;
  uint32_t paylen = 0, hdrlen = 0, mss = 0;
  uint64_t command = 0;  // TUCMD bits

  uint64_t offsets() const {
    return ipcss | ipcso << 8 | ipcse << 16 | uint64_t{tucss} << 32 | uint64_t{tucso} << 40 | uint64_t{tucse} << 48;
  }
  uint64_t word() const { return paylen | ext::kDext | command | uint64_t{hdrlen} << 40 | uint64_t{mss} << 48; }
};

// A guest of which the driver is played by the test.
struct PlayedE1000 : GuestE1000 {
  using GuestE1000::GuestE1000;

  uint32_t put_context(const ContextRow& c) {
    const uint32_t row = tx_next;
    put_raw(c.offsets(), c.word());
    return row;
  }
  // A frame in data rows of at most `part` bytes; `command` for all of them, EOP and RS for the last. Returns that row.
  uint32_t put_frame(const Bytes& frame, uint64_t command, size_t part = 2048) {
    uint32_t row = tx_next;
    for (size_t at = 0; at < frame.size(); at += part) {
      const size_t n = std::min(part, frame.size() - at);
      row = tx_next;
      put(Bytes(frame.begin() + long(at), frame.begin() + long(at + n)),
          ext::kData | ext::kIfcs | command | (at + n == frame.size() ? ext::kEop | ext::kRs : 0));
    }
    return row;
  }
  uint64_t status(uint32_t row) { return tx_row(row)[1] >> 32 & 0xf; }  // 1 = DD, 8 = TU

  // All that the device sends until it has nothing left, at most 32 frames a burst.
  std::vector<Bytes> fetch_all() {
    std::vector<Bytes> all;
    for (int bursts = 0; nic->has_work() && bursts < 100'000; bursts++)
      for (Bytes& frame : fetch()) all.push_back(std::move(frame));
    return all;
  }

  // The PHY by MDIC, waiting for READY as drivers do.
  uint32_t phy(uint32_t number) {
    write(0x20, number << 16 | 1u << 21 | 2u << 26);
    for (int i = 0; i < 64; i++)
      if (const uint32_t value = read(0x20); value & 1u << 28) return value & 1u << 30 ? ~0u : value & 0xffff;
    return ~0u;
  }
  void set_phy(uint32_t number, uint32_t value) { write(0x20, value | number << 16 | 1u << 21 | 1u << 26); }

  // A word of the Microwire EEPROM by the pins of EECD: access asked for, chip select, start bit, read, six bits of
  // address, sixteen of data, each on a rising clock.
  uint16_t eeprom_word(uint32_t address) {
    constexpr uint32_t kSk = 1, kCs = 2, kDi = 4, kDo = 8, kReq = 0x40, kGnt = 0x80;
    write(0x10, kReq);
    if (!(read(0x10) & kGnt)) return 0;
    const auto clock = [&](uint32_t in) {
      write(0x10, kReq | kCs | in);
      write(0x10, kReq | kCs | in | kSk);
      const uint32_t out = read(0x10) & kDo ? 1 : 0;
      write(0x10, kReq | kCs | in);
      return out;
    };
    const uint32_t command = 6u << 6 | address;
    for (int bit = 8; bit >= 0; bit--) clock(command >> bit & 1 ? kDi : 0);
    uint16_t word = 0;
    for (int bit = 0; bit < 16; bit++) word = uint16_t(word << 1 | clock(0));
    write(0x10, 0);
    return word;
  }

  // A register by the I/O BAR, which lies behind BAR0.
  void write_io(uint32_t offset, uint32_t value) {
    write(0x20000, offset);
    write(0x20004, value);
  }
};

}  // namespace ringside::test
