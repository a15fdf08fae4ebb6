// SPDX-License-Identifier: BSD-3-Clause
#include <rte_ethdev.h>
#include <rte_ring.h>

#include <algorithm>

#include "engine/datapath/pnic/checksum.h"
#include "engine/datapath/pnic/vlan.h"
#include "engine/datapath/pnic/wire_impl.h"
#include "engine/datapath/thread_sanitizer.h"

namespace ringside::datapath {
namespace {

constexpr double kPollEvery = 10e-6;  // seconds of virtual time between looks at the outside world

// Copies a frame that lies in one long buffer into segments of `pool`; the long buffer goes back. Null: no buffers,
// frame gone.
net::Packet* into_segments(net::Packet* frame, rte_mempool* pool) {
  net::Packet* copy = rte_pktmbuf_copy(frame, pool, 0, UINT32_MAX);
  rte_pktmbuf_free(frame);
  return copy;
}

}  // namespace

// Frames that may come in now: due, left, and inside the window.
uint32_t Wire::Impl::allowed(const Turn& turn, const WireConfig& config, const WireCounters& counters) {
  if (!running.load() || left.load() == 0) return 0;
  // Who writes what comes back plays no faster than the disk takes it.
  if (writer && !writer->has_room()) [[unlikely]]
    return 0;
  const uint32_t due = config.recorded ? player->due(turn, net::kBurst) : pacer.due(turn, net::kBurst);
  uint32_t limit = uint32_t(std::min<uint64_t>(due, left.load()));
  return window.room(limit, counters.frames_in.value(), answered.value());
}

bool Wire::Impl::is_open(const WireCounters& counters) const {
  return window.is_open(counters.frames_in.value(), answered.value());
}

// Of frames that leave, those that are answers to this wire's own. A capture's frames come from everywhere: whatever
// leaves is taken for an answer, as is whatever a guest sends and that is lost on its way out (VSwitch::forward).
uint32_t Wire::Impl::answers_in(net::Packet* const* frames, uint32_t count) const {
  if (!window.source() || player) return count;
  uint32_t answers = 0;
  for (uint32_t i = 0; i < count; i++) answers += net::source_of(frames[i]) == window.source();
  return answers;
}

// A null wire's frames are empty buffers: each becomes the template's next frame.
uint64_t Wire::Impl::stamp(Turn& turn, net::Burst& burst, rte_mempool* pool) {
  uint64_t now_ns = uint64_t(double(turn.now) * (1e9 / turn.hz)), bytes = 0;
  bool stepping = turn.stepping();
  for (uint32_t i = 0; i < burst.count; i++) {
    net::Packet* packet = burst.packets[i];
    uint32_t size = maker.next_size();
    if (size > kSegmentRoom && !FrameMaker::extend(packet, size, pool)) [[unlikely]] {
      // The pool is empty: what has no room was never sent.
      rte_pktmbuf_free_bulk(burst.packets + i, burst.count - i);
      burst.count = i;
      break;
    }
    maker.fill(packet, now_ns, stepping ? trace_base + ++traced : 0);
    bytes += size;
  }
  pacer.taken(burst.count);
  return bytes;
}

// Frames of the world: a tag goes out of the data. Of af_packet, what the kernel left undone is done here.
uint64_t Wire::Impl::receive(Turn& turn, net::Burst& burst, const WireConfig& config, Wire& wire) {
  uint64_t bytes = 0, lost = 0;
  uint32_t kept = 0;
  bool stepping = turn.stepping();
  for (uint32_t i = 0; i < burst.count; i++) {
    net::Packet* packet = burst.packets[i];
    bytes += packet->pkt_len;
    strip_vlan(packet);  // first: what the kernel left undone lies behind the tag
    if (repairs) {
      if (!is_whole(packet)) {
        wire.drops.add(net::DropReason::kOversize, 1);  // it does not come from a closed loop
        lost++;
        rte_pktmbuf_free(packet);
        continue;
      }
      if (complete_checksum(packet)) checksums_completed.add(1);
      if (copies && !(packet = into_segments(packet, config.pool))) {
        wire.drops.add(net::DropReason::kPoolEmpty, 1);
        lost++;
        continue;
      }
    }
    // Frames of the generator were marked when they were made. Others that come from outside are no answers, whatever
    // address they go to.
    if (!generator) {
      net::trace_id(packet) = stepping ? trace_base + ++traced : 0;
      net::set_source(packet, window.source());
    }
    burst.packets[kept++] = packet;
  }
  burst.count = kept;
  if (lost) wire.counters_.frames_in.add(lost);  // came in, and was dropped under a name
  return bytes;
}

// Frames that there are, as they are: at most `limit`.
uint32_t Wire::Impl::take(Turn& turn, uint16_t queue, net::Burst& burst, uint32_t limit, Wire& wire) {
  if (rings) {
    const uint32_t count =
        rte_ring_sc_dequeue_burst(rings->in(), reinterpret_cast<void**>(burst.packets), limit, nullptr);
    taken_over(rings->in());
    return count;
  }
  if (port != kNoPort) return rte_eth_rx_burst(port, queue, burst.packets, uint16_t(limit));
  if (player) return play(turn, queue, burst, limit, wire);
  return rte_pktmbuf_alloc_bulk(wire.config_.pool, burst.packets, limit) == 0 ? limit : 0;
}

// Frames of the capture, too long ones dropped: they came in, as af_packet's do.
uint32_t Wire::Impl::play(Turn& turn, uint16_t queue, net::Burst& burst, uint32_t limit, Wire& wire) {
  burst.count = 0;
  const CapturePlayer::Played played = player->play(burst, limit, wire.config_.pool);
  pacer.taken(played.frames);
  if (left.load() != kEndless) left.store(left.load() - played.frames);
  if (played.oversize) [[unlikely]] {
    wire.counters_.frames_in.add(played.oversize);
    wire.drops.add(net::DropReason::kOversize, played.oversize);
    if (window.source()) wire.drops.lost_of[window.source()].add(played.oversize);
    for (uint32_t i = 0; i < played.oversize; i++)
      turn.step({.kind = EventKind::kDrop, .queue = queue, .a = uint64_t(net::DropReason::kOversize), .object = &wire});
  }
  return burst.count;
}

// What the writer had taken before the disk failed is not delivered.
void Wire::Impl::count_lost(Wire& wire) {
  const uint64_t frames = writer->lost_frames() - lost_frames, bytes = writer->lost_bytes() - lost_bytes;
  if (!frames) return;
  lost_frames += frames, lost_bytes += bytes;
  wire.counters_.frames_out.add(-frames);
  wire.counters_.bytes_out.add(-bytes);
  wire.drops.add(net::DropReason::kNotWritten, frames);
}

// Gives frames to the world: how many it took, from the first one on. The others are still the caller's.
uint32_t Wire::Impl::transmit(const Turn& turn, uint16_t queue, net::Packet** frames, uint32_t count) {
  if (!closed) [[likely]]
    return give(turn, queue, frames, count);
  const uint32_t answers = answers_in(frames, count), taken = give(turn, queue, frames, count);
  answered.add(answers - answers_in(frames + taken, count - taken));
  return taken;
}

uint32_t Wire::Impl::give(const Turn& turn, uint16_t queue, net::Packet** frames, uint32_t count) {
  if (down.load()) [[unlikely]]
    return 0;
  if (port != kNoPort) return rte_eth_tx_burst(port, queue, frames, uint16_t(count));
  if (rings) {
    const uint32_t taken = rte_ring_sp_enqueue_burst(rings->out(), reinterpret_cast<void**>(frames), count, nullptr);
    handed_over(rings->out());
    return taken;
  }
  uint32_t taken = count;
  if (writer) {
    const uint64_t ns = uint64_t(double(turn.now) * (1e9 / turn.hz));
    for (taken = 0; taken < count && writer->put(frames[taken], ns);) taken++;
  }
  rte_pktmbuf_free_bulk(frames, taken);
  return taken;
}

net::DropReason Wire::Impl::refusal() const {
  if (down.load()) return net::DropReason::kWireDown;
  return writer && writer->broken() ? net::DropReason::kNotWritten : net::DropReason::kWireFull;
}

uint32_t Wire::ingress_burst(Turn& turn, uint16_t queue, net::Burst& burst) {
  Impl& impl = *impl_;
  bool own = config_.kind == WireKind::kNull || config_.kind == WireKind::kPcap;  // sends by itself
  uint32_t limit = own ? impl.allowed(turn, config_, counters_) : net::kBurst;
  counters_.polls.add(1);
  impl.polled = turn.now, impl.hz = turn.hz;
  if (impl.writer && impl.writer->broken()) [[unlikely]]
    impl.count_lost(*this);
  if (!limit || impl.down.load()) return 0;
  burst.first = 0;
  burst.count = impl.take(turn, queue, burst, limit, *this);
  if (!burst.count) return 0;
  uint64_t bytes;
  if (config_.kind == WireKind::kNull) {
    bytes = impl.stamp(turn, burst, config_.pool);
  } else {
    bytes = impl.receive(turn, burst, config_, *this);
  }
  if (config_.kind == WireKind::kNull && impl.left.load() != kEndless) impl.left.store(impl.left.load() - burst.count);
  counters_.frames_in.add(burst.count);
  counters_.bytes_in.add(bytes);
  counters_.polls_with_work.add(1);
  if (turn.stepping()) [[unlikely]] {
    uint64_t sequence = impl.maker.sequence() - burst.count;
    for (uint32_t i = burst.first; i < burst.count; i++) {
      net::Packet* packet = burst.packets[i];
      turn.step({.kind = EventKind::kWireReceive,
                 .queue = queue,
                 .a = config_.kind == WireKind::kNull ? sequence + i : 0,
                 .length = packet->pkt_len,
                 .packet = net::trace_id(packet),
                 .object = this});
    }
  }
  return burst.count;
}

// Makes the frame at burst.first fit to leave. False: it was dropped, and burst.first is behind it.
bool Wire::Impl::ready_to_leave(net::Burst& burst, const WireConfig& config, Wire& wire) {
  net::Packet*& packet = burst.packets[burst.first];
  net::DropReason reason = net::DropReason::kOversize;
  if (packet->pkt_len + (net::is_tagged(packet) ? 4 : 0) <= longest_egress) {
    if (!net::is_tagged(packet)) return true;
    if (net::Packet* tagged = insert_vlan(packet, config.pool)) {
      packet = tagged;
      return true;
    }
    reason = net::DropReason::kPoolEmpty;
  }
  wire.drops.add(reason, packet);
  rte_pktmbuf_free(packet);
  burst.first++;
  return false;
}

void Wire::egress_burst(Turn& turn, uint16_t queue, net::Burst& burst) {
  if (turn.stepping()) [[unlikely]]
    return impl_->egress_stepped(turn, queue, burst, config_, *this);
  Impl& impl = *impl_;
  net::Packet* frames[net::kBurst];
  uint32_t lengths[net::kBurst], count = 0;
  for (; burst.left(); burst.first++) {
    // Nobody sees what leaves on a null wire: no tag is put in.
    if (config_.kind != WireKind::kNull && !impl.ready_to_leave(burst, config_, *this)) {
      burst.first--;  // it moved on already
      continue;
    }
    frames[count] = burst.packets[burst.first];
    lengths[count] = frames[count]->pkt_len;
    count++;
  }
  if (!count) return;
  uint32_t sent = impl.transmit(turn, queue, frames, count);
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < sent; i++) bytes += lengths[i];
  counters_.frames_out.add(sent);
  counters_.bytes_out.add(bytes);
  if (sent < count) [[unlikely]] {
    for (uint32_t i = sent; i < count; i++) drops.add(impl.refusal(), frames[i]);
    rte_pktmbuf_free_bulk(frames + sent, count - sent);
  }
}

