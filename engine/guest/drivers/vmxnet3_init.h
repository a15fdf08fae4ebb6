// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/drivers/vmxnet3_state.h"
#include "engine/guest/memory.h"
#include "engine/guest/workload/workload.h"

// Bringing a VMXNET3 up: sheet vmxnet3 section 7, in its order. Cold.
namespace ringside::guest {

template <Platform P>
class Vmxnet3Init {
 public:
  Vmxnet3Init(P& platform, const spec::BootInfo& info, uint32_t nic)
      : platform_(platform),
        info_(info),
        nic_(info.nics[nic]),
        state_(*at<Vmxnet3State>(platform, vmxnet3_state_gpa(nic))) {}

  // `nics_left`: this one and those that still come share the memory that is left.
  spec::BootFailure run(uint32_t nics_left) {
    using spec::BootFailure;
    if (!vmxnet3::good_rows(nic_.rx_rows) || !vmxnet3::good_rows(nic_.tx_rows)) return BootFailure::kRingSize;
    if (!good_buffers()) return BootFailure::kBufferSize;
    if (nic_.bars < 2 || nic_.queues < 1 || nic_.queues > kVmxnet3Queues) return BootFailure::kDevice;
    state_ = {};
    state_.bar0 = nic_.bar0, state_.bar1 = nic_.bar[0], state_.msix = nic_.bar[1];
    state_.buffer_bytes = nic_.rx_buffer_bytes, state_.max_frame = nic_.max_frame_bytes, state_.queues = nic_.queues;
    if (!select_revision()) return BootFailure::kDevice;
    command(vmxnet3::cmd::kResetDev);
    if (!lay_out(nics_left)) return BootFailure::kMemory;
    state_.mac = get(vmxnet3::cmd::kGetPermMacLo) | uint64_t{get(vmxnet3::cmd::kGetPermMacHi) & 0xffff} << 32;
    write1(vmxnet3::bar1::kMacl, uint32_t(state_.mac));
    write1(vmxnet3::bar1::kMach, uint32_t(state_.mac >> 32));
    // Sheet §2, CONF_INTR. Which kind matters to who waits for interrupts; vectors without a message use the line.
    if (info_.driver == spec::DriverMode::kInterrupt)
      state_.intx = (get(vmxnet3::cmd::kGetConfIntr) & vmxnet3::kIntrTypeMask) == vmxnet3::kIntrIntx;
    if (!state_.intx) program_vectors();
    write1(vmxnet3::bar1::kDsal, uint32_t(state_.shared_area));
    write1(vmxnet3::bar1::kDsah, uint32_t(state_.shared_area >> 32));
    if (get(vmxnet3::cmd::kActivateDev) != 0) return BootFailure::kDevice;
    if (nic_.queues > 1) spread_udp();
    for (uint32_t q = 0; q < nic_.queues; q++) fill(state_.queue[q]);
    command(vmxnet3::cmd::kUpdateRxMode);
    if (info_.driver == spec::DriverMode::kInterrupt) {
      for (uint32_t q = 0; q < nic_.queues; q++) write0(vmxnet3::bar0::kImr + vmxnet3::bar0::kStride * q, 0);
      write0(vmxnet3::bar0::kImr + vmxnet3::bar0::kStride * event_vector(), 0);
    }
    return BootFailure::kNone;
  }

 private:
  void write0(uint32_t offset, uint32_t value) { platform_.mmio_write(state_.bar0 + offset, 4, value); }
  void write1(uint32_t offset, uint32_t value) { platform_.mmio_write(state_.bar1 + offset, 4, value); }
  uint32_t read1(uint32_t offset) { return uint32_t(platform_.mmio_read(state_.bar1 + offset, 4)); }
  void command(uint32_t value) { write1(vmxnet3::bar1::kCmd, value); }
  uint32_t get(uint32_t value) {
    command(value);
    return read1(vmxnet3::bar1::kCmd);
  }

  bool good_buffers() const {
    const uint32_t bytes = nic_.rx_buffer_bytes;
    if (bytes != 2048 && bytes != 4096 && bytes != 8192) return false;
    return nic_.max_frame_bytes >= 60 && nic_.max_frame_bytes <= kMaxParts * bytes &&
           nic_.max_frame_bytes <= vmxnet3::kMaxFrame;
  }

