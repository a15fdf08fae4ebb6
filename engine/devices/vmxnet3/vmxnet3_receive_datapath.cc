// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "engine/devices/frame_reader.h"
#include "engine/devices/kit/checksum.h"
#include "engine/devices/vmxnet3/vmxnet3_device.h"

// Receiving, the thorough way: filters, tags, frames over several rows of both rings, guest mistakes. One frame a call.
namespace ringside::devices {

namespace spec = ringside::spec::vmxnet3;
namespace rxc = spec::rxc;
namespace rxd = spec::rxd;
namespace rx_mode = spec::rx_mode;
using net::DropReason;

namespace {
constexpr uint8_t kRxRing = uint8_t(RingKind::kReceive), kRx2Ring = uint8_t(RingKind::kReceive2),
                  kCompRing = uint8_t(RingKind::kReceiveCompletion);
constexpr uint32_t kMostRows = 64;

uint32_t id_of(const Turn& turn, net::Packet* packet) { return turn.stepping() ? net::trace_id(packet) : 0; }
uint8_t kind_of(uint32_t ring) { return ring ? kRx2Ring : kRxRing; }
}  // namespace

// The rows that one frame would take. Nothing of them is the frame's before all are known to be good.
struct Vmxnet3Device::RxFrame {
  struct Row {
    uint8_t ring;
    uint32_t row, length;
    uint8_t* buffer;
    uint64_t address;
  };
  Row rows[kMostRows];
  uint32_t count = 0;
};

void Vmxnet3Device::drop_received(Turn& turn, uint16_t queue, net::Burst& burst, DropReason reason) {
  net::Packet* packet = burst.packets[burst.first];
  const StepEvent event{.kind = EventKind::kDrop,
                        .ring = kRxRing,
                        .queue = queue,
                        .a = uint64_t(reason),
                        .length = packet->pkt_len,
                        .packet = id_of(turn, packet),
                        .object = this};
  rx_drops.add(reason, packet);
  rx_queue_[queue].drops.add(reason, 1);
  burst.first++;
  rte_pktmbuf_free(packet);
  turn.step(event);
}

// Sheet §3, rxMode.
bool Vmxnet3Device::accepts(const Vmxnet3Filter& filter, uint64_t destination) const {
  if (filter.mode & rx_mode::kPromisc) return true;
  if (!net::is_group(destination)) return filter.mode & rx_mode::kUcast && destination == filter.mac;
  if (destination == net::kBroadcast) return filter.mode & rx_mode::kBcast;
  if (filter.mode & rx_mode::kAllMulti) return true;
  if (!(filter.mode & rx_mode::kMcast)) return false;
  return std::find(filter.multicast.begin(), filter.multicast.begin() + filter.multicasts, destination) !=
         filter.multicast.begin() + filter.multicasts;
}

void Vmxnet3Device::receive_any(Turn& turn, uint16_t queue, net::Burst& burst) {
  Vmxnet3RxQueue& q = rx_queue_[queue];
  net::Packet* packet = burst.packets[burst.first];
  const bool tagged = net::is_tagged(packet);
  if (packet->pkt_len < spec::kMinFrame || packet->data_len < spec::kMinFrame)
    return drop_received(turn, queue, burst, DropReason::kRunt);
  const uint64_t destination = net::destination_mac(packet);
  const uint32_t vlan = net::vlan_of(packet);
  const bool vlan_wanted = !vlan || q.filter.mode & rx_mode::kPromisc || q.filter.vlans[vlan / 32] >> vlan % 32 & 1;
  if (!accepts(q.filter, destination) || !vlan_wanted) return drop_received(turn, queue, burst, DropReason::kFiltered);
  const uint32_t on_wire = packet->pkt_len + (tagged ? 4 : 0);
  if (on_wire > q.filter.longest) return drop_received(turn, queue, burst, DropReason::kOversize);
  const bool stripped = tagged && q.filter.strip;
  const uint32_t total = stripped ? packet->pkt_len : on_wire, id = id_of(turn, packet);
  FrameReader reader(packet, tagged && !stripped);
  RxFrame frame;
  DropReason why;
  if (!skip_bodies(turn, queue, id)) return drop_received(turn, queue, burst, DropReason::kNoDescriptor);
  if (!find_rows(turn, queue, total, id, frame, why)) {
    if (frame.count) refuse(turn, queue, frame, reader, id);
    return drop_received(turn, queue, burst, why);
  }
  const uint64_t status = receive_status(q.filter, packet, stripped);
  const uint64_t hash = hashed_ ? hash_words(burst.first) : 0;
  for (uint32_t i = 0, left = total; i < frame.count; i++) {
    const RxFrame::Row& row = frame.rows[i];
    const uint32_t part = std::min(left, row.length);
    reader.copy(row.buffer, part);
    left -= part;
    turn.step({.kind = EventKind::kDeviceWriteBuffer,
               .ring = kind_of(row.ring),
               .queue = queue,
               .index = row.row,
               .a = row.address,
               .length = part,
               .packet = id,
               .object = this});
    const bool last = i + 1 == frame.count;
    uint64_t q0 = row.row | (i == 0 ? rxc::kSop | hash : 0) | (last ? rxc::kEop : 0);
    uint64_t q1 = part | rxc::kTypeRx << rxc::kTypeShift;
    if (last) q1 |= status;
    if (!last || !(status & (rxc::kV4))) q0 |= rxc::kNoChecksum;
    if (last) {
      const bool all = destination == net::kBroadcast;
      q.counters.frames.add(1), q.counters.bytes.add(packet->pkt_len);
      rx.frames.add(1), rx.bytes.add(packet->pkt_len);
      if (net::is_group(destination)) {
        (all ? q.counters.broadcast : q.counters.multicast).add(1);
        (all ? q.counters.broadcast_bytes : q.counters.multicast_bytes).add(packet->pkt_len);
      }
      burst.first++;
      rte_pktmbuf_free(packet);
    }
    complete_row(turn, queue, row.ring, q0, q1, part, id);
  }
}

// Takes the row out of its ring and writes its completion.
void Vmxnet3Device::complete_row(Turn& turn, uint16_t queue, uint32_t ring, uint64_t q0, uint64_t q1, uint32_t length,
                                 uint32_t id) {
  Vmxnet3RxQueue& q = rx_queue_[queue];
  q.ring[ring].advance();
  q.ring[ring].show();
  rx.descriptors.add(1);
  const uint32_t place = q.comp.next;
  q0 |= uint64_t{queue + ring * rx_queues_.load()} << rxc::kQueueShift;
  q1 |= q.comp.gen ? rxc::kGen : 0;
  const uint64_t at = q.comp.base + spec::kRowBytes * uint64_t{place};
  dma_.store64_release(at, q0);
  dma_.store64_release(at + 8, q1);
  q.comp.advance();
  q.comp.show();
  turn.step({.kind = EventKind::kDeviceWriteBack,
             .ring = kCompRing,
             .queue = queue,
             .index = place,
             .a = q0,
             .b = q1,
             .length = length,
             .packet = id,
             .object = this});
}

// A frame begins with a head. With a large MTU a driver puts bodies behind each head in ring 1, and those that the
// frame before did not need are skipped: no completion names them, and the next one that names a row of this ring tells
// the driver so. Not more than a frame's rows at once, so that a guest which refills them holds nobody. False: more are
// there.
bool Vmxnet3Device::skip_bodies(Turn& turn, uint16_t queue, uint32_t id) {
  Vmxnet3Ring& ring = rx_queue_[queue].ring[0];
  uint64_t word = 0, address = 0;
  for (uint32_t skipped = 0;; skipped++) {
    const uint64_t at = ring.base + spec::kRowBytes * uint64_t{ring.next};
    if (!dma_.load64(at + 8, word) || bool(word & rxd::kGen) != bool(ring.gen) || !(word & rxd::kBody)) return true;
    if (skipped == kMostRows) return false;
    dma_.load64(at, address);
    const uint32_t row = ring.next;
    ring.advance();
    ring.show();
    rx.descriptors.add(1);
    turn.step({.kind = EventKind::kDeviceReadRow,
               .ring = kRxRing,
               .queue = queue,
               .index = row,
               .a = address,
               .b = word,
               .packet = id,
               .object = this});
  }
}

// The first row comes from ring 1 and is a head; those behind it are bodies, of ring 1 where one is next there, else of
// ring 2 (sheet §4).
bool Vmxnet3Device::find_rows(Turn& turn, uint16_t queue, uint32_t total, uint32_t id, RxFrame& frame,
                              DropReason& why) {
  Vmxnet3RxQueue& q = rx_queue_[queue];
  uint32_t at[2] = {q.ring[0].next, q.ring[1].next}, gen[2] = {q.ring[0].gen, q.ring[1].gen}, used[2] = {0, 0};
  const auto look = [&](uint32_t ring, uint64_t& word) {
    const Vmxnet3Ring& r = q.ring[ring];
    return r.rows && used[ring] < r.rows && dma_.load64(r.base + spec::kRowBytes * uint64_t{at[ring]} + 8, word) &&
           bool(word & rxd::kGen) == bool(gen[ring]);
  };
  uint32_t left = total;
  while (left) {
    uint64_t word = 0, address = 0;
    uint32_t ring = 0;
    if (!look(0, word) || (frame.count && !(word & rxd::kBody))) ring = 1;
    if (ring == 1 && (!frame.count || !look(1, word))) {
      frame.count = 0;  // nothing was taken
      why = DropReason::kNoDescriptor;
      return false;
    }
    dma_.load64(q.ring[ring].base + spec::kRowBytes * uint64_t{at[ring]}, address);
    const uint32_t length = uint32_t(word & rxd::kLengthMask);
    turn.step({.kind = EventKind::kDeviceReadRow,
               .ring = kind_of(ring),
               .queue = queue,
               .index = at[ring],
               .a = address,
               .b = word,
               .packet = id,
               .object = this});
    RxFrame::Row& row = frame.rows[frame.count++];
    const uint32_t part = std::min(left, length);
    row = {uint8_t(ring), at[ring], length, length && address ? dma_.writable(address, part) : nullptr, address};
    const bool wrong_kind = frame.count == 1 ? word & rxd::kBody : !(word & rxd::kBody);
    if (wrong_kind || !length || !address || !row.buffer || frame.count == kMostRows) {
      why = wrong_kind || !length || !address || frame.count == kMostRows ? DropReason::kBadDescriptor
                                                                          : DropReason::kDmaFault;
      return false;
    }
    left -= part;
    used[ring]++;
    if (++at[ring] == q.ring[ring].rows) at[ring] = 0, gen[ring] ^= 1;
  }
  return true;
}

// A row makes no sense. Those before it are the beginning of a frame as any other, and completed so; its own completion
// ends the frame with an error. So each row that was taken has one, and a driver that throws away what it gathered when
// it sees the error keeps its books.
void Vmxnet3Device::refuse(Turn& turn, uint16_t queue, const RxFrame& frame, FrameReader& reader, uint32_t id) {
  for (uint32_t i = 0; i < frame.count; i++) {
    const RxFrame::Row& row = frame.rows[i];
    const bool last = i + 1 == frame.count;
    const uint32_t length = last ? 0 : row.length;
    if (!last) reader.copy(row.buffer, length);
    const uint64_t q0 = row.row | (i == 0 ? rxc::kSop : 0) | (last ? rxc::kEop : 0) | rxc::kNoChecksum;
    const uint64_t q1 = length | (last ? rxc::kErr : 0) | rxc::kTypeRx << rxc::kTypeShift;
    complete_row(turn, queue, row.ring, q0, q1, length, id);
  }
  rx.errors.add(1);
  rx_queue_[queue].counters.errors.add(1);
}

// Tag and checksum report of a frame's last row.
uint64_t Vmxnet3Device::receive_status(const Vmxnet3Filter& filter, const net::Packet* packet, bool stripped) {
  uint64_t word = 0;
  if (stripped) word |= rxc::kTs | uint64_t{packet->vlan_tci} << rxc::kTciShift;
  if (!filter.checksum) return word;
  const ReceivedChecksums seen = check_received(packet);
  if (!seen.ip_checked) return word;
  word |= rxc::kV4 | (seen.ip_good ? rxc::kIpc : 0);
  const uint8_t protocol = rte_pktmbuf_mtod(packet, const uint8_t*)[spec::kMinFrame + 9];
  if (seen.l4_checked) word |= (protocol == 6 ? rxc::kTcp : rxc::kUdp) | (seen.l4_good ? rxc::kTuc : 0);
  return word;
}

}  // namespace ringside::devices
