// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/context.h"
#include "engine/devices/e1000/e1000_device.h"
#include "engine/spec/e1000.h"
#include "engine/vmm/guest_memory.h"
#include "tests/support/eal.h"

namespace ringside::test {

using Bytes = std::vector<uint8_t>;

// A frame of `length` bytes from address 52:…:01 to `destination`, EtherType 0x88b5, filled with a pattern made of
// `seed`.
Bytes make_frame(uint32_t length, uint64_t destination, uint32_t seed = 1);

// The same in packets of `segment` bytes each.
net::Packet* make_packet(rte_mempool* pool, const Bytes& data, uint32_t segment = 2048);

struct CountingWaker : Waker {
  std::atomic<uint64_t> wakes{0};
  void wake() override { wakes.fetch_add(1, std::memory_order_relaxed); }
};

// Collects the step points of a stepped run. Frames in transmit rows get the ids 1000 + row.
struct RecordingSink : StepSink {
  std::vector<StepEvent> events;
  std::function<void(const StepEvent&)> also;
  void step(const StepEvent& event) override {
    events.push_back(event);
    if (also) also(event);
  }
  uint32_t frame_in(const void*, uint8_t, uint32_t row) override { return 1000 + row; }
};

// The guest's side of an E1000, laid out by hand in guest memory: a real receive and a real transmit ring and a buffer
// for each row, programmed through registers as a driver does (sheet e1000 §4). It has no driver logic: tests say which
// row holds what.
class GuestE1000 {
 public:
  static constexpr uint64_t kMac = 0x0100'0000'0052;  // 52:00:00:00:00:01
  static constexpr uint64_t kMemory = 32 << 20;
  static constexpr uint64_t kRxRing = 0x10000, kTxRing = 0x30000, kRxBuffers = 0x100000, kTxBuffers = 0x1000000;
  static constexpr uint32_t kBuffer = 2048;

  explicit GuestE1000(uint32_t rx_rows = 64, uint32_t tx_rows = 64, uint32_t packets = 2048, bool dirty = false);
  ~GuestE1000();
  // Another device in the place of the one there, fresh from the factory. Guest memory stays.
  void plug();

  // Registers. Writes as the guest does; offsets are spec::e1000::reg.
  uint32_t read(uint32_t offset) { return uint32_t(nic->mmio_read(offset, 4, access)); }
  void write(uint32_t offset, uint32_t value) { nic->mmio_write(offset, 4, value, access); }
  // Reset, addresses, rings, RCTL (on, broadcast, FCS stripped) with `rctl` added, TCTL, link up: all rows of the
  // receive ring but one given to the device.
  void init(uint32_t rctl = 0);

  // Rows as the guest sees them.
  uint64_t* rx_row(uint32_t row) { return word(kRxRing + 16 * uint64_t{row}); }
  uint64_t* tx_row(uint32_t row) { return word(kTxRing + 16 * uint64_t{row}); }
  uint64_t* word(uint64_t gpa) { return reinterpret_cast<uint64_t*>(memory->base() + gpa); }
  uint64_t rx_buffer(uint32_t row) const { return kRxBuffers + uint64_t{row} * kBuffer; }
  uint64_t tx_buffer(uint32_t row) const { return kTxBuffers + uint64_t{row} * kBuffer; }
  Bytes bytes(uint64_t gpa, uint32_t length) const { return {memory->base() + gpa, memory->base() + gpa + length}; }

  // Puts a frame (or a part of one) into the next transmit row; `command`: bits of spec txd, EOP and RS unless said
  // otherwise.
  uint32_t put(const Bytes& data, uint64_t command = spec::e1000::txd::kEop | spec::e1000::txd::kRs);
  void put_raw(uint64_t address, uint64_t word);
  void ring_tx() { write(spec::e1000::reg::kTdt, tx_next); }
  // Takes the frames of one received packet's rows from rx_next on, refills each row and moves RDT. Empty: nothing
  // there.
  Bytes take();
  bool done(uint32_t row) { return shared::load_acquire(rx_row(row) + 1) & spec::e1000::rxd::kDd; }

  // The switch's side. `send`: gives frames to the device as a switch would; `fetch`: all it sends in one burst.
  net::Packet* packet(const Bytes& data, uint32_t segment = 2048);
  void send(const std::vector<Bytes>& frames);
  void send(net::Packet* packet);
  std::vector<Bytes> fetch();
  static Bytes content(const net::Packet* packet);

  // sent and segmented = in bursts, dropped, or still in the device; delivered + dropped = given. Checked against what
  // the test itself counted. What the device loops back is both sent and given: for tests that switch that on.
  uint64_t given = 0, fetched = 0;
  bool may_loop = false;
  bool balanced() const;

  std::unique_ptr<vmm::GuestMemory> memory;
  std::unique_ptr<datapath::PacketPool> pool;
  vmm::InterruptLines lines;
  CountingWaker waker;
  devices::NicConfig config;
  std::unique_ptr<devices::E1000Device> nic;
  vmm::Access access;
  Turn turn{.now = 1'000'000, .hz = 1e9};
  uint32_t rx_rows, tx_rows, rx_next = 0, tx_next = 0;
};

}  // namespace ringside::test
