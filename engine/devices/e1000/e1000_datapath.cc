// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "engine/devices/e1000/e1000_pass.h"
#include "engine/devices/frame_copy.h"
#include "engine/devices/packet_header.h"

// The E1000's two rings at full speed: a burst each way, and the frames that need nothing special. Everything else, and
// every frame while somebody steps, goes the thorough way: e1000_receive_datapath.cc, e1000_transmit_datapath.cc.
namespace ringside::devices {

namespace spec = ringside::spec::e1000;
namespace cause = spec::cause;
namespace rxd = spec::rxd;
namespace txd = spec::txd;
using net::DropReason;

namespace {
// What a row may ask for beyond its report; a whole frame that asks for nothing of it is plain, legacy or extended.
constexpr uint64_t kLegacyWishes = txd::kEop | txd::kIc | txd::kDext | txd::kVle;
constexpr uint64_t kDataWishes = txd::kEop | txd::kTse | txd::kDext | txd::kVle | txd::kDtypMask | txd::kIxsm |
                                 txd::kTxsm | (txd::kLongLengthMask & ~txd::kLengthMask);
}  // namespace

void E1000Device::egress_burst(Turn& turn, uint16_t, net::Burst& burst) {
  if (burst.left()) receive(turn, burst, false);
}

void E1000Device::receive(Turn& turn, net::Burst& burst, bool own) {
  E1000RxQueue& q = rx_queue_;
  rx.polls.add(1);
  if (!q.gate.try_enter()) return drop_all_received(turn, burst, DropReason::kQueueBusy);
  const uint64_t* ring = nullptr;
  const bool open = (own ? q.looped : q.enabled) && q.rows;
  if (open) [[likely]]
    ring = reinterpret_cast<const uint64_t*>(dma_.readable(q.base, uint64_t{q.rows} * spec::kRowBytes));
  if (!ring) [[unlikely]] {
    const bool off = !(q.rctl & spec::rctl::kEn) || !q.rows;
    drop_all_received(turn, burst,
                      open  ? DropReason::kDmaFault
                      : off ? DropReason::kRxDisabled
                            : DropReason::kLinkDown);
    return q.gate.leave();
  }
  const uint32_t tail = std::min(q.tail.load(), q.rows - 1), owned = q.owned(tail), threshold = q.threshold_rows;
  RxPass pass{{dma_, ring, q.base, owned}};
  while (burst.left()) {
    if (!turn.stepping()) [[likely]]
      receive_plain(burst, pass);
    if (burst.left()) [[unlikely]]
      receive_any(turn, burst, pass);
  }
  const uint32_t delay = q.delay, absolute = q.absolute;
  q.gate.leave();
  burst.clear();
  if (pass.placed) {
    rx.polls_with_work.add(1);
    if (delay) [[unlikely]]
      interrupt_.arm_receive(turn, delay, absolute);
    else
      pass.causes |= cause::kRxt0;
    if (owned > threshold && pass.owned <= threshold) pass.causes |= cause::kRxdmt0;
  }
  if (pass.causes) interrupt_.raise(turn, pass.causes);
}

// region: rx-place
void E1000Device::receive_plain(net::Burst& burst, RxPass& pass) {
  E1000RxQueue& q = rx_queue_;
  const RingPass p = pass;
  const uint32_t first = burst.first, last = std::min(burst.count, first + p.owned), rows = q.rows;
  const uint32_t least = q.plain_least, span = q.plain_span;
  if (first == last) return;
  const uint64_t station = q.station;
  rte_mempool* const pool = burst.packets[first]->pool;
  uint32_t head = q.head, ahead = head + kAhead < rows ? head + kAhead : (head + kAhead) % rows, i = first;
  uint32_t sizes[spec::reg::kSizeClasses] = {};
  uint64_t bytes = 0;
  for (; i < last; i++) {
    net::Packet* packet = burst.packets[i];
    // The frame: alone, direct, untagged, and no longer than one buffer.
    const uint64_t rearm = rearm_word(packet);
    const uint32_t length = packet->pkt_len;
    if (uint32_t(rearm >> 16) != kAlone || packet->ol_flags & kNotPlain || packet->pool != pool) break;
    if (length - least > span) break;
    const uint8_t* frame = static_cast<const uint8_t*>(packet->buf_addr) + uint16_t(rearm);
    uint64_t destination;
    __builtin_memcpy(&destination, frame, 8);
    destination &= 0xffff'ffff'ffff;
    if (destination != station && !(q.rctl & spec::rctl::kUpe && !net::is_group(destination))) break;
    // region: rx-hand-over
    // The row: its buffer must be there. The rows ahead are not ours to trust, but asking for a cache line harms
    // nobody.
    p.dma.prefetch(p.address(ahead));
    ahead = ahead + 1 == rows ? 0 : ahead + 1;
    const uint64_t address = p.address(head);
    uint8_t* buffer = p.dma.writable(address, length);
    if (!buffer || !address) break;
    copy_frame(buffer, frame, length);
    p.hand_back(head, length | rxd::kDd | rxd::kEop | rxd::kIxsm);
    // endregion: rx-hand-over
    head = head + 1 == rows ? 0 : head + 1;
    sizes[size_class(length)]++;
    bytes += length;
  }
  const uint32_t n = i - first;
  if (!n) return;
  q.head = head;
  q.head_shown.store(head);
  pass.owned -= n;
  pass.placed = true;
  rx.frames.add(n);
  rx.descriptors.add(n);
  rx.bytes.add(bytes);
  for (uint32_t c = 0; c < spec::reg::kSizeClasses; c++)
    if (sizes[c]) q.tally.by_size[c].add(sizes[c]);
  burst.first = i;
  rte_mempool_put_bulk(pool, reinterpret_cast<void**>(burst.packets + first), n);
}
// endregion: rx-place

uint32_t E1000Device::ingress_burst(Turn& turn, uint16_t, net::Burst& burst) {
  E1000TxQueue& q = tx_queue_;
  burst.clear();
  tx.polls.add(1);
  const uint32_t doorbell = q.tail.load();
  if (doorbell == q.head_shown.load() && !q.abandon.load() && !q.segmenter.left()) return 0;
  if (!q.gate.try_enter()) return 0;
  if (q.abandon.load()) [[unlikely]]
    drop_partial();
  // A frame whose segments have begun to leave goes on, come what may to the ring.
  const bool open = q.enabled && q.rows;
  const uint32_t tail = open ? std::min(doorbell, q.rows - 1) : q.head, owned = open ? q.owned(tail) : 0;
  const uint32_t budget = std::min(owned, kRowsPerPass);
  const auto* ring = reinterpret_cast<const uint64_t*>(dma_.readable(q.base, uint64_t{q.rows} * spec::kRowBytes));
  TxPass pass{{dma_, ring, q.base, budget}};
  if (!ring) [[unlikely]] {  // a ring outside the guest's memory: its rows are gone, whatever they were
    tx.errors.add(owned);
    q.head = tail;
    pass.owned = 0;
  } else {
    refill_spares(std::min(budget, net::kBurst));
  }
  if (q.segmenter.left()) [[unlikely]]
    send_segments(turn, burst);
  while (pass.owned && !burst.full() && pass.copied < kBytesPerPass) {
    if (!turn.stepping() && !q.partial_open) [[likely]]
      transmit_plain(burst, pass);
    if (pass.owned && !burst.full()) [[unlikely]]
      transmit_any(turn, burst, pass);
  }
  const uint32_t taken = budget - pass.owned, delay = q.delay, absolute = q.absolute;
  const bool looped = q.looped;
  q.head_shown.store(q.head);
  q.gate.leave();
  if (taken) {
    tx.polls_with_work.add(1);
    tx.descriptors.add(taken);
    if (taken == owned) pass.causes |= cause::kTxqe;
    if (pass.late) [[unlikely]] {
      if (delay)
        interrupt_.arm_transmit(turn, delay, absolute);
      else
        pass.causes |= cause::kTxdw;
    }
  }
  if (pass.causes) interrupt_.raise(turn, pass.causes);
  if (looped && burst.count) [[unlikely]]
    receive(turn, burst, true);
  return burst.count;
}

// region: tx-fetch
void E1000Device::transmit_plain(net::Burst& burst, TxPass& pass) {
  E1000TxQueue& q = tx_queue_;
  const RingPass p = pass;
  const uint32_t most = std::min({p.owned, q.spares, net::kBurst - burst.count}), rows = q.rows;
  const uint32_t least = q.plain_least, span = q.plain_span, data_offset = q.data_offset;
  uint32_t head = q.head, ahead = head + kAhead < rows ? head + kAhead : (head + kAhead) % rows, n = 0;
  uint32_t sizes[spec::reg::kSizeClasses] = {};
  uint64_t bytes = 0, reported = 0, late = 0;
  net::Packet** spare = q.spare + q.spares;
  net::Packet** out = burst.packets + burst.count;
  for (; n < most; n++) {
    p.dma.prefetch(p.address(ahead));
    ahead = ahead + 1 == rows ? 0 : ahead + 1;
    // region: tx-hand-over
    // The row, copied once: a whole frame that asks for nothing but its report.
    const uint64_t address = p.address(head), word = p.word(head);
    const uint32_t length = uint32_t(word & txd::kLengthMask);
    if (((word & kLegacyWishes) != txd::kEop && (word & kDataWishes) != (txd::kEop | txd::kDext | txd::kData)) ||
        length - least > span)
      break;
    const uint8_t* buffer = p.dma.readable(address, length);
    if (!buffer || !address) break;
    net::Packet* packet = *(spare - 1);
    uint8_t* frame = reinterpret_cast<uint8_t*>(packet) + data_offset;
    begin_packet(packet, length);
    copy_frame(frame, buffer, length);
    // endregion: tx-hand-over
    // From here on the copy is looked at, never the guest's memory: tags and group addresses take the thorough way.
    uint16_t type;
    __builtin_memcpy(&type, frame + 12, 2);
    if (type == __builtin_bswap16(spec::kVlanEtherType) || frame[0] & 1) [[unlikely]]
      break;
    spare--;
    *out++ = packet;
    if (word & txd::kRs) {
      p.hand_back(head, done_word(word));
      (word & txd::kIde ? late : reported) = 1;
    }
    head = head + 1 == rows ? 0 : head + 1;
    sizes[size_class(length)]++;
    bytes += length;
  }
  if (!n) return;
  q.spares -= n;
  q.head = head;
  pass.owned -= n;
  pass.late |= late;
  if (reported) pass.causes |= cause::kTxdw;
  tx.frames.add(n);
  tx.bytes.add(bytes);
  for (uint32_t c = 0; c < spec::reg::kSizeClasses; c++)
    if (sizes[c]) q.tally.by_size[c].add(sizes[c]);
  burst.count += n;
}
// endregion: tx-fetch

}  // namespace ringside::devices
