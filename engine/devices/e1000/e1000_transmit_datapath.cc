// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/devices/e1000/e1000_pass.h"
#include "engine/devices/frame_copy.h"
#include "engine/devices/kit/checksum.h"

// Transmitting, the thorough way: frames over several rows and segments, tags, checksums, padding, guest mistakes. One
// row a call.
namespace ringside::devices {

namespace spec = ringside::spec::e1000;
namespace cause = spec::cause;
namespace txd = spec::txd;
using net::DropReason;

namespace {
uint32_t length_of(uint64_t word) {
  return uint32_t(word & (word & txd::kDext ? txd::kLongLengthMask : txd::kLengthMask));
}
}  // namespace

void E1000Device::transmit_any(Turn& turn, net::Burst& burst, TxPass& pass) {
  E1000TxQueue& q = tx_queue_;
  const uint32_t row = q.head;
  const uint64_t address = pass.address(row), word = pass.word(row);
  const uint32_t length = length_of(word), id = turn.stepping() ? turn.sink->frame_in(this, kTxRing, row) : 0;
  turn.step({.kind = EventKind::kDeviceReadRow,
             .ring = kTxRing,
             .index = row,
             .a = address,
             .b = word,
             .length = length,
             .packet = id,
             .object = this});

  // A context descriptor is no part of a frame: it says what the next ones are like (SDM 3.3.6).
  const bool context = word & txd::kDext && !(word & txd::kDtypMask), last = !context && word & txd::kEop;
  if (context)
    q.context[word & txd::kTse ? 1 : 0] = spec::tx_context(address, word);
  else if (gather(pass, address, word))
    turn.step({.kind = EventKind::kDeviceReadBuffer,
               .ring = kTxRing,
               .index = row,
               .a = address,
               .length = length,
               .packet = id,
               .object = this});
  q.partial_open = !context ? !last : q.partial_open;

  const bool lost = last ? !finish_frame(turn, burst, word, id) : !context && q.partial_bad;
  q.head = q.next(row);
  q.head_shown.store(q.head);
  pass.owned--;
  if (!(word & txd::kRs)) return;
  const uint64_t written = done_word(word) | (lost ? txd::kTu : 0);
  pass.hand_back(row, written);
  if (word & txd::kIde)
    pass.late = true;
  else
    pass.causes |= cause::kTxdw;
  turn.step({.kind = EventKind::kDeviceWriteBack,
             .ring = kTxRing,
             .index = row,
             .a = row,
             .b = written,
             .length = length,
             .packet = id,
             .object = this});
}

// A frame's first row says what kind it is of, and what is asked for. False: the frame is lost already.
bool E1000Device::begin_frame(uint64_t word) {
  E1000TxQueue& q = tx_queue_;
  q.partial_word = word;
  q.partial_most = spec::kMaxFrame;
  const DropReason reason = word & txd::kDext ? check_options(word) : DropReason::kCount;
  if (reason != DropReason::kCount) spoil(reason);
  return reason == DropReason::kCount;
}

// Adds a row's bytes to the frame being gathered. True when bytes were copied.
bool E1000Device::gather(TxPass& pass, uint64_t address, uint64_t word) {
  E1000TxQueue& q = tx_queue_;
  constexpr uint64_t kKind = txd::kDext | txd::kDtypMask;
  const uint32_t length = length_of(word);
  if (!q.partial_open && !begin_frame(word)) return false;
  if (q.partial_bad) return false;
  if (word & txd::kDext ? (word ^ q.partial_word) & kKind : q.partial_word & txd::kDext)
    return spoil(DropReason::kBadDescriptor), false;  // rows of several kinds
  if (!length || !address) return false;              // moves no data, SDM 3.3.3
  if (length > q.partial_most - q.partial_bytes)
    return spoil(is_cut(q.partial_word) ? DropReason::kBadDescriptor : DropReason::kOversize), false;
  const uint8_t* from = pass.dma.readable(address, length);
  if (!from) return spoil(DropReason::kDmaFault), false;
  pass.copied += length;
  if (append(from, length)) return true;
  return spoil(DropReason::kPoolEmpty, q.partial_bytes || length < spec::kMinFrame ? nullptr : from), false;
}

bool E1000Device::append(const uint8_t* from, uint32_t bytes) {
  E1000TxQueue& q = tx_queue_;
  while (bytes) {
    if (!q.partial_last || q.partial_last->data_len == q.room) {
      net::Packet* segment = take_spare();
      if (!segment) return false;
      rte_pktmbuf_reset(segment);
      if (q.partial)
        q.partial_last->next = segment, q.partial->nb_segs++;
      else
        q.partial = segment;
      q.partial_last = segment;
    }
    net::Packet* last = q.partial_last;
    const uint32_t n = std::min(bytes, q.room - last->data_len);
    copy_frame(rte_pktmbuf_mtod_offset(last, uint8_t*, last->data_len), from, n);
    last->data_len = uint16_t(last->data_len + n);
    q.partial->pkt_len += n;
    q.partial_bytes += n;
    from += n;
    bytes -= n;
  }
  return true;
}

// The frame being gathered is lost; its remaining rows are still taken, up to its EOP, where it is counted. `begins`:
// its header, where no packet has it.
void E1000Device::spoil(DropReason reason, const uint8_t* begins) {
  E1000TxQueue& q = tx_queue_;
  if (begins)
    q.partial_source = uint8_t(net::source_in(begins));
  else if (q.partial)
    q.partial_source = uint8_t(net::source_of(q.partial));
  if (q.partial) rte_pktmbuf_free(q.partial);
  q.partial = q.partial_last = nullptr;
  q.partial_bad = true;
  q.partial_fault = reason;
}

// The row with EOP has been taken: the frame is sent, or about to be cut (true), or dropped.
bool E1000Device::finish_frame(Turn& turn, net::Burst& burst, uint64_t word, uint32_t id) {
  E1000TxQueue& q = tx_queue_;
  if (!q.partial_bad && !q.partial) spoil(DropReason::kBadDescriptor);  // no byte in all its rows
  if (!q.partial_bad && !q.carries) spoil(DropReason::kLinkDown);
  const uint32_t bytes = q.partial_bytes;
  const bool cut = is_cut(q.partial_word);
  if (!q.partial_bad) {
    const DropReason reason = cut ? begin_cut(q.partial, word, id) : complete(q.partial, word);
    if (reason != DropReason::kCount) spoil(reason);
  }
  net::Packet* frame = q.partial;
  const bool bad = q.partial_bad;
  q.partial = q.partial_last = nullptr;
  q.partial_bytes = 0;
  q.partial_bad = false;
  if (cut && bad) q.uncut.add(1);
  if (bad)
    drop_frame(turn, q.partial_fault, bytes, id);
  else if (cut)
    send_segments(turn, burst);
  else
    tx.frames.add(1), send_frame(turn, burst, frame, id);
  return !bad;
}

void E1000Device::drop_frame(Turn& turn, DropReason reason, uint32_t bytes, uint32_t id) {
  tx.frames.add(1);
  tx.errors.add(1);
  tx_drops.add_of(std::exchange(tx_queue_.partial_source, uint8_t{0}), reason);
  turn.step({.kind = EventKind::kDrop,
             .ring = kTxRing,
             .a = uint64_t(reason),
             .length = bytes,
             .packet = id,
             .object = this});
}

void E1000Device::send_frame(Turn& turn, net::Burst& burst, net::Packet* frame, uint32_t id) {
  E1000TxQueue& q = tx_queue_;
  if (turn.stepping()) net::trace_id(frame) = id;
  const uint64_t destination = net::destination_mac(frame);
  if (net::is_group(destination)) (destination == net::kBroadcast ? q.tally.broadcast : q.tally.multicast).add(1);
  const bool tagged = net::is_tagged(frame);
  q.tally.by_size[size_class(frame->pkt_len + (tagged ? kTagBytes : 0))].add(1);
  if (tagged) q.tally.tagged.add(1);
  tx.bytes.add(frame->pkt_len);
  burst.push(frame);
}

// What the last row asks for, and an extended one's first: checksum, padding, tag. Returns why the frame cannot go, or
// kCount.
DropReason E1000Device::complete(net::Packet* frame, uint64_t word) {
  E1000TxQueue& q = tx_queue_;
  if (frame->pkt_len < spec::kMinFrame) return DropReason::kRunt;
  if (word & txd::kDext) {
    const DropReason reason = insert_checksums(frame);
    if (reason != DropReason::kCount) return reason;
  } else if (word & txd::kIc && insert_checksum(frame, {.start = uint32_t(word >> txd::kCssShift & 0xff),
                                                        .at = uint32_t(word >> txd::kCsoShift & 0xff)})) {
    offloads.checksums.add(1);
  }
  pad(frame);
  if (word & txd::kVle && q.vlan_insert)
    net::set_tag(frame, uint16_t(word >> txd::kSpecialShift));
  else if (!take_tag(frame))
    return DropReason::kRunt;
  return DropReason::kCount;
}

// TCTL.PSP.
void E1000Device::pad(net::Packet* frame) const {
  if (frame->pkt_len >= tx_queue_.least) return;
  const uint32_t missing = tx_queue_.least - frame->pkt_len;
  memset(rte_pktmbuf_mtod_offset(frame, uint8_t*, frame->data_len), 0, missing);
  frame->data_len = uint16_t(frame->data_len + missing);
  frame->pkt_len += missing;
}

net::Packet* E1000Device::take_spare() {
  E1000TxQueue& q = tx_queue_;
  if (!q.spares) refill_spares(net::kBurst);
  return q.spares ? q.spare[--q.spares] : nullptr;
}

// Packets are taken from the pool 32 at once, and kept over bursts.
void E1000Device::refill_spares(uint32_t wanted) {
  E1000TxQueue& q = tx_queue_;
  if (q.spares >= wanted || !config_.pool) return;
  const uint32_t n = net::kBurst - q.spares;
  if (rte_mempool_get_bulk(config_.pool, reinterpret_cast<void**>(q.spare + q.spares), n) == 0) {
    q.spares = net::kBurst;
    return;
  }
  // Nearly empty: what is there, one by one.
  while (q.spares < wanted && rte_mempool_get(config_.pool, reinterpret_cast<void**>(q.spare + q.spares)) == 0)
    q.spares++;
}

// The ring was reset while a frame was being gathered or cut: it is lost with its rows.
void E1000Device::drop_partial() {
  E1000TxQueue& q = tx_queue_;
  q.abandon.store(false);
  if (const uint32_t left = q.segmenter.give_up()) tx_drops.add(DropReason::kReset, left);
  if (!q.partial_open) return;
  const uint32_t source = q.partial ? net::source_of(q.partial) : q.partial_source;
  q.partial_source = 0;
  if (q.partial) rte_pktmbuf_free(q.partial);
  q.partial = q.partial_last = nullptr;
  q.partial_bytes = 0;
  q.partial_bad = q.partial_open = false;
  tx.frames.add(1);
  tx_drops.add_of(source, DropReason::kReset);
}

void E1000Device::return_spares() {
  E1000TxQueue& q = tx_queue_;
  if (q.spares) rte_mempool_put_bulk(config_.pool, reinterpret_cast<void**>(q.spare), q.spares);
  q.spares = 0;
}

}  // namespace ringside::devices
