// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/devices/kit/segmentation.h"
#include "engine/devices/nic_device.h"
#include "engine/devices/register_file.h"
#include "engine/devices/vmxnet3/vmxnet3_interrupt.h"
#include "engine/devices/vmxnet3/vmxnet3_queues.h"
#include "engine/vmm/msix.h"

namespace ringside::devices {

class FrameReader;

// Name        VMXNET3, 15AD:07B0: the paravirtual NIC of ESXi.
// Spec        engine/spec/vmxnet3.h (reference/vmxnet3.md, read from DPDK's and Linux's drivers).
// Modelled    BAR0, BAR1 and the MSI-X BAR, commands, the driver-shared area and queue control in memory, command and
//             completion rings with generation bits, two receive command rings, frames over several rows, the deferred
//             doorbell (txThreshold), address, multicast and VLAN filters, tags, transmit checksum, segmentation of TCP
//             over IPv4 and IPv6, receive checksum report, RSS (IPv4, TCP and UDP over IPv4), MSI-X with automatic
//             mask, INTx, moderation by level, rate, depth and adaptive, statistics on request, from 0 at each
//             activation.
// Simplified  one completion row is written for each transmit packet that asks for it (CQ); updateRxProd stays 0, since
//             the receive rings themselves show what is filled; what moderation means in time is ours
//             (vmxnet3_interrupt.h); no PCI configuration space (vmm/msix.h).
// Not there   encapsulation (refused, counted as bad_descriptor), LRO, receive data ring, IPv6 RSS, power management.
// Counters    rx.frames: frames written into the guest whole. tx.frames: every frame whose last row was taken, those
//             that were then dropped (tx_drops) too; one that was cut into n counts once, and adds n - 1 to
//             offloads.segmented. Frames that arrive are in rx.frames or in exactly one rx_drops reason.
// Thread      registers: a vCPU's, one at a time. egress_burst, ingress_burst, service, before_sleep: the worker's.
//             reset and destruction: the engine's at a cut.
class Vmxnet3Device final : public NicDevice {
 public:
  explicit Vmxnet3Device(const NicConfig& config);
  ~Vmxnet3Device() override;

  // The register space: BAR0, BAR1, the MSI-X BAR.
  static constexpr uint32_t kBar1At = 0x1000, kMsixAt = 0x2000, kSpaceBytes = 0x3000;

  const char* model() const override { return "vmxnet3"; }
  std::span<const BarInfo> bars() const override;
  std::span<const RingInfo> rings() const override { return rings_; }
  void bind_waker(Waker* waker) override;

  // --- register face
  uint64_t mmio_read(uint64_t offset, uint8_t width, vmm::Access& access) override {
    return regs_.read(offset, width, access);
  }
  void mmio_write(uint64_t offset, uint8_t width, uint64_t value, vmm::Access& access) override {
    regs_.write(offset, width, value, access);
  }
  const char* register_name(uint64_t offset) const override;

  std::vector<SilentDoorbell> silent_doorbells() const override;  // TXPROD
  void doorbell_rung(uint64_t offset) override;

  // --- ring face, worker's thread
  uint32_t ingress_burst(Turn& turn, uint16_t queue, net::Burst& burst) override;
  void egress_burst(Turn& turn, uint16_t queue, net::Burst& burst) override;
  void interrupt_turn(Turn& turn) override { interrupt_.turn(turn); }
  uint64_t interrupt_due() const override { return interrupt_.due(); }
  bool has_work() const override;
  void before_sleep() override;
  void set_tx_threshold(uint32_t packets) override { tx_threshold_.store(packets ? packets : 1); }

  void reset() override;
  uint64_t in_hand() const override { return segmenter_.left(); }  // else a frame is taken with all its rows at once

  uint64_t effective_mac() const override { return mac_shown_.load(); }
  net::ReceiveMode receive_mode() const override { return receive_mode_shown_.load(); }

  std::vector<RegisterValue> register_values() const override { return regs_.values(); }
  void inspect(NicView& view) const override;
  void inspect_ring(size_t ring, const RingImage* image, RingView& view) const override;
  uint32_t copy_rows(size_t ring, uint32_t from, RingImage& image) const override;
  uint64_t register_misuses() const override { return regs_.improper() + refused_.value(); }

  const RegisterFile& registers() const { return regs_; }
  const vmm::Msix& msix() const { return msix_; }

 private:
  friend struct Vmxnet3Registers;  // the handlers behind the register table
  friend struct Vmxnet3Commands;   // the commands behind CMD

  struct TxFrame;  // one frame's rows, copied: vmxnet3_transmit_datapath.cc
  struct RxFrame;  // one frame's rows, looked at and not yet taken: vmxnet3_receive_datapath.cc

