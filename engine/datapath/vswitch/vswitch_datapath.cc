// SPDX-License-Identifier: BSD-3-Clause
#include <rte_ring.h>

#include "engine/datapath/thread_sanitizer.h"
#include "engine/datapath/vswitch/vswitch.h"

namespace ringside::datapath {

using net::DropReason;
using net::Packet;

namespace {
constexpr uint32_t kMaxAgeSeconds = 300;  // 802.1D's default ageing time

// Tags stay on the frames of an uplink or a trunk. An access port's guest sees none.
bool carries_tags(const SwitchPort& port) { return port.uplink || port.rules.vlan == kTrunk; }

// What a frame of `vlan` bears where tags are carried: priority and DEI as they came, and the VLAN of its port group.
// An untagged frame of an untagged port group stays untagged.
void tag_for(Packet* packet, uint16_t vlan) {
  if (net::is_tagged(packet) || vlan) net::set_tag(packet, uint16_t((net::tci_of(packet) & 0xf000) | vlan));
}

}  // namespace

void VSwitch::drop(Turn& turn, Forwarder& f, Packet* packet, DropReason reason) {
  f.drops.add(reason, 1);
  turn.step({.kind = EventKind::kDrop,
             .a = uint64_t(reason),
             .length = packet->pkt_len,
             .packet = turn.stepping() ? net::trace_id(packet) : 0,
             .object = this});
  rte_pktmbuf_free(packet);
}

// May the frame enter here, and in which VLAN? The uplink and trunk ports carry tags; an access port's VLAN is its port
// group's, also that of a priority tag, which names no VLAN (IEEE 802.1Q 6.9.1).
bool VSwitch::admit(Turn& turn, Forwarder& f, const SwitchPort& in, Packet* packet, uint16_t& vlan) {
  if (packet->data_len < 14) [[unlikely]]
    return drop(turn, f, packet, DropReason::kRunt), false;
  uint16_t tag = net::vlan_of(packet);
  if (carries_tags(in)) {
    vlan = tag;
  } else {
    if (tag) [[unlikely]]
      return drop(turn, f, packet, DropReason::kVlanMismatch), false;
    vlan = in.rules.vlan;
  }
  return true;
}

VSwitch::Route VSwitch::route(uint64_t mac, uint16_t vlan, const SwitchPort& in, uint32_t now_s) const {
  if (net::is_group(mac)) [[unlikely]]
    return {kNoPort, true};
  bool learning = mode_ == SwitchMode::kLearning;
  uint32_t max_age = learning ? kMaxAgeSeconds : 0;
  uint16_t port = table_.find(MacTable::key_of(mac, vlan), now_s, max_age);
  if (port == kNoPort) port = table_.find(MacTable::key_of(mac, kTrunk), now_s, max_age);
  if (port == kNoPort) {
    if (learning) return {kNoPort, true};
    if (!in.uplink && uplink_) port = uplink_->index;
  }
  return {port, listeners_};
}

// Does `port` get a frame that goes to many? `known`: the port that the table names, or kNoPort for a flood.
bool VSwitch::wants(const SwitchPort& port, const SwitchPort& in, uint16_t vlan, uint64_t mac, uint16_t known) const {
  if (&port == &in) return false;
  if (!port.uplink && port.rules.vlan != kTrunk && port.rules.vlan != vlan) return false;
  if (port.index == known) return true;
  if (port.rules.promiscuous && port.port->receive_mode() == net::ReceiveMode::kPromiscuous) return true;
  return known == kNoPort && (net::is_group(mac) || mode_ == SwitchMode::kLearning);
}

// region: switch-put
// A frame goes to each port once at most and a burst has 32, so that an output burst never overflows.
void VSwitch::put(Forwarder& f, uint16_t port, Packet* packet) {
  net::Burst& burst = f.out[port];
  if (burst.count == 0) f.touched[f.touched_count++] = port;
  burst.push(packet);
}
// endregion: switch-put

// region: switch-deliver
void VSwitch::deliver(Turn& turn, Forwarder& f, uint16_t index) {
  SwitchPort& port = *ports_[index];
  net::Burst& burst = f.out[index];
  if (port.worker.load() == turn.worker) [[likely]] {
    port.port->egress_burst(turn, 0, burst);
    return burst.clear();
  }
  uint32_t n = burst.left();
  rte_ring* ring = port.crossing[turn.worker];  // missing only when DPDK had no memory for it
  handed_over(ring);
  uint32_t sent =
      ring ? rte_ring_sp_enqueue_burst(ring, reinterpret_cast<void**>(burst.packets + burst.first), n, nullptr) : 0;
  if (sent < n) {
    f.drops.add(DropReason::kWorkerRingFull, n - sent);
    rte_pktmbuf_free_bulk(burst.packets + burst.first + sent, n - sent);
  }
  burst.clear();
}
// endregion: switch-deliver

// One frame to many ports: one mbuf with n references, read-only from then on. Where a receiver sees another tag than
// the rest (the uplink of a VLAN, a trunk) it gets a copy of its own, since the tag stands in the shared mbuf.
void VSwitch::spread(Turn& turn, Forwarder& f, const SwitchPort& in, Packet* packet, uint16_t vlan, uint64_t mac) {
  uint16_t known = kNoPort;
  if (!net::is_group(mac)) known = route(mac, vlan, in, uint32_t(double(turn.now) / turn.hz)).port;
  uint32_t receivers = 0;
  uint16_t last = kNoPort;
  for (uint16_t i = 0; i < port_end_; i++) {
    if (!ports_[i] || !wants(*ports_[i], in, vlan, mac, known)) continue;
    receivers++;
    bool tagged = carries_tags(*ports_[i]) && (vlan || net::is_tagged(packet));
    if (tagged) {
      Packet* copy = rte_pktmbuf_copy(packet, packet->pool, 0, UINT32_MAX);
      f.copied.add(1);
      if (!copy) {
        f.drops.add(DropReason::kPoolEmpty, 1);
        continue;
      }
      tag_for(copy, vlan);
      put(f, i, copy);
    } else {
      if (last != kNoPort) {
        for (Packet* s = packet; s; s = s->next) rte_mbuf_refcnt_update(s, 1);
        f.copied.add(1);
        put(f, last, packet);
      }
      last = i;
    }
  }
  if (last != kNoPort) {
    net::clear_tag(packet);
    f.flooded.add(1);
    return put(f, last, packet);
  }
  // Nobody, or only tagged receivers, which got copies: the original ends here.
  if (receivers) {
    f.flooded.add(1);
    f.copied.add(uint64_t(-1));
    return rte_pktmbuf_free(packet);
  }
  drop(turn, f, packet,
       mac == net::kBroadcast || net::is_group(mac) || vlan ? DropReason::kVlanMismatch
                                                            : DropReason::kUnknownDestination);
}

// region: switch-forward
void VSwitch::forward(Turn& turn, Forwarder& f, SwitchPort& in) {
  net::Burst& burst = f.in;
  const bool check_forged = !in.uplink && !in.rules.forged;
  const uint64_t effective = in.uplink ? 0 : in.port->effective_mac();
  const bool changed = !in.uplink && !in.rules.mac_changes && effective != in.mac;
  const bool learning = mode_ == SwitchMode::kLearning;
  const uint32_t now_s = uint32_t(double(turn.now) / turn.hz);
  uint64_t last_key = 0, forwarded = 0;
  Route last{kNoPort, false};

  while (burst.first < burst.count) {
    Packet* packet = burst.packets[burst.first];
    uint16_t vlan;
    burst.first++;
    if (!admit(turn, f, in, packet, vlan)) continue;
    if (check_forged && net::source_mac(packet) != effective) [[unlikely]] {
      drop(turn, f, packet, DropReason::kForgedTransmit);
      continue;
    }
    if (changed) [[unlikely]] {
      drop(turn, f, packet, DropReason::kMacChanged);
      continue;
    }
    if (learning && !net::is_group(net::source_mac(packet))) {
      uint64_t source = MacTable::key_of(net::source_mac(packet), carries_tags(in) ? vlan : in.rules.vlan);
      if (table_.find(source, now_s, kMaxAgeSeconds / 2) != in.index)
        table_.learn(source, in.index, now_s, kMaxAgeSeconds);
    }
    // region: switch-look-up
    uint64_t mac = net::destination_mac(packet), key = MacTable::key_of(mac, vlan);
    if (key != last_key) last = route(mac, vlan, in, now_s), last_key = key;
    // endregion: switch-look-up
    if (turn.stepping()) [[unlikely]] {
      // A suspended context's frames are walked: the frame is still in the burst while the step point holds.
      burst.first--;
      turn.step({.kind = EventKind::kLookUp,
                 .a = mac | uint64_t{vlan} << 48,
                 .b = last.many ? kNoPort : last.port,
                 .length = packet->pkt_len,
                 .packet = net::trace_id(packet),
                 .object = this});
      burst.first++;
    }
    if (last.many) [[unlikely]] {
      spread(turn, f, in, packet, vlan, mac);
      continue;
    }
    if (last.port == kNoPort) [[unlikely]] {
      drop(turn, f, packet, DropReason::kUnknownDestination);
      continue;
    }
    if (last.port == in.index) [[unlikely]] {
      drop(turn, f, packet, DropReason::kHairpin);
      continue;
    }
    const SwitchPort& out = *ports_[last.port];
    if (net::is_tagged(packet) || vlan) [[unlikely]]
      carries_tags(out) ? tag_for(packet, vlan) : net::clear_tag(packet);
    forwarded++;
    put(f, last.port, packet);
  }
  burst.clear();
  f.forwarded.add(forwarded);
  for (uint32_t i = 0; i < f.touched_count; i++)
    if (f.out[f.touched[i]].count) deliver(turn, f, f.touched[i]);
  f.touched_count = 0;
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
