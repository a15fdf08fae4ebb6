// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstring>

#include "engine/devices/frame_copy.h"
#include "engine/devices/frame_reader.h"
#include "engine/devices/kit/checksum.h"
#include "engine/devices/vmxnet3/vmxnet3_device.h"

// Transmitting, the thorough way: frames over several rows and segments, tags, checksums, frames that are cut into
// segments, guest mistakes. One frame a call.
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
  q.error.store(error);
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

// One frame's rows, each read once.
struct Vmxnet3Device::TxFrame {
  uint32_t first = 0;  // row
  uint32_t count = 0, bytes = 0, id = 0;
  uint64_t address[kMostRows], word[kMostRows];

  // Offload mode, header length, segment size and tag stand in the first row (sheet §4).
  uint64_t mode() const { return word[0] >> txd::kOmShift & txd::kOmMask; }
  bool sound() const {
    const bool tso = mode() == txd::kOmTso;
    return count <= (tso ? spec::kMaxTsoParts : spec::kMaxTxParts) && !(word[0] & txd::kDtype) &&
           mode() != txd::kOmEncap;
  }
  uint32_t most_bytes() const { return mode() == txd::kOmTso ? spec::kMaxLarge : spec::kMaxFrame; }
};

// Takes the frame at the ring's place with all its rows. False: there is none, the queue stopped, or this burst has
// taken as many bad rows as it may.
bool Vmxnet3Device::transmit_any(Turn& turn, uint16_t queue, net::Burst& burst, Vmxnet3TxPass& pass) {
  Vmxnet3TxQueue& q = tx_queue_[queue];
  const auto* ring = reinterpret_cast<const uint64_t*>(dma_.readable(q.ring.base, uint32_t(q.ring.bytes())));
  if (!ring) return stop_transmit(turn, queue, spec::kErrorRing), false;
  TxFrame rows;
  rows.first = q.ring.next;
  rows.id = turn.stepping() ? turn.sink->frame_in(this, kTxRing, rows.first | uint32_t{queue} << 16) : 0;
  // All its rows first. The driver gives the first row away last (sheet §4), so that the others must be there.
  for (uint32_t row = rows.first, gen = q.ring.gen;;) {
    const uint64_t seen = shared::load_acquire(ring + 2 * row + 1);
    if (bool(seen & txd::kGen) != bool(gen) || rows.count == kMostRows || rows.count == q.ring.rows) {
      if (!rows.count) return false;
      stop_transmit(turn, queue, spec::kErrorTorn);
      return false;
    }
    const uint64_t address = shared::load_relaxed(ring + 2 * row);
    rows.address[rows.count] = address, rows.word[rows.count] = seen;
    turn.step({.kind = EventKind::kDeviceReadRow,
               .ring = kTxRing,
               .queue = queue,
               .index = row,
               .a = address,
               .b = seen,
               .length = length_of(seen),
               .packet = rows.id,
               .object = this});
    rows.bytes += length_of(seen);
    rows.count++;
    if (seen & txd::kEop) break;
    if (++row == q.ring.rows) row = 0, gen ^= 1;
  }
  net::Packet* frame = nullptr;
  DropReason why = gather(turn, queue, rows, frame);
  if (why == DropReason::kCount) why = complete(frame, rows.word[0]);
  const bool cut = why == DropReason::kCount && segmenter_.left();
  // The rows are taken and the frame is sent, or dropped: one moment for who walks the rings.
  for (uint32_t i = 0; i < rows.count; i++) q.ring.advance();
  q.ring.show();
  q.counters.frames.add(1);
  tx.frames.add(1);
  tx.descriptors.add(rows.count);
  if (why != DropReason::kCount) {
    pass.rows += rows.count;
    if (frame) rte_pktmbuf_free(frame);
    if (const uint32_t source = answers(rows)) tx_drops.lost_of[source].add(1);
    lose(turn, queue, why, 1, rows.bytes, rows.id);
  } else {
    const uint32_t bytes = frame->pkt_len;
    q.counters.bytes.add(bytes);
    tx.bytes.add(bytes);
    if (cut) {
      const uint32_t more = segmenter_.left() - 1;
      offloads.cut.add(1), offloads.segmented.add(more);
      q.counters.segmented.add(more), q.counters.tso.add(more + 1), q.counters.tso_bytes.add(bytes);
      cutting_ = queue, cutting_id_ = rows.id;
      send_segments(turn, burst);
    } else {
      send(turn, queue, burst, frame, rows.id);
    }
  }
  if (rows.word[rows.count - 1] & txd::kCq) complete_transmit(turn, queue, rows, pass);
  return !pass.spent();
}

