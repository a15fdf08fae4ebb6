// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/base/counter.h"
#include "engine/datapath/vswitch/port_lists.h"
#include "engine/net/burst.h"
#include "engine/net/drop_reason.h"

namespace ringside::datapath {

// What one context forwards with: its bursts and its counters, on cache lines of its own. Its worker's thread.
struct alignas(64) Forwarder {
  // Bursts for so many output ports at once, whatever the switch has: when a flood needs more, those that it has are
  // delivered first. A burst without floods goes to 32 ports at most.
  static constexpr uint32_t kOutBursts = 64;
  static_assert(kOutBursts >= net::kBurst && kOutBursts < 256);

  net::Burst in;                              // frames on their way into the switch
  std::array<net::Burst, kOutBursts> out;     // sorted by output port
  std::array<uint16_t, kOutBursts> out_port;  // of each burst in use
  uint32_t out_count = 0;                     // bursts in use
  std::array<uint8_t, kMaxPorts> slot{};      // of a port: its burst + 1, 0 = none
  // Of this burst of frames: ports in promiscuous mode, asked once.
  std::array<uint16_t, kMaxPorts> listening;
  uint32_t listening_count = 0;
  net::DropCounters drops;
  Counter forwarded;    // frames that went to the one port that they are for
  Counter flooded;      // frames that went to all ports of their VLAN
  Counter overheard;    // frames that only promiscuous ports got: nobody that they are for, and yet not lost
  Counter copied;       // frames that leave more than came: for floods, and for promiscuous ports
  Counter not_learned;  // frames whose source address found no room in the table, or another worker at it

  std::span<const uint16_t> listeners() const { return {listening.data(), listening_count}; }
  uint64_t in_hand() const {
    uint64_t n = in.left();
    for (const net::Burst& burst : out) n += burst.left();
    return n;
  }
};

}  // namespace ringside::datapath
