// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
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
  std::string name;    // "web.nic0"
  uint64_t mac = 0;    // permanent address, first byte low
  uint16_t index = 0;  // of the NIC in its VM: its interrupt line
  vmm::DmaSpace dma;
  vmm::InterruptLines* interrupts = nullptr;  // of vCPU 0, which takes a line's interrupts
  std::vector<vmm::InterruptLines*> vcpus;    // of each vCPU, by index: a message-signalled interrupt names one
  uint16_t queues = 1;                        // queue pairs, where the model has several
  bool intx = false;            // the driver is to use the interrupt line, where the model has messages too
  rte_mempool* pool = nullptr;  // frames out of the guest
  uint64_t moderation_floor_cycles = 0;
};

// A base address register: `size` bytes at `at` of the device's register space. `io`: in the I/O space of x86, reached
// by IN and OUT.
struct BarInfo {
  uint8_t number;
  uint64_t size, at;
  bool io = false;
};

// A ring, as the device lists it. Its place in that list is how it is asked for.
struct RingInfo {
  std::string name;  // behind the NIC's name: "rx", "tx1.comp"
  RingKind kind;
  uint16_t queue = 0;
  bool delivers = false;  // the guest finds received frames here: its rows that are done are the guest's work

  bool receive() const { return is_receive(uint8_t(kind)); }
};

// Raw rows of a ring, as copied by its owner (DESIGN section 9).
struct RingImage {
  uint64_t taken = 0;  // TSC
  uint64_t base = 0;
  uint32_t size = 0, head = 0, tail = 0;  // the model's own cursors
  std::vector<uint64_t> qwords;           // 2 a row; sized once to the largest ring, never on the hot path
};

// A ring that somebody looks at in free running: its owner copies it at ticks, 128 rows a breath.
struct RingWatch {
  std::atomic<bool> wanted{false};
  TripleBuffer<RingImage> images;
  // The worker's: how far the copy has come, and that this round has one.
  uint32_t next_row = 0;
  bool copied = false;
};

// What the device counts, per queue. Owner-written.
struct alignas(64) QueueCounters {
  Counter frames, bytes;  // receive: written into the guest; transmit: taken from it
  Counter polls, polls_with_work;
  Counter descriptors, errors;
};

// Work that the guest left to the device on transmit: not less work, but done elsewhere. Owner-written.
struct alignas(64) OffloadCounters {
  Counter checksums;  // frames into which the device put a checksum
  Counter cut;        // frames that it cut into segments (TSO)
  Counter segmented;  // what they became beyond one each: cut + segmented frames left the device, or were dropped there
};

// A virtual NIC: a PCI function's register face (MmioDevice, vCPU thread) + a Port (ring face, the serving worker's
// thread) + inspect. Port::ingress_burst takes frames out of the guest's transmit ring, egress_burst puts them into its
// receive ring.
class NicDevice : public vmm::MmioDevice, public net::Port {
 public:
  virtual const char* model() const = 0;  // "e1000"
  virtual std::span<const BarInfo> bars() const = 0;
  virtual std::span<const RingInfo> rings() const = 0;  // the same for the device's life

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

  // Registers (offset, bytes) whose written value may be lost, since the ring itself shows what is new: the kernel may
  // answer them with an eventfd. None: the register is all that says how far the ring is filled, as E1000's TDT.
  struct SilentDoorbell {
    uint64_t offset;
    uint32_t bytes;
  };
  virtual std::vector<SilentDoorbell> silent_doorbells() const { return {}; }
  // One of them was written, with what value nobody knows. Wakes the context that serves it. Any thread.
  virtual void doorbell_rung(uint64_t /*offset*/) {}

  // The transmit ring has rows for the device (a doorbell was rung). Any thread.
  bool has_work() const override = 0;

  // Power-on state; rings forgotten. Engine's thread at a cut. Frames held (a frame whose last descriptor never came)
  // are dropped: kReset.
  virtual void reset() = 0;
  // Frames inside the device that were counted as sent: segments of a frame that are still to be cut. Walked at a cut.
  uint64_t in_hand() const override = 0;