  // The newest revision that both know: bit n - 1 is revision n. This driver knows up to 4.
  bool select_revision() {
    const uint32_t known = read1(vmxnet3::bar1::kVrrs) & 0xf;
    if (!known || !(read1(vmxnet3::bar1::kUvrs) & 1)) return false;
    uint32_t best = 8;
    while (!(known & best)) best >>= 1;
    revision_ = best;
    write1(vmxnet3::bar1::kVrrs, best);
    write1(vmxnet3::bar1::kUvrs, 1);
    return true;
  }

  // Shared area, queue control, then each queue's rings, free-buffer stack and buffers. A second receive ring takes the
  // bodies of frames that are longer than a buffer; without jumbo frames it is as small as it can be.
  bool lay_out(uint32_t nics_left) {
    const uint32_t queues = nic_.queues,
                   second = nic_.max_frame_bytes > nic_.rx_buffer_bytes ? nic_.rx_rows : vmxnet3::kRowsStep;
    state_.shared_area = take_heap(platform_, sizeof(vmxnet3::DriverShared), 4096);
    const uint64_t descs = take_heap(platform_, 256 * 2 * uint64_t{queues}, 128);
    state_.rss_conf = take_heap(platform_, sizeof(vmxnet3::RssConf), 64);
    if (!state_.shared_area || !descs || !state_.rss_conf) return false;
    for (uint32_t i = 0; i < queues; i++) {
      Vmxnet3QueueState& q = state_.queue[i];
      q.rx_rows[0] = nic_.rx_rows, q.rx_rows[1] = second, q.rx_comp_rows = nic_.rx_rows + second,
      q.tx_rows = nic_.tx_rows;
      q.rx_ring[0] = ring(q.rx_rows[0]), q.rx_ring[1] = ring(second), q.rx_comp = ring(q.rx_comp_rows),
      q.tx_ring = ring(q.tx_rows), q.tx_comp = ring(q.tx_rows);
      q.tx_data = take_heap(platform_, uint64_t{q.tx_rows} * vmxnet3::kDataRowBytes, 512);
      if (!q.rx_ring[0] || !q.rx_ring[1] || !q.rx_comp || !q.tx_ring || !q.tx_comp || !q.tx_data) return false;
      FreeStack stack;
      const uint32_t received = nic_.rx_rows + second, sharers = queues - i + (nics_left - 1) * queues;
      if (!lay_buffers(platform_, received + nic_.tx_rows + kSpareBuffers, received + kSpareBuffers,
                       nic_.rx_buffer_bytes, sharers, stack))
        return false;
      q.free_stack = stack.gpa, q.free_count = stack.count;
      q.tx_gen = q.tx_comp_gen = q.rx_comp_gen = 1;
      q.tx_group_mask = completion_group_mask(q.tx_rows);
      q.tx_desc = descs + 256 * uint64_t{i};
      write_queue_control(q, i, descs);
    }
    write_shared_area(descs);
    return true;
  }

  // Zeroed: a generation bit of 0 is the driver's in the first round.
  uint64_t ring(uint32_t rows) {
    const uint64_t gpa = take_heap(platform_, uint64_t{rows} * vmxnet3::kRowBytes, 4096);
    if (!gpa) return 0;
    for (uint32_t row = 0; row < rows; row++) {
      auto* qwords = at<uint64_t>(platform_, gpa + uint64_t{row} * vmxnet3::kRowBytes);
      qwords[0] = 0;
      store_release(&qwords[1], 0);
    }
    return gpa;
  }

  // Vectors: one a queue for receiving; then one for all transmit completions, which stays masked, and one for events.
  uint8_t transmit_vector() const { return uint8_t(nic_.queues); }
  uint8_t event_vector() const { return vmxnet3_event_vector(nic_.queues); }

  void write_queue_control(const Vmxnet3QueueState& q, uint32_t index, uint64_t descs) {
    auto& tx = *at<vmxnet3::TxQueueDesc>(platform_, q.tx_desc);
    tx = {};
    tx.threshold = 1;  // until the device says otherwise
    tx.ring = q.tx_ring, tx.data_ring = q.tx_data, tx.comp_ring = q.tx_comp;
    tx.ring_rows = tx.data_rows = tx.comp_rows = q.tx_rows;
    tx.vector = transmit_vector(), tx.data_row_bytes = uint16_t(vmxnet3::kDataRowBytes);
    auto& rx = *at<vmxnet3::RxQueueDesc>(platform_, descs + 256 * (uint64_t{nic_.queues} + index));
    rx = {};
    rx.ring[0] = q.rx_ring[0], rx.ring[1] = q.rx_ring[1], rx.comp_ring = q.rx_comp;
    rx.ring_rows[0] = q.rx_rows[0], rx.ring_rows[1] = q.rx_rows[1], rx.comp_rows = q.rx_comp_rows;
    rx.vector = uint8_t(index);
  }

