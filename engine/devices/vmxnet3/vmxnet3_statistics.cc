// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>

#include "engine/devices/vmxnet3/vmxnet3_registers.h"

// GET_STATS (sheet vmxnet3 §2, §3): a queue's counters in the data sheet's terms, since the last ACTIVATE.
namespace ringside::devices {

namespace spec = ringside::spec::vmxnet3;

// What the counters of a queue come to, in the data sheet's terms, since power-on. Packets are those that left the
// device: of a frame that was cut, its segments; bytes are those that it took out of memory.
spec::TxStats Vmxnet3Commands::totals(const Vmxnet3TxQueue& queue) {
  const Vmxnet3QueueCounters& c = queue.counters;
  const uint64_t lost = queue.drops.total(), group = c.multicast.value() + c.broadcast.value(),
                 group_bytes = c.multicast_bytes.value() + c.broadcast_bytes.value();
  const uint64_t all = c.frames.value() + c.segmented.value(), bytes = c.bytes.value();
  return {.tso_packets = c.tso.value(),
          .tso_bytes = c.tso_bytes.value(),
          .unicast_packets = all > lost + group ? all - lost - group : 0,
          .unicast_bytes = bytes > group_bytes ? bytes - group_bytes : 0,
          .multicast_packets = c.multicast.value(),
          .multicast_bytes = c.multicast_bytes.value(),
          .broadcast_packets = c.broadcast.value(),
          .broadcast_bytes = c.broadcast_bytes.value(),
          .errors = c.errors.value(),
          .discarded = lost};
}

spec::RxStats Vmxnet3Commands::totals(const Vmxnet3RxQueue& queue) {
  const Vmxnet3QueueCounters& c = queue.counters;
  const uint64_t group = c.multicast.value() + c.broadcast.value(),
                 group_bytes = c.multicast_bytes.value() + c.broadcast_bytes.value();
  const uint64_t all = c.frames.value(), bytes = c.bytes.value();
  return {.unicast_packets = all > group ? all - group : 0,
          .unicast_bytes = bytes > group_bytes ? bytes - group_bytes : 0,
          .multicast_packets = c.multicast.value(),
          .multicast_bytes = c.multicast_bytes.value(),
          .broadcast_packets = c.broadcast.value(),
          .broadcast_bytes = c.broadcast_bytes.value(),
          .out_of_buffers = queue.drops.by_reason[size_t(net::DropReason::kNoDescriptor)].value(),
          .errors = c.errors.value()};
}

namespace {

// Since ACTIVATE: ten words each, of which none goes back.
template <class Stats>
Stats since(const Stats& now, const Stats& before) {
  using Words = std::array<uint64_t, sizeof(Stats) / 8>;
  auto words = __builtin_bit_cast(Words, now);
  const auto earlier = __builtin_bit_cast(Words, before);
  for (size_t i = 0; i < words.size(); i++) words[i] -= std::min(words[i], earlier[i]);
  return __builtin_bit_cast(Stats, words);
}

}  // namespace

void Vmxnet3Commands::write_stats(Vmxnet3Device& d) {
  const uint64_t descs = d.queue_descs_.load();
  if (!descs) return;
  for (uint32_t q = 0; q < d.tx_queues_.load(); q++) {
    const spec::TxStats stats = since(totals(d.tx_queue_[q]), d.tx_before_[q]);
    d.dma_.write(vmxnet3_tx_desc_at(descs, q) + offsetof(spec::TxQueueDesc, stats), &stats, sizeof stats);
  }
  for (uint32_t q = 0; q < d.rx_queues_.load(); q++) {
    const spec::RxStats stats = since(totals(d.rx_queue_[q]), d.rx_before_[q]);
    d.dma_.write(vmxnet3_rx_desc_at(descs, d.tx_queues_.load(), q) + offsetof(spec::RxQueueDesc, stats), &stats,
                 sizeof stats);
  }
}

}  // namespace ringside::devices
