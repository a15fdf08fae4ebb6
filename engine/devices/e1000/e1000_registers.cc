// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/e1000/e1000_registers.h"

#include <algorithm>

#include "engine/base/gate.h"

namespace ringside::devices {

namespace spec = ringside::spec::e1000;
namespace reg = spec::reg;

// --- general

void E1000Registers::write_ctrl(NicDevice& d, uint32_t, uint32_t value, Access& access) {
  E1000Device& e = self(d);
  if (value & spec::ctrl::kRst) return reset_mac(e, access.sink);
  if (value & spec::ctrl::kPhyRst) e.phy_.reset();
  update_link(e, access);
}

// --- link: up when the MAC wants it (CTRL.SLU) and the PHY has one

bool E1000Registers::link_up(const E1000Device& d) {
  return d.regs_.get(reg::kCtrl) & spec::ctrl::kSlu && d.phy_.link();
}

bool E1000Registers::looped(const E1000Device& d) {
  return d.regs_.get(reg::kRctl) & spec::rctl::kLbmMask || d.phy_.loops_back();
}

// Both queues are told first: no frame passes by a link that STATUS shows as down. LSC also when the link fell and came
// back within one access.
void E1000Registers::update_link(E1000Device& d, Access& access) {
  const uint32_t status = d.regs_.get(reg::kStatus);
  const bool was_up = status & spec::status::kLu, up = link_up(d), fell = d.phy_.take_fall();
  write_receive(d, 0, 0, access);
  write_transmit(d, 0, 0, access);
  if (up == was_up && !(up && fell)) return;
  d.regs_.set(reg::kStatus, up ? status | spec::status::kLu : status & ~spec::status::kLu);
  d.interrupt_.set_causes(spec::cause::kLsc);
}

void E1000Registers::write_eecd(NicDevice& d, uint32_t, uint32_t value, Access&) {
  self(d).regs_.set(reg::kEecd, self(d).eeprom_.write_pins(value));
}

void E1000Registers::write_eerd(NicDevice& d, uint32_t, uint32_t value, Access&) {
  self(d).regs_.set(reg::kEerd, self(d).eeprom_.eerd(value));
}

void E1000Registers::write_mdic(NicDevice& d, uint32_t, uint32_t value, Access& access) {
  self(d).regs_.set(reg::kMdic, self(d).phy_.mdic(value));
  if (value & spec::mdic::kOpWrite) update_link(self(d), access);
  if (value & spec::mdic::kInterrupt) self(d).interrupt_.set_causes(spec::cause::kMdac);
}

// --- the I/O BAR. Beyond BAR0's registers lies flash, which is not there.

uint32_t E1000Registers::read_iodata(NicDevice& d, uint32_t, Access& access) {
  const uint32_t offset = self(d).regs_.get(spec::kBar0Bytes + spec::io::kAddress);
  return offset < spec::kBar0Bytes ? uint32_t(self(d).regs_.read(offset, 4, access)) : 0;
}

void E1000Registers::write_iodata(NicDevice& d, uint32_t, uint32_t value, Access& access) {
  const uint32_t offset = self(d).regs_.get(spec::kBar0Bytes + spec::io::kAddress);
  if (offset < spec::kBar0Bytes) self(d).regs_.write(offset, 4, value, access);
}

// --- interrupts

uint32_t E1000Registers::peek_icr(const NicDevice& d, uint32_t) { return self(d).interrupt_.causes(); }
uint32_t E1000Registers::read_icr(NicDevice& d, uint32_t, Access&) { return self(d).interrupt_.read_causes(); }
void E1000Registers::write_icr(NicDevice& d, uint32_t, uint32_t value, Access&) {
  self(d).interrupt_.clear_causes(value);
}
void E1000Registers::write_itr(NicDevice& d, uint32_t, uint32_t value, Access&) {
  self(d).interrupt_.set_throttle(value);
}
void E1000Registers::write_ics(NicDevice& d, uint32_t, uint32_t value, Access&) {
  self(d).interrupt_.set_causes(value);
}
uint32_t E1000Registers::peek_ims(const NicDevice& d, uint32_t) { return self(d).interrupt_.mask(); }
void E1000Registers::write_ims(NicDevice& d, uint32_t, uint32_t value, Access&) { self(d).interrupt_.set_mask(value); }
void E1000Registers::write_imc(NicDevice& d, uint32_t, uint32_t value, Access&) {
  self(d).interrupt_.clear_mask(value);
}

void E1000Registers::write_rdtr(NicDevice& d, uint32_t, uint32_t value, Access& access) {
  if (value & spec::kRdtrFlush) self(d).interrupt_.flush_receive_timer();
  write_receive(d, 0, 0, access);
}

// --- rings

namespace {
// Holds a queue's gate for the length of a block.
class Holding {
 public:
  Holding(E1000Ring& ring, StepSink* sink, const void* device) : gate_(ring.gate) { enter_gate(gate_, sink, device); }
  ~Holding() { gate_.leave(); }

