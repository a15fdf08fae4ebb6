// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/devices/e1000/e1000_device.h"
#include "engine/devices/register_file.h"

namespace ringside::devices {

// The model's register table (e1000_register_table.cc), ready for access. Any thread.
const RegisterMap& e1000_register_map();

// What registers do beyond holding a value: one exit each, rare. vCPU's thread, except the peeks (any thread).
// Whatever re-programs a ring takes that queue's gate, waits for nothing else meanwhile, and never touches a packet.
struct E1000Registers {
  using Access = vmm::Access;
  static E1000Device& self(NicDevice& d) { return static_cast<E1000Device&>(d); }
  static const E1000Device& self(const NicDevice& d) { return static_cast<const E1000Device&>(d); }

  // general
  static void write_ctrl(NicDevice& d, uint32_t, uint32_t value, Access& access);
  static uint32_t peek_status(const NicDevice& d, uint32_t);
  static void write_eecd(NicDevice& d, uint32_t, uint32_t value, Access&);
  static void write_eerd(NicDevice& d, uint32_t, uint32_t value, Access&);
  static void write_mdic(NicDevice& d, uint32_t, uint32_t value, Access& access);
  static uint32_t read_iodata(NicDevice& d, uint32_t, Access& access);
  static void write_iodata(NicDevice& d, uint32_t, uint32_t value, Access& access);
  // interrupts
  static uint32_t peek_icr(const NicDevice& d, uint32_t);
  static uint32_t read_icr(NicDevice& d, uint32_t, Access&);
  static void write_icr(NicDevice& d, uint32_t, uint32_t value, Access&);
  static void write_itr(NicDevice& d, uint32_t, uint32_t value, Access&);
  static void write_ics(NicDevice& d, uint32_t, uint32_t value, Access&);
  static uint32_t peek_ims(const NicDevice& d, uint32_t);
  static void write_ims(NicDevice& d, uint32_t, uint32_t value, Access&);
  static void write_imc(NicDevice& d, uint32_t, uint32_t value, Access&);
  static void write_rdtr(NicDevice& d, uint32_t, uint32_t value, Access& access);
  // receive
  static void write_rctl(NicDevice& d, uint32_t, uint32_t, Access& access);
  static void write_receive(NicDevice& d, uint32_t, uint32_t, Access& access);       // RXCSUM, RADV, RAL, RAH
  static void write_receive_ring(NicDevice& d, uint32_t, uint32_t, Access& access);  // RDBAL, RDBAH, RDLEN
  static uint32_t peek_rdh(const NicDevice& d, uint32_t);
  static void write_rdh(NicDevice& d, uint32_t, uint32_t value, Access& access);
  static uint32_t peek_rdt(const NicDevice& d, uint32_t);
  static void write_rdt(NicDevice& d, uint32_t, uint32_t value, Access&);
  // transmit
  static void write_transmit(NicDevice& d, uint32_t, uint32_t, Access& access);       // TCTL, TIDV, TADV
  static void write_transmit_ring(NicDevice& d, uint32_t, uint32_t, Access& access);  // TDBAL, TDBAH, TDLEN
  static uint32_t peek_tdh(const NicDevice& d, uint32_t);
  static void write_tdh(NicDevice& d, uint32_t, uint32_t value, Access& access);
  static uint32_t peek_tdt(const NicDevice& d, uint32_t);
  static void write_tdt(NicDevice& d, uint32_t, uint32_t value, Access&);
  // statistics, e1000_statistics.cc. A register's number in its table is its place behind 0x4000.
  static uint64_t total(const E1000Device& d, uint32_t offset);
  static constexpr uint32_t place(uint32_t offset) { return (offset - 0x4000) / 4; }
  template <uint32_t kOffset>
  static uint32_t peek_count(const NicDevice& d, uint32_t index) {
    return peek_statistic(self(d), kOffset + 4 * index);
  }
  template <uint32_t kOffset>
  static uint32_t read_count(NicDevice& d, uint32_t index, Access&) {
    return read_statistic(self(d), kOffset + 4 * index);
  }
  static uint32_t peek_statistic(const E1000Device& d, uint32_t offset);
  static uint32_t read_statistic(E1000Device& d, uint32_t offset);
  static void forget_statistics(E1000Device& d);

  // Under the gate: the queue's own copy of what the registers say.
  static void load_receive(E1000Device& d);
  static void load_receive_ring(E1000Device& d);
  static void load_transmit(E1000Device& d);
  static void load_transmit_ring(E1000Device& d);
  // CTRL.RST: the MAC to its power-on state, one queue after the other. The PHY goes on (SDM 14.2).
  static void reset_mac(E1000Device& d, StepSink* sink);
  static void power_on(E1000Device& d);

 private:
  static bool link_up(const E1000Device& d);
  static bool looped(const E1000Device& d);
  static void update_link(E1000Device& d, Access& access);
  static void ring_doorbell(E1000Device& d, E1000Ring& ring, uint32_t value);
  static void write_head(E1000Device& d, E1000Ring& ring, uint32_t value, Access& access);
};

}  // namespace ringside::devices
