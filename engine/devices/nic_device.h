// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/api/view/registers.h"
#include "engine/api/view/ring.h"
#include "engine/api/view/topology.h"
#include "engine/base/context.h"
#include "engine/base/triple_buffer.h"
#include "engine/net/drop_reason.h"
#include "engine/net/port.h"
#include "engine/vmm/dma.h"
#include "engine/vmm/interrupt.h"
#include "engine/vmm/mmio_bus.h"

struct rte_mempool;

namespace ringside::devices {

// What a NIC is given when it is plugged in.
struct NicConfig {
  std::string name;                 // "web.nic0"
  uint64_t mac = 0;                 // permanent address, first byte low
  uint16_t index = 0;               // of the NIC in its VM: its interrupt line
  vmm::DmaSpace dma;
  vmm::InterruptLines* interrupts = nullptr;  // of vCPU 0, which takes a line's interrupts
  std::vector<vmm::InterruptLines*> vcpus;    // of each vCPU, by index: a message-signalled interrupt names one
  rte_mempool* pool = nullptr;      // frames out of the guest
  uint64_t moderation_floor_cycles = 0;
};

// Raw rows of a ring, as copied by its owner (DESIGN section 9).
struct RingImage {
  uint64_t taken = 0;               // TSC
  uint64_t base = 0;
  uint32_t size = 0, head = 0, tail = 0;
  std::vector<uint64_t> qwords;     // 2 a row; sized once to the largest ring, never on the hot path
};

// A ring that somebody looks at in free running: its owner copies it at ticks, 128 rows a breath.
struct RingWatch {
  std::atomic<bool> wanted{false};
  TripleBuffer<RingImage> images;
  uint32_t next_row = 0;  // the worker's
};

// What the device counts, per queue. Owner-written.
struct alignas(64) QueueCounters {
  Counter frames, bytes;            // receive: written into the guest; transmit: taken from it
  Counter polls, polls_with_work;
  Counter descriptors, errors;
};

// A virtual NIC: a PCI function's register face (MmioDevice, vCPU thread) + a Port (ring face, the serving worker's thread) + inspect.
// Port::ingress_burst takes frames out of the guest's transmit ring, egress_burst puts them into its receive ring.
class NicDevice : public vmm::MmioDevice, public net::Port {
 public:
  virtual const char* model() const = 0;         // "e1000"
  virtual uint64_t bar0_size() const = 0;

  // Woken by doorbells: the worker's (transmit, receive refill) . Set while no worker runs.
  virtual void bind_waker(Waker* waker) = 0;

  // Worker: raises what moderation postponed, if its time has come. Called once a turn of the transmit context.
  virtual void interrupt_turn(Turn& turn) = 0;
  // When a postponed interrupt is due, on the worker's clock.
  virtual uint64_t interrupt_due() const = 0;
  void service(Turn& turn) final { interrupt_turn(turn); }
  Timer timer() const final {
    uint64_t due = interrupt_due();
    return {due, due == kNever ? TimerKind::kNone : TimerKind::kWork};
  }

  // The transmit ring has rows for the device (a doorbell was rung). Any thread.
  bool has_work() const override = 0;

  // Power-on state; rings forgotten. Engine's thread at a cut. Frames held (a frame whose last descriptor never came) are dropped: kReset.
  virtual void reset() = 0;
  // Frames inside the device: none, or 1 while a multi-descriptor frame is being gathered AND was counted as sent. Walked at a cut.
  uint64_t in_hand() const override = 0;

  // The guest's current effective address (RAL0/RAH0), for the switch's security policy. Any thread, relaxed.
  uint64_t effective_mac() const override = 0;
  // The guest asked for promiscuous reception (RCTL.UPE) or all multicast (MPE). Any thread, relaxed.
  bool promiscuous() const override = 0;

  // Register accesses that no datasheet allows: wrong width, unaligned, no such register, a tail beyond its ring. Any thread.
  virtual uint64_t register_misuses() const { return 0; }

  // --- inspection. Any thread; exact at a cut.
  virtual std::vector<RegisterValue> register_values() const = 0;
  virtual void inspect(NicView& view) const = 0;            // queues, interrupts; totals
  // Cursors, sizes, pointers and row counts of a ring, rows only if `image` is given. At a cut, or with an image taken by the owner.
  virtual void inspect_ring(bool receive, const RingImage* image, RingView& view) const = 0;
  // Worker's thread: copies at most 128 more rows of a ring into `image`, from row `from`; returns the next row to copy, or the size.
  virtual uint32_t copy_rows(bool receive, uint32_t from, RingImage& image) const = 0;

  // Engine's thread: from now on the ring is copied at ticks, or no more. Room for the copies is made before the worker is told.
  void watch(bool receive, bool wanted);
  RingWatch& ring_watch(bool receive) { return receive ? rx_watch_ : tx_watch_; }
  bool publish() final;

  net::DropCounters rx_drops, tx_drops;
  QueueCounters rx, tx;

 private:
  RingWatch rx_watch_, tx_watch_;
};

// A model, as the device registry lists it: name, how to build one, its register table and its descriptor decoder.
// region: nic-model-info
struct NicModelInfo {
  const char* name;
  const char* title;                                          // "Intel 82545EM (E1000)"
  std::unique_ptr<NicDevice> (*create)(const NicConfig& config);
  std::vector<RegisterInfo> (*registers)();
  std::vector<FieldView> (*decode_row)(bool receive, const uint64_t qword[2]);
  std::vector<FieldView> (*decode_register)(uint32_t offset, uint32_t value);
};
// endregion: nic-model-info

}  // namespace ringside::devices