  // Hot. vmxnet3_datapath.cc
  void transmit(Turn& turn, uint16_t queue, net::Burst& burst, Vmxnet3TxPass& pass);
  void receive(Turn& turn, uint16_t queue, net::Burst& burst, uint32_t last);
  void sort_by_queue(net::Burst& burst, uint32_t (&ends)[spec::vmxnet3::kMaxRxQueues]);
  bool shows_work(const Vmxnet3TxQueue& q) const;
  void tell_threshold(Vmxnet3TxQueue& q, uint32_t packets);
  // Thorough. One frame a call.
  bool transmit_any(Turn& turn, uint16_t queue, net::Burst& burst, Vmxnet3TxPass& pass);
  net::DropReason gather(Turn& turn, uint16_t queue, const TxFrame& rows, net::Packet*& frame);
  net::DropReason complete(net::Packet* frame, uint64_t first_word);
  void complete_transmit(Turn& turn, uint16_t queue, const TxFrame& rows, Vmxnet3TxPass& pass);
  void send(Turn& turn, uint16_t queue, net::Burst& burst, net::Packet* frame, uint32_t id);
  void send_segments(Turn& turn, net::Burst& burst);
  void lose(Turn& turn, uint16_t queue, net::DropReason why, uint32_t frames, uint32_t bytes, uint32_t id);
  uint32_t answers(const TxFrame& rows) const;
  void stop_transmit(Turn& turn, uint16_t queue, uint32_t error);
  void show_events();
  void receive_any(Turn& turn, uint16_t queue, net::Burst& burst);
  bool find_rows(Turn& turn, uint16_t queue, uint32_t total, uint32_t id, RxFrame& frame, net::DropReason& why);
  void refuse(Turn& turn, uint16_t queue, const RxFrame& frame, FrameReader& reader, uint32_t id);
  bool skip_bodies(Turn& turn, uint16_t queue, uint32_t id);
  void complete_row(Turn& turn, uint16_t queue, uint32_t ring, uint64_t q0, uint64_t q1, uint32_t length, uint32_t id);
  bool accepts(const Vmxnet3Filter& filter, uint64_t destination) const;
  static uint64_t receive_status(const Vmxnet3Filter& filter, const net::Packet* packet, bool stripped);
  void drop_received(Turn& turn, uint16_t queue, net::Burst& burst, net::DropReason reason);
  // The hash of the burst's frame `i` as a completion row carries it: sheet §4, RxComp dwords 0 and 1.
  uint64_t hash_words(uint32_t i) const {
    using namespace spec::vmxnet3;
    return uint64_t{hash_kind_[i]} << rxc::kRssTypeShift | uint64_t{hash_[i]} << rxc::kRssHashShift;
  }

  const Vmxnet3Ring& ring_at(size_t ring) const;  // of rings()

  net::Packet* take_spare();
  void refill_spares(uint32_t wanted);
  void return_spares();

  NicConfig config_;
  vmm::DmaSpace dma_;
  Waker* waker_ = nullptr;
  RegisterFile regs_;
  vmm::Msix msix_;
  Vmxnet3Interrupt interrupt_;
  std::vector<RingInfo> rings_;

  // The register side's: what the driver has said. One vCPU at a time (vmm/mmio_bus.h).
  shared::Published<uint64_t> shared_area_{0};  // DSAL, DSAH
  shared::Published<uint32_t> answer_{0};       // CMD reads it
  shared::Published<bool> active_{false};
  shared::Published<uint64_t> mac_shown_{0};
  shared::Published<net::ReceiveMode> receive_mode_shown_{net::ReceiveMode::kOwn};
  shared::PairWord ecr_;  // the worker sets bits, the vCPU clears them
  shared::Published<uint8_t> event_vector_{0};
  shared::Published<uint64_t> queue_descs_{0};
  shared::Published<uint16_t> tx_queues_, rx_queues_;                            // in use since ACTIVATE
  std::array<spec::vmxnet3::TxStats, spec::vmxnet3::kMaxTxQueues> tx_before_{};  // totals at ACTIVATE
  std::array<spec::vmxnet3::RxStats, spec::vmxnet3::kMaxRxQueues> rx_before_{};
  Counter refused_;  // commands that make no sense, activations refused

  std::array<Vmxnet3TxQueue, spec::vmxnet3::kMaxTxQueues> tx_queue_;
  std::array<Vmxnet3RxQueue, spec::vmxnet3::kMaxRxQueues> rx_queue_;
  Vmxnet3Rss rss_;
  shared::Published<bool> rss_shown_{false};
  shared::Published<uint32_t> tx_threshold_{net::kBurst};

  // The worker's.
  uint16_t next_queue_ = 0;  // round robin
  bool hashed_ = false;      // the burst at hand was sorted by RSS: hashes by place in the burst
  std::array<uint32_t, net::kBurst> hash_{};
  std::array<uint8_t, net::kBurst> hash_kind_{};
  // The frame that is being cut, of queue cutting_. While there is one, the burst that took it is full, or it has
  // segments left for the next, which goes on with it before any row is looked at: one is enough for all queues.
  Segmenter segmenter_;
  uint16_t cutting_ = 0;
  uint32_t cutting_id_ = 0;
  uint32_t room_ = 0, data_offset_ = 0;
  uint32_t spares_ = 0;
  net::Packet* spare_[net::kBurst];
};

const NicModelInfo& vmxnet3_model();

std::vector<FieldView> decode_vmxnet3_row(RingKind kind, const uint64_t qword[2]);
std::vector<FieldView> decode_vmxnet3_register(uint32_t offset, uint32_t value);
std::string vmxnet3_event_words(const StepEvent& event, uint32_t rows);

}  // namespace ringside::devices