  // The guest's current effective address (RAL0/RAH0), for the switch's security policy. Any thread, relaxed.
  uint64_t effective_mac() const override = 0;
  // What the guest asked for: promiscuous (E1000 RCTL.UPE, VMXNET3 PROMISC), all multicast (MPE, ALL_MULTI), or
  // neither. Any thread, relaxed.
  net::ReceiveMode receive_mode() const override = 0;

  // Register accesses that no datasheet allows: wrong width, unaligned, no such register, a tail beyond its ring. Any
  // thread.
  virtual uint64_t register_misuses() const { return 0; }

  // --- inspection. Any thread; exact at a cut.
  virtual std::vector<RegisterValue> register_values() const = 0;
  // Queues, interrupts, totals. Not how full the queues are: the rows of their rings say so.
  virtual void inspect(NicView& view) const = 0;
  // Cursors, sizes, pointers and row counts of a ring, rows only if `image` is given. At a cut, or with an image taken
  // by the owner.
  virtual void inspect_ring(size_t ring, const RingImage* image, RingView& view) const = 0;
  // Worker's thread: copies at most 128 more rows of a ring into `image`, from row `from`; returns the next row to
  // copy, or the size.
  virtual uint32_t copy_rows(size_t ring, uint32_t from, RingImage& image) const = 0;
  // Rows that are done in rings that deliver to the guest: frames it has still to take. At a cut.
  uint32_t undelivered() const;
  // How many transmitted packets may be deferred before the driver must ring, where the model has a deferred doorbell.
  // Any thread.
  virtual void set_tx_threshold(uint32_t /*packets*/) {}

  // Engine's thread: from now on the ring is copied at ticks, or no more. Room for the copies is made before the worker
  // is told.
  void watch(size_t ring, bool wanted);
  RingWatch& ring_watch(size_t ring) { return watches_[ring]; }
  bool publish(bool anew) final;

  net::DropCounters rx_drops, tx_drops;
  QueueCounters rx, tx;
  OffloadCounters offloads;

 protected:
  // `rings`: how many the device lists.
  explicit NicDevice(size_t rings) : watches_(std::make_unique<RingWatch[]>(rings)) {}

 private:
  std::unique_ptr<RingWatch[]> watches_;
};

// A model, as the device registry lists it: name, how to build one, its register table and its descriptor decoder.
// region: nic-model-info
struct NicModelInfo {
  const char* name;
  const char* title;    // "Intel 82545EM (E1000)"
  const char* article;  // "an E1000", in a sentence
  std::unique_ptr<NicDevice> (*create)(const NicConfig& config);
  std::vector<RegisterInfo> (*registers)();
  std::vector<FieldView> (*decode_row)(RingKind kind, const uint64_t qword[2]);
  std::vector<FieldView> (*decode_register)(uint32_t offset, uint32_t value);
  bool (*holds_row)(uint32_t offset);  // that register's value is the number of a ring's row
  // What an event of this model's comes to, in its own words: interrupt causes, "length and DD; RDH 5 → 6". `rows`: of
  // the event's ring.
  std::string (*event_words)(const StepEvent& event, uint32_t rows);
  const char* doorbell;           // "TDT": the register by which the driver says that it sent
  bool silent_doorbell;           // its value may be lost: the ring itself shows what is new
  uint32_t rows_step, rows_most;  // a ring has rows_step, 2 rows_step, 3 rows_step … rows_most rows
  uint16_t queues_most;           // queue pairs
  bool messages = false;          // MSI-X, and INTx for who asks for it; else INTx alone
  // The names of the rings that a device with so many queue pairs has, in the order of NicDevice::rings().
  std::vector<std::string> (*ring_names)(uint16_t queues) = nullptr;
};
// endregion: nic-model-info

}  // namespace ringside::devices
