// SPDX-License-Identifier: BSD-3-Clause
#include <rte_ring.h>

#include "engine/datapath/thread_sanitizer.h"
#include "engine/datapath/vswitch/tags.h"
#include "engine/datapath/vswitch/vswitch.h"

namespace ringside::datapath {

using net::DropReason;
using net::Packet;

namespace {
constexpr uint32_t kMaxAgeSeconds = 300;  // 802.1Q's default ageing time
}

void VSwitch::drop(Turn& turn, Forwarder& f, Packet* packet, DropReason reason) {
  f.drops.add(reason, packet);
  turn.step({.kind = EventKind::kDrop,
             .a = uint64_t(reason),
             .length = packet->pkt_len,
             .packet = turn.stepping() ? net::trace_id(packet) : 0,
             .object = this});
  rte_pktmbuf_free(packet);
}

// May the frame enter here, and in which VLAN? The uplink and trunk ports carry tags; an access port's VLAN is its port
// group's, also that of a priority tag, which names no VLAN (IEEE 802.1Q-2018 6.9.1).
DropReason VSwitch::admit(const SwitchPort& in, const Packet* packet, uint16_t& vlan) {
  if (packet->data_len < 14) [[unlikely]]
    return DropReason::kRunt;
  vlan = net::vlan_of(packet);
  if (in.carries_tags()) return DropReason::kCount;
  if (vlan) [[unlikely]]
    return DropReason::kVlanMismatch;
  vlan = in.rules.vlan;
  return DropReason::kCount;
}

LookUp VSwitch::flood(uint16_t vlan) const {
  return lists_.others(vlan) ? LookUp::many() : LookUp::nobody(DropReason::kVlanMismatch);
}

// The one place where it is decided what becomes of a frame.
LookUp VSwitch::look_up(uint64_t mac, uint16_t vlan, const SwitchPort& in, uint32_t now_s) const {
  if (net::is_group(mac)) [[unlikely]]
    return is_reserved(mac) && !relays_reserved_ ? LookUp::nobody(DropReason::kReservedAddress) : flood(vlan);
  const bool learning = mode_ == SwitchMode::kLearning;
  uint16_t port = table_.find(MacTable::key_of(mac, vlan), now_s, learning ? kMaxAgeSeconds : 0);
  if (port == kNoPort) [[unlikely]] {
    if (learning) return flood(vlan);
    port = table_.find(MacTable::key_of(mac, MacTable::kEveryVlan));
    if (port == kNoPort && uplink_ && !in.uplink) port = uplink_->index;
    if (port == kNoPort) {
      const bool elsewhere = anywhere_.find(MacTable::key_of(mac, 0)) != kNoPort;
      return LookUp::nobody(elsewhere ? DropReason::kVlanMismatch : DropReason::kUnknownDestination);
    }
  }
  return port == in.index ? LookUp::nobody(DropReason::kHairpin) : LookUp::one(port);
}

// Asks the ports that may listen whether their guests do: once a burst, since it costs a virtual call each.
void VSwitch::listen(Forwarder& f, const SwitchPort& in) const {
  f.listening_count = 0;
  for (uint16_t port : lists_.may_listen())
    if (port != in.index && ports_[port]->port->receive_mode() == net::ReceiveMode::kPromiscuous)
      f.listening[f.listening_count++] = port;
}

// region: switch-put
// The burst of an output port. A frame goes to each port once at most and a burst has 32, so that it never overflows.
net::Burst& VSwitch::out_burst(Turn& turn, Forwarder& f, uint16_t port) {
  if (!f.slot[port]) {
    if (f.out_count == Forwarder::kOutBursts) [[unlikely]]
      deliver_all(turn, f);
    f.out_port[f.out_count++] = port;
    f.slot[port] = uint8_t(f.out_count);
  }
  return f.out[f.slot[port] - 1u];
}
// endregion: switch-put

// region: switch-deliver
void VSwitch::deliver(Turn& turn, Forwarder& f, uint16_t index, net::Burst& burst) {
  SwitchPort& port = *ports_[index];
  if (port.worker.load() == turn.worker) [[likely]] {
    port.port->egress_burst(turn, 0, burst);
    return burst.clear();
  }
  uint32_t n = burst.left();
  rte_ring* ring = port.crossing[turn.worker];  // missing only when there was no memory for it
  handed_over(ring);
  uint32_t sent =
      ring ? rte_ring_sp_enqueue_burst(ring, reinterpret_cast<void**>(burst.packets + burst.first), n, nullptr) : 0;
  if (sent < n) {
    for (uint32_t i = sent; i < n; i++) f.drops.add(DropReason::kWorkerRingFull, burst.packets[burst.first + i]);
    rte_pktmbuf_free_bulk(burst.packets + burst.first + sent, n - sent);
  }
  burst.clear();
}
// endregion: switch-deliver

void VSwitch::deliver_all(Turn& turn, Forwarder& f) {
  for (uint32_t i = 0; i < f.out_count; i++) {
    f.slot[f.out_port[i]] = 0;
    deliver(turn, f, f.out_port[i], f.out[i]);
  }
  f.out_count = 0;
}

// region: switch-forward
void VSwitch::forward(Turn& turn, Forwarder& f, SwitchPort& in) {
  net::Burst& burst = f.in;
  const bool check_forged = !in.uplink && !in.rules.forged;
  const uint64_t effective = in.uplink ? 0 : in.port->effective_mac();
  const bool changed = !in.uplink && !in.rules.mac_changes && effective != in.mac;
  const bool learning = mode_ == SwitchMode::kLearning;
  const uint32_t now_s = uint32_t(double(turn.now) / turn.hz);
  const uint32_t loop = overheard_loop();
  uint64_t last_key = 0, forwarded = 0;
  LookUp found;
  // Nothing else says of a frame that it is an answer to a capture's, and to count it when it is lost.
  if (uplink_ && uplink_->player && !in.uplink) [[unlikely]]
    for (uint32_t i = burst.first; i < burst.count; i++) net::set_source(burst.packets[i], uplink_->loop);
  listen(f, in);

  while (burst.first < burst.count) {
    Packet* packet = burst.packets[burst.first];
    uint16_t vlan;
    DropReason refused = admit(in, packet, vlan);
    if (check_forged && refused == DropReason::kCount && net::source_mac(packet) != effective) [[unlikely]]
      refused = DropReason::kForgedTransmit;
    if (changed && refused == DropReason::kCount) [[unlikely]]
      refused = DropReason::kMacChanged;
    if (refused != DropReason::kCount) [[unlikely]] {
      burst.first++;
      drop(turn, f, packet, refused);
      continue;
    }
    if (loop) [[unlikely]]
      account(in, packet, loop);
    if (learning && !net::is_group(net::source_mac(packet))) {
      const uint64_t source = MacTable::key_of(net::source_mac(packet), vlan);
      if (table_.find(source, now_s, kMaxAgeSeconds / 2) != in.index &&
          table_.learn(source, in.index, now_s, kMaxAgeSeconds) != MacTable::Learned::kYes) [[unlikely]]
        f.not_learned.add(1);
    }
    // region: switch-look-up
    uint64_t mac = net::destination_mac(packet), key = MacTable::key_of(mac, vlan);
    if (key != last_key) found = look_up(mac, vlan, in, now_s), last_key = key;
    // endregion: switch-look-up
    if (turn.stepping()) [[unlikely]]
      report(turn, f, in, mac, vlan, found);
    if (found.way != LookUp::Way::kOne || f.listening_count) [[unlikely]] {
      spread(turn, f, in, vlan, found);
      continue;
    }
    if (net::is_tagged(packet) || vlan) [[unlikely]]
      retag(packet, ports_[found.port]->carries_tags() ? carried_tag(packet, vlan) : kNoTag);
    if (loop && in.uplink && ports_[found.port]->rules.promiscuous && net::source_of(packet) == loop) [[unlikely]]
      ports_[found.port]->owed.add(1);
    net::Burst& out = out_burst(turn, f, found.port);
    burst.first++;
    out.push(packet);
    forwarded++;
  }
  burst.clear();
  f.forwarded.add(forwarded);
  deliver_all(turn, f);
}
// endregion: switch-forward

bool VSwitch::drain_crossings(Turn& turn, SwitchPort& port, net::Burst& burst) {
  bool moved = false;
  for (rte_ring* ring : port.arriving) {
    uint32_t n = rte_ring_sc_dequeue_burst(ring, reinterpret_cast<void**>(burst.packets), net::kBurst, nullptr);
    if (!n) continue;
    taken_over(ring);
    burst.first = 0, burst.count = n;
    port.port->egress_burst(turn, 0, burst);
    burst.clear();
    moved = true;
  }
  return moved;
}

}  // namespace ringside::datapath
