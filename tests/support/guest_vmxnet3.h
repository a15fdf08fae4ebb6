// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "engine/devices/vmxnet3/vmxnet3_device.h"
#include "engine/spec/vmxnet3.h"
#include "tests/support/guest_ring.h"

namespace ringside::test {

// The guest's side of a VMXNET3, laid out by hand in guest memory: shared area, queue control, rings and a buffer for
// each row. It has no driver logic: tests say which row holds what.
class GuestVmxnet3 {
 public:
  static constexpr uint64_t kMac = GuestE1000::kMac, kMemory = 64 << 20;
  static constexpr uint64_t kShared = 0x8000, kDescs = 0x9000, kRss = 0xb000, kRings = 0x10000, kBuffers = 0x200000;
  static constexpr uint32_t kBuffer = 2048, kRows = 64, kQueueBytes = 0x8000;

  explicit GuestVmxnet3(uint16_t queues = 1, uint32_t packets = 2048, bool dirty = false);
  // Another device in the place of the one there, fresh from the factory. Guest memory stays.
  void plug();

  // Registers, as the guest does: offsets in the device's register space.
  uint32_t read(uint32_t offset) { return uint32_t(nic->mmio_read(offset, 4, access)); }
  void write(uint32_t offset, uint32_t value) { nic->mmio_write(offset, 4, value, access); }
  static constexpr uint32_t kBar1 = devices::Vmxnet3Device::kBar1At, kMsix = devices::Vmxnet3Device::kMsixAt;
  void command(uint32_t value) { write(kBar1 + spec::vmxnet3::bar1::kCmd, value); }
  uint32_t get(uint32_t value) { return command(value), read(kBar1 + spec::vmxnet3::bar1::kCmd); }

  // Somebody writes to what it shares meanwhile: ACTIVATE may be refused.
  bool disturbed = false;
  // Reset, shared area, rings with all rows filled, ACTIVATE (must succeed unless disturbed), rx mode.
  void init(uint32_t rx_mode = spec::vmxnet3::rx_mode::kUcast | spec::vmxnet3::rx_mode::kBcast, uint64_t features = 0,
            uint32_t mtu = 9004);
  spec::vmxnet3::DriverShared& area() { return *at<spec::vmxnet3::DriverShared>(kShared); }
  spec::vmxnet3::TxQueueDesc& tx_desc(uint16_t q = 0) { return *at<spec::vmxnet3::TxQueueDesc>(kDescs + 256 * q); }
  spec::vmxnet3::RxQueueDesc& rx_desc(uint16_t q = 0) {
    return *at<spec::vmxnet3::RxQueueDesc>(kDescs + 256 * (queues + q));
  }
  // MSI-X: vector q to vCPU q's line `line`, open.
  void open_vectors(uint16_t line = 0);

  template <class T>
  T* at(uint64_t gpa) {
    return reinterpret_cast<T*>(memory->base() + gpa);
  }
  // Rings of a queue: tx, tx comp, rx, rx2, rx comp (128 rows).
  enum Which { kTx, kTxComp, kRx, kRx2, kRxComp };
  static uint64_t ring_at(uint16_t q, Which which) {
    return kRings + kQueueBytes * uint64_t{q} + 0x1000 * uint64_t(which);
  }
  uint64_t* row(uint16_t q, Which which, uint32_t index) {
    return at<uint64_t>(ring_at(q, which) + 16 * uint64_t{index});
  }
  uint64_t rx_buffer(uint16_t q, uint32_t ring, uint32_t row) const {
    return kBuffers + ((uint64_t{q} * 4 + ring) * kRows + row) * kBuffer;
  }
  uint64_t tx_buffer(uint16_t q, uint32_t row) const { return rx_buffer(q, 2, row); }
  Bytes bytes(uint64_t gpa, uint32_t length) const { return {memory->base() + gpa, memory->base() + gpa + length}; }

  // Puts a frame into the next transmit row and gives it to the device.
  void put(const Bytes& data, uint64_t bits = spec::vmxnet3::txd::kEop | spec::vmxnet3::txd::kCq, uint16_t q = 0);
  void put_raw(uint64_t address, uint64_t bits, uint16_t q = 0);
  // The next frame of a queue, from its completion rows; each receive row is given back. Empty: there is none.
  Bytes take(uint16_t q = 0);
  // Transmit completions since the last call: the rows they name.
  std::vector<uint32_t> completions(uint16_t q = 0);

  // The switch's side.
  void send(const std::vector<Bytes>& frames);
  std::vector<Bytes> fetch();
  uint64_t given = 0, fetched = 0;
  bool balanced() const;

  struct Queue {
    uint32_t tx_next = 0, tx_gen = 1, tx_comp = 0, tx_comp_gen = 1, rx_comp = 0, rx_comp_gen = 1;
    uint64_t last_q0 = 0, last_q1 = 0;  // completion row of the frame taken last
  };
  const uint16_t queues;
  std::vector<Queue> side;
  std::unique_ptr<vmm::GuestMemory> memory;
  std::unique_ptr<datapath::PacketPool> pool;
  std::vector<std::unique_ptr<vmm::InterruptLines>> lines;
  CountingWaker waker;
  devices::NicConfig config;
  std::unique_ptr<devices::Vmxnet3Device> nic;
  vmm::Access access;
  Turn turn{.now = 1'000'000, .hz = 1e9};
};

inline constexpr uint32_t kVmxnet3Imr = spec::vmxnet3::bar0::kImr;
inline const Bytes kVmxnet3Frame = make_frame(60, GuestVmxnet3::kMac);

}  // namespace ringside::test
