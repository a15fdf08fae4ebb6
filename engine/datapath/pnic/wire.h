// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/api/view/topology.h"
#include "engine/base/context.h"
#include "engine/base/result.h"
#include "engine/net/loss_book.h"
#include "engine/net/port.h"

struct rte_mempool;

namespace ringside::datapath {

class Generator;
class PacketPool;

enum class WireKind : uint8_t { kNull, kRing, kPcap, kTap, kAfPacket, kPci };

// What frames look like that the wire itself makes (null: every frame; ring: the generator's).
struct FrameTemplate {
  uint32_t size = 60;                  // bytes without FCS, 60 to 9018
  bool imix = false;                   // 7:4:1 of 60, 590, 1514 bytes instead of `size`
  uint32_t flows = 1;                  // distinct UDP source ports
  std::vector<uint64_t> destinations;  // MACs, used in turn; empty = broadcast
  uint64_t source = 0;                 // MAC
  uint16_t vlan = 0;                   // 0 = untagged; carried in vlan_tci
};

// cold-begin: what the engine's thread says once
struct WireConfig {
  std::string name;  // "w0"
  WireKind kind = WireKind::kRing;
  std::string target;      // FILE, NAME, IF or BDF
  std::string tx_pcap;     // pcap: what leaves is written to this file, a new one; empty = counted and freed
  bool overwrite = false;  // pcap: a file of that name is replaced
  FrameTemplate frame;
  double rate_pps = 0;    // 0 = as fast as it goes (null, pcap)
  bool recorded = false;  // pcap: at the capture's own time stamps, whatever rate_pps says
  bool loop = false;      // pcap: again from the beginning
  uint32_t window = 0;    // frames unanswered at most; 0 = open loop
  bool digest = false;    // ring: the generator sums up what comes back, so that two runs can be compared
  rte_mempool* pool = nullptr;
  // A closed loop's number, 1 to net::kSources - 1, and where losses of its frames are summed up; its frames come from
  // net::mac_of_source(source), and what is sent there is an answer. 0: any frame that leaves is an answer, and none is
  // lost.
  uint8_t source = 0;
  const net::LossBook* losses = nullptr;
};
// cold-end

// A burst of frames to send: `send to=web count=20 size=60 rate=1Mpps`.
struct SendJob {
  FrameTemplate frame;
  uint64_t count = 0;   // ~0 = without end
  double rate_pps = 0;  // 0 = as fast as the wire takes them
};

// Owner-written totals. in = towards the VMs.
struct alignas(64) WireCounters {
  Counter frames_in, bytes_in, frames_out, bytes_out, polls, polls_with_work;
};

// A physical NIC's wire, seen as a Port: a DPDK ethdev (hot-added vdev, or a PCI function), a pair of rings with a
// generator behind, a capture in memory, or nothing (null).
// ingress strips a VLAN tag into vlan_tci, egress inserts it. Frames that it refuses are dropped: wire_full,
// not_written, wire_down. Built and destroyed by the engine's thread (removing its ethdev); the bursts belong to the
// worker that serves it. Hot path: wire_datapath.cc.
class Wire : public net::Port {
 public:
  // `others`: the wires of the same machine. What one of them reads or writes is not written to.
  // `aside`: those of a machine that stands aside. The port of one that is what this one wants goes over to this one,
  // frames that wait in it for somebody to look included, and is back where it was when this one is destroyed, or when
  // it could not be built. Until then `aside` must live, and its wire is down.
  static Result<std::unique_ptr<Wire>> create(const WireConfig& config, const std::vector<const Wire*>& others = {},
                                              const std::vector<Wire*>& aside = {});
  ~Wire() override;

  // A port that was taken over is this wire's for good: who lent it may go.
  void keep_port();
  // The wire is there to stay: the file that it writes takes its place as soon as there is a frame in it, and until
  // then what lies there is untouched. A wire that goes before leaves nothing. Engine's thread, any time.
  void keep_output();
  // Whoever may hold frames that came in here when the wire goes keeps these until they are back; null: they are of the
  // pool of its WireConfig.
  std::shared_ptr<PacketPool> port_buffers() const;

  uint32_t ingress_burst(Turn& turn, uint16_t queue, net::Burst& burst) override;
  void egress_burst(Turn& turn, uint16_t queue, net::Burst& burst) override;

  const WireConfig& config() const { return config_; }
  const WireCounters& counters() const { return counters_; }
  net::DropCounters drops;

  // Kind ring only: the generator at the far end, a context of its own that some worker must run; else null. See
  // generator.h.
  Context* generator();
  const Generator* generator_report() const;
  // Starts a job: ring = on the generator, null = the template, rate and count change. pcap, tap, af_packet, pci: an
  // error that says what those wires can do. At a cut.
  Status send(const SendJob& job);
  // What it sends goes to others, as many as it has: those of the last job have another address by now. At a cut.
  void aim(const std::vector<uint64_t>& destinations);
  // Ends what send() started; a null or pcap wire stands still until the next send() or start(). At a cut.
  void stop();
  // A null or pcap wire that was stopped goes on where it stood. At a cut.
  void start();

  // Books what the world did meanwhile: frames that the wire had accepted and that did not get out after all (a full
  // disk, an interface that was deleted) are drops, and not delivered. Waits for the disk a fifth of a second at most.
  // Engine's thread, at a cut.
  void settle();
  // cold-begin: words
  // Frames that leave this wire now are lost, and why; empty = all is well. Any thread.
  std::string fault() const;
  // cold-end

  // Frames that the generator has sent and that have not yet entered the switch: counted in the rings. Exact at a cut.
  uint64_t in_hand() const override;
  // Frames that have left the machine, and are counted so, but that the generator has not looked at yet. Exact at a
  // cut.
  uint64_t on_the_way_back() const;
  // Frames counted as sent into the machine: generator's count (ring), else frames_in.
  uint64_t sent() const;
  // Frames still to come by itself (generator with a count, pcap without loop): 0 = silent. ~0 = without end.
  uint64_t left() const;
  // Frames are left, and no window that is shut holds them back.
  bool wants_to_send() const;
  // The world outside may send into it at any moment: a tap, an interface, a real port, unless it is gone.
  bool open_to_world() const;
  // When the next frame is due, for stepped running; kNever = nothing due by itself. Wires fed by the world (tap …):
  // kPoll.
  Timer timer() const override;
  bool has_work() const override;      // a frame waits to enter, as far as can be seen without polling
  bool wakes_itself() const override;  // false: a nap is 100 µs at most (DESIGN section 6)

  void inspect(WireView& view) const;

 private:
  explicit Wire(const WireConfig& config);
  struct Impl;
  WireConfig config_;
  WireCounters counters_;
  std::unique_ptr<Impl> impl_;
};

// cold-begin: words
// "pcap:FILE" and so on, as in `wire add kind=`.
Result<WireConfig> parse_wire_kind(const std::string& text);
std::string describe(WireKind kind);
// cold-end

}  // namespace ringside::datapath
