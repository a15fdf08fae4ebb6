// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/bits.h"

// The Intel 8254x family (82545EM, 8086:100F: what ESXi calls "E1000") as its datasheet describes it. The guest's
// driver and the device share this file and nothing else. Sections refer to the 8254x Software Developer's Manual (SDM)
// where known, else to the reference sheet e1000.md. Freestanding.
namespace ringside::spec::e1000 {

inline constexpr uint16_t kVendorId = 0x8086;
inline constexpr uint16_t kDeviceId = 0x100f;
inline constexpr uint32_t kBar0Bytes = 0x20000;  // sheet e1000 §1

// The I/O BAR: a window of two registers, 4 bytes wide, on those of BAR0. SDM 13.2.2: what is written to IOADDR is the
// offset of the register that IODATA then is.
namespace io {
inline constexpr uint32_t kAddress = 0, kData = 4;
}  // namespace io
inline constexpr uint32_t kIoBarBytes = 8;

// Register offsets in BAR0, by their datasheet names. Sheet e1000 §2; SDM 13.
namespace reg {
inline constexpr uint32_t kCtrl = 0x0000, kStatus = 0x0008, kEecd = 0x0010, kEerd = 0x0014, kCtrlExt = 0x0018,
                          kMdic = 0x0020;
inline constexpr uint32_t kFcal = 0x0028, kFcah = 0x002c, kFct = 0x0030, kVet = 0x0038;
inline constexpr uint32_t kIcr = 0x00c0, kItr = 0x00c4, kIcs = 0x00c8, kIms = 0x00d0, kImc = 0x00d8;
inline constexpr uint32_t kRctl = 0x0100, kFcttv = 0x0170, kTctl = 0x0400, kTipg = 0x0410, kAit = 0x0458,
                          kLedctl = 0x0e00, kPba = 0x1000;
inline constexpr uint32_t kFcrtl = 0x2160, kFcrth = 0x2168;
inline constexpr uint32_t kRdbal = 0x2800, kRdbah = 0x2804, kRdlen = 0x2808, kRdh = 0x2810, kRdt = 0x2818;
inline constexpr uint32_t kRdtr = 0x2820, kRxdctl = 0x2828, kRadv = 0x282c;
inline constexpr uint32_t kTdbal = 0x3800, kTdbah = 0x3804, kTdlen = 0x3808, kTdh = 0x3810, kTdt = 0x3818;
inline constexpr uint32_t kTidv = 0x3820, kTxdctl = 0x3828, kTadv = 0x382c;
inline constexpr uint32_t kRxcsum = 0x5000, kMta = 0x5200, kRal = 0x5400, kRah = 0x5404, kVfta = 0x5600;
inline constexpr uint32_t kWuc = 0x5800, kWufc = 0x5808, kManc = 0x5820;

inline constexpr uint32_t kMtaWords = 128, kVftaWords = 128, kReceiveAddresses = 16, kReceiveAddressStride = 8;

// Statistics: cleared by reading. SDM 13.7.
inline constexpr uint32_t kCrcerrs = 0x4000, kAlgnerrc = 0x4004, kSymerrs = 0x4008, kRxerrc = 0x400c, kMpc = 0x4010,
                          kScc = 0x4014;
inline constexpr uint32_t kEcol = 0x4018, kMcc = 0x401c, kLatecol = 0x4020, kColc = 0x4028, kDc = 0x4030,
                          kTncrs = 0x4034, kSec = 0x4038;
inline constexpr uint32_t kCexterr = 0x403c, kRlec = 0x4040, kXonrxc = 0x4048, kXontxc = 0x404c, kXoffrxc = 0x4050,
                          kXofftxc = 0x4054;
inline constexpr uint32_t kFcruc = 0x4058, kPrc64 = 0x405c;  // and PRC127, 255, 511, 1023, 1522, a word each
inline constexpr uint32_t kGprc = 0x4074, kBprc = 0x4078, kMprc = 0x407c, kGptc = 0x4080;
inline constexpr uint32_t kGorcl = 0x4088, kGorch = 0x408c, kGotcl = 0x4090, kGotch = 0x4094;
inline constexpr uint32_t kRnbc = 0x40a0, kRuc = 0x40a4, kRfc = 0x40a8, kRoc = 0x40ac, kRjc = 0x40b0;
inline constexpr uint32_t kMgtprc = 0x40b4, kMgtpdc = 0x40b8, kMgtptc = 0x40bc;
inline constexpr uint32_t kTorl = 0x40c0, kTorh = 0x40c4, kTotl = 0x40c8, kToth = 0x40cc, kTpr = 0x40d0, kTpt = 0x40d4;
inline constexpr uint32_t kPtc64 = 0x40d8;  // and PTC127, 255, 511, 1023, 1522, a word each
inline constexpr uint32_t kMptc = 0x40f0, kBptc = 0x40f4, kTsctc = 0x40f8, kTsctfc = 0x40fc;
inline constexpr uint32_t kSizeClasses = 6;
}  // namespace reg

namespace ctrl {
inline constexpr uint32_t kFd = bit(0), kLrst = bit(3), kAsde = bit(5), kSlu = bit(6), kSpeed1000 = bit(9),
                          kFrcspd = bit(11), kFrcdpx = bit(12);
inline constexpr uint32_t kRst = bit(26), kRfce = bit(27), kTfce = bit(28), kVme = bit(30), kPhyRst = bit(31);
}  // namespace ctrl

namespace status {
inline constexpr uint32_t kFd = bit(0), kLu = bit(1), kTxoff = bit(4), kSpeed1000 = bit(7);
}  // namespace status

// EEPROM, 8254x layout of EERD: done at bit 4, address from bit 8 (the 82571 and later differ). Sheet e1000 §2.
namespace eecd {
inline constexpr uint32_t kSk = bit(0), kCs = bit(1), kDi = bit(2), kDo = bit(3), kReq = bit(6), kGnt = bit(7),
                          kPres = bit(8);
}  // namespace eecd
namespace eerd {
inline constexpr uint32_t kStart = bit(0), kDone = bit(4);
inline constexpr unsigned kAddressShift = 8, kDataShift = 16;
}  // namespace eerd
inline constexpr uint32_t kEepromWords = 64;
inline constexpr uint16_t kEepromSum = 0xbaba;  // words 0 to 0x3f add up to this

namespace mdic {
inline constexpr uint32_t kDataMask = 0xffff, kOpWrite = bit(26), kOpRead = bit(27), kReady = bit(28),
                          kInterrupt = bit(29), kError = bit(30);
inline constexpr unsigned kRegisterShift = 16, kPhyShift = 21;
inline constexpr uint32_t kPhyAddress = 1;
}  // namespace mdic

// PHY registers, IEEE 802.3 22.2.4; 17 is the M88E1011's own. SDM 13.4.7.
namespace phy {
inline constexpr uint32_t kControl = 0, kStatus = 1, kId1 = 2, kId2 = 3, kAdvertised = 4, kPartner = 5,
                          kGigabitControl = 9, kGigabitStatus = 10, kSpecificStatus = 17;
inline constexpr uint32_t kRestart = bit(9), kIsolate = bit(10), kPowerDown = bit(11), kNegotiate = bit(12),
                          kLoopback = bit(14), kReset = bit(15);  // control
inline constexpr uint32_t kLink = bit(2), kNegotiated = bit(5);   // status
}  // namespace phy

// Interrupt causes: ICR, ICS, IMS, IMC. SDM 13.4.17; the other bits are reserved.
namespace cause {
inline constexpr uint32_t kTxdw = bit(0), kTxqe = bit(1), kLsc = bit(2), kRxseq = bit(3), kRxdmt0 = bit(4),
                          kRxo = bit(6), kRxt0 = bit(7);
inline constexpr uint32_t kMdac = bit(9), kRxcfg = bit(10), kGpi = 0xfu << 11, kTxdLow = bit(15), kSrpd = bit(16);
inline constexpr uint32_t kAll =
    kTxdw | kTxqe | kLsc | kRxseq | kRxdmt0 | kRxo | kRxt0 | kMdac | kRxcfg | kGpi | kTxdLow | kSrpd;
}  // namespace cause
inline constexpr uint32_t kItrUnitNs = 256;
inline constexpr uint32_t kDelayUnitNs = 1024;   // RDTR, RADV, TIDV, TADV
inline constexpr uint32_t kRdtrFlush = bit(31);  // RDTR.FPD: let the receive timer end now

namespace rctl {
inline constexpr uint32_t kEn = bit(1), kSbp = bit(2), kUpe = bit(3), kMpe = bit(4), kLpe = bit(5), kBam = bit(15),
                          kVfe = bit(18);
inline constexpr uint32_t kCfien = bit(19), kDpf = bit(22), kPmcf = bit(23), kBsex = bit(25), kSecrc = bit(26);
inline constexpr uint32_t kLbmMask = 3u << 6, kLbmMac = 1u << 6;  // loopback: 00 none, 01 MAC, 11 PHY or transceiver
inline constexpr unsigned kRdmtsShift = 8, kMoShift = 12, kBsizeShift = 16;
inline constexpr uint32_t kBsizeMask = 3u << kBsizeShift;
}  // namespace rctl

// Bytes in a receive buffer, from RCTL.BSIZE and BSEX (BSIZE 00 with BSEX is reserved: taken as without).
constexpr uint32_t receive_buffer_bytes(uint32_t rctl) {
  const uint32_t code = (rctl >> rctl::kBsizeShift) & 3;
  return (2048u >> code) * ((rctl & rctl::kBsex) && code ? 16 : 1);
}

// Rows below which RXDMT0 is raised: 1/2, 1/4 or 1/8 of the ring.
constexpr uint32_t receive_threshold(uint32_t rctl, uint32_t rows) {
  const uint32_t code = (rctl >> rctl::kRdmtsShift) & 3;
  return rows >> ((code > 2 ? 2 : code) + 1);
}

// Bit of the 4,096-bit multicast table for an address (first byte low), by RCTL.MO: which 12 of its upper bits are
// used. SDM 13.5.1.
constexpr uint32_t multicast_bit(uint64_t mac, uint32_t rctl) {
  constexpr unsigned kShift[4] = {36, 35, 34, 32};  // bits 47:36, 46:35, 45:34, 43:32
  return uint32_t(mac >> kShift[(rctl >> rctl::kMoShift) & 3]) & 0xfff;
}

inline constexpr uint32_t kRahAv = bit(31), kRahAddressSelect = 3u << 16;

namespace tctl {
inline constexpr uint32_t kEn = bit(1), kPsp = bit(3), kRtlc = bit(24), kMulr = bit(28);
inline constexpr unsigned kCtShift = 4, kColdShift = 12;
inline constexpr uint32_t kCollisionThreshold = 0x0fu << kCtShift, kCollisionDistance = 0x40u << kColdShift;
}  // namespace tctl
inline constexpr uint32_t kTipgDefault = 0x0060200a;  // 10, 8, 6

namespace rxcsum {
inline constexpr uint32_t kStartMask = 0xff, kIpOffload = bit(8), kTuOffload = bit(9);
}  // namespace rxcsum

inline constexpr uint32_t kRingLengthMask =
    0xfff80;  // RDLEN, TDLEN keep bits 19:7: rings are whole multiples of 8 descriptors
inline constexpr uint32_t kRowBytes = 16;

// Frame lengths without FCS. Longer than standard needs RCTL.LPE; nothing is longer than the packet buffer's limit.
inline constexpr uint32_t kMinFrame = 14, kMinPadded = 60, kMaxStandardFrame = 1518, kMaxFrame = 16384;
// A frame that is to be cut: its header, of at most 255 bytes, and as much payload as TCP/IP's own lengths allow for.
// PAYLEN could say more (20 bits), and no driver does.
inline constexpr uint32_t kMaxUncut = 255 + 65536;
inline constexpr uint16_t kVlanEtherType = 0x8100;

// Legacy receive descriptor, SDM 3.2.3.
struct RxDescriptor {
  uint64_t address;
  uint16_t length, checksum;
  uint8_t status, errors;
  uint16_t special;
};
// Legacy transmit descriptor, SDM 3.3.3.
struct TxDescriptor {
  uint64_t address;
  uint16_t length;
  uint8_t cso, cmd, status, css;
  uint16_t special;
};
static_assert(sizeof(RxDescriptor) == kRowBytes && sizeof(TxDescriptor) == kRowBytes);
static_assert(offsetof(RxDescriptor, length) == 8 && offsetof(RxDescriptor, status) == 12 &&
              offsetof(RxDescriptor, special) == 14);
static_assert(offsetof(TxDescriptor, cso) == 10 && offsetof(TxDescriptor, cmd) == 11 &&
              offsetof(TxDescriptor, css) == 13);

// The second qword of a row, which hands it over. It is read and written whole (base/shared.h rule 1).
namespace rxd {
inline constexpr unsigned kChecksumShift = 16, kStatusShift = 32, kErrorsShift = 40, kSpecialShift = 48;
inline constexpr uint64_t kLengthMask = 0xffff;
inline constexpr uint64_t kDd = bit64(32), kEop = bit64(33), kIxsm = bit64(34), kVp = bit64(35), kUdpcs = bit64(36),
                          kTcpcs = bit64(37);
inline constexpr uint64_t kIpcs = bit64(38), kPif = bit64(39);
inline constexpr uint64_t kCe = bit64(40), kSe = bit64(41), kSeq = bit64(42), kCxe = bit64(44), kTcpe = bit64(45),
                          kIpe = bit64(46), kRxe = bit64(47);
inline constexpr uint64_t kErrorsMask = uint64_t{0xff} << kErrorsShift;
}  // namespace rxd
namespace txd {
inline constexpr unsigned kCsoShift = 16, kCmdShift = 24, kStatusShift = 32, kCssShift = 40, kSpecialShift = 48,
                          kDtypShift = 20;
inline constexpr uint64_t kLengthMask = 0xffff;
inline constexpr uint64_t kEop = bit64(24), kIfcs = bit64(25), kIc = bit64(26), kRs = bit64(27), kRps = bit64(28),
                          kDext = bit64(29);
inline constexpr uint64_t kVle = bit64(30), kIde = bit64(31);
inline constexpr uint64_t kDd = bit64(32), kEc = bit64(33), kLc = bit64(34), kTu = bit64(35);
inline constexpr uint64_t kErrorsMask = kEc | kLc | kTu;
// With DEXT: the type is 0 for a context, 1 for data, and the length has 20 bits.
inline constexpr uint64_t kDtypMask = uint64_t{0xf} << kDtypShift, kData = uint64_t{1} << kDtypShift;
inline constexpr uint64_t kLongLengthMask = 0xfffff;
inline constexpr uint64_t kTse = bit64(26);                      // data: cut the frame; context: it is one for cutting
inline constexpr uint64_t kIxsm = bit64(40), kTxsm = bit64(41);  // data, POPTS: insert the IP, the TCP or UDP checksum
inline constexpr uint64_t kTcp = bit64(24), kIp = bit64(25);     // context, TUCMD: TCP, else UDP; IPv4, else IPv6
}  // namespace txd

// What an extended context descriptor says: where checksums lie in the frames that follow, and how to cut them.
// SDM 3.3.6. All are offsets in the frame, ends inclusive, an end of 0 = to the frame's end.
struct TxContext {
  uint8_t ipcss = 0, ipcso = 0, tucss = 0, tucso = 0, hdrlen = 0;
  uint16_t ipcse = 0, tucse = 0, mss = 0;
  uint32_t paylen = 0;
  bool tcp = false, ipv4 = false;
  bool set = false;  // there was one since the reset
};
constexpr TxContext tx_context(uint64_t offsets, uint64_t word) {
  return {.ipcss = uint8_t(offsets),
          .ipcso = uint8_t(offsets >> 8),
          .tucss = uint8_t(offsets >> 32),
          .tucso = uint8_t(offsets >> 40),
          .hdrlen = uint8_t(word >> 40),
          .ipcse = uint16_t(offsets >> 16),
          .tucse = uint16_t(offsets >> 48),
          .mss = uint16_t(word >> 48),
          .paylen = uint32_t(word & txd::kLongLengthMask),
          .tcp = bool(word & txd::kTcp),
          .ipv4 = bool(word & txd::kIp),
          .set = true};
}

}  // namespace ringside::spec::e1000