  void write_shared_area(uint64_t descs) {
    auto& area = *at<vmxnet3::DriverShared>(platform_, state_.shared_area);
    area = {};
    area.magic = vmxnet3::kMagic;
    area.size = sizeof area;
    area.driver_version = 1;
    area.gos = 2 | 1u << 2;  // 64 bit, Linux-like
    area.revisions = revision_, area.upt_versions = 1;
    area.upt_features = nic_.queues > 1 ? vmxnet3::feature::kRss : 0;
    area.queue_descs = descs, area.queue_descs_bytes = 256 * 2 * nic_.queues;
    area.mtu = nic_.max_frame_bytes - vmxnet3::kMinFrame;
    area.max_rx_parts = uint16_t(kMaxParts);
    area.tx_queues = area.rx_queues = uint8_t(nic_.queues);
    area.auto_mask = 1, area.vectors = uint8_t(nic_.queues + 2), area.event_vector = event_vector();
    area.rx_mode =
        vmxnet3::rx_mode::kUcast | vmxnet3::rx_mode::kBcast | (info_.promiscuous ? vmxnet3::rx_mode::kPromisc : 0);
    for (uint32_t& vlans : area.vlan_filter) vlans = ~0u;  // what its switch port carries, the guest takes
    if (nic_.queues == 1) return;
    area.rss = {1, sizeof(vmxnet3::RssConf), state_.rss_conf};
    auto& rss = *at<vmxnet3::RssConf>(platform_, state_.rss_conf);
    rss = {};
    rss.hash_type = vmxnet3::rss::kIpv4 | vmxnet3::rss::kTcpIpv4, rss.hash_function = vmxnet3::rss::kToeplitz;
    rss.key_bytes = sizeof rss.key, rss.table_entries = sizeof rss.table;
    // Any key spreads; this one is a multiplicative sequence, so that two runs spread alike.
    uint32_t word = 0x6d5a56da;
    for (uint32_t i = 0; i < sizeof rss.key; i++) rss.key[i] = uint8_t(word >> 24), word = word * 1664525 + 1013904223;
    for (uint32_t i = 0; i < sizeof rss.table; i++) rss.table[i] = uint8_t(i % nic_.queues);
  }

  // Ports of UDP count too: revision 4.
  void spread_udp() {
    if (revision_ < 8) return;
    at<vmxnet3::DriverShared>(platform_, state_.shared_area)->command_info[0] =
        vmxnet3::rss::kFieldTcpIpv4 | vmxnet3::rss::kFieldUdpIpv4;
    command(vmxnet3::cmd::kSetRssFields);
  }

  // MSI-X: queue q's message goes to the vCPU that serves it, that of events to vCPU 0. The others stay masked in the
  // table.
  void program_vectors() {
    const uint32_t vcpus = info_.vcpu_count ? info_.vcpu_count : 1;
    for (uint32_t q = 0; q < nic_.queues; q++) program_vector(q, q % vcpus);
    if (info_.driver == spec::DriverMode::kInterrupt) program_vector(event_vector(), 0);
  }
  void program_vector(uint32_t vector, uint32_t vcpu) {
    const uint64_t entry = state_.msix + vmxnet3::msix::kTable + 16 * uint64_t{vector};
    platform_.mmio_write(entry, 4, spec::kMessageBase | vcpu << 12);
    platform_.mmio_write(entry + 4, 4, 0);
    platform_.mmio_write(entry + 8, 4, spec::kFirstVector + nic_.irq_line);
    platform_.mmio_write(entry + 12, 4, 0);
  }

  // Every receive row gets a buffer, and the row says so itself.
  void fill(Vmxnet3QueueState& q) {
    for (uint32_t ring = 0; ring < 2; ring++)
      for (uint32_t row = 0; row < q.rx_rows[ring]; row++) {
        auto* qwords = at<uint64_t>(platform_, q.rx_ring[ring] + uint64_t{row} * vmxnet3::kRowBytes);
        qwords[0] = *at<uint64_t>(platform_, q.free_stack + uint64_t{--q.free_count} * 8);
        store_release(&qwords[1], nic_.rx_buffer_bytes | (ring ? vmxnet3::rxd::kBody : 0) | vmxnet3::rxd::kGen);
      }
  }

  P& platform_;
  const spec::BootInfo& info_;
  const spec::BootNic nic_;  // a copy: checked once, then used
  Vmxnet3State& state_;
  uint32_t revision_ = 1;
};

}  // namespace ringside::guest
