// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "engine/devices/e1000/e1000_eeprom.h"
#include "engine/devices/e1000/e1000_interrupt.h"
#include "engine/devices/e1000/e1000_queues.h"
#include "engine/devices/nic_device.h"
#include "engine/devices/register_file.h"

namespace ringside::devices {

// Name        Intel 82545EM, 8086:100F: what ESXi calls "E1000".
// Spec        engine/spec/e1000.h (8254x Software Developer's Manual).
// Modelled    legacy receive descriptors, legacy and extended transmit descriptors, frames over several of them,
// address,
//             multicast and VLAN filters, VLAN tags, packet checksum, checksum insertion by context, segmentation
//             (TSE), receive checksum offload (IPv4, TCP, UDP), frame check sequence, ITR and the four delay timers,
//             RXDMT0, EEPROM (EERD and bit-banging), PHY, link, loopback, statistics that reading clears, the I/O BAR.
// Simplified  flow control never pauses; RXDCTL and TXDCTL thresholds are kept and ignored; a transmit row whose data
//             cannot be fetched is reported as TU; the packet checksum field is 0 until RXCSUM is written; what is to
//             be sent without a link is taken and dropped.
// Not there   segmentation of UDP: refused, counted as bad_descriptor.
// Counters    rx.frames: frames written into the guest whole. tx.frames: every frame whose EOP row was taken, those
// that
//             were then dropped (tx_drops) too; a frame that is cut is one, and offloads.segmented counts the rest.
//             Frames that arrive are in rx.frames or in exactly one rx_drops reason.
// Thread      registers: the vCPU's. egress_burst, ingress_burst, service: the worker's. reset and destruction: the
// engine's at a cut.
class E1000Device final : public NicDevice {
 public:
  explicit E1000Device(const NicConfig& config);
  ~E1000Device() override;

  const char* model() const override { return "e1000"; }
  std::span<const BarInfo> bars() const override;
  std::span<const RingInfo> rings() const override;  // rx, tx
  void bind_waker(Waker* waker) override;

  // --- register face, vCPU's thread
  // BAR0, and behind it the I/O BAR: IOADDR and IODATA, by which any register of BAR0 can be reached.
  uint64_t mmio_read(uint64_t offset, uint8_t width, vmm::Access& access) override {
    return regs_.read(offset, width, access);
  }
  void mmio_write(uint64_t offset, uint8_t width, uint64_t value, vmm::Access& access) override {
    regs_.write(offset, width, value, access);
  }
  const char* register_name(uint64_t offset) const override;

  // --- ring face, worker's thread
  uint32_t ingress_burst(Turn& turn, uint16_t queue, net::Burst& burst) override;
  void egress_burst(Turn& turn, uint16_t queue, net::Burst& burst) override;
  void interrupt_turn(Turn& turn) override { interrupt_.turn(turn); }
  uint64_t interrupt_due() const override { return interrupt_.due(); }
  bool has_work() const override;

  void reset() override;
  // A frame is sent when its last row has been taken, and then it is in the burst: but for segments still to be cut.
  uint64_t in_hand() const override { return tx_queue_.segmenter.left(); }

  uint64_t effective_mac() const override;
  net::ReceiveMode receive_mode() const override;

  std::vector<RegisterValue> register_values() const override { return regs_.values(); }
  void inspect(NicView& view) const override;
  void inspect_ring(size_t ring, const RingImage* image, RingView& view) const override;
  uint32_t copy_rows(size_t ring, uint32_t from, RingImage& image) const override;
  uint64_t register_misuses() const override { return regs_.improper() + bad_doorbells_.value(); }

  const RegisterFile& registers() const { return regs_; }
  const E1000Interrupt& interrupt() const { return interrupt_; }

 private:
  friend struct E1000Registers;  // the handlers behind the register table

  // Hot. A pass is one burst's work with one ring: e1000_pass.h.
  struct RxPass;
  struct TxPass;
  // All of the burst goes to the guest, or is dropped. `own`: frames that this device sent, looped back.
  void receive(Turn& turn, net::Burst& burst, bool own);
  // The frames at the burst's front that need one row each and nothing else; stops at the first that does.
  // e1000_datapath.cc
  void receive_plain(net::Burst& burst, RxPass& pass);
  void transmit_plain(net::Burst& burst, TxPass& pass);
  // One frame of any kind, with its step points. e1000_receive_datapath.cc
  void receive_any(Turn& turn, net::Burst& burst, RxPass& pass);
  void scatter(Turn& turn, net::Burst& burst, RxPass& pass, uint32_t total);
  void refuse(Turn& turn, net::Burst& burst, RxPass& pass, uint32_t rows);
  bool accepts(uint64_t destination) const;
  bool accepts_vlan(uint16_t tci) const;
  uint64_t receive_status(const net::Packet* packet, bool tagged) const;
  void drop_received(Turn& turn, net::Burst& burst, net::DropReason reason);
  void drop_all_received(Turn& turn, net::Burst& burst, net::DropReason reason);
  // One row of any kind, with its step points. e1000_transmit_datapath.cc
  void transmit_any(Turn& turn, net::Burst& burst, TxPass& pass);
  bool begin_frame(uint64_t word);
  bool gather(TxPass& pass, uint64_t address, uint64_t word);
  bool append(const uint8_t* from, uint32_t bytes);
  void spoil(net::DropReason reason, const uint8_t* begins = nullptr);
  bool finish_frame(Turn& turn, net::Burst& burst, uint64_t word, uint32_t id);
  void drop_frame(Turn& turn, net::DropReason reason, uint32_t bytes, uint32_t id);
  void send_frame(Turn& turn, net::Burst& burst, net::Packet* frame, uint32_t id);
  net::DropReason complete(net::Packet* frame, uint64_t word);
  void pad(net::Packet* frame) const;
  // Extended descriptors, e1000_offload_datapath.cc.
  net::DropReason check_options(uint64_t word);
  net::DropReason insert_checksums(net::Packet* frame);
  net::DropReason begin_cut(net::Packet* frame, uint64_t word, uint32_t id);
  void send_segments(Turn& turn, net::Burst& burst);
  net::Packet* take_spare();
  void refill_spares(uint32_t wanted);
  void drop_partial();
  void return_spares();

  NicConfig config_;
  vmm::DmaSpace dma_;
  Waker* waker_ = nullptr;
  RegisterFile regs_;
  E1000Interrupt interrupt_;
  E1000Eeprom eeprom_;
  E1000Phy phy_;
  const std::atomic<uint32_t>* multicast_table_;
  const std::atomic<uint32_t>* vlan_table_;
  Counter bad_doorbells_;  // tails beyond the ring; vCPU's thread
  // Totals at the latest reading of each statistics register. vCPU's thread.
  std::array<shared::Published<uint64_t>, 64> statistics_base_{};
  E1000RxQueue rx_queue_;
  E1000TxQueue tx_queue_;
};

const NicModelInfo& e1000_model();

// A frame's place in words, for panels and events (e1000_decode.cc).
std::vector<FieldView> decode_e1000_row(RingKind kind, const uint64_t qword[2]);
std::vector<FieldView> decode_e1000_register(uint32_t offset, uint32_t value);
std::string e1000_event_words(const StepEvent& event, uint32_t rows);

}  // namespace ringside::devices
