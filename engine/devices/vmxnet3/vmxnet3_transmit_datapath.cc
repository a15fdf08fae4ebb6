// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstring>

#include "engine/devices/frame_copy.h"
#include "engine/devices/frame_reader.h"
#include "engine/devices/kit/checksum.h"
#include "engine/devices/vmxnet3/vmxnet3_device.h"

// Transmitting, the thorough way: frames over several rows and segments, tags, checksums, guest mistakes. One frame a
// call.
namespace ringside::devices {

namespace spec = ringside::spec::vmxnet3;
namespace txd = spec::txd;
using net::DropReason;

namespace {
constexpr uint8_t kTxRing = uint8_t(RingKind::kTransmit), kCompRing = uint8_t(RingKind::kTransmitCompletion);
// Rows of one frame, good or bad, that are looked at before the queue counts as broken.
constexpr uint32_t kMostRows = 64;

uint32_t length_of(uint64_t word) {
  const uint32_t length = uint32_t(word & txd::kLengthMask);
  return length ? length : spec::kMaxTxBuffer;
}
}  // namespace

// A ring that makes no sense: the queue stops until it is activated anew. The guest reads it in the queue's status
// (GET_QUEUE_STATUS) and in ECR, and is told by its event interrupt (sheet §3, eventIntrIdx), if that is not masked.
void Vmxnet3Device::stop_transmit(Turn& turn, uint16_t queue, uint32_t error) {
  Vmxnet3TxQueue& q = tx_queue_[queue];
  q.enabled = false;
  q.enabled_shown.store(false);
  q.counters.errors.add(1);
  tx.errors.add(1);
  // One word: a vCPU that asks for the status at this moment writes it too.
  dma_.store64_release(q.desc + offsetof(spec::TxQueueDesc, status),
                       __builtin_bit_cast(uint64_t, spec::QueueStatus{1, {}, error}));
  ecr_.set(spec::ecr::kTqErr);
  show_events();
  interrupt_.raise(turn, event_vector_.load(), kTxRing, queue, 0);
}

// DriverShared.ecr is ECR in memory, so that a driver reads its events without an exit (sheet §3). Two threads write
// it: whoever was overtaken between reading ECR and writing the word sees that when he looks again. ECR itself is never
// wrong.
void Vmxnet3Device::show_events() {
  const uint64_t area = interrupt_.shared_area();
  if (!area) return;
  for (uint32_t seen = ecr_.load(), tries = 0; tries < 8; tries++) {
    dma_.store32_ordered(area + offsetof(spec::DriverShared, ecr), seen);
    const uint32_t now = ecr_.load();
    if (now == seen) return;
    seen = now;
  }
}

// Takes the frame at the ring's place with all its rows. `told`: completion rows written so far. False: there is none,
// or the queue stopped.
bool Vmxnet3Device::transmit_any(Turn& turn, uint16_t queue, net::Burst& burst, uint32_t& told) {
  Vmxnet3TxQueue& q = tx_queue_[queue];
  const auto* ring = reinterpret_cast<const uint64_t*>(dma_.readable(q.ring.base, uint32_t(q.ring.bytes())));
  if (!ring) return stop_transmit(turn, queue, spec::kErrorRing), false;
  const uint32_t first = q.ring.next;
  const uint32_t id = turn.stepping() ? turn.sink->frame_in(this, kTxRing, first | uint32_t{queue} << 16) : 0;
  // All its rows first. The driver gives the first row away last (sheet §4), so that the others must be there.
  uint64_t address[kMostRows], word[kMostRows];
  uint32_t rows = 0, gen = q.ring.gen, bytes = 0;
  for (uint32_t row = first;;) {
    const uint64_t seen = shared::load_acquire(ring + 2 * row + 1);
    if (bool(seen & txd::kGen) != bool(gen) || rows == kMostRows || rows == q.ring.rows) {
      if (!rows) return false;
      stop_transmit(turn, queue, spec::kErrorTorn);
      return false;
    }
    address[rows] = shared::load_relaxed(ring + 2 * row);
    word[rows] = seen;
    turn.step({.kind = EventKind::kDeviceReadRow,
               .ring = kTxRing,
               .queue = queue,
               .index = row,
               .a = address[rows],
               .b = seen,
               .length = length_of(seen),
               .packet = id,
               .object = this});
    bytes += length_of(seen);
    rows++;
    if (seen & txd::kEop) break;
    if (++row == q.ring.rows) row = 0, gen ^= 1;
  }
  // The offload mode stands in the first row (sheet §4), the tag in the last.
  const uint64_t mode = word[0] >> txd::kOmShift & txd::kOmMask, last_word = word[rows - 1];
  DropReason why = DropReason::kCount;
  if (rows > spec::kMaxTxParts || word[0] & txd::kDtype || (mode != txd::kOmNone && mode != txd::kOmCsum))
    why = DropReason::kBadDescriptor;
  else if (bytes > spec::kMaxFrame)
    why = DropReason::kOversize;
  net::Packet *frame = nullptr, *segment = nullptr;
  for (uint32_t i = 0; i < rows && why == DropReason::kCount; i++) {
    uint32_t left = length_of(word[i]);
    const uint8_t* from = address[i] ? dma_.readable(address[i], left) : nullptr;
    if (!from) why = DropReason::kDmaFault;
    while (from && left && why == DropReason::kCount) {
      if (!segment || segment->data_len == room_) {
        net::Packet* fresh = take_spare();
        if (!fresh) {
          why = DropReason::kPoolEmpty;
          break;
        }
        rte_pktmbuf_reset(fresh);
        if (frame)
          segment->next = fresh, frame->nb_segs++;
        else
          frame = fresh;
        segment = fresh;
      }
      const uint32_t n = std::min(left, room_ - segment->data_len);
      copy_frame(rte_pktmbuf_mtod_offset(segment, uint8_t*, segment->data_len), from, n);
      segment->data_len = uint16_t(segment->data_len + n);
      frame->pkt_len += n;
      from += n;
      left -= n;
    }
    if (why == DropReason::kCount && turn.stepping())
      turn.step({.kind = EventKind::kDeviceReadBuffer,
                 .ring = kTxRing,
                 .queue = queue,
                 .index = (first + i) % q.ring.rows,
                 .a = address[i],
                 .length = length_of(word[i]),
                 .packet = id,
                 .object = this});
  }
  if (why == DropReason::kCount) {
    if (mode == txd::kOmCsum)
      insert_checksum(frame, {.start = uint32_t(word[0] >> txd::kHlenShift & txd::kHlenMask),
                              .at = uint32_t(word[0] >> txd::kMsscofShift & txd::kMsscofMask)});
    why = complete(frame, last_word);
  }
  // The rows are taken and the frame is sent, or dropped: one moment for who walks the rings.
  for (uint32_t i = 0; i < rows; i++) q.ring.advance();
  q.ring.show();
  q.counters.frames.add(1);
  tx.frames.add(1);
  tx.descriptors.add(rows);
  if (why != DropReason::kCount) {
    if (frame) rte_pktmbuf_free(frame);
    q.counters.errors.add(1);
    q.drops.add(why, 1);
    tx.errors.add(1);
    tx_drops.add(why, 1);
    turn.step({.kind = EventKind::kDrop,
               .ring = kTxRing,
               .queue = queue,
               .a = uint64_t(why),
               .length = bytes,
               .packet = id,
               .object = this});
  } else {
    if (turn.stepping()) net::trace_id(frame) = id;
    const uint64_t destination = net::destination_mac(frame);
    if (net::is_group(destination)) {
      const bool all = destination == net::kBroadcast;
      (all ? q.counters.broadcast : q.counters.multicast).add(1);
      (all ? q.counters.broadcast_bytes : q.counters.multicast_bytes).add(frame->pkt_len);
    }
    q.counters.bytes.add(frame->pkt_len);
    tx.bytes.add(frame->pkt_len);
    burst.push(frame);
  }
  if (!(last_word & txd::kCq)) return true;
  const uint64_t at = q.comp.base + spec::kRowBytes * uint64_t{q.comp.next}, index = (first + rows - 1) % q.ring.rows;
  const uint64_t written = q.comp.gen ? spec::txc::kGen : 0;
  const uint32_t comp_row = q.comp.next;
  dma_.store64_release(at, index);
  dma_.store64_release(at + 8, written);
  q.comp.advance();
  q.comp.show();
  told++;
  turn.step({.kind = EventKind::kDeviceWriteBack,
             .ring = kCompRing,
             .queue = queue,
             .index = comp_row,
             .a = index,
             .b = written,
             .length = bytes,
             .packet = id,
             .object = this});
  return true;
}

// Tag and least length. Returns why the frame cannot go, or kCount.
DropReason Vmxnet3Device::complete(net::Packet* frame, uint64_t last_word) {
  if (frame->pkt_len < spec::kMinFrame || frame->data_len < spec::kMinFrame) return DropReason::kRunt;
  uint8_t* data = net::data_of(frame);
  // Inside a switch a tag never lies in the data (net/packet.h).
  if (last_word & txd::kTi) {
    net::set_tag(frame, uint16_t(last_word >> txd::kTciShift));
  } else if (data[12] == kVlanEtherType >> 8 && data[13] == (kVlanEtherType & 0xff)) {
    if (frame->pkt_len < spec::kMinFrame + 4 || frame->data_len < spec::kMinFrame + 4) return DropReason::kRunt;
    net::set_tag(frame, uint16_t(data[14] << 8 | data[15]));
    memmove(data + 4, data, 12);
    rte_pktmbuf_adj(frame, 4);
  }
  return DropReason::kCount;
}

net::Packet* Vmxnet3Device::take_spare() {
  if (!spares_) refill_spares(net::kBurst);
  return spares_ ? spare_[--spares_] : nullptr;
}

// Packets are taken from the pool 32 at once, and kept over bursts.
void Vmxnet3Device::refill_spares(uint32_t wanted) {
  if (spares_ >= wanted || !config_.pool) return;
  if (rte_mempool_get_bulk(config_.pool, reinterpret_cast<void**>(spare_ + spares_), net::kBurst - spares_) == 0) {
    spares_ = net::kBurst;
    return;
  }
  // Nearly empty: what is there, one by one.
  while (spares_ < wanted && rte_mempool_get(config_.pool, reinterpret_cast<void**>(spare_ + spares_)) == 0) spares_++;
}

void Vmxnet3Device::return_spares() {
  if (spares_) rte_mempool_put_bulk(config_.pool, reinterpret_cast<void**>(spare_), spares_);
  spares_ = 0;
}

}  // namespace ringside::devices
