// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "engine/devices/frame_copy.h"
#include "engine/devices/packet_header.h"
#include "engine/devices/vmxnet3/vmxnet3_device.h"

// VMXNET3's rings at full speed: a burst each way, and the frames that lie in one row. Everything else goes the
// thorough way: vmxnet3_receive_datapath.cc, vmxnet3_transmit_datapath.cc. Both kinds have step points: a predicted
// branch each.
namespace ringside::devices {

namespace spec = ringside::spec::vmxnet3;
namespace rxc = spec::rxc;
namespace rxd = spec::rxd;
namespace txd = spec::txd;
using net::DropReason;

namespace {
constexpr uint8_t kTxRing = uint8_t(RingKind::kTransmit), kRxRing = uint8_t(RingKind::kReceive);
// How far ahead the next row's buffer is asked for.
constexpr uint32_t kAhead = 6;

uint64_t* words(uint8_t* ring, uint32_t row) { return reinterpret_cast<uint64_t*>(ring) + 2 * row; }
}  // namespace

// --- the deferred doorbell (sheet §5, base/shared.h rule 3)

// region: threshold
// While this context is awake it looks at the ring in each of its turns, and the driver may keep `packets` doorbells to
// itself. The driver writes its row and then reads the threshold; the device writes the threshold and then reads the
// row.
void Vmxnet3Device::tell_threshold(Vmxnet3TxQueue& q, uint32_t packets) {
  if (q.threshold_written.load() == packets) [[likely]]
    return;
  q.threshold_written.store(packets);
  dma_.store32_ordered(q.desc + offsetof(spec::TxQueueDesc, threshold), packets);
}

// Nobody will look again: from now on each packet must ring. What came before the driver can have seen this is found by
// has_work().
void Vmxnet3Device::before_sleep() {
  for (uint16_t i = 0; i < tx_queues_.load(); i++) {
    Vmxnet3TxQueue& q = tx_queue_[i];
    if (!q.enabled_shown.load() || !q.gate.try_enter()) continue;  // whoever holds the gate wakes us when he is done
    if (q.enabled) tell_threshold(q, 1);
    q.gate.leave();
  }
}
// endregion: threshold

// --- out of the guest

uint32_t Vmxnet3Device::ingress_burst(Turn& turn, uint16_t, net::Burst& burst) {
  burst.clear();
  tx.polls.add(1);
  const uint16_t queues = tx_queues_.load();
  const uint32_t wanted = tx_threshold_.load();
  Vmxnet3TxPass pass;
  if (segmenter_.left()) [[unlikely]]
    send_segments(turn, burst);
  for (uint16_t n = 0; n < queues && !burst.full() && !pass.spent(); n++) {
    if (++next_queue_ >= queues) next_queue_ = 0;
    Vmxnet3TxQueue& q = tx_queue_[next_queue_];
    if (!shows_work(q) && q.threshold_written.load() == wanted) continue;
    if (!q.gate.try_enter()) continue;
    if (q.enabled) {
      tell_threshold(q, wanted);
      transmit(turn, next_queue_, burst, pass);
    }
    q.gate.leave();
  }
  if (burst.count) tx.polls_with_work.add(1);
  return burst.count;
}

// region: vmxnet3-fetch
void Vmxnet3Device::transmit(Turn& turn, uint16_t queue, net::Burst& burst, Vmxnet3TxPass& pass) {
  Vmxnet3TxQueue& q = tx_queue_[queue];
  const vmm::DmaSpace dma = dma_;
  const auto* ring = reinterpret_cast<const uint64_t*>(dma.readable(q.ring.base, uint32_t(q.ring.bytes())));
  uint8_t* const comp = dma.writable(q.comp.base, uint32_t(q.comp.bytes()));
  if (!ring || !comp) [[unlikely]]
    return stop_transmit(turn, queue, spec::kErrorRing);
  q.counters.polls.add(1);
  const uint32_t before = burst.count;
  uint32_t told = 0;
  pass.told = 0;
  while (!burst.full()) {
    const uint32_t row = q.ring.next;
    const uint64_t word = shared::load_acquire(ring + 2 * row + 1);
    if (bool(word & txd::kGen) != bool(q.ring.gen)) break;
    // One row that is a whole frame and asks for nothing but its completion; while stepping, every frame goes the
    // thorough way.
    const uint32_t length = uint32_t(word & txd::kLengthMask);
    constexpr uint64_t kSpecial = txd::kDtype | txd::kOmMask << txd::kOmShift | txd::kTi;
    const bool plain = (word & (txd::kEop | kSpecial)) == txd::kEop &&
                       length - spec::kMinFrame <= room_ - spec::kMinFrame && !turn.stepping();
    const uint64_t address = shared::load_relaxed(ring + 2 * row);
    const uint8_t* buffer = plain ? dma.readable(address, length) : nullptr;
    if (!spares_) refill_spares(1);
    if (!buffer || !address || !spares_) [[unlikely]] {
      if (!transmit_any(turn, queue, burst, pass)) break;
      continue;
    }
    dma.prefetch(shared::load_relaxed(ring + 2 * (row + kAhead < q.ring.rows ? row + kAhead : 0)));
    net::Packet* packet = spare_[spares_ - 1];
    uint8_t* frame = reinterpret_cast<uint8_t*>(packet) + data_offset_;
    begin_packet(packet, length);
    copy_frame(frame, buffer, length);
    // From here on the copy is looked at, never the guest's memory: tags and group addresses take the thorough way.
    uint16_t type;
    __builtin_memcpy(&type, frame + 12, 2);
    if (type == 0x0081 || frame[0] & 1) [[unlikely]] {
      if (!transmit_any(turn, queue, burst, pass)) break;
      continue;
    }
    spares_--;
    burst.push(packet);
    q.ring.advance();
    if (word & txd::kCq) {
      uint64_t* to = words(comp, q.comp.next);
      shared::store_relaxed(to, row);
      shared::store_release(to + 1, q.comp.gen ? spec::txc::kGen : 0);
      q.comp.advance();
      told++;
    }
    q.counters.bytes.add(length);
    tx.bytes.add(length);
    q.counters.frames.add(1);
    tx.frames.add(1);
    tx.descriptors.add(1);
  }
  q.ring.show();
  q.comp.show();
  if (burst.count != before) q.counters.polls_with_work.add(1);
  told += pass.told;
  if (told) interrupt_.raise(turn, q.vector, kTxRing, queue, told);
}
// endregion: vmxnet3-fetch

// --- into the guest

void Vmxnet3Device::egress_burst(Turn& turn, uint16_t, net::Burst& burst) {
  if (!burst.left()) return;
  rx.polls.add(1);
  const uint64_t before = rx.frames.value();
  hashed_ = rx_queues_.load() > 1 && rss_shown_.load();
  if (hashed_) {
    uint32_t ends[spec::kMaxRxQueues];
    sort_by_queue(burst, ends);
    for (uint16_t q = 0; q < spec::kMaxRxQueues; q++)
      if (ends[q] > burst.first) receive(turn, q, burst, ends[q]);
  }
  if (burst.left()) receive(turn, 0, burst, burst.count);
  burst.clear();
  if (rx.frames.value() != before) rx.polls_with_work.add(1);
}

// Which queue, by RSS; the frames of one queue stand together then, in their order. All of them stay in the burst.
void Vmxnet3Device::sort_by_queue(net::Burst& burst, uint32_t (&ends)[spec::kMaxRxQueues]) {
  uint8_t queue[net::kBurst], kinds[net::kBurst];
  uint32_t hashes[net::kBurst];
  uint32_t count[spec::kMaxRxQueues] = {};
  const uint16_t queues = rx_queues_.load();
  const bool ours = rss_.gate.try_enter();  // else the table is being changed: the first queue takes them
  for (uint32_t i = burst.first; i < burst.count; i++) {
    uint32_t kind = 0;
    hashes[i] = ours && rss_.on ? net::flow_hash(burst.packets[i], rss_.wanted, rss_.key, kind) : 0;
    kinds[i] = uint8_t(kind);
    queue[i] = kind ? rss_.table[hashes[i] & rss_.table_mask] : 0;
    if (queue[i] >= queues) queue[i] = 0;
    count[queue[i]]++;
  }
  if (ours) rss_.gate.leave();
  uint32_t at[spec::kMaxRxQueues], next = burst.first;
  for (uint32_t q = 0; q < spec::kMaxRxQueues; q++) at[q] = next, next += count[q], ends[q] = next;
  net::Packet* sorted[net::kBurst];
  for (uint32_t i = burst.first; i < burst.count; i++) {
    const uint32_t to = at[queue[i]]++;
    sorted[to] = burst.packets[i];
    hash_[to] = hashes[i], hash_kind_[to] = kinds[i];  // not in the packet: a flooded one is everybody's
  }
  std::copy(sorted + burst.first, sorted + burst.count, burst.packets + burst.first);
}

// region: vmxnet3-place
// Frames [burst.first, last) of one queue.
void Vmxnet3Device::receive(Turn& turn, uint16_t queue, net::Burst& burst, uint32_t last) {
  Vmxnet3RxQueue& q = rx_queue_[queue];
  if (!q.gate.try_enter()) {
    while (burst.first < last) drop_received(turn, queue, burst, DropReason::kQueueBusy);
    return;
  }
  const vmm::DmaSpace dma = dma_;
  const auto* ring = q.enabled
                         ? reinterpret_cast<const uint64_t*>(dma.readable(q.ring[0].base, uint32_t(q.ring[0].bytes())))
                         : nullptr;
  uint8_t* const comp = q.enabled ? dma.writable(q.comp.base, uint32_t(q.comp.bytes())) : nullptr;
  if (!ring || !comp) [[unlikely]] {
    while (burst.first < last)
      drop_received(turn, queue, burst, q.enabled ? DropReason::kDmaFault : DropReason::kRxDisabled);
    return q.gate.leave();
  }
  q.counters.polls.add(1);
  const Vmxnet3Filter& filter = q.filter;
  // A frame that needs no look at filters beyond its address, none at its checksums, and one row.
  const bool simple = filter.mode & spec::rx_mode::kUcast && !filter.checksum && !turn.stepping();
  const uint64_t before = q.counters.frames.value() + q.counters.errors.value();
  net::Packet* done[net::kBurst];
  uint32_t freed = 0;
  while (burst.first < last) {
    net::Packet* packet = burst.packets[burst.first];
    const uint32_t length = packet->pkt_len;
    const uint64_t rearm = rearm_word(packet);
    const bool alone = uint32_t(rearm >> 16) == kAlone && !(packet->ol_flags & kNotPlain);
    const uint32_t row = q.ring[0].next;
    const uint64_t word = shared::load_acquire(ring + 2 * row + 1);
    const uint8_t* frame = static_cast<const uint8_t*>(packet->buf_addr) + uint16_t(rearm);
    const bool fits = simple && alone && length >= spec::kMinFrame && length <= filter.longest &&
                      bool(word & rxd::kGen) == bool(q.ring[0].gen) && !(word & rxd::kBody) &&
                      length <= (word & rxd::kLengthMask) && net::destination_mac(packet) == filter.mac;
    const uint64_t address = shared::load_relaxed(ring + 2 * row);
    uint8_t* buffer = fits ? dma.writable(address, length) : nullptr;
    if (!buffer || !address || (freed && done[0]->pool != packet->pool)) [[unlikely]] {
      receive_any(turn, queue, burst);
      continue;
    }
    dma.prefetch(shared::load_relaxed(ring + 2 * (row + kAhead < q.ring[0].rows ? row + kAhead : 0)));
    copy_frame(buffer, frame, length);
    uint64_t* to = words(comp, q.comp.next);
    uint64_t q0 = row | rxc::kSop | rxc::kEop | uint64_t{queue} << rxc::kQueueShift | rxc::kNoChecksum;
    if (hashed_) q0 |= hash_words(burst.first);
    shared::store_relaxed(to, q0);
    shared::store_release(to + 1, length | rxc::kTypeRx << rxc::kTypeShift | (q.comp.gen ? rxc::kGen : 0));
    q.comp.advance();
    q.ring[0].advance();
    done[freed++] = packet;
    burst.first++;
    q.counters.bytes.add(length);
    rx.bytes.add(length);
    q.counters.frames.add(1);
    rx.frames.add(1);
    rx.descriptors.add(1);
  }
  for (Vmxnet3Ring& r : q.ring) r.show();
  q.comp.show();
  const uint32_t vector = q.vector;
  const auto came = uint32_t(q.counters.frames.value() + q.counters.errors.value() - before);
  q.gate.leave();
  if (freed) rte_mempool_put_bulk(done[0]->pool, reinterpret_cast<void**>(done), freed);
  if (!came) return;
  q.counters.polls_with_work.add(1);
  interrupt_.raise(turn, vector, kRxRing, queue, came);
}
// endregion: vmxnet3-place

}  // namespace ringside::devices
