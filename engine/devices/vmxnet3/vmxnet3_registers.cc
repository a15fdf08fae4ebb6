// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/vmxnet3/vmxnet3_registers.h"

namespace ringside::devices {

namespace spec = ringside::spec::vmxnet3;

// --- BAR0

uint32_t Vmxnet3Registers::peek_imr(const NicDevice& d, uint32_t vector) { return self(d).interrupt_.masked(vector); }
void Vmxnet3Registers::write_imr(NicDevice& d, uint32_t vector, uint32_t value, Access&) {
  self(d).interrupt_.write_mask(vector, value & 1);
}

uint32_t Vmxnet3Registers::peek_txprod(const NicDevice& d, uint32_t queue) {
  return self(d).tx_queue_[queue].producer.load();
}

// region: txprod
// The ring shows the producer by its generation bits, so that the value is for eyes: the write is there to wake who
// sleeps.
void Vmxnet3Registers::write_txprod(NicDevice& d, uint32_t queue, uint32_t value, Access&) {
  Vmxnet3TxQueue& q = self(d).tx_queue_[queue];
  const uint32_t rows = q.ring.rows_shown.load();
  if (value >= rows && value) self(d).refused_.add(1);
  q.producer.store(value < rows ? value : 0);
  if (self(d).waker_) self(d).waker_->wake();
}
// endregion: txprod

uint32_t Vmxnet3Registers::peek_rxprod(const Vmxnet3Device& d, uint32_t ring, uint32_t queue) {
  return d.rx_queue_[queue].producer[ring].load();
}
void Vmxnet3Registers::write_rxprod(Vmxnet3Device& d, uint32_t ring, uint32_t queue, uint32_t value) {
  Vmxnet3RxQueue& q = d.rx_queue_[queue];
  const uint32_t rows = q.ring[ring].rows_shown.load();
  if (value >= rows && value) d.refused_.add(1);
  q.producer[ring].store(value < rows ? value : 0);
}

// --- BAR1

uint32_t Vmxnet3Registers::read_vrrs(const NicDevice&, uint32_t) { return spec::kRevisions; }
uint32_t Vmxnet3Registers::read_uvrs(const NicDevice&, uint32_t) { return 1; }
void Vmxnet3Registers::write_vrrs(NicDevice& d, uint32_t, uint32_t value, Access&) {
  if (value & ~spec::kRevisions || !value) self(d).refused_.add(1);
}
void Vmxnet3Registers::write_uvrs(NicDevice& d, uint32_t, uint32_t value, Access&) {
  if (value != 1) self(d).refused_.add(1);
}

void Vmxnet3Registers::write_ds(NicDevice& d, uint32_t, uint32_t, Access&) {
  Vmxnet3Device& v = self(d);
  const uint32_t at = Vmxnet3Device::kBar1At;
  v.shared_area_.store(v.regs_.get(at + spec::bar1::kDsal) | uint64_t{v.regs_.get(at + spec::bar1::kDsah)} << 32);
}

uint32_t Vmxnet3Registers::peek_cmd(const NicDevice& d, uint32_t) { return self(d).answer_.load(); }
void Vmxnet3Registers::write_cmd(NicDevice& d, uint32_t, uint32_t value, Access& access) {
  Vmxnet3Commands::run(self(d), value, access.sink);
}

void Vmxnet3Registers::write_mac(NicDevice& d, uint32_t, uint32_t, Access& access) {
  Vmxnet3Device& v = self(d);
  const uint32_t at = Vmxnet3Device::kBar1At;
  v.mac_shown_.store(v.regs_.get(at + spec::bar1::kMacl) | uint64_t{v.regs_.get(at + spec::bar1::kMach) & 0xffff}
                                                               << 32);
  Vmxnet3Commands::load_filters(v, access.sink);
}

uint32_t Vmxnet3Registers::peek_icr(const NicDevice& d, uint32_t) { return self(d).interrupt_.icr(); }
uint32_t Vmxnet3Registers::read_icr(NicDevice& d, uint32_t, Access&) { return self(d).interrupt_.read_icr(); }
uint32_t Vmxnet3Registers::peek_ecr(const NicDevice& d, uint32_t) { return self(d).ecr_.peek(); }
void Vmxnet3Registers::write_ecr(NicDevice& d, uint32_t, uint32_t value, Access&) {
  self(d).ecr_.clear(value);
  self(d).show_events();
}

}  // namespace ringside::devices
