// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>

#include "engine/base/context.h"
#include "engine/datapath/pnic/frame_maker.h"
#include "engine/datapath/pnic/pacer.h"
#include "engine/datapath/pnic/wire.h"
#include "engine/net/burst.h"

struct rte_ring;

namespace ringside::datapath {

// The far end of a ring wire: sends frames of a template at a rate, and takes what comes back: counts it, checks the
// sequence, and sorts its round trip into a histogram. A frame is counted as sent when it lies in the wire's ring,
// never before; while there is no room (ring full, window shut, pool empty) nothing is made. Time comes from Turn
// alone. start(), stop(), aim() at a cut; the rest is the worker's that runs it. Hot: generator_datapath.cc.
class Generator final : public Context {
 public:
  static constexpr uint32_t kBuckets = 40;  // of 2^n ns: the last one from 9 minutes on

  // `wire`: whose name its events carry.
  Generator(const WireConfig& config, rte_ring* to_switch, rte_ring* from_switch, uint32_t trace_base,
            const Wire* wire);

  // Replaces what is being sent; sequence numbers go on.
  void start(const SendJob& job);
  void stop() { left_.store(0); }
  // What is being sent goes to others, as many; all else goes on.
  void aim(const std::vector<uint64_t>& destinations) { maker_.aim(destinations); }
  std::vector<uint64_t> destinations() const { return maker_.destinations(); }

  bool turn(Turn& turn) override;
  Timer timer() const override;
  bool has_work() const override;
  // The switch's side does not know who naps here.
  bool wakes_itself() const override { return false; }

  uint64_t sent() const { return sent_.value(); }
  uint64_t left() const { return left_.load(); }  // ~0 = without end
  bool window_is_open() const { return window_.is_open(sent_.value(), answered_.value()); }
  uint64_t received() const { return received_.value(); }
  // Of the frames that came back: with a sequence number of ours; below one seen before; beyond the next one (the
  // missing ones, summed).
  uint64_t ours() const { return ours_.value(); }
  uint64_t out_of_order() const { return out_of_order_.value(); }
  uint64_t skipped() const { return skipped_.value(); }
  // With digest=yes: sums over the frames that came back, in any order, of a CRC of each, its time stamp left out.
  // Equal frames, equal sums. Whole frames, and frames without their two addresses.
  uint64_t digest() const { return digest_.value(); }
  uint64_t digest_payload() const { return digest_payload_.value(); }
  // Frames whose round trip took [2^n, 2^(n+1)) ns.
  uint64_t round_trips(uint32_t bucket) const { return round_trips_[bucket].value(); }
  // Frames that came back and are waiting here: delivered already, as far as the machine is concerned.
  uint64_t waiting() const;

 private:
  bool take(Turn& turn);
  bool send(Turn& turn);
  void check(const net::Packet* packet, uint64_t now_ns);
  bool answers_us(const net::Packet* packet) const;
  void sum_up(const net::Packet* packet);
  uint32_t limited(uint32_t frames) const;
  bool may_send() const;
  uint32_t make(Turn& turn, uint32_t frames);
  static constexpr std::array<uint64_t, spec::kMaxStreams> first_of_streams() {
    std::array<uint64_t, spec::kMaxStreams> first{};
    for (uint64_t stream = 0; stream < first.size(); stream++) first[stream] = stream << spec::kStreamShift | 1;
    return first;
  }
  uint64_t ns(const Turn& turn) const { return uint64_t(double(turn.now) * (1e9 / turn.hz)); }

  const WireConfig& config_;
  net::LoopWindow window_;
  const uint64_t own_;  // the address that frames come from
  rte_ring *to_switch_, *from_switch_;
  const Wire* wire_;
  FrameMaker maker_;
  Pacer pacer_;
  shared::Published<uint64_t> left_{0};
  std::array<uint64_t, spec::kMaxStreams> next_expected_ =
      first_of_streams();  // a guest with several queue pairs sends as many streams
  uint32_t trace_base_, traced_ = 0;
  alignas(64) Counter sent_;
  Counter received_, ours_, out_of_order_, skipped_, digest_, digest_payload_;
  Counter answered_;  // with a window: those that came back and answer a frame of ours
  std::array<Counter, kBuckets> round_trips_;
};

}  // namespace ringside::datapath
