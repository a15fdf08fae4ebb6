// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "engine/datapath/pnic/capture_player.h"
#include "engine/datapath/pnic/capture_writer.h"
#include "engine/datapath/pnic/ethdev.h"
#include "engine/datapath/pnic/frame_maker.h"
#include "engine/datapath/pnic/generator.h"
#include "engine/datapath/pnic/pacer.h"
#include "engine/datapath/pnic/wire.h"
#include "engine/datapath/pnic/wire_rings.h"

namespace ringside::datapath {

inline constexpr uint64_t kEndless = ~uint64_t{0};
inline constexpr uint16_t kNoPort = 0xffff;

// What a wire's files share: wire.cc (cold), wire_build.cc (cold: one function per kind), wire_handover.cc (cold) and
// wire_datapath.cc (hot).
struct Wire::Impl {
  // What the worker needs in each burst.
  uint16_t port = kNoPort;
  bool repairs = false;  // af_packet: checksums left to hardware, frames longer than a segment
  bool copies = false;   // af_packet with jumbo frames: each comes in one long buffer and goes on in segments
  uint32_t longest_egress = 9018 + 4;
  uint32_t trace_base = 0, traced = 0;
  SendJob job;  // the last one, in words for people; the engine thread's. count 0: there was none
  shared::Published<bool> running{true};
  shared::Published<uint64_t> left{0};  // null, pcap: frames still to come; kEndless
  Pacer pacer;
  FrameMaker maker;
  uint64_t polled = 0;  // clock of the last poll, for wires that nobody announces frames for
  double hz = kVirtualHz;
  Counter checksums_completed;
  bool closed = false;  // null, pcap: with a window
  net::LoopWindow window;
  Counter answered;  // null, pcap with a window: frames that left and were answers

  std::unique_ptr<Ethdev> dev;  // tap, af_packet, pci
  // The others take no port of DPDK. Ring: two rings and what is behind them. Pcap: a capture that is played, and a
  // file in which what leaves is written (or nothing).
  std::unique_ptr<WireRings> rings;
  std::unique_ptr<Generator> generator;
  std::unique_ptr<CapturePlayer> player;
  std::unique_ptr<CaptureWriter> writer;
  uint64_t lost_frames = 0, lost_bytes = 0;  // of the writer: those that the books know already
  // Nothing comes in or leaves: the interface was deleted (af_packet, tap), or the port is elsewhere.
  shared::Published<bool> down{false};

  // cold-begin: looked at by the engine's thread
  FileId reads;                // the capture
  uint32_t interface = 0;      // af_packet, tap: its index
  uint64_t failed_before = 0;  // af_packet: transmit errors that the books know already
  Wire* lender = nullptr;      // of a machine that stands aside: gets its port back when this one goes
  std::string trouble;         // pci: it did not start again
  // cold-end

  ~Impl();
  // Builds the port and all else for the kind, or says what is lacking before anything is built. Engine's thread.
  Status build(const WireConfig& config, const std::vector<const Wire*>& others, const std::vector<Wire*>& aside);
  // Says what the world did to the wire meanwhile: `down`, and frames that it seemed to take. At a cut.
  void settle(Wire& wire);
  void look_at_interface();

  // Worker's thread, wire_datapath.cc.
  uint32_t allowed(const Turn& turn, const WireConfig& config, const WireCounters& counters);
  bool is_open(const WireCounters& counters) const;
  uint32_t answers_in(net::Packet* const* frames, uint32_t count) const;
  uint64_t stamp(Turn& turn, net::Burst& burst, rte_mempool* pool);
  uint64_t receive(Turn& turn, net::Burst& burst, const WireConfig& config, Wire& wire);
  uint32_t take(Turn& turn, uint16_t queue, net::Burst& burst, uint32_t limit, Wire& wire);
  uint32_t play(Turn& turn, uint16_t queue, net::Burst& burst, uint32_t limit, Wire& wire);
  uint32_t transmit(const Turn& turn, uint16_t queue, net::Packet** frames, uint32_t count);
  uint32_t give(const Turn& turn, uint16_t queue, net::Packet** frames, uint32_t count);
  net::DropReason refusal() const;
  void count_lost(Wire& wire);
  bool ready_to_leave(net::Burst& burst, const WireConfig& config, Wire& wire);
  void egress_stepped(Turn& turn, uint16_t queue, net::Burst& burst, const WireConfig& config, Wire& wire);

 private:
  // cold-begin: building
  // Takes the port of a wire that stands aside, if it is the one that plug(driver, arguments) would make. It goes back
  // to that wire with this one, unless it is kept. False: nobody has it; one that is dead was closed.
  Result<bool> take_over(const std::string& driver, const std::string& arguments, const std::vector<Wire*>& aside);
  void give_back();
  Status build_pcap(const WireConfig& config, const std::vector<const Wire*>& others, const std::vector<Wire*>& aside);
  Status open_output(const WireConfig& config, const std::vector<const Wire*>& others);
  Status build_tap(const WireConfig& config, const std::vector<Wire*>& aside);
  Status build_af_packet(const WireConfig& config, const std::vector<Wire*>& aside);
  Status build_pci(const WireConfig& config, const std::vector<Wire*>& aside);
  Status plug(const char* driver, const std::string& arguments, const PortBuffers& buffers = {});
  // cold-end
};

}  // namespace ringside::datapath
