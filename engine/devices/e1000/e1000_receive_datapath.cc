// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "engine/devices/e1000/e1000_pass.h"
#include "engine/devices/frame_reader.h"
#include "engine/devices/kit/checksum.h"
#include "engine/devices/kit/frame_check_sequence.h"

// Receiving, the thorough way: filters, tags, frames over several rows and segments, guest mistakes. One frame a call.
namespace ringside::devices {

namespace spec = ringside::spec::e1000;
namespace cause = spec::cause;
namespace rctl = spec::rctl;
namespace rxd = spec::rxd;
using net::DropReason;

namespace {
constexpr uint32_t kMostParts =
    (spec::kMaxFrame + kFcsBytes + 255) / 256;  // rows of one frame with the smallest buffers
constexpr uint32_t kMostRows = 2 * kMostParts;  // with null rows between them
constexpr uint8_t kRxRing = 1;

uint32_t id_of(const Turn& turn, net::Packet* packet) { return turn.stepping() ? net::trace_id(packet) : 0; }
}  // namespace

void E1000Device::drop_received(Turn& turn, net::Burst& burst, DropReason reason) {
  net::Packet* packet = burst.packets[burst.first];
  const StepEvent event{.kind = EventKind::kDrop,
                        .ring = kRxRing,
                        .a = uint64_t(reason),
                        .length = packet->pkt_len,
                        .packet = id_of(turn, packet),
                        .object = this};
  rx_drops.add(reason, packet);
  if (reason != DropReason::kRxDisabled && reason != DropReason::kLinkDown) {
    rx_queue_.lost_frames.add(1);
    rx_queue_.lost_octets.add(packet->pkt_len + (net::is_tagged(packet) ? kTagBytes : 0) + kFcsBytes);
  }
  burst.first++;
  rte_pktmbuf_free(packet);
  turn.step(event);
}

void E1000Device::drop_all_received(Turn& turn, net::Burst& burst, DropReason reason) {
  while (burst.left()) drop_received(turn, burst, reason);
  burst.clear();
}

// Address filters, SDM 3.2.1: any may let the frame in.
bool E1000Device::accepts(uint64_t destination) const {
  const E1000RxQueue& q = rx_queue_;
  for (uint32_t i = 0; i < q.stations; i++)
    if (q.station_list[i] == destination) return true;
  if (!net::is_group(destination)) return q.rctl & rctl::kUpe;
  if (destination == net::kBroadcast && q.rctl & rctl::kBam) return true;
  if (q.rctl & rctl::kMpe) return true;
  const uint32_t at = spec::multicast_bit(destination, q.rctl);
  return multicast_table_[at / 32].load(std::memory_order_relaxed) >> at % 32 & 1;
}

bool E1000Device::accepts_vlan(uint16_t tci) const {
  if (!(rx_queue_.rctl & rctl::kVfe)) return true;
  const uint32_t id = tci & 0xfff;
  return vlan_table_[id / 32].load(std::memory_order_relaxed) >> id % 32 & 1;
}

void E1000Device::receive_any(Turn& turn, net::Burst& burst, RxPass& pass) {
  E1000RxQueue& q = rx_queue_;
  net::Packet* packet = burst.packets[burst.first];
  const bool tagged = net::is_tagged(packet);
  if (packet->pkt_len < spec::kMinFrame || packet->data_len < spec::kMinFrame)
    return drop_received(turn, burst, DropReason::kRunt);
  const uint64_t destination = net::destination_mac(packet);
  if (!accepts(destination) || (tagged && !accepts_vlan(packet->vlan_tci)))
    return drop_received(turn, burst, DropReason::kFiltered);
  // The tag counts for the length, as on the wire; with CTRL.VME it takes no room in the buffer.
  const uint32_t on_wire = packet->pkt_len + (tagged ? kTagBytes : 0);
  if (on_wire > q.longest) return drop_received(turn, burst, DropReason::kOversize);
  const bool group = net::is_group(destination);
  const uint64_t before = rx.frames.value();
  scatter(turn, burst, pass, (q.vlan_strip ? packet->pkt_len : on_wire) + (q.keep_fcs ? kFcsBytes : 0));
  if (group && rx.frames.value() != before)
    (destination == net::kBroadcast ? q.tally.broadcast : q.tally.multicast).add(1);
}

void E1000Device::scatter(Turn& turn, net::Burst& burst, RxPass& pass, uint32_t total) {
  E1000RxQueue& q = rx_queue_;
  net::Packet* packet = burst.packets[burst.first];
  const uint32_t id = id_of(turn, packet), needed = (total + q.buffer_bytes - 1) / q.buffer_bytes;
  // First look whether the frame fits: nothing is written before all its rows are known to be good.
  uint64_t addresses[kMostRows];
  uint8_t* buffers[kMostRows];
  uint32_t seen = 0, parts = 0;
  for (uint32_t row = q.head; parts < needed; row = q.next(row)) {
    if (seen == pass.owned || seen == kMostRows) {
      const bool nulls = seen != parts;
      if (!nulls) pass.causes |= cause::kRxo;
      return drop_received(turn, burst, nulls ? DropReason::kBadDescriptor : DropReason::kNoDescriptor);
    }
    const uint64_t address = pass.address(row);
    if (turn.stepping())
      turn.step({.kind = EventKind::kDeviceReadRow,
                 .ring = kRxRing,
                 .index = row,
                 .a = address,
                 .b = pass.word(row),
                 .packet = id,
                 .object = this});
    addresses[seen] = address;
    buffers[seen] = nullptr;
    if (address) {
      buffers[seen] = pass.dma.writable(address, std::min(q.buffer_bytes, total - parts * q.buffer_bytes));
      if (!buffers[seen]) return refuse(turn, burst, pass, seen + 1);
      parts++;
    }
    seen++;
  }
  const bool tagged = net::is_tagged(packet);
  const uint64_t status = receive_status(packet, tagged);
  FrameReader reader(packet, tagged && !q.vlan_strip, q.keep_fcs ? frame_check_sequence(packet) : 0);
  for (uint32_t i = 0, left = total; i < seen; i++) {
    const uint32_t row = q.head, part = buffers[i] ? std::min(left, q.buffer_bytes) : 0;
    uint64_t word = part | rxd::kDd;
    if (part) {
      reader.copy(buffers[i], part);
      left -= part;
      turn.step({.kind = EventKind::kDeviceWriteBuffer,
                 .ring = kRxRing,
                 .index = row,
                 .a = addresses[i],
                 .length = part,
                 .packet = id,
                 .object = this});
      if (!left) word |= rxd::kEop | status;
    } else {
      rx.errors.add(1);  // a null buffer is stepped over: done, and empty (sheet e1000 §4)
    }
    pass.hand_back(row, word);
    q.head = q.next(row);
    q.head_shown.store(q.head);
    pass.owned--;
    rx.descriptors.add(1);
    if (!left) {
      rx.frames.add(1);
      rx.bytes.add(packet->pkt_len);
      q.tally.by_size[size_class(packet->pkt_len + (tagged ? kTagBytes : 0))].add(1);
      if (tagged) q.tally.tagged.add(1);
      pass.placed = true;
      burst.first++;
      rte_pktmbuf_free(packet);
    }
    turn.step({.kind = EventKind::kDeviceWriteBack,
               .ring = kRxRing,
               .index = row,
               .a = row,
               .b = word,
               .length = part,
               .packet = id,
               .object = this});
  }
}

// A row's buffer lies outside the guest's memory. The frame is lost; the guest sees an empty frame with RXE over the
// rows up to it.
void E1000Device::refuse(Turn& turn, net::Burst& burst, RxPass& pass, uint32_t rows) {
  E1000RxQueue& q = rx_queue_;
  const uint32_t id = id_of(turn, burst.packets[burst.first]);
  for (uint32_t i = 0; i < rows; i++) {
    const uint32_t row = q.head;
    const uint64_t word = rxd::kDd | (i + 1 == rows ? rxd::kEop | rxd::kRxe : 0);
    pass.hand_back(row, word);
    q.head = q.next(row);
    q.head_shown.store(q.head);
    pass.owned--;
    rx.descriptors.add(1);
    turn.step({.kind = EventKind::kDeviceWriteBack,
               .ring = kRxRing,
               .index = row,
               .a = row,
               .b = word,
               .packet = id,
               .object = this});
  }
  rx.errors.add(1);
  pass.placed = true;  // there is something for the guest to see
  drop_received(turn, burst, DropReason::kDmaFault);
}

// Status, errors, packet checksum and special of a frame's last row.
uint64_t E1000Device::receive_status(const net::Packet* packet, bool tagged) const {
  const E1000RxQueue& q = rx_queue_;
  uint64_t word = 0;
  if (tagged && q.vlan_strip) word |= rxd::kVp | uint64_t{packet->vlan_tci} << rxd::kSpecialShift;
  if (!q.rxcsum) return word | rxd::kIxsm;
  word |= uint64_t{packet_checksum(packet, q.rxcsum & spec::rxcsum::kStartMask)} << rxd::kChecksumShift;
  const ReceivedChecksums seen = check_received(packet);
  if (!(q.rxcsum & (spec::rxcsum::kIpOffload | spec::rxcsum::kTuOffload)) || !seen.ip_checked) return word | rxd::kIxsm;
  if (q.rxcsum & spec::rxcsum::kIpOffload) word |= rxd::kIpcs | (seen.ip_good ? 0 : rxd::kIpe);
  if (q.rxcsum & spec::rxcsum::kTuOffload && seen.l4_checked) word |= rxd::kTcpcs | (seen.l4_good ? 0 : rxd::kTcpe);
  return word;
}

}  // namespace ringside::devices
