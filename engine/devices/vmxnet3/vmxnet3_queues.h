// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>

#include "engine/base/counter.h"
#include "engine/base/shared.h"
#include "engine/net/burst.h"
#include "engine/net/drop_reason.h"
#include "engine/net/flow_hash.h"
#include "engine/spec/vmxnet3.h"

namespace ringside::devices {

// Queue control in guest memory: one array, all transmit queues first (sheet §3).
constexpr uint64_t vmxnet3_tx_desc_at(uint64_t descs, uint32_t queue) {
  return descs + sizeof(spec::vmxnet3::TxQueueDesc) * uint64_t{queue};
}
constexpr uint64_t vmxnet3_rx_desc_at(uint64_t descs, uint32_t tx_queues, uint32_t queue) {
  return vmxnet3_tx_desc_at(descs, tx_queues) + sizeof(spec::vmxnet3::RxQueueDesc) * uint64_t{queue};
}

// A ring of 16-byte rows with generation bits. `next` and `gen` are the device's: where it looks (or writes) next, and
// the generation bit that it finds there when the row is its own (or writes into it). They flip together when `next`
// wraps. All of it belongs to the gate's holder; what others may look at is published.
struct Vmxnet3Ring {
  uint64_t base = 0;
  uint32_t rows = 0, next = 0;
  uint32_t gen = 1;
  shared::Published<uint64_t> base_shown{0};
  shared::Published<uint32_t> rows_shown{0};
  shared::Published<uint32_t> cursor_shown{kGenShown};  // next | gen << 31, one word: has_work() reads it from anywhere

  static constexpr uint32_t kGenShown = 1u << 31;

  void program(uint64_t at, uint32_t count) {
    base = at, rows = count, next = 0, gen = 1;
    base_shown.store(at), rows_shown.store(count);
    show();
  }
  void show() { cursor_shown.store(next | (gen ? kGenShown : 0)); }
  void advance() {
    if (++next == rows) next = 0, gen ^= 1;
  }
  uint64_t bytes() const { return uint64_t{rows} * spec::vmxnet3::kRowBytes; }
};

struct Vmxnet3QueueCounters {
  Counter frames, bytes, polls, polls_with_work, multicast, multicast_bytes, broadcast, broadcast_bytes, errors;
  Counter tso, tso_bytes, segmented;  // segments that were cut, bytes of the frames that they were, segments - frames
};

struct alignas(64) Vmxnet3TxQueue {
  shared::Gate gate;
  shared::Published<bool> enabled_shown{false};  // activated, not stopped by an error
  shared::Published<uint32_t> error{0};          // why it stopped
  shared::Published<uint32_t> producer{0};       // TXPROD, as last written
  shared::Published<uint64_t> desc_shown{0};     // TxQueueDesc, guest-physical
  alignas(64) Vmxnet3Ring ring;
  Vmxnet3Ring comp;
  uint64_t desc = 0;
  uint32_t vector = 0;
  bool enabled = false;
  // The transmit context's alone: the threshold that it last wrote into the shared memory; 0 = none yet.
  shared::Published<uint32_t> threshold_written{0};
  Vmxnet3QueueCounters counters;
  net::DropCounters drops;
};

// One burst's work with the transmit rings.
struct Vmxnet3TxPass {
  // Rows of which no frame came that one burst may take: a guest that refills bad rows must not hold the worker. Good
  // ones are few, since a burst is.
  static constexpr uint32_t kRows = 256;
  uint32_t rows = 0;  // taken so far, over all queues
  uint32_t told = 0;  // completion rows written on the thorough way, of the queue at hand
  bool spent() const { return rows >= kRows; }
};

// What a receive queue lets in. A copy in each queue, under its gate: registers and commands change it while packets
// come.
struct Vmxnet3Filter {
  static constexpr uint32_t kMostMulticast = 64;  // more than these: all multicast
  uint64_t mac = 0;
  uint32_t mode = 0;
  uint32_t multicasts = 0;
  std::array<uint64_t, kMostMulticast> multicast{};
  std::array<uint32_t, 128> vlans{};
  bool strip = false;       // feature RXVLAN
  bool checksum = false;    // feature RXCSUM
  uint32_t longest = 1518;  // mtu, header and tag
};

struct alignas(64) Vmxnet3RxQueue {
  shared::Gate gate;
  shared::Published<bool> enabled_shown{false};
  std::array<shared::Published<uint32_t>, 2> producer;  // RXPROD, RXPROD2, as last written
  alignas(64) std::array<Vmxnet3Ring, 2> ring;
  Vmxnet3Ring comp;
  uint32_t vector = 0;
  bool enabled = false;
  Vmxnet3Filter filter;
  Vmxnet3QueueCounters counters;
  net::DropCounters drops;
};

// Receive-side scaling as programmed, made ready for the worker. One writer at a time, under the gate `gate`.
struct Vmxnet3Rss {
  shared::Gate gate;
  bool on = false;
  uint32_t types = 0;       // spec rss::kIpv4 …
  uint32_t fields = 0;      // SET_RSS_FIELDS
  uint32_t wanted = 0;      // both, as net/flow_hash.h says it
  uint32_t table_mask = 0;  // entries - 1
  std::array<uint8_t, 128> table{};
  net::ToeplitzKey key{};  // ready
};

}  // namespace ringside::devices
