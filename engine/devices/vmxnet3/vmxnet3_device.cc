// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/vmxnet3/vmxnet3_device.h"

#include <algorithm>

#include "engine/devices/vmxnet3/vmxnet3_registers.h"

namespace ringside::devices {

namespace spec = ringside::spec::vmxnet3;

namespace {

std::vector<RingInfo> rings_of(uint16_t queues) {
  std::vector<RingInfo> rings;
  for (uint16_t q = 0; q < queues; q++) {
    const std::string n = queues == 1 ? "" : std::to_string(q);
    rings.push_back({"rx" + n, RingKind::kReceive, q, true});
    rings.push_back({"tx" + n, RingKind::kTransmit, q, false});
    rings.push_back({(queues == 1 ? "rx2" : "rx" + n + ".2"), RingKind::kReceive2, q, true});
    rings.push_back({"tx" + n + ".comp", RingKind::kTransmitCompletion, q, false});
    rings.push_back({"rx" + n + ".comp", RingKind::kReceiveCompletion, q, false});
  }
  return rings;
}

}  // namespace

Vmxnet3Device::Vmxnet3Device(const NicConfig& config)
    : NicDevice(5 * size_t{std::clamp<uint16_t>(config.queues, 1, spec::kMaxTxQueues)}),
      config_(config),
      dma_(config.dma),
      regs_(vmxnet3_register_map(), *this),
      msix_(spec::kMaxVectors, config.vcpus),
      interrupt_(msix_, config.interrupts, config.index, config.dma, this) {
  config_.queues = std::clamp<uint16_t>(config.queues, 1, spec::kMaxTxQueues);
  if (config.pool) {
    data_offset_ = uint32_t(sizeof(rte_mbuf)) + rte_pktmbuf_priv_size(config.pool) + RTE_PKTMBUF_HEADROOM;
    room_ = rte_pktmbuf_data_room_size(config.pool) - RTE_PKTMBUF_HEADROOM;
  }
  rings_ = rings_of(config_.queues);
  Vmxnet3Commands::reset_all(*this, nullptr);
}

Vmxnet3Device::~Vmxnet3Device() { return_spares(); }

std::span<const BarInfo> Vmxnet3Device::bars() const {
  static constexpr BarInfo kBars[] = {
      {0, spec::kBar0Bytes, 0}, {1, spec::kBar1Bytes, kBar1At}, {2, spec::kMsixBarBytes, kMsixAt}};
  return kBars;
}

void Vmxnet3Device::bind_waker(Waker* waker) {
  waker_ = waker;
  interrupt_.bind_waker(waker);
}

const char* Vmxnet3Device::register_name(uint64_t offset) const {
  const RegisterMap& map = vmxnet3_register_map();
  const uint16_t number = map.find(offset & ~uint64_t{3});
  return number == RegisterMap::kNone ? "" : map.row(number).name;
}

void Vmxnet3Device::reset() {
  Vmxnet3Commands::reset_all(*this, nullptr);
  if (const uint32_t lost = segmenter_.give_up()) {
    tx_drops.add(net::DropReason::kReset, lost);
    tx_queue_[cutting_].drops.add(net::DropReason::kReset, lost);
  }
  msix_.reset();  // the function's, not the device's: RESET_DEV leaves it alone
  return_spares();
}

std::vector<NicDevice::SilentDoorbell> Vmxnet3Device::silent_doorbells() const {
  std::vector<SilentDoorbell> bells;
  for (uint32_t q = 0; q < config_.queues; q++) bells.push_back({spec::bar0::kTxprod + spec::bar0::kStride * q, 4});
  return bells;
}

void Vmxnet3Device::doorbell_rung(uint64_t) {
  if (waker_) waker_->wake();
}

// The ring itself shows the producer: the row at the device's place has the generation bit that says "yours".
bool Vmxnet3Device::shows_work(const Vmxnet3TxQueue& q) const {
  if (!q.enabled_shown.load()) return false;
  const uint32_t cursor = q.ring.cursor_shown.load();
  uint64_t word = 0;
  const uint64_t row = cursor & ~Vmxnet3Ring::kGenShown;
  if (!dma_.load64(q.ring.base_shown.load() + row * spec::kRowBytes + 8, word)) return false;
  return bool(word & spec::txd::kGen) == bool(cursor & Vmxnet3Ring::kGenShown);
}

bool Vmxnet3Device::has_work() const {
  for (uint16_t q = 0; q < tx_queues_.load(); q++)
    if (shows_work(tx_queue_[q])) return true;
  return in_hand();
}

const NicModelInfo& vmxnet3_model() {
  static constexpr NicModelInfo kModel{
      .name = "vmxnet3",
      .title = "VMXNET3",
      .article = "a VMXNET3",
      .create = [](const NicConfig& config) -> std::unique_ptr<NicDevice> {
        return std::make_unique<Vmxnet3Device>(config);
      },
      .registers = [] { return vmxnet3_register_map().infos(); },
      .decode_row = decode_vmxnet3_row,
      .decode_register = decode_vmxnet3_register,
      .holds_row = [](uint32_t offset) { return vmxnet3_register_map().holds_row(offset); },
      .event_words = vmxnet3_event_words,
      .doorbell = "TXPROD",
      .silent_doorbell = true,
      .rows_step = spec::kRowsStep,
      .rows_most = spec::kMaxRows,
      .queues_most = spec::kMaxTxQueues,
      .messages = true,
      .ring_names =
          [](uint16_t queues) {
            std::vector<std::string> names;
            for (const RingInfo& ring : rings_of(queues)) names.push_back(ring.name);
            return names;
          },
  };
  return kModel;
}

}  // namespace ringside::devices
