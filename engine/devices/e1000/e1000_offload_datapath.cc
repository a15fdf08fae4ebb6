// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "engine/devices/e1000/e1000_pass.h"
#include "engine/devices/kit/checksum.h"

// What extended transmit descriptors ask for beyond legacy ones: checksums at the places that a context descriptor
// names, and frames cut into segments (SDM 3.3.6, 3.3.7, 3.5). It is the guest's work, moved to the device: here the
// worker's time pays for it, and `offloads` counts it.
namespace ringside::devices {

namespace spec = ringside::spec::e1000;
namespace txd = spec::txd;
using net::DropReason;

namespace {

// IPCSE and TUCSE are inclusive, and 0 is the frame's end.
ChecksumRange range_of(uint32_t start, uint32_t at, uint32_t end, bool wanted) {
  return {.start = start, .at = at, .end = end ? end + 1 : kToEnd, .wanted = wanted};
}

}  // namespace

// A frame's first row: is it of a known kind, and does what it asks for make sense, as far as that can be told before
// its data come? A frame that is to be cut may be longer than others. POPTS counts in the first row alone.
DropReason E1000Device::check_options(uint64_t word) {
  E1000TxQueue& q = tx_queue_;
  if ((word & txd::kDtypMask) != txd::kData) return DropReason::kBadDescriptor;
  const bool cut = word & txd::kTse;
  if (!cut && !(word & (txd::kIxsm | txd::kTxsm))) return DropReason::kCount;
  const spec::TxContext& context = q.partial_context = q.context[cut ? 1 : 0];
  if (!context.set) return DropReason::kBadDescriptor;
  if (!cut) return DropReason::kCount;
  if (!context.mss || !context.tcp || context.hdrlen < spec::kMinFrame) return DropReason::kBadDescriptor;
  q.partial_most = context.hdrlen + context.paylen;
  return q.partial_most > spec::kMaxUncut ? DropReason::kOversize : DropReason::kCount;
}

DropReason E1000Device::insert_checksums(net::Packet* frame) {
  const E1000TxQueue& q = tx_queue_;
  const bool ip = q.partial_word & txd::kIxsm, l4 = q.partial_word & txd::kTxsm;
  if (!ip && !l4) return DropReason::kCount;
  const spec::TxContext& c = q.partial_context;
  if (ip && !insert_checksum(frame, range_of(c.ipcss, c.ipcso, c.ipcse, true), 0, ZeroSum::kPlain))
    return DropReason::kBadDescriptor;
  if (l4 && !insert_checksum(frame, range_of(c.tucss, c.tucso, c.tucse, true))) return DropReason::kBadDescriptor;
  offloads.checksums.add(1);
  return DropReason::kCount;
}

// The whole frame is there: it is the segmenter's now, and counted as sent with all its segments; or it is not, and
// why.
DropReason E1000Device::begin_cut(net::Packet* frame, uint64_t word, uint32_t id) {
  E1000TxQueue& q = tx_queue_;
  const spec::TxContext& c = q.partial_context;
  if (frame->pkt_len != q.partial_most) return DropReason::kBadDescriptor;  // PAYLEN and the rows' lengths differ
  const uint64_t tagging = word & txd::kVle ? word : q.partial_word;
  if (tagging & txd::kVle && q.vlan_insert) net::set_tag(frame, uint16_t(tagging >> txd::kSpecialShift));
  const SegmentPlan plan{.header = c.hdrlen,
                         .mss = c.mss,
                         .ip = c.ipcss,
                         .tcp = c.tucss,
                         .ipv6 = !c.ipv4,
                         .ip_checksum = range_of(c.ipcss, c.ipcso, c.ipcse, q.partial_word & txd::kIxsm),
                         .tcp_checksum = range_of(c.tucss, c.tucso, c.tucse, q.partial_word & txd::kTxsm),
                         .longest = spec::kMaxFrame};
  const DropReason reason = q.segmenter.begin(frame, plan);
  if (reason != DropReason::kCount) return reason;
  const uint32_t segments = q.segmenter.left();
  q.cut_id = id;
  tx.frames.add(1);
  offloads.cut.add(1);
  offloads.segmented.add(segments - 1);
  return DropReason::kCount;
}

// As many segments as the burst has room for. Each is a frame as any other from here on.
void E1000Device::send_segments(Turn& turn, net::Burst& burst) {
  E1000TxQueue& q = tx_queue_;
  DropReason reason = q.carries ? DropReason::kCount : DropReason::kLinkDown;
  while (q.segmenter.left() && !burst.full() && reason == DropReason::kCount) {
    net::Packet* segment = q.segmenter.next(config_.pool);
    if (!segment && q.spares) {  // the pool's last packets lie here
      return_spares();
      segment = q.segmenter.next(config_.pool);
    }
    if (!segment) {
      reason = DropReason::kPoolEmpty;
      break;
    }
    pad(segment);
    if (!net::is_tagged(segment)) take_tag(segment);
    send_frame(turn, burst, segment, q.cut_id);
    turn.step({.kind = EventKind::kDeviceSegment,
               .ring = kTxRing,
               .a = q.segmenter.made(),
               .b = q.segmenter.made() + q.segmenter.left(),
               .length = segment->pkt_len,
               .packet = q.cut_id,
               .object = this});
  }
  if (reason == DropReason::kCount) return;
  const uint32_t lost = q.segmenter.give_up();
  tx.errors.add(lost);
  tx_drops.add(reason, lost);
}

}  // namespace ringside::devices
