// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "engine/datapath/pnic/ethdev.h"
#include "engine/datapath/pnic/frame_maker.h"
#include "engine/datapath/pnic/generator.h"
#include "engine/datapath/pnic/pacer.h"
#include "engine/datapath/pnic/wire.h"

namespace ringside::datapath {

inline constexpr uint64_t kEndless = ~uint64_t{0};

// What a wire's three files share: wire.cc (cold), wire_build.cc (cold: one function per kind) and wire_datapath.cc
// (hot).
struct Wire::Impl {
  // What the worker needs in each burst.
  uint16_t port = 0xffff;
  bool loses_unpolled = false;  // pcap: a frame read while the pool is empty is gone (rx_nombuf)
  bool repairs = false;         // af_packet: checksums left to hardware, frames longer than a segment
  uint32_t longest_egress = 9018 + 4;
  uint32_t trace_base = 0, traced = 0;
  shared::Published<bool> running{true};
  shared::Published<uint64_t> left{0};  // null, pcap: frames still to come; kEndless
  Pacer pacer;
  FrameMaker maker;
  uint64_t lost_before = 0;  // pcap: rx_nombuf as last read
  uint64_t polled = 0;       // clock of the last poll, for wires that nobody announces frames for
  double hz = kVirtualHz;
  Counter checksums_completed;

  std::unique_ptr<Generator> generator;  // before dev: it uses its rings
  std::unique_ptr<Ethdev> dev;
  rte_mempool* own_pool =
      nullptr;  // af_packet with jumbo frames: one buffer a frame, copied into segments of config.pool
  int capture_fd = -1;

  ~Impl();
  // Builds the port and all else for the kind, or says what is lacking before anything is built. Engine's thread.
  Status build(const WireConfig& config);

  // Worker's thread, wire_datapath.cc.
  uint32_t allowed(const Turn& turn, const WireConfig& config, const WireCounters& counters);
  uint32_t in_window(uint32_t limit, const WireConfig& config, const WireCounters& counters) const;
  uint64_t stamp(Turn& turn, net::Burst& burst, rte_mempool* pool);
  uint64_t receive(Turn& turn, net::Burst& burst, const WireConfig& config, Wire& wire);
  void count_lost(Wire& wire);
  bool ready_to_leave(net::Burst& burst, const WireConfig& config, Wire& wire);
  void egress_stepped(Turn& turn, uint16_t queue, net::Burst& burst, const WireConfig& config, Wire& wire);

 private:
  // cold-begin: building
  Status build_pcap(const WireConfig& config);
  Status build_af_packet(const WireConfig& config);
  Status plug(const char* driver, const std::string& arguments, rte_mempool* pool);
  // cold-end
};

}  // namespace ringside::datapath