 private:
  shared::Gate& gate_;
};

constexpr uint32_t kIndexMask = 0xffff;  // RDH, RDT, TDH, TDT: bits 15:0

void load_ring(E1000Ring& ring, uint32_t low, uint32_t high, uint32_t length) {
  ring.base = uint64_t{high} << 32 | low;
  ring.rows = length / spec::kRowBytes;
  // Without a length there is no ring yet, and head and tail stay what the driver wrote: some write them first.
  const uint32_t last = ring.rows ? ring.rows - 1 : kIndexMask;
  ring.head = std::min(ring.head, last);
  if (ring.tail.load() > last) ring.tail.store(last);
  ring.rows_shown.store(ring.rows);
  ring.base_shown.store(ring.base);
  ring.head_shown.store(ring.head);
}

void reset_ring(E1000Ring& ring) {
  ring.base = 0;
  ring.rows = ring.head = 0;
  ring.enabled = false;
  ring.tail.store(0);
  ring.rows_shown.store(0);
  ring.base_shown.store(0);
  ring.head_shown.store(0);
  ring.enabled_shown.store(false);
}
}  // namespace

void E1000Registers::load_receive_ring(E1000Device& d) {
  load_ring(d.rx_queue_, d.regs_.get(reg::kRdbal), d.regs_.get(reg::kRdbah), d.regs_.get(reg::kRdlen));
  d.rx_queue_.threshold_rows = spec::receive_threshold(d.regs_.get(reg::kRctl), d.rx_queue_.rows);
}

void E1000Registers::load_transmit_ring(E1000Device& d) {
  load_ring(d.tx_queue_, d.regs_.get(reg::kTdbal), d.regs_.get(reg::kTdbah), d.regs_.get(reg::kTdlen));
}

void E1000Registers::load_receive(E1000Device& d) {
  E1000RxQueue& q = d.rx_queue_;
  q.rctl = d.regs_.get(reg::kRctl);
  q.rxcsum = d.regs_.get(reg::kRxcsum);
  const bool on = q.rctl & spec::rctl::kEn, loops = looped(d);
  q.enabled = on && !loops && link_up(d);
  q.looped = on && loops;
  q.enabled_shown.store(q.enabled);
  q.keep_fcs = !(q.rctl & spec::rctl::kSecrc);
  q.vlan_strip = d.regs_.get(reg::kCtrl) & spec::ctrl::kVme;
  q.buffer_bytes = spec::receive_buffer_bytes(q.rctl);
  q.threshold_rows = spec::receive_threshold(q.rctl, q.rows);
  q.longest = q.rctl & spec::rctl::kLpe ? spec::kMaxFrame : spec::kMaxStandardFrame;
  const bool plain = !q.rxcsum && !q.keep_fcs;
  q.plain_least = plain ? spec::kMinFrame : ~0u;
  q.plain_span = plain ? std::min(q.buffer_bytes, q.longest) - spec::kMinFrame : 0;
  q.delay = d.regs_.get(reg::kRdtr) & 0xffff;
  q.absolute = d.regs_.get(reg::kRadv) & 0xffff;
  q.stations = 0;
  q.station = ~uint64_t{0};  // no address looks like this: it has 48 bits
  for (uint32_t i = 0; i < reg::kReceiveAddresses; i++) {
    const uint32_t at = reg::kReceiveAddressStride * i, high = d.regs_.get(reg::kRah + at);
    if (!(high & spec::kRahAv) || high & spec::kRahAddressSelect) continue;
    const uint64_t mac = d.regs_.get(reg::kRal + at) | uint64_t{high & 0xffff} << 32;
    if (i == 0) q.station = mac;
    q.station_list[q.stations++] = mac;
  }
}

void E1000Registers::load_transmit(E1000Device& d) {
  E1000TxQueue& q = d.tx_queue_;
  const uint32_t tctl = d.regs_.get(reg::kTctl);
  q.enabled = tctl & spec::tctl::kEn;
  q.enabled_shown.store(q.enabled);
  q.vlan_insert = d.regs_.get(reg::kCtrl) & spec::ctrl::kVme;
  q.least = tctl & spec::tctl::kPsp ? spec::kMinPadded : spec::kMinFrame;
  q.looped = looped(d);
  q.carries = q.looped || link_up(d);
  const bool plain = q.room >= q.least && q.carries;
  q.plain_least = plain ? q.least : ~0u;
  q.plain_span = plain ? std::min(q.room, spec::kMaxFrame) - q.least : 0;
  q.delay = d.regs_.get(reg::kTidv) & 0xffff;
  q.absolute = d.regs_.get(reg::kTadv) & 0xffff;
}

void E1000Registers::write_rctl(NicDevice& d, uint32_t, uint32_t, Access& access) {
  write_receive(d, 0, 0, access);
  write_transmit(d, 0, 0, access);  // LBM
}

void E1000Registers::write_receive(NicDevice& d, uint32_t, uint32_t, Access& access) {
  Holding gate(self(d).rx_queue_, access.sink, &d);
  load_receive(self(d));
}

void E1000Registers::write_receive_ring(NicDevice& d, uint32_t, uint32_t, Access& access) {
  Holding gate(self(d).rx_queue_, access.sink, &d);
  load_receive_ring(self(d));
}

void E1000Registers::write_transmit(NicDevice& d, uint32_t, uint32_t, Access& access) {
  {
    Holding gate(self(d).tx_queue_, access.sink, &d);
    load_transmit(self(d));
  }
  // Writing TCTL starts transmission like writing TDT (sheet e1000 §4).
  if (self(d).waker_) self(d).waker_->wake();
}

void E1000Registers::write_transmit_ring(NicDevice& d, uint32_t, uint32_t, Access& access) {
  {
    Holding gate(self(d).tx_queue_, access.sink, &d);
    load_transmit_ring(self(d));
  }
  if (self(d).waker_) self(d).waker_->wake();  // TDT may have been written before
}

uint32_t E1000Registers::peek_rdh(const NicDevice& d, uint32_t) { return self(d).rx_queue_.head_shown.load(); }
uint32_t E1000Registers::peek_tdh(const NicDevice& d, uint32_t) { return self(d).tx_queue_.head_shown.load(); }
uint32_t E1000Registers::peek_rdt(const NicDevice& d, uint32_t) { return self(d).rx_queue_.tail.load(); }
uint32_t E1000Registers::peek_tdt(const NicDevice& d, uint32_t) { return self(d).tx_queue_.tail.load(); }

void E1000Registers::write_head(E1000Device& d, E1000Ring& ring, uint32_t value, Access& access) {
  Holding gate(ring, access.sink, &d);
  value &= kIndexMask;
  ring.head = value < ring.rows || !ring.rows ? value : 0;
  ring.head_shown.store(ring.head);
}
void E1000Registers::write_rdh(NicDevice& d, uint32_t, uint32_t value, Access& access) {
  write_head(self(d), self(d).rx_queue_, value, access);
}
void E1000Registers::write_tdh(NicDevice& d, uint32_t, uint32_t value, Access& access) {
  write_head(self(d), self(d).tx_queue_, value, access);
}

// region: doorbell
void E1000Registers::ring_doorbell(E1000Device& d, E1000Ring& ring, uint32_t value) {
  const uint32_t rows = ring.rows_shown.load();
  value &= kIndexMask;
  if (value >= rows && rows) [[unlikely]] {  // a tail beyond the ring: a guest can be wrong
    d.bad_doorbells_.add(1);
    value = rows - 1;
  }
  ring.tail.store(value);
  if (d.waker_) d.waker_->wake();
}
// endregion: doorbell
void E1000Registers::write_rdt(NicDevice& d, uint32_t, uint32_t value, Access&) {
  ring_doorbell(self(d), self(d).rx_queue_, value);
}
void E1000Registers::write_tdt(NicDevice& d, uint32_t, uint32_t value, Access&) {
  ring_doorbell(self(d), self(d).tx_queue_, value);
}

void E1000Registers::reset_mac(E1000Device& d, StepSink* sink) {
  {
    Holding gate(d.rx_queue_, sink, &d);
    d.regs_.reset();
    d.regs_.set(reg::kRal, uint32_t(d.config_.mac));
    d.regs_.set(reg::kRah, uint32_t(d.config_.mac >> 32) | spec::kRahAv);
    reset_ring(d.rx_queue_);
    load_receive(d);
  }
  {
    Holding gate(d.tx_queue_, sink, &d);
    reset_ring(d.tx_queue_);
    load_transmit(d);
    d.tx_queue_.context = {};
    if (d.tx_queue_.partial_open || d.tx_queue_.segmenter.left()) d.tx_queue_.abandon.store(true);
  }
  d.eeprom_.write_pins(0);
  d.interrupt_.reset();
  forget_statistics(d);
}

void E1000Registers::power_on(E1000Device& d) {
  d.phy_.power_on();
  reset_mac(d, nullptr);
}

}  // namespace ringside::devices