// One frame after the other, each a step point at which burst and counters agree.
void Wire::Impl::egress_stepped(Turn& turn, uint16_t queue, net::Burst& burst, const WireConfig& config, Wire& wire) {
  while (burst.left()) {
    StepEvent event{.kind = EventKind::kWireOut,
                    .queue = queue,
                    .length = burst.packets[burst.first]->pkt_len,
                    .packet = net::trace_id(burst.packets[burst.first]),
                    .object = &wire};
    uint64_t dropped = wire.drops.by_reason[size_t(net::DropReason::kOversize)].value();
    if (config.kind != WireKind::kNull && !ready_to_leave(burst, config, wire)) {
      bool oversize = wire.drops.by_reason[size_t(net::DropReason::kOversize)].value() != dropped;
      event.kind = EventKind::kDrop;
      event.a = uint64_t(oversize ? net::DropReason::kOversize : net::DropReason::kPoolEmpty);
      turn.step(event);
      continue;
    }
    net::Packet* packet = burst.packets[burst.first];
    event.length = packet->pkt_len;
    uint32_t sent = transmit(turn, queue, &packet, 1);
    burst.first++;
    if (sent) {
      wire.counters_.frames_out.add(1);
      wire.counters_.bytes_out.add(event.length);
    } else {
      const net::DropReason reason = refusal();
      wire.drops.add(reason, packet);
      rte_pktmbuf_free(packet);
      event.kind = EventKind::kDrop;
      event.a = uint64_t(reason);
    }
    turn.step(event);
  }
}

Timer Wire::timer() const {
  const Impl& impl = *impl_;
  switch (config_.kind) {
    case WireKind::kRing: return {};  // the generator has the timer; what lies in the ring is has_work()
    case WireKind::kNull:
    case WireKind::kPcap:
      if (!impl.running.load() || impl.left.load() == 0 || !impl.is_open(counters_)) return {};
      return {config_.recorded ? impl.player->next() : impl.pacer.next(), TimerKind::kWork};
    default: return {impl.polled + uint64_t(kPollEvery * impl.hz), TimerKind::kPoll};
  }
}

bool Wire::has_work() const {
  const Impl& impl = *impl_;
  if (impl.generator) return !rte_ring_empty(impl.rings->in());
  return impl.pacer.rate() <= 0 && !config_.recorded && impl.running.load() && impl.left.load() != 0 &&
         impl.is_open(counters_);
}

bool Wire::wakes_itself() const {
  switch (config_.kind) {
    case WireKind::kNull:
    case WireKind::kPcap: return true;
    case WireKind::kRing: return impl_->generator->left() == 0;
    default: return false;
  }
}

}  // namespace ringside::datapath
