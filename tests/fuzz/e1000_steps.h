// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "tests/fuzz/rig.h"

// What a wrong-headed guest may do with an E1000, a step each. The two targets differ in how often they take which.
namespace ringside::fuzz {

namespace e1000 = spec::e1000;
namespace reg = spec::e1000::reg;
using E1000Rig = Rig<test::GuestE1000>;

inline constexpr uint32_t kE1000Hot[] = {
    reg::kCtrl,  reg::kIcr,   reg::kIcs,   reg::kIms,   reg::kImc,  reg::kItr,  reg::kRctl,   reg::kTctl,
    reg::kRdbal, reg::kRdbah, reg::kRdlen, reg::kRdh,   reg::kRdt,  reg::kRdtr, reg::kRadv,   reg::kTdbal,
    reg::kTdbah, reg::kTdlen, reg::kTdh,   reg::kTdt,   reg::kTidv, reg::kTadv, reg::kRxcsum, reg::kRal,
    reg::kRah,   reg::kMta,   reg::kVfta,  reg::kEecd,  reg::kEerd, reg::kMdic, reg::kGprc,   reg::kGorcl,
    reg::kGorch, reg::kTotl,  reg::kToth,  reg::kPrc64, reg::kPtc64};

// A value that the register may well hold.
inline uint32_t e1000_value(Input& in, uint32_t offset) {
  switch (offset) {
    case reg::kRdbal: return uint32_t(test::GuestE1000::kRxRing);
    case reg::kTdbal: return uint32_t(test::GuestE1000::kTxRing);
    case reg::kRdlen:
    case reg::kTdlen: return 128 * in.below(40);
    case reg::kRctl: return (uint32_t(in.take(4)) & ~(in.below(8) ? e1000::rctl::kLbmMask : 0)) | e1000::rctl::kEn;
    case reg::kTctl: return e1000::tctl::kEn | (in.below(2) ? e1000::tctl::kPsp : 0);
    case reg::kCtrl:
      return (uint32_t(in.take(4)) & ~(in.below(8) ? e1000::ctrl::kRst : 0)) | (in.below(8) ? e1000::ctrl::kSlu : 0);
    case reg::kRxcsum: return uint32_t(in.take(2));
    case reg::kRal: return uint32_t(test::GuestE1000::kMac);
    case reg::kRah: return uint32_t(test::GuestE1000::kMac >> 32) | e1000::kRahAv;
    case reg::kIms: return ~0u;
    default: return uint32_t(in.take(2));
  }
}

inline void e1000_write(E1000Rig& rig, Input& in) {
  const uint32_t hot = in.pick(kE1000Hot), offset = hot + (hot == reg::kRal || hot == reg::kMta || hot == reg::kVfta
                                                               ? 4 * in.below(in.below(4) ? 2 : 128)
                                                               : 0);
  rig.vm.write(offset, in.below(2) ? e1000_value(in, offset) : uint32_t(in.nasty(test::GuestE1000::kMemory)));
}
inline void e1000_read(E1000Rig& rig, Input& in) { rig.note(rig.vm.read(in.pick(kE1000Hot))); }
inline void e1000_any_access(E1000Rig& rig, Input& in) {
  static constexpr uint8_t kWidths[] = {4, 4, 1, 2, 8, 3};
  const uint8_t width = in.pick(kWidths), how = in.byte();
  const uint64_t offset = in.take(3) % 0x20010 & (how & 2 ? ~uint64_t{0} : ~uint64_t{7});
  if (how & 1)
    rig.vm.nic->mmio_write(offset, width, in.nasty(test::GuestE1000::kMemory), rig.vm.access);
  else
    rig.note(rig.vm.nic->mmio_read(offset, width, rig.vm.access));
  if (how & 4) rig.note(rig.vm.nic->register_name(offset)[0]);
}
// The EEPROM's pins, bit by bit: a command well begun, and broken off anywhere.
inline void e1000_pins(E1000Rig& rig, Input& in) {
  const uint32_t command = 0x100 | uint32_t(in.take(2)), clocks = in.below(40);
  for (uint32_t i = 0; i < clocks; i++) {
    const uint32_t pins =
        e1000::eecd::kCs | e1000::eecd::kReq | (i < 9 && command >> (8 - i) & 1 ? e1000::eecd::kDi : 0);
    rig.vm.write(reg::kEecd, pins);
    rig.vm.write(reg::kEecd, pins | e1000::eecd::kSk);
    rig.note(rig.vm.read(reg::kEecd));
  }
  if (in.below(2)) rig.vm.write(reg::kEecd, 0);
}
inline void e1000_phy(E1000Rig& rig, Input& in) {
  const uint32_t op = in.below(4) << 26 | (in.below(2) ? e1000::mdic::kInterrupt : 0);
  rig.vm.write(reg::kMdic, op | in.below(32) << e1000::mdic::kRegisterShift |
                               (in.below(8) ? 1 : in.below(32)) << e1000::mdic::kPhyShift | uint32_t(in.take(2)));
  rig.note(rig.vm.read(reg::kMdic));
  rig.vm.write(reg::kEerd, uint32_t(in.take(2)));
  rig.note(rig.vm.read(reg::kEerd));
}

// Any words in any row.
inline void e1000_row(E1000Rig& rig, Input& in) {
  const uint8_t how = in.byte();
  const uint32_t row = in.below(64);
  uint64_t* words = how & 1 ? rig.vm.rx_row(row) : rig.vm.tx_row(row);
  shared::store_relaxed(words, how & 2   ? in.nasty(test::GuestE1000::kMemory) & (how & 4 ? ~uint64_t{0} : ~uint64_t{7})
                               : how & 1 ? rig.vm.rx_buffer(row)
                                         : rig.vm.tx_buffer(row));
  shared::store_release(words + 1, how & 8 ? in.take(8) : (in.take(2) & 0x7ff) | e1000::txd::kEop | e1000::txd::kRs);
}
// A frame as a driver sends one: over several rows, with wishes in them, most of it sound.
inline void e1000_send(E1000Rig& rig, Input& in) {
  test::GuestE1000& vm = rig.vm;
  static constexpr uint32_t kLengths[] = {60, 60, 14,   13,   17,   18,   1,     0,     59,
                                          61, 64, 1514, 2048, 2049, 4096, 16384, 16385, 65535};
  for (uint32_t frames = in.below(4); frames; frames--) {
    const uint8_t how = in.byte();
    const uint32_t rows = how & 1 ? 1 + in.below(7) : 1;
    for (uint32_t i = 0; i < rows; i++) {
      const uint32_t length = how & 2 ? in.below(3000) : in.pick(kLengths);
      uint64_t word = length | (i + 1 == rows ? e1000::txd::kEop : 0) | (how & 4 ? e1000::txd::kRs : 0);
      uint64_t buffer = vm.tx_buffer(vm.tx_next);
      if (i == 0) write_frame(vm.memory->base() + buffer, std::min(length, 2048u), test::GuestE1000::kMac ^ 0x0400, in);
      if (how & 8)
        word |= in.take(1) << e1000::txd::kCmdShift | in.take(1) << e1000::txd::kCsoShift |
                in.take(1) << e1000::txd::kCssShift | in.take(2) << e1000::txd::kSpecialShift;
      if (how & 16 && in.below(4) == 0) buffer = in.below(2) ? 0 : in.nasty(test::GuestE1000::kMemory);
      vm.put_raw(buffer, word);
    }
  }
  vm.ring_tx();
}
// Extended descriptors: a context, or the one of before, and a frame that relies on it. Sizes that agree, or nearly.
inline void e1000_offload(E1000Rig& rig, Input& in) {
  namespace txd = e1000::txd;
  test::GuestE1000& vm = rig.vm;
  const uint8_t how = in.byte();
  const uint32_t rows = 1 + in.below(how & 1 ? 30 : 3), row_bytes = how & 2 ? 2048 : in.below(2048),
                 header = how & 4 ? 54 : in.byte();
  const uint64_t cut = how & 8 ? txd::kTse : 0;
  const uint32_t whole = rows * row_bytes, payload = whole - std::min(whole, header) + (how & 16 ? in.below(3) : 0);
  if (how & 32) {
    const uint64_t offsets = how & 64 ? 0x0000'3222'0021'180e : in.take(8);
    const uint64_t mss = how & 128 ? 1460 : in.take(2) >> in.below(12);
    vm.put_raw(offsets, payload % (1 << 20) | cut | txd::kDext | (in.below(8) ? txd::kTcp : 0) |
                            (in.below(4) ? txd::kIp : 0) | uint64_t{header} << 40 | mss << 48);
  }
  const uint64_t options = in.take(1) & 3, special = in.below(4) ? 0 : in.take(2);
  for (uint32_t i = 0; i < rows; i++) {
    const uint64_t buffer = vm.tx_buffer(vm.tx_next);
    if (i == 0) write_frame(vm.memory->base() + buffer, row_bytes, test::GuestE1000::kMac ^ 0x0400, in);
    vm.put_raw(buffer, row_bytes | (i + 1 == rows ? txd::kEop | txd::kRs : 0) | cut | txd::kDext | txd::kData |
                           options << 40 | (special ? txd::kVle | special << txd::kSpecialShift : 0));
  }
  vm.ring_tx();
}
// Rows for the receiver, or doorbells out of nothing.
inline void e1000_fill(E1000Rig& rig, Input& in) {
  const uint8_t how = in.byte();
  for (uint32_t rows = in.below(16), row = rig.vm.read(reg::kRdt) % 64; rows; rows--, row = (row + 1) % 64) {
    shared::store_relaxed(rig.vm.rx_row(row), how & 1 && rows % 3 == 0
                                                  ? how & 2 ? 0 : in.nasty(test::GuestE1000::kMemory)
                                                  : rig.vm.rx_buffer(row));
    shared::store_release(rig.vm.rx_row(row) + 1, 0);
    rig.vm.write(reg::kRdt, row);
  }
  if (how & 32)
    rig.vm.write(how & 8 ? reg::kRdbal : reg::kTdbal,
                 uint32_t(in.nasty(test::GuestE1000::kMemory)));  // the ring moves under its rows
  if (how & 4) rig.vm.write(how & 8 ? reg::kRdt : reg::kTdt, how & 16 ? uint32_t(in.take(2)) : in.below(64));
}
// Interrupts wanted, moderated, taken.
inline void e1000_interrupts(E1000Rig& rig, Input& in) {
  const uint8_t how = in.byte();
  if (how & 1) rig.vm.write(reg::kItr, uint32_t(in.take(how & 2 ? 1 : 2)));
  if (how & 4) rig.vm.write(how & 8 ? reg::kIms : reg::kImc, how & 16 ? ~0u : in.below(256));
  if (how & 32) rig.vm.write(reg::kIcs, in.below(256));
  if (how & 64) rig.note(rig.vm.read(reg::kIcr));
  if (how & 128) rig.vm.write(reg::kRdtr, in.below(64) | e1000::kRdtrFlush);
}
// A reset in the middle, and a driver that begins anew with other wishes.
inline void e1000_begin(E1000Rig& rig, Input& in) {
  static constexpr uint32_t kUsual[] = {
      0,
      e1000::rctl::kUpe,
      e1000::rctl::kLpe,
      e1000::rctl::kLpe | 3u << e1000::rctl::kBsizeShift,
      e1000::rctl::kLpe | e1000::rctl::kBsex | 1u << e1000::rctl::kBsizeShift,
      e1000::rctl::kVfe | e1000::rctl::kMpe,
      e1000::rctl::kLpe | e1000::rctl::kUpe | e1000::rctl::kMpe | 2u << e1000::rctl::kBsizeShift};
  rig.vm.init(in.below(4) ? in.pick(kUsual) : uint32_t(in.take(4)));
  const uint8_t how = in.byte();
  if (how & 1) rig.vm.write(reg::kCtrl, e1000::ctrl::kSlu | e1000::ctrl::kVme);
  if (how & 2) rig.vm.write(reg::kRxcsum, e1000::rxcsum::kIpOffload | e1000::rxcsum::kTuOffload | in.below(64));
  if (how & 4)
    rig.vm.write(reg::kRdtr, in.below(256)), rig.vm.write(reg::kRadv, in.below(256)),
        rig.vm.write(reg::kTidv, in.below(256)), rig.vm.write(reg::kTadv, in.below(256));
  if (how & 8) rig.vm.write(reg::kIms, ~0u);
  if (how & 16) rig.vm.write(reg::kItr, in.below(4096));
  if (how & 32) rig.vm.write(reg::kVfta + 4 * in.below(128), ~0u);
  if (how & 128) {  // a longer ring, with null rows in it: a frame may lie in a hundred of its rows
    const uint32_t null = 1 + in.below(8);
    for (uint32_t row = 64; row < 256; row++) *rig.vm.rx_row(row) = row % null ? rig.vm.rx_buffer(row) : 0;
    rig.vm.write(reg::kRdlen, 256 * 16), rig.vm.write(reg::kRdt, 255);
  }
  if (how & 64) rig.vm.write(reg::kMta + 4 * in.below(128), ~0u);
}

// The ring face: any words in its rings, any heads and tails, frames of every kind, between a driver's sound work.
inline void e1000_rings(E1000Rig& rig, Input& in) {
  e1000_begin(rig, in);
  while (!in.empty()) switch (in.below(14)) {
      case 0:
      case 1: e1000_row(rig, in); break;
      case 2:
      case 3: e1000_send(rig, in); break;
      case 4:
      case 5: e1000_fill(rig, in); break;
      case 12:
      case 13: e1000_offload(rig, in); break;
      case 6: e1000_write(rig, in); break;
      case 7: common_step(rig, in); break;
      case 8:
        if (in.below(4) == 0)
          e1000_begin(rig, in);
        else
          e1000_interrupts(rig, in);
        break;
      default: rig.turn(in);
    }
}

}  // namespace ringside::fuzz