// The frame's bytes out of the guest's memory, into packets of the pool. Returns why that cannot be, or kCount.
DropReason Vmxnet3Device::gather(Turn& turn, uint16_t queue, const TxFrame& rows, net::Packet*& frame) {
  if (!rows.sound()) return DropReason::kBadDescriptor;
  if (rows.bytes > rows.most_bytes()) return DropReason::kOversize;
  net::Packet* segment = nullptr;
  for (uint32_t i = 0; i < rows.count; i++) {
    uint32_t left = length_of(rows.word[i]);
    const uint8_t* from = rows.address[i] ? dma_.readable(rows.address[i], left) : nullptr;
    if (!from) return DropReason::kDmaFault;
    while (left) {
      if (!segment || segment->data_len == room_) {
        net::Packet* fresh = take_spare();
        if (!fresh) return DropReason::kPoolEmpty;
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
    if (turn.stepping())
      turn.step({.kind = EventKind::kDeviceReadBuffer,
                 .ring = kTxRing,
                 .queue = queue,
                 .index = (rows.first + i) % tx_queue_[queue].ring.rows,
                 .a = rows.address[i],
                 .length = length_of(rows.word[i]),
                 .packet = rows.id,
                 .object = this});
  }
  return DropReason::kCount;
}

// What the first row asks for: checksum, tag, segmentation; and the least length. Returns why the frame cannot go, or
// kCount: the caller's still, or the segmenter's.
DropReason Vmxnet3Device::complete(net::Packet* frame, uint64_t first_word) {
  if (frame->pkt_len < spec::kMinFrame || frame->data_len < spec::kMinFrame) return DropReason::kRunt;
  const uint64_t mode = first_word >> txd::kOmShift & txd::kOmMask;
  uint32_t header = uint32_t(first_word >> txd::kHlenShift & txd::kHlenMask);
  const uint32_t mss = uint32_t(first_word >> txd::kMsscofShift & txd::kMsscofMask);
  if (mode == txd::kOmCsum) {
    if (!insert_checksum(frame, {.start = header, .at = mss})) return DropReason::kBadDescriptor;
    offloads.checksums.add(1);
  }
  uint8_t* data = net::data_of(frame);
  // Inside a switch a tag never lies in the data (net/packet.h).
  if (first_word & txd::kTi) {
    net::set_tag(frame, uint16_t(first_word >> txd::kTciShift));
  } else if (data[12] == kVlanEtherType >> 8 && data[13] == (kVlanEtherType & 0xff)) {
    if (frame->pkt_len < spec::kMinFrame + 4 || frame->data_len < spec::kMinFrame + 4) return DropReason::kRunt;
    net::set_tag(frame, uint16_t(data[14] << 8 | data[15]));
    memmove(data + 4, data, 12);
    rte_pktmbuf_adj(frame, 4);
    header -= std::min(header, 4u);
  }
  if (mode != txd::kOmTso) return DropReason::kCount;
  SegmentPlan plan;
  if (!plan_from_headers(frame, header, mss, spec::kMaxFrame, plan)) return DropReason::kBadDescriptor;
  return segmenter_.begin(frame, plan);
}

// The closed loop to which a lost frame was the answer (net/packet.h), as far as that can be read; 0: none.
uint32_t Vmxnet3Device::answers(const TxFrame& rows) const {
  const bool header = length_of(rows.word[0]) >= spec::kMinFrame;
  const uint8_t* begins = header ? dma_.readable(rows.address[0], spec::kMinFrame) : nullptr;
  return begins ? net::source_in(begins) : 0;
}

// Frames that were counted as sent and go nowhere.
void Vmxnet3Device::lose(Turn& turn, uint16_t queue, DropReason why, uint32_t frames, uint32_t bytes, uint32_t id) {
  Vmxnet3TxQueue& q = tx_queue_[queue];
  q.counters.errors.add(frames);
  q.drops.add(why, frames);
  tx.errors.add(frames);
  tx_drops.add(why, frames);
  turn.step({.kind = EventKind::kDrop,
             .ring = kTxRing,
             .queue = queue,
             .a = uint64_t(why),
             .length = bytes,
             .packet = id,
             .object = this});
}

void Vmxnet3Device::send(Turn& turn, uint16_t queue, net::Burst& burst, net::Packet* frame, uint32_t id) {
  Vmxnet3QueueCounters& counters = tx_queue_[queue].counters;
  if (turn.stepping()) net::trace_id(frame) = id;
  const uint64_t destination = net::destination_mac(frame);
  if (net::is_group(destination)) {
    const bool all = destination == net::kBroadcast;
    (all ? counters.broadcast : counters.multicast).add(1);
    (all ? counters.broadcast_bytes : counters.multicast_bytes).add(frame->pkt_len);
  }
  burst.push(frame);
}

// Segments of the frame that is being cut, as many as the burst has room for. They are of no queue's ring any more: a
// queue that is stopped or re-programmed meanwhile does not matter.
void Vmxnet3Device::send_segments(Turn& turn, net::Burst& burst) {
  while (segmenter_.left() && !burst.full()) {
    net::Packet* segment = segmenter_.next(config_.pool);
    if (!segment && spares_) {
      return_spares();
      segment = segmenter_.next(config_.pool);
    }
    if (!segment) return lose(turn, cutting_, DropReason::kPoolEmpty, segmenter_.give_up(), 0, cutting_id_);
    send(turn, cutting_, burst, segment, cutting_id_);
    turn.step({.kind = EventKind::kDeviceSegment,
               .ring = kTxRing,
               .queue = cutting_,
               .a = segmenter_.made(),
               .b = segmenter_.made() + segmenter_.left(),
               .length = segment->pkt_len,
               .packet = cutting_id_,
               .object = this});
  }
}

// The completion row names the frame's last row.
void Vmxnet3Device::complete_transmit(Turn& turn, uint16_t queue, const TxFrame& rows, Vmxnet3TxPass& pass) {
  Vmxnet3TxQueue& q = tx_queue_[queue];
  const uint64_t at = q.comp.base + spec::kRowBytes * uint64_t{q.comp.next};
  const uint64_t index = (rows.first + rows.count - 1) % q.ring.rows, written = q.comp.gen ? spec::txc::kGen : 0;
  const uint32_t comp_row = q.comp.next;
  dma_.store64_release(at, index);
  dma_.store64_release(at + 8, written);
  q.comp.advance();
  q.comp.show();
  pass.told++;
  turn.step({.kind = EventKind::kDeviceWriteBack,
             .ring = kCompRing,
             .queue = queue,
             .index = comp_row,
             .a = index,
             .b = written,
             .length = rows.bytes,
             .packet = rows.id,
             .object = this});
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
