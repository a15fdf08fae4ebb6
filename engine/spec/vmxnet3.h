// SPDX-License-Identifier: BSD-3-Clause
// table: VMXNET3's registers, commands, shared memory and descriptors
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/bits.h"

// VMXNET3: constants and layouts, as in reference/vmxnet3.md ("sheet vmxnet3"), which was read from DPDK's and Linux's drivers. No
// behaviour. Queue control lies in memory that driver and device share: registers are for commands, masks and doorbells.
// Little endian; every layout is naturally aligned.
namespace ringside::spec::vmxnet3 {

inline constexpr uint16_t kVendor = 0x15ad, kDevice = 0x07b0;
inline constexpr uint64_t kBar0Bytes = 0x1000, kBar1Bytes = 0x1000, kMsixBarBytes = 0x1000;
inline constexpr uint32_t kMaxTxQueues = 8, kMaxRxQueues = 8;  // the sheet: 8 and 16; one pair a vCPU is all we plug in
inline constexpr uint32_t kMaxVectors = 25;
inline constexpr uint32_t kRingAlignment = 512, kRowsStep = 32, kMaxRows = 4096, kMaxRxCompRows = 8192;
inline constexpr uint32_t kRowBytes = 16, kMaxTxParts = 16, kMaxTsoParts = 24, kMaxTxBuffer = 16384;
// A row of the transmit data ring: 128 bytes, from revision 3 on what txDataRingDescSize says.
inline constexpr uint32_t kDataRowBytes = 128, kDataRowStep = 64, kMaxDataRowBytes = 2048;
inline constexpr uint32_t kMinFrame = 14, kMaxFrame = 16384;
inline constexpr uint32_t kMaxLarge = 65535 + 18;  // a frame that is to be cut (TSO): the longest IP datagram, header, tag

// Registers, section 1. 8 bytes apart, 32-bit accesses.
namespace bar0 {
inline constexpr uint32_t kImr = 0x000, kTxprod = 0x600, kRxprod = 0x800, kRxprod2 = 0xa00, kStride = 8;
}
namespace bar1 {
inline constexpr uint32_t kVrrs = 0x00, kUvrs = 0x08, kDsal = 0x10, kDsah = 0x18, kCmd = 0x20, kMacl = 0x28, kMach = 0x30, kIcr = 0x38, kEcr = 0x40;
}
// The third BAR: MSI-X table, then its pending bits.
namespace msix {
inline constexpr uint32_t kTable = 0x000, kPending = 0x800;
}
inline constexpr uint32_t kRevisions = 0xf;  // VRRS: 1 to 4; 3 has coalescing, 4 has RSS fields

// Commands, section 2.
namespace cmd {
inline constexpr uint32_t kActivateDev = 0xcafe0000, kQuiesceDev = 0xcafe0001, kResetDev = 0xcafe0002, kUpdateRxMode = 0xcafe0003,
                          kUpdateMacFilters = 0xcafe0004, kUpdateVlanFilters = 0xcafe0005, kUpdateRssidt = 0xcafe0006,
                          kUpdateIml = 0xcafe0007, kUpdatePmcfg = 0xcafe0008, kUpdateFeature = 0xcafe0009, kSetCoalesce = 0xcafe000e,
                          kSetRssFields = 0xcafe0010;
inline constexpr uint32_t kGetQueueStatus = 0xf00d0000, kGetStats = 0xf00d0001, kGetLink = 0xf00d0002, kGetPermMacLo = 0xf00d0003,
                          kGetPermMacHi = 0xf00d0004, kGetDidLo = 0xf00d0005, kGetDidHi = 0xf00d0006, kGetDevExtraInfo = 0xf00d0007,
                          kGetConfIntr = 0xf00d0008, kGetAdaptiveRingInfo = 0xf00d0009, kGetTxDataDescSize = 0xf00d000a,
                          kGetCoalesce = 0xf00d000b, kGetRssFields = 0xf00d000c, kGetMaxQueuesConf = 0xf00d000f;
}
inline constexpr uint32_t kLinkUp = 1 | 10'000u << 16;  // 10 Gb/s
inline constexpr uint32_t kIntrAuto = 0, kIntrIntx = 1, kIntrMsi = 2, kIntrMsix = 3, kIntrTypeMask = 3;
inline constexpr uint32_t kMaskAuto = 0, kMaskActive = 1, kMaskLazy = 2, kMaskModeShift = 2;

// DriverShared, section 3.
inline constexpr uint32_t kMagic = 0xbabefee1;
namespace feature {
inline constexpr uint64_t kRxCsum = 1, kRss = 2, kRxVlan = 4, kLro = 8;
}
namespace rx_mode {
inline constexpr uint32_t kUcast = 1, kMcast = 2, kBcast = 4, kAllMulti = 8, kPromisc = 16;
}
namespace ecr {
inline constexpr uint32_t kRqErr = 1, kTqErr = 2, kLink = 4, kDic = 8, kDebug = 16;
}
inline constexpr uint32_t kIntrCtrlDisableAll = 1;

struct VariableLength {
  uint32_t version, length;
  uint64_t address;
};
struct DriverShared {
  uint32_t magic, size, driver_version, gos, revisions, upt_versions;
  uint64_t upt_features, driver_data, queue_descs;
  uint32_t driver_data_bytes, queue_descs_bytes, mtu;
  uint16_t max_rx_parts;
  uint8_t tx_queues, rx_queues;
  uint32_t reserved0[4];
  uint8_t auto_mask, vectors, event_vector, moderation[25];
  uint32_t intr_ctrl, reserved1[2];
  uint32_t rx_mode;
  uint32_t multicast_bytes;
  uint64_t multicast_table;
  uint32_t vlan_filter[128];
  VariableLength rss, power, plugin;
  uint32_t ecr, reserved2;
  uint64_t command_info[2];
};
static_assert(sizeof(DriverShared) == 720);
static_assert(offsetof(DriverShared, upt_features) == 0x18 && offsetof(DriverShared, queue_descs) == 0x28 && offsetof(DriverShared, mtu) == 0x38);
static_assert(offsetof(DriverShared, tx_queues) == 0x3e && offsetof(DriverShared, auto_mask) == 0x50 && offsetof(DriverShared, moderation) == 0x53);
static_assert(offsetof(DriverShared, intr_ctrl) == 0x6c && offsetof(DriverShared, rx_mode) == 0x78 && offsetof(DriverShared, multicast_table) == 0x80);
static_assert(offsetof(DriverShared, vlan_filter) == 0x88 && offsetof(DriverShared, rss) == 0x288 && offsetof(DriverShared, ecr) == 0x2b8);
static_assert(offsetof(DriverShared, command_info) == 0x2c0);

// Queue control: one array, all transmit queues first, then all receive queues.
struct TxStats {
  uint64_t tso_packets, tso_bytes, unicast_packets, unicast_bytes, multicast_packets, multicast_bytes, broadcast_packets, broadcast_bytes, errors, discarded;
};
struct RxStats {
  uint64_t lro_packets, lro_bytes, unicast_packets, unicast_bytes, multicast_packets, multicast_bytes, broadcast_packets, broadcast_bytes, out_of_buffers, errors;
};
struct QueueStatus {
  uint8_t stopped, reserved[3];
  uint32_t error;
};
struct TxQueueDesc {
  uint32_t num_deferred;  // written by the driver: packets in the ring for which it has not rung (section 5)
  uint32_t threshold;     // written by the device: the driver rings when so many are deferred
  uint64_t reserved0;
  uint64_t ring, data_ring, comp_ring, driver_data, reserved1;
  uint32_t ring_rows, data_rows, comp_rows, driver_data_bytes;
  uint8_t vector, reserved2;
  uint16_t data_row_bytes;
  uint32_t reserved3;
  QueueStatus status;
  TxStats stats;
  uint8_t reserved4[88];
};
struct RxQueueDesc {
  uint8_t update_rx_prod, reserved0[7];  // written by the device: RXPROD is wanted
  uint64_t reserved1;
  uint64_t ring[2], comp_ring, driver_data, data_ring;
  uint32_t ring_rows[2], comp_rows, driver_data_bytes;
  uint8_t vector, reserved2;
  uint16_t data_row_bytes;
  uint32_t reserved3;
  QueueStatus status;
  RxStats stats;
  uint8_t reserved4[88];
};
static_assert(sizeof(TxQueueDesc) == 256 && sizeof(RxQueueDesc) == 256 && sizeof(TxStats) == 80);
static_assert(offsetof(TxQueueDesc, ring) == 0x10 && offsetof(TxQueueDesc, ring_rows) == 0x38 && offsetof(TxQueueDesc, vector) == 0x48);
static_assert(offsetof(TxQueueDesc, data_row_bytes) == 0x4a && offsetof(TxQueueDesc, status) == 0x50 && offsetof(TxQueueDesc, stats) == 0x58);
static_assert(offsetof(RxQueueDesc, ring) == 0x10 && offsetof(RxQueueDesc, comp_ring) == 0x20 && offsetof(RxQueueDesc, ring_rows) == 0x38);
static_assert(offsetof(RxQueueDesc, vector) == 0x48 && offsetof(RxQueueDesc, status) == 0x50);

// Reasons in QueueStatus.error: the sheet gives none, so these are ours.
inline constexpr uint32_t kErrorRing = 1, kErrorTorn = 2;

// Receive-side scaling, section 6.
struct RssConf {
  uint16_t hash_type, hash_function, key_bytes, table_entries;
  uint8_t key[40];
  uint8_t table[128];
};
static_assert(sizeof(RssConf) == 176 && offsetof(RssConf, table) == 48);
namespace rss {
inline constexpr uint16_t kIpv4 = 1, kTcpIpv4 = 2, kIpv6 = 4, kTcpIpv6 = 8, kToeplitz = 1;
inline constexpr uint32_t kFieldTcpIpv4 = 1, kFieldTcpIpv6 = 2, kFieldUdpIpv4 = 4, kFieldUdpIpv6 = 8;  // SET_RSS_FIELDS, revision 4
}

// SET_COALESCE and GET_COALESCE, revision 3: behind a pointer in command_info, {version, length, address}.
struct Coalesce {
  uint32_t mode;
  uint32_t value[3];  // kRate: interrupts a second. kStatic: depths, kTxDepth ….
};
static_assert(sizeof(Coalesce) == 16);
namespace coalesce {
inline constexpr uint32_t kDisabled = 0, kAdaptive = 1, kStatic = 2, kRate = 3, kLeastRate = 100, kMostRate = 100'000;
inline constexpr uint32_t kTxDepth = 0, kTxCompDepth = 1, kRxDepth = 2, kMostDepth = 128;
}
inline constexpr uint32_t kModerationNone = 0, kModerationHighest = 7, kModerationAdaptive = 8;

// Descriptors, section 4: two qwords each. Bits are those of the second qword (dwords 2 and 3) unless a name says q0.
namespace txd {
inline constexpr uint64_t kLengthMask = 0x3fff, kGen = bit64(14), kDtype = bit64(16), kExt1 = bit64(17);
inline constexpr unsigned kMsscofShift = 18;                       // dword 2, bits 31:18: where the checksum goes, or the segment size
inline constexpr unsigned kHlenShift = 32, kOmShift = 42;          // dword 3: header length 9:0, offload mode 11:10
inline constexpr uint64_t kMsscofMask = 0x3fff, kHlenMask = 0x3ff, kOmMask = 3, kOmNone = 0, kOmEncap = 1, kOmCsum = 2, kOmTso = 3;
inline constexpr uint64_t kEop = bit64(44), kCq = bit64(45), kExt2 = bit64(46), kTi = bit64(47);
inline constexpr unsigned kTciShift = 48;
}
namespace txc {
inline constexpr uint64_t kIndexMask = 0xfff;  // q0: the packet's last descriptor
inline constexpr uint64_t kGen = bit64(63);
}
namespace rxd {
inline constexpr uint64_t kLengthMask = 0x3fff, kBody = bit64(14), kDtype = bit64(15), kGen = bit64(31);
}
namespace rxc {
inline constexpr uint64_t kIndexMask = 0xfff, kEop = bit64(14), kSop = bit64(15), kQueueMask = 0x3ff, kNoChecksum = bit64(30);  // q0, dword 0
inline constexpr unsigned kQueueShift = 16, kRssTypeShift = 26, kRssHashShift = 32;                                              // q0
inline constexpr uint64_t kRssTypeMask = 0xf;
inline constexpr uint64_t kLengthMask = 0x3fff, kErr = bit64(14), kTs = bit64(15);  // dword 2
inline constexpr unsigned kTciShift = 16, kChecksumShift = 32, kTypeShift = 56;
inline constexpr uint64_t kTuc = bit64(48), kUdp = bit64(49), kTcp = bit64(50), kIpc = bit64(51), kV6 = bit64(52), kV4 = bit64(53), kFrg = bit64(54),
                          kFcs = bit64(55), kTypeMask = 0x7f, kTypeRx = 3, kGen = bit64(63);
}

// What follows from a row count, for driver and device.
constexpr bool good_rows(uint32_t rows, uint32_t most = kMaxRows) { return rows >= kRowsStep && rows <= most && rows % kRowsStep == 0; }

}  // namespace ringside::spec::vmxnet3
