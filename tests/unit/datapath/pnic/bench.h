// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <rte_mbuf.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "engine/datapath/pnic/generator.h"
#include "engine/datapath/pnic/wire.h"
#include "engine/spec/boot_info.h"
#include "tests/support/catch.h"
#include "tests/support/eal.h"

namespace ringside::test {

// A wire on a table: the test is the switch, and time is what the test says.
struct WireBench {
  std::unique_ptr<datapath::PacketPool> pool = make_pool();
  std::unique_ptr<datapath::Wire> wire;
  Turn turn{};

  explicit WireBench(datapath::WireConfig config, uint32_t packets = 0) {
    if (packets) pool = make_pool(packets);
    config.pool = pool->get();
    if (config.name.empty()) config.name = "w0";
    auto made = datapath::Wire::create(config);
    if (!made) FAIL(made.error().text());
    wire = std::move(*made);
  }
  ~WireBench() {
    wire.reset();
    CHECK(pool->in_use() == 0);
  }

  datapath::Generator* generator() { return static_cast<datapath::Generator*>(wire->generator()); }
  void after_us(double us) { turn.now += uint64_t(us * 1e-6 * turn.hz); }

  net::Burst in() {
    net::Burst burst;
    wire->ingress_burst(turn, 0, burst);
    return burst;
  }
  void out(net::Burst& burst) {
    wire->egress_burst(turn, 0, burst);
    CHECK(burst.left() == 0);
  }
  // Takes what comes in and drops it; how many frames.
  uint32_t drain() {
    uint32_t all = 0;
    for (net::Burst burst = in(); burst.count; burst = in()) {
      all += burst.count;
      rte_pktmbuf_free_bulk(burst.packets, burst.count);
    }
    return all;
  }
  // A frame of `size` bytes, each byte its index, with type 0x0800.
  net::Packet* frame(uint32_t size) {
    net::Packet* packet = rte_pktmbuf_alloc(pool->get());
    auto* data = reinterpret_cast<uint8_t*>(rte_pktmbuf_append(packet, uint16_t(size)));
    for (uint32_t i = 0; i < size; i++) data[i] = uint8_t(i);
    data[12] = 8, data[13] = 0;
    net::trace_id(packet) = 0;
    return packet;
  }
};

inline uint64_t sequence_of(net::Packet* packet) {
  uint64_t sequence;
  std::memcpy(&sequence, net::data_of(packet) + spec::kPayloadOffset + 4, 8);
  return sequence;
}

// All bytes of a frame's segments, one behind the other.
inline std::vector<uint8_t> bytes_of(const net::Packet* packet) {
  std::vector<uint8_t> all(packet->pkt_len), scratch(packet->pkt_len);
  const void* data = rte_pktmbuf_read(packet, 0, packet->pkt_len, scratch.data());
  std::memcpy(all.data(), data, all.size());
  return all;
}

}  // namespace ringside::test
