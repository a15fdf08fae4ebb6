// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/datapath/packet_pool.h"
#include "engine/datapath/vswitch/vswitch.h"
#include "tests/support/eal.h"

// A switch, ports that remember what they were given, and a context to forward with. One thread.
namespace ringside::test {

// The tag of a frame: -1 where there is none.
inline int tag_of(const net::Packet* packet) { return net::is_tagged(packet) ? packet->vlan_tci : -1; }

// A port that takes everything.
struct SwitchSink : net::Port {
  uint32_t ingress_burst(Turn&, uint16_t, net::Burst&) override { return 0; }
  void egress_burst(Turn&, uint16_t, net::Burst& burst) override {
    for (; burst.first < burst.count; burst.first++) {
      tags.push_back(tag_of(burst.packets[burst.first]));
      lengths.push_back(burst.packets[burst.first]->pkt_len);
      rte_pktmbuf_free(burst.packets[burst.first]);
    }
  }
  uint64_t effective_mac() const override { return mac; }
  net::ReceiveMode receive_mode() const override { return mode; }

  // Of each frame that it was given.
  std::vector<int> tags;
  std::vector<uint32_t> lengths;
  uint64_t mac = 0;
  net::ReceiveMode mode = net::ReceiveMode::kOwn;
};

struct SwitchBench {
  explicit SwitchBench(datapath::SwitchMode mode, uint32_t packets = 511)
      : SwitchBench(mode, packets, mode == datapath::SwitchMode::kVss) {}
  SwitchBench(datapath::SwitchMode mode, uint32_t packets, bool relays_reserved)
      : vswitch("s0", mode, relays_reserved) {
    need_eal();
    static int serial = 0;
    pool = std::move(*datapath::PacketPool::create("switch_bench" + std::to_string(serial++), packets, false));
  }

  datapath::SwitchPort& plug(SwitchSink& sink, uint64_t mac, datapath::PortRules rules = {}, bool uplink = false) {
    sink.mac = mac;
    return *vswitch.add_port("p", &sink, uplink, mac, rules);
  }
  // One frame into the switch. `tag`: its 16 bits, -1 = none.
  void send(datapath::SwitchPort& in, uint64_t from, uint64_t to, int tag = -1, uint32_t length = 60) {
    net::Packet* m = rte_pktmbuf_alloc(pool->get());
    uint8_t* data = reinterpret_cast<uint8_t*>(rte_pktmbuf_append(m, uint16_t(length)));
    memset(data, 0, length);
    if (length >= 12) memcpy(data, &to, 6), memcpy(data + 6, &from, 6);
    if (tag >= 0) net::set_tag(m, uint16_t(tag));
    forwarder->in.clear();
    forwarder->in.push(m);
    sent++;
    Turn turn{.now = now};
    vswitch.forward(turn, *forwarder, in);
  }
  uint64_t dropped(net::DropReason reason) const { return forwarder->drops.by_reason[size_t(reason)].value(); }

  datapath::VSwitch vswitch;
  std::unique_ptr<datapath::PacketPool> pool;
  std::unique_ptr<datapath::Forwarder> forwarder = std::make_unique<datapath::Forwarder>();
  uint64_t now = 0, sent = 0;
};

}  // namespace ringside::test
