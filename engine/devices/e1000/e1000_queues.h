// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>

#include "engine/base/counter.h"
#include "engine/base/shared.h"
#include "engine/devices/kit/segmentation.h"
#include "engine/net/burst.h"
#include "engine/net/drop_reason.h"
#include "engine/spec/e1000.h"

namespace ringside::devices {

// Frames by size class, 64-byte frame (60 bytes of data) and less, up to 127, 255, 511, 1023, longer; group frames, and
// frames with a tag: what the statistics registers are made of. Written by the worker.
struct alignas(64) E1000Tally {
  std::array<Counter, spec::e1000::reg::kSizeClasses> by_size;
  Counter broadcast, multicast, tagged;
};

// Bytes of a frame on the wire: a tag and the FCS are not in its data (net/packet.h).
inline constexpr uint32_t kTagBytes = 4, kFcsBytes = 4;

// Size class of a frame of `length` bytes, its tag among them, without FCS.
constexpr uint32_t size_class(uint32_t length) {
  const uint32_t wire = length + kFcsBytes;
  if (wire <= 64) return 0;
  const uint32_t power = 31 - uint32_t(__builtin_clz(wire));  // 6 for 65 to 127
  return power >= 10 ? 5 : power - 5;
}

// What both rings have in common. `tail` is the doorbell. All else belongs to the holder of the gate, and what others
// may look at is published.
struct E1000Ring {
  shared::Gate gate;
  shared::Published<uint32_t> rows_shown{0};  // to clamp doorbells, and for eyes
  shared::Published<uint64_t> base_shown{0};
  shared::Published<uint32_t> head_shown{0};  // RDH, TDH
  shared::Published<bool> enabled_shown{false};
  alignas(64) shared::Doorbell tail;  // RDT, TDT
  alignas(64) uint64_t base = 0;
  uint32_t rows = 0, head = 0;
  bool enabled = false;

  uint32_t next(uint32_t row) const { return row + 1 == rows ? 0 : row + 1; }
  // Rows that the device owns, given a tail that was loaded once.
  uint32_t owned(uint32_t tail_row) const { return tail_row >= head ? tail_row - head : tail_row + rows - head; }
};

struct E1000RxQueue : E1000Ring {
  // Written under the gate whenever RCTL, RXCSUM, CTRL, the link or a receive address changes. `enabled`: for frames of
  // the line; `looped`: for those that the device itself sends, and for no others.
  bool looped = false;
  bool keep_fcs = false;  // RCTL.SECRC is 0: the frame check sequence goes into the buffer, and counts in the length
  uint32_t buffer_bytes = 2048;
  uint32_t threshold_rows = 0;  // RXDMT0
  uint32_t plain_least = ~0u,
           plain_span = 0;  // a frame of plain_least to plain_least + plain_span bytes fits one row, needs no offload
  uint32_t longest = spec::e1000::kMaxStandardFrame;
  uint32_t rctl = 0, rxcsum = 0;
  bool vlan_strip = false;          // CTRL.VME
  uint64_t station = ~uint64_t{0};  // RAL0/RAH0 when valid
  uint32_t stations = 0;
  std::array<uint64_t, spec::e1000::reg::kReceiveAddresses> station_list{};
  uint32_t delay = 0, absolute = 0;  // RDTR, RADV
  E1000Tally tally;
  Counter lost_frames, lost_octets;  // received by a receiver that is on, and dropped: in TPR and TORL all the same
};

struct E1000TxQueue : E1000Ring {
  uint32_t plain_least = ~0u,
           plain_span = 0;   // a frame of plain_least to plain_least + plain_span bytes needs no padding and one mbuf
  uint32_t least = 14;       // shorter frames are padded: TCTL.PSP
  bool vlan_insert = false;  // CTRL.VME
  bool carries = false;      // the link is up, or loops back
  bool looped = false;       // what is sent is received, and does not leave
  uint32_t delay = 0, absolute = 0;  // TIDV, TADV

  // Packets are the worker's alone: all from here on is never touched by the register side, which asks by `abandon`
  // (set under the gate) to give up a frame whose last descriptor has not come.
  shared::Published<bool> abandon{false};
  uint32_t data_offset = 0, room = 0;  // of the pool's packets: from the header to the data, and bytes for data
  uint32_t spares = 0;
  net::Packet* spare[net::kBurst];
  // The frame being gathered: its first segment, its last, and what is wrong with it.
  net::Packet* partial = nullptr;
  net::Packet* partial_last = nullptr;
  uint32_t partial_bytes = 0, partial_most = 0;
  uint64_t partial_word = 0;               // of its first row: what is asked for
  spec::e1000::TxContext partial_context;  // as it was then, for frames that ask for it
  bool partial_open = false;               // a row without EOP has been taken
  bool partial_bad = false;
  net::DropReason partial_fault{};
  uint8_t partial_source = 0;  // the closed loop to which the lost frame was an answer (net/packet.h)
  // The two contexts (SDM 3.3.6): for checksums, and for cutting. Under the gate.
  std::array<spec::e1000::TxContext, 2> context;
  // A frame that is being cut: some of its segments may have to wait for the next burst.
  Segmenter segmenter;
  uint32_t cut_id = 0;  // its trace id
  Counter uncut;        // frames that were to be cut, and could not be: TSCTFC
  E1000Tally tally;
};

}  // namespace ringside::devices
