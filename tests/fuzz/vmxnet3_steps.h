// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include "tests/fuzz/rig.h"
#include "tests/support/guest_vmxnet3.h"

// What a wrong-headed guest may do with a VMXNET3, a step each. The two targets differ in how often they take which.
namespace ringside::fuzz {

namespace v3 = spec::vmxnet3;
using Vm3 = test::GuestVmxnet3;
using Vmxnet3Rig = Rig<Vm3>;

inline constexpr uint16_t kQueues = 3;  // RSS sends to 0 to 2, and its table may say more
inline constexpr uint64_t kMulticast = 0xc000, kCoalesce = 0xd000,
                          kDataRing = 0xe000;  // guest memory between the RSS configuration and the rings

inline void vmxnet3_command(Vmxnet3Rig& rig, Input& in) {
  namespace c = v3::cmd;
  static constexpr uint32_t kUsual[] = {c::kActivateDev,   c::kActivateDev,  c::kUpdateRxMode,   c::kUpdateMacFilters,
                                        c::kUpdateFeature, c::kUpdateRssidt, c::kUpdateIml,      c::kSetCoalesce,
                                        c::kSetRssFields,  c::kGetStats,     c::kGetQueueStatus, c::kGetCoalesce,
                                        c::kQuiesceDev};
  rig.note(rig.vm.get(in.below(3) ? in.pick(kUsual) : (in.below(2) ? 0xcafe0000u : 0xf00d0000u) + in.below(32)));
}

// A word of what driver and device share, of those that mean something: a value that is likely, or one that does
// damage.
inline void vmxnet3_share(Vmxnet3Rig& rig, Input& in) {
  using D = v3::DriverShared;
  struct Field {
    uint64_t at;
    uint8_t bytes;
    uint64_t likely;
  };
  constexpr uint64_t s = Vm3::kShared, t = Vm3::kDescs, r = Vm3::kDescs + 256 * kQueues;
  static constexpr Field kFields[] = {
      {s + offsetof(D, magic), 4, v3::kMagic},
      {s + offsetof(D, upt_features), 1, 7},
      {s + offsetof(D, queue_descs), 8, t},
      {s + offsetof(D, mtu), 4, 1500},
      {s + offsetof(D, tx_queues), 1, kQueues},
      {s + offsetof(D, rx_queues), 1, kQueues},
      {s + offsetof(D, auto_mask), 1, 1},
      {s + offsetof(D, vectors), 1, 4},
      {s + offsetof(D, moderation), 8, 0x0807'0605'0403'0201},
      {s + offsetof(D, intr_ctrl), 4, 1},
      {s + offsetof(D, rx_mode), 1, 0x1f},
      {s + offsetof(D, multicast_bytes), 4, 12},
      {s + offsetof(D, multicast_table), 8, kMulticast},
      {s + offsetof(D, vlan_filter), 8, ~0ull},
      {s + offsetof(D, rss) + 4, 4, sizeof(v3::RssConf)},
      {s + offsetof(D, rss) + 8, 8, Vm3::kRss},
      {s + offsetof(D, command_info), 8, uint64_t{sizeof(v3::Coalesce)} << 32 | 4},
      {s + offsetof(D, command_info) + 8, 8, kCoalesce},
      {s + offsetof(D, event_vector), 1, kQueues},
      {s + offsetof(D, ecr), 4, 0},
      {t + offsetof(v3::TxQueueDesc, data_ring), 8, kDataRing},
      {t + offsetof(v3::TxQueueDesc, data_rows), 4, 64},
      {t + offsetof(v3::TxQueueDesc, data_row_bytes), 2, 128},
      {t + offsetof(v3::TxQueueDesc, threshold), 4, 8},
      {t + offsetof(v3::TxQueueDesc, ring), 8, Vm3::kRings},
      {t + offsetof(v3::TxQueueDesc, comp_ring), 8, Vm3::kRings + 0x1000},
      {t + offsetof(v3::TxQueueDesc, ring_rows), 4, 32},
      {t + offsetof(v3::TxQueueDesc, comp_rows), 4, 32},
      {t + offsetof(v3::TxQueueDesc, vector), 1, 24},
      {r + offsetof(v3::RxQueueDesc, ring), 8, Vm3::kRings + 0x2000},
      {r + offsetof(v3::RxQueueDesc, ring) + 8, 8, Vm3::kRings + 0x3000},
      {r + offsetof(v3::RxQueueDesc, comp_ring), 8, Vm3::kRings + 0x4000},
      {r + offsetof(v3::RxQueueDesc, ring_rows), 4, 32},
      {r + offsetof(v3::RxQueueDesc, ring_rows) + 4, 4, 0},
      {r + offsetof(v3::RxQueueDesc, comp_rows), 4, 32},
      {r + offsetof(v3::RxQueueDesc, vector), 1, 24},
      {Vm3::kRss, 2, 7},
      {Vm3::kRss + offsetof(v3::RssConf, hash_function), 2, 1},
      {Vm3::kRss + offsetof(v3::RssConf, key_bytes), 2, 40},
      {Vm3::kRss + offsetof(v3::RssConf, table_entries), 2, 16},
      {Vm3::kRss + offsetof(v3::RssConf, table), 8, 0xff07'0201'0002'0100},
      {kCoalesce, 4, 3},
      {kCoalesce + 4, 4, 1000},
      {kMulticast, 8, 0x0100'5e00'0001},
  };
  Field f = in.pick(kFields);
  if (f.at >= t && f.at < Vm3::kRss) f.at += 256 * in.below(kQueues);
  uint64_t value = f.likely;
  switch (in.below(4)) {
    case 0: value = in.nasty(Vm3::kMemory); break;
    case 1: value = f.bytes == 8 ? Vm3::kRings + 512 * uint64_t{in.below(256)} : in.below(256); break;
    case 2: value = 32 * uint64_t{in.below(300)}; break;
    default: break;
  }
  memcpy(rig.vm.memory->base() + f.at, &value, f.bytes);
}

inline void vmxnet3_access(Vmxnet3Rig& rig, Input& in) {
  static constexpr uint32_t kHot[] = {v3::bar0::kImr,
                                      v3::bar0::kImr,
                                      v3::bar0::kTxprod,
                                      v3::bar0::kRxprod,
                                      v3::bar0::kRxprod2,
                                      Vm3::kMsix,
                                      Vm3::kMsix,
                                      Vm3::kMsix + 0x800,
                                      Vm3::kBar1 + v3::bar1::kVrrs,
                                      Vm3::kBar1 + v3::bar1::kUvrs,
                                      Vm3::kBar1 + v3::bar1::kDsal,
                                      Vm3::kBar1 + v3::bar1::kDsah,
                                      Vm3::kBar1 + v3::bar1::kMacl,
                                      Vm3::kBar1 + v3::bar1::kMach,
                                      Vm3::kBar1 + v3::bar1::kIcr,
                                      Vm3::kBar1 + v3::bar1::kEcr};
  static constexpr uint8_t kWidths[] = {4, 4, 4, 4, 4, 1, 2, 8, 3};
  const uint8_t how = in.byte(), width = how & 1 ? in.pick(kWidths) : 4;
  const uint32_t hot = in.pick(kHot);
  const uint64_t offset = how & 2 ? in.take(2) % 0x3010 & (how & 4 ? ~uint64_t{0} : ~uint64_t{3})
                                  : hot + (hot < 0x1000        ? 8 * in.below(26)
                                           : hot == Vm3::kMsix ? 4 * in.below(102)
                                                               : 0);
  uint64_t value = in.below(2) ? in.below(8) : in.nasty(Vm3::kMemory);
  if (offset == Vm3::kBar1 + v3::bar1::kDsal && in.below(4)) value = Vm3::kShared;
  if (offset == Vm3::kBar1 + v3::bar1::kDsah && in.below(4)) value = 0;
  if (how & 8)
    rig.note(rig.vm.nic->mmio_read(offset, width, rig.vm.access));
  else
    rig.vm.nic->mmio_write(offset, width, value, rig.vm.access);
  if (how & 16) rig.note(rig.vm.nic->register_name(offset)[0]);
}
// Vectors that lead to vCPUs, open or not: for messages that arrive.
inline void vmxnet3_vectors(Vmxnet3Rig& rig, Input& in) {
  const uint8_t how = in.byte();
  if (how & 1) rig.vm.open_vectors(uint16_t(in.below(40)));
  if (how & 2) rig.vm.write(v3::bar0::kImr + 8 * in.below(how & 4 ? 25 : kQueues + 1), in.below(2));
  if (how & 8) rig.vm.write(Vm3::kMsix + 16 * in.below(how & 4 ? 25 : kQueues + 1) + 12, in.below(2));
  if (how & 16) rig.note(rig.vm.read(Vm3::kMsix + 0x800)), rig.note(rig.vm.read(Vm3::kBar1 + v3::bar1::kIcr));
  for (auto& lines : rig.vm.lines) rig.note(lines->take());
}

// Moderation by rate, depth or level, mostly as a driver asks for it.
inline void vmxnet3_moderate(Vmxnet3Rig& rig, Input& in) {
  const uint8_t how = in.byte();
  v3::DriverShared& area = rig.vm.area();
  if (how & 1) {
    const uint32_t first = how & 2   ? uint32_t(in.nasty(Vm3::kMemory))
                           : how & 4 ? in.below(70)
                                     : 100 + uint32_t(in.take(2));
    const uint32_t scheme[] = {in.below(5), first, in.below(70), in.below(70)};
    memcpy(rig.vm.memory->base() + kCoalesce, scheme, sizeof scheme);
    area.command_info[0] = uint64_t{sizeof(v3::Coalesce)} << 32 | 4, area.command_info[1] = kCoalesce;
    rig.note(rig.vm.get(v3::cmd::kSetCoalesce)), rig.note(rig.vm.get(v3::cmd::kGetCoalesce));
  } else {
    memset(area.moderation, how & 2 ? in.byte() : in.below(9), sizeof area.moderation);
    rig.note(rig.vm.get(v3::cmd::kUpdateIml));
  }
}

// Any words in any row of the five rings.
inline void vmxnet3_row(Vmxnet3Rig& rig, Input& in) {
  const uint8_t how = in.byte();
  const auto which = Vm3::Which(in.below(5));
  const auto queue = uint16_t(in.below(kQueues));
  const uint32_t row = in.below(Vm3::kRows);
  uint64_t* words = rig.vm.row(queue, which, row);
  shared::store_relaxed(words, how & 1 ? in.nasty(Vm3::kMemory) : rig.vm.rx_buffer(queue, in.below(3), row));
  shared::store_release(words + 1, how & 2 ? in.take(8)
                                           : (words[1] ^ (how & 4   ? uint64_t{1} << how % 64
                                                          : how & 8 ? v3::rxd::kGen
                                                                    : v3::txd::kGen)));
}
// A frame as a driver sends one: over several rows, with wishes in them, most of it sound.
inline void vmxnet3_send(Vmxnet3Rig& rig, Input& in) {
  static constexpr uint32_t kLengths[] = {60, 60, 14, 13, 17, 18, 1, 0, 59, 61, 64, 1514, 2048, 2049, 4096, 16383};
  Vm3& vm = rig.vm;
  const auto queue = uint16_t(in.below(kQueues));
  for (uint32_t frames = in.below(4); frames; frames--) {
    const uint8_t how = in.byte();
    const uint32_t rows = how & 1 ? 1 + in.below(in.below(8) ? 5 : 70) : 1;
    for (uint32_t i = 0; i < rows; i++) {
      const uint32_t length = how & 2 ? in.below(3000) : in.pick(kLengths);
      uint64_t bits = length | (i + 1 == rows ? v3::txd::kEop : 0) | (how & 4 ? v3::txd::kCq : 0);
      uint64_t buffer = vm.tx_buffer(queue, vm.side[queue].tx_next);
      if (i == 0) write_frame(vm.memory->base() + buffer, std::min(length, 2048u), Vm3::kMac ^ 0x0400, in);
      if (how & 8)
        bits |=
            in.take(1) << v3::txd::kOmShift | in.take(2) << v3::txd::kMsscofShift | in.take(1) << v3::txd::kHlenShift;
      if (how & 16) bits |= (in.below(2) ? v3::txd::kTi : 0) | in.take(2) << v3::txd::kTciShift;
      if (how & 32 && in.below(4) == 0) buffer = in.below(2) ? 0 : in.nasty(Vm3::kMemory);
      vm.put_raw(buffer, bits, queue);
    }
  }
  if (in.below(2)) vm.write(v3::bar0::kTxprod + 8 * queue, vm.side[queue].tx_next);
}
// A large TCP frame that is to be cut, as a driver asks for it; some of its wishes are spoilt.
inline void vmxnet3_cut(Vmxnet3Rig& rig, Input& in) {
  static constexpr uint32_t kSizes[] = {1448, 1448, 536, 9000, 1, 0, 16383};
  Vm3& vm = rig.vm;
  const auto queue = uint16_t(in.below(kQueues));
  const uint8_t how = in.byte();
  const uint32_t ip = how & 1 ? 40 : 20, options = 4 * in.below(11), header = 14 + ip + 20 + options;
  const uint64_t buffer = vm.tx_buffer(queue, vm.side[queue].tx_next);
  uint8_t* const f = vm.memory->base() + buffer;
  memset(f, 0, header);
  f[0] = in.below(8) ? 2 : 1, f[5] = in.byte();
  put16(f + 12, how & 1 ? 0x86dd : 0x0800);
  f[14] = how & 1 ? 0x60 : 0x45, f[how & 1 ? 20 : 23] = 6;
  f[14 + ip + 12] = uint8_t((20 + options) * 4), f[14 + ip + 13] = in.byte();
  if (how & 2 && in.below(4) == 0) f[12 + in.below(header - 12)] ^= in.byte();
  uint64_t wish = v3::txd::kOmTso << v3::txd::kOmShift |
                  uint64_t{how & 4 && in.below(4) == 0 ? in.below(1024) : header} << v3::txd::kHlenShift |
                  uint64_t{in.pick(kSizes)} << v3::txd::kMsscofShift;
  if (how & 8) wish |= v3::txd::kTi | in.take(2) << v3::txd::kTciShift;
  for (uint32_t left = 1 + in.below(6); left; left--) {
    const uint32_t length = how & 16 ? in.below(16384) : header + in.below(1500);
    vm.put_raw(buffer, length | wish | (left == 1 ? v3::txd::kEop | v3::txd::kCq : 0), queue);
    wish = 0;
  }
}
// Rows given back to the receiver: their generation bits turn.
inline void vmxnet3_fill(Vmxnet3Rig& rig, Input& in) {
  const uint8_t how = in.byte();
  const auto queue = uint16_t(in.below(kQueues));
  const auto which = how & 1 ? Vm3::kRx2 : Vm3::kRx;
  const uint64_t length = how & 8 ? in.below(256) : Vm3::kBuffer;
  for (uint32_t rows = in.below(65), row = in.below(Vm3::kRows); rows; rows--, row = (row + 1) % Vm3::kRows) {
    uint64_t* words = rig.vm.row(queue, which, row);
    shared::store_relaxed(
        words, how & 2 && rows % 5 == 0 ? how & 4 ? 0 : in.nasty(Vm3::kMemory) : rig.vm.rx_buffer(queue, how & 1, row));
    shared::store_release(words + 1, length | (how & 1 ? v3::rxd::kBody : 0) | (~words[1] & v3::rxd::kGen));
  }
  if (how & 16) rig.vm.write(v3::bar0::kRxprod + 8 * queue, in.below(128));
}
// A driver that begins anew with other wishes.
inline void vmxnet3_begin(Vmxnet3Rig& rig, Input& in) {
  static constexpr uint32_t kMtus[] = {9004, 1500, 60, 16384, ~0u};
  const uint8_t how = in.byte();
  rig.vm.init(how & 3 ? in.below(32) : v3::rx_mode::kPromisc, how >> 4, in.pick(kMtus));
  if (how & 4) rig.vm.open_vectors(uint16_t(in.below(4)));
  static constexpr uint32_t kBuffers[] = {256, 1024, 128, 16, 1};
  const uint32_t buffer = in.pick(kBuffers);
  if (how & 8)
    for (uint16_t queue = 0; queue < kQueues; queue++)  // small buffers: frames lie in many rows
      for (uint32_t row = 0; row < Vm3::kRows; row++)
        rig.vm.row(queue, Vm3::kRx, row)[1] = (row % 32 ? v3::rxd::kBody : 0) | v3::rxd::kGen | buffer;
}

// The ring face: any words in any of its rings, with generation bits right, wrong and flipped, frames of every kind,
// between a driver's sound work.
inline void vmxnet3_rings(Vmxnet3Rig& rig, Input& in) {
  vmxnet3_begin(rig, in);
  while (!in.empty()) switch (in.below(13)) {
      case 0:
      case 1: vmxnet3_row(rig, in); break;
      case 2:
      case 3:
        if (in.below(3))
          vmxnet3_send(rig, in);
        else
          vmxnet3_cut(rig, in);
        break;
      case 4:
      case 5: vmxnet3_fill(rig, in); break;
      case 6: vmxnet3_share(rig, in); break;
      case 7: vmxnet3_command(rig, in); break;
      case 8: common_step(rig, in); break;
      case 9:
        if (in.below(4) == 0)
          vmxnet3_begin(rig, in);
        else if (in.below(4) == 0)
          vmxnet3_moderate(rig, in);
        else
          vmxnet3_vectors(rig, in);
        break;
      default: rig.turn(in);
    }
}

}  // namespace ringside::fuzz
