// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/e1000/e1000_device.h"

#include <algorithm>

#include "engine/devices/e1000/e1000_registers.h"

namespace ringside::devices {

namespace spec = ringside::spec::e1000;
namespace reg = spec::reg;

E1000Device::E1000Device(const NicConfig& config)
    : NicDevice(2),
      config_(config),
      dma_(config.dma),
      regs_(e1000_register_map(), *this),
      interrupt_(config.interrupts, config.index, config.moderation_floor_cycles, this),
      eeprom_(config.mac),
      multicast_table_(regs_.array(reg::kMta)),
      vlan_table_(regs_.array(reg::kVfta)) {
  if (config.pool) {
    // Where a fresh packet's data lies, without reading the packet's header.
    tx_queue_.data_offset = uint32_t(sizeof(rte_mbuf)) + rte_pktmbuf_priv_size(config.pool) + RTE_PKTMBUF_HEADROOM;
    tx_queue_.room = rte_pktmbuf_data_room_size(config.pool) - RTE_PKTMBUF_HEADROOM;
  }
  E1000Registers::power_on(*this);
}

E1000Device::~E1000Device() {
  if (tx_queue_.partial) rte_pktmbuf_free(tx_queue_.partial);
  return_spares();
}

void E1000Device::bind_waker(Waker* waker) {
  waker_ = waker;
  interrupt_.bind_waker(waker);
}

std::span<const BarInfo> E1000Device::bars() const {
  static constexpr BarInfo kBars[] = {{0, spec::kBar0Bytes, 0}, {2, spec::kIoBarBytes, spec::kBar0Bytes, true}};
  return kBars;
}

std::span<const RingInfo> E1000Device::rings() const {
  static const RingInfo kRings[] = {{"rx", RingKind::kReceive, 0, true}, {"tx", RingKind::kTransmit, 0, false}};
  return kRings;
}

const char* E1000Device::register_name(uint64_t offset) const {
  const uint16_t number = e1000_register_map().find(offset & ~uint64_t{3});
  return number == RegisterMap::kNone ? "" : e1000_register_map().row(number).name;
}

void E1000Device::reset() {
  E1000Registers::power_on(*this);
  if (tx_queue_.abandon.load()) drop_partial();
  return_spares();
}

bool E1000Device::has_work() const {
  if (tx_queue_.segmenter.left() || tx_queue_.abandon.load()) return true;
  // After the worker wrote its asleep word: pairs with the doorbell's store (base/shared.h rule 2).
  return tx_queue_.tail.load_ordered() != tx_queue_.head_shown.load() && tx_queue_.enabled_shown.load() &&
         tx_queue_.rows_shown.load();
}

uint64_t E1000Device::effective_mac() const {
  return regs_.get(reg::kRal) | uint64_t{regs_.get(reg::kRah) & 0xffff} << 32;
}

net::ReceiveMode E1000Device::receive_mode() const {
  const uint32_t rctl = regs_.get(reg::kRctl);
  if (rctl & spec::rctl::kUpe) return net::ReceiveMode::kPromiscuous;
  return rctl & spec::rctl::kMpe ? net::ReceiveMode::kAllMulticast : net::ReceiveMode::kOwn;
}

const NicModelInfo& e1000_model() {
  static constexpr NicModelInfo kModel{
      .name = "e1000",
      .title = "Intel 82545EM (E1000)",
      .article = "an E1000",
      .create = [](const NicConfig& config) -> std::unique_ptr<NicDevice> {
        return std::make_unique<E1000Device>(config);
      },
      .registers = [] { return e1000_register_map().infos(); },
      .decode_row = decode_e1000_row,
      .decode_register = decode_e1000_register,
      .holds_row = [](uint32_t offset) { return e1000_register_map().holds_row(offset); },
      .event_words = e1000_event_words,
      .doorbell = "TDT",
      .silent_doorbell = false,
      .rows_step = 8,
      .rows_most = 4096,
      .queues_most = 1,
      .ring_names =
          [](uint16_t) {
            return std::vector<std::string>{"rx", "tx"};
          },
  };
  return kModel;
}

}  // namespace ringside::devices
